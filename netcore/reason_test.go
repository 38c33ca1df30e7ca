package netcore

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"testing"
)

// wordsOf returns the values of the constants of a type in the Go files of a
// folder.
func wordsOf(t *testing.T, dir, typ string) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %v", dir, err)
	}
	words := map[string]bool{}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range file.Decls {
			group, ok := decl.(*ast.GenDecl)
			if !ok || group.Tok != token.CONST {
				continue
			}
			for _, spec := range group.Specs {
				addWord(words, spec.(*ast.ValueSpec), typ)
			}
		}
	}
	return words
}

// addWord adds the value of a constant, if it is of the type.
func addWord(words map[string]bool, spec *ast.ValueSpec, typ string) {
	if of, ok := spec.Type.(*ast.Ident); !ok || of.Name != typ || len(spec.Values) != 1 {
		return
	}
	if value, ok := spec.Values[0].(*ast.BasicLit); ok {
		if word, err := strconv.Unquote(value.Value); err == nil {
			words[word] = true
		}
	}
}

// TestWhatTransfersSayHasAName: a word of the transfers that the node did not
// know would be one that no face has words for.
func TestWhatTransfersSayHasAName(t *testing.T) {
	for here, there := range map[string]string{"Reason": "Reason", "State": "State", "TransferLimit": "Limit", "Clash": "Policy", "PreflightKind": "PreflightKind"} {
		known := wordsOf(t, ".", here)
		said := wordsOf(t, "transfer", there)
		if len(said) < 4 {
			t.Errorf("only %v are of type transfer.%s", said, there)
		}
		for word := range said {
			if word != "" && !known[word] {
				t.Errorf("transfer.%s %q has no %s", there, word, here)
			}
		}
	}
}
