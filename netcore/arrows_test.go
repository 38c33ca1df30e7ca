package netcore_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// root is the folder of the module, seen from this package.
const root = ".."

// The limits of the engine's code. A median is asserted since it moves only
// when the habit does.
const (
	maxMedianLines = 12
	maxFileLines   = 400
)

// source is one parsed Go file.
type source struct {
	path string // slash-separated, from the module's root
	pkg  string // its folder
	test bool
	file *ast.File
}

func (s source) imports() []string {
	var paths []string
	for _, spec := range s.file.Imports {
		name, _ := strconv.Unquote(spec.Path.Value)
		paths = append(paths, name)
	}
	return paths
}

// sources parses every Go file below a top folder, whatever system it is for.
func sources(t *testing.T, set *token.FileSet, top string) []source {
	t.Helper()
	var found []source
	err := filepath.WalkDir(filepath.Join(root, top), func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(name) != ".go" {
			return err
		}
		file, err := parser.ParseFile(set, name, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, name)
		rel = filepath.ToSlash(rel)
		found = append(found, source{
			path: rel, pkg: path.Dir(rel), test: strings.HasSuffix(rel, "_test.go"), file: file,
		})
		return err
	})
	if err != nil {
		t.Fatalf("reading %s: %v", top, err)
	}
	return found
}

// below reports whether an import path is the package at base or inside it.
func below(name, base string) bool {
	return name == base || strings.HasPrefix(name, base+"/")
}

func TestEngineStandsOnNoWindow(t *testing.T) {
	list := exec.Command("go", "list", "-deps", "./netcore/...", "./cmd/lanyard-cli")
	list.Dir = root
	out, err := list.CombinedOutput()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, out)
	}
	for _, name := range strings.Fields(string(out)) {
		if below(name, "fyne.io") || below(name, "lanyard/app") || strings.Contains(name, "go-gl/") {
			t.Errorf("the engine or lanyard-cli depends on %s", name)
		}
	}
}

func TestWindowStandsOnTheNodeAlone(t *testing.T) {
	allowed := []string{
		"lanyard/netcore", "lanyard/netcore/identity", "lanyard/netcore/charset", "lanyard/netcore/output", // and leaves
		"lanyard/netcore/md5sum", "lanyard/netcore/safename",
		"lanyard/netcore/classic", // opens no profile and knows no Node
	}
	for _, file := range sources(t, token.NewFileSet(), "app") {
		for _, name := range file.imports() {
			if below(name, "net") && name != "net/url" {
				t.Errorf("%s imports %s: the window does no networking", file.path, name)
			}
			if below(name, "lanyard/netcore") && !slices.Contains(allowed, name) {
				t.Errorf("%s imports %s: the node is the only door", file.path, name)
			}
			if below(name, "lanyard/cmd") {
				t.Errorf("%s imports %s: upward", file.path, name)
			}
		}
	}
}

func TestOnlyTheProgramPicksADriver(t *testing.T) {
	set := token.NewFileSet()
	files := slices.Concat(sources(t, set, "app"), sources(t, set, "assets"), sources(t, set, "cmd"), sources(t, set, "netcore"))
	for _, file := range files {
		if slices.Contains(file.imports(), "fyne.io/fyne/v2/app") && file.pkg != "cmd/lanyard" {
			t.Errorf("%s imports fyne.io/fyne/v2/app", file.path)
		}
	}
}

// floors says what a part of the engine may stand on. Parts that are not named
// here tie others together (the node, the control door) and may use all.
var floors = map[string][]string{
	"wire":      {},
	"identity":  {},
	"safename":  {},
	"charset":   {},
	"strftime":  {},
	"output":    {"charset"},
	"md5sum":    {"charset"},
	"store":     {"identity"},
	"link":      {"wire", "identity", "safename"},
	"discovery": {"wire", "identity", "safename"},
	"roster":    {"wire", "identity", "safename", "store"},
	"audit":     {"identity", "safename", "store"},
	"verify":    {"wire", "identity"},
	"run":       {},
	"command":   {"wire", "identity"},
	"classic":   {"wire", "identity", "safename", "charset", "strftime", "run"},
	"clock":     {"wire", "identity", "safename", "strftime"},
	"timeline":  {"wire", "identity", "safename", "store"},
	"transfer":  {"wire", "identity", "safename", "store", "md5sum"},
}

func TestServicesDoNotKnowEachOther(t *testing.T) {
	for _, file := range sources(t, token.NewFileSet(), "netcore") {
		part := partOf("lanyard/" + file.pkg)
		floor, named := floors[part]
		if file.test || !named {
			continue
		}
		for _, name := range file.imports() {
			if !below(name, "lanyard") {
				continue
			}
			if other := partOf(name); other != part && !slices.Contains(floor, other) {
				t.Errorf("%s imports %s; %s may stand on %v", file.path, name, part, floor)
			}
		}
	}
}

