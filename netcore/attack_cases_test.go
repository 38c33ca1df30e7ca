package netcore_test

import (
	"go/ast"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestEveryAttackCaseIsTold: the table names every attack test, and no test
// that does not exist.
func TestEveryAttackCaseIsTold(t *testing.T) {
	table, err := os.ReadFile(filepath.Join(root, "docs", "attack-cases.md"))
	if err != nil {
		t.Fatal(err)
	}
	told := regexp.MustCompile(`Test[A-Z][A-Za-z0-9]+`).FindAllString(string(table), -1)
	set := token.NewFileSet()
	all := map[string]bool{}
	for _, file := range slices.Concat(sources(t, set, "netcore"), sources(t, set, "cmd"), sources(t, set, "app")) {
		for _, decl := range file.file.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if !ok || !strings.HasPrefix(fn.Name.Name, "Test") {
				continue
			}
			name := fn.Name.Name
			all[name] = true
			numbered := regexp.MustCompile(`^Test[A-J][0-9][0-9]`).MatchString(name)
			if numbered && !slices.Contains(told, name) {
				t.Errorf("%s is not in the table", name)
			}
		}
	}
	for _, name := range told {
		if !all[name] {
			t.Errorf("the table names %s, which does not exist", name)
		}
	}
}