// partOf names the part of the engine that a package belongs to: "link" for
// lanyard/netcore/link and all below it, the whole path for what is outside.
func partOf(name string) string {
	rest, inside := strings.CutPrefix(name, "lanyard/netcore/")
	if !inside {
		return name
	}
	part, _, _ := strings.Cut(rest, "/")
	return part
}

func TestFunctionsAreShort(t *testing.T) {
	set := token.NewFileSet()
	var lengths []int
	for _, file := range sources(t, set, "netcore") {
		if lines := set.File(file.file.FileStart).LineCount(); lines > maxFileLines {
			t.Errorf("%s has %d lines, more than %d", file.path, lines, maxFileLines)
		}
		if !file.test {
			lengths = append(lengths, functionLengths(set, file.file)...)
		}
	}
	slices.Sort(lengths)
	at := func(share float64) int { return lengths[int(share*float64(len(lengths)-1))] }
	t.Logf("%d functions; lines: median %d, 90 %% %d, longest %d", len(lengths), at(0.5), at(0.9), at(1))
	if at(0.5) > maxMedianLines {
		t.Errorf("the median function has %d lines, more than %d", at(0.5), maxMedianLines)
	}
}

// functionLengths counts the lines of each function, its first and last included.
func functionLengths(set *token.FileSet, file *ast.File) []int {
	var lengths []int
	for _, decl := range file.Decls {
		if fn, ok := decl.(*ast.FuncDecl); ok && fn.Body != nil {
			lengths = append(lengths, set.Position(fn.End()).Line-set.Position(fn.Pos()).Line+1)
		}
	}
	return lengths
}

func TestExportedNamesAreDocumented(t *testing.T) {
	set := token.NewFileSet()
	documented := map[string]bool{}
	for _, file := range sources(t, set, "netcore") {
		if file.test {
			continue
		}
		documented[file.pkg] = documented[file.pkg] || file.file.Doc != nil
		for _, name := range undocumented(file.file) {
			t.Errorf("%s: %s has no comment", file.path, name)
		}
	}
	for pkg, has := range documented {
		if !has {
			t.Errorf("package %s has no comment", pkg)
		}
	}
}

// undocumented returns the exported names of a file without a comment.
func undocumented(file *ast.File) []string {
	var bare []string
	for _, decl := range file.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			if decl.Name.IsExported() && decl.Doc == nil && onExported(decl) {
				bare = append(bare, decl.Name.Name)
			}
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				bare = append(bare, bareNames(decl, spec)...)
			}
		}
	}
	return bare
}

// onExported reports whether a function is none of an unexported type.
func onExported(fn *ast.FuncDecl) bool {
	if fn.Recv == nil {
		return true
	}
	receiver := fn.Recv.List[0].Type
	for {
		switch of := receiver.(type) {
		case *ast.StarExpr:
			receiver = of.X
		case *ast.IndexExpr:
			receiver = of.X
		case *ast.Ident:
			return of.IsExported()
		default:
			return true
		}
	}
}

// bareNames returns the exported names of one spec that neither it nor its
// group explains. A comment behind a line of a group counts.
func bareNames(decl *ast.GenDecl, spec ast.Spec) []string {
	var names []*ast.Ident
	var doc bool
	switch spec := spec.(type) {
	case *ast.TypeSpec:
		names, doc = []*ast.Ident{spec.Name}, spec.Doc != nil || spec.Comment != nil
	case *ast.ValueSpec:
		names, doc = spec.Names, spec.Doc != nil || spec.Comment != nil
	}
	var bare []string
	for _, name := range names {
		if name.IsExported() && !doc && decl.Doc == nil {
			bare = append(bare, name.Name)
		}
	}
	return bare
}

func TestTheTopIsTidy(t *testing.T) {
	list := exec.Command("git", "ls-files", "--cached", "--others", "--exclude-standard")
	list.Dir = root
	out, err := list.Output()
	if err != nil && os.Getenv("CI") == "true" {
		t.Fatalf("git ls-files: %v", err)
	}
	if err != nil {
		t.Skipf("not a git checkout: %v", err)
	}
	allowed := strings.Fields("cmd app netcore assets docs .ci FyneApp.toml go.mod go.sum README.md README.zh-CN.md LICENSE Makefile .gitignore")
	for line := range strings.Lines(string(out)) {
		top, _, _ := strings.Cut(strings.TrimSpace(strings.Trim(line, "\"\n")), "/")
		if !slices.Contains(allowed, top) {
			t.Errorf("%s: %q does not belong at the top", strings.TrimSpace(line), top)
		}
	}
}
