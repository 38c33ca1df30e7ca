package command

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func ptr(f float64) *float64 { return &f }

// with is a button with one parameter.
func with(p Param) Button {
	p.Name = "x"
	return Button{Name: "b", Argv: []string{"prog", "--", "{x}", "end"}, Params: []Param{p}}
}

func TestButtonsThatAreNotSound(t *testing.T) {
	text := []Param{{Name: "x", Kind: Text}}
	for name, b := range map[string]Button{
		"no name":           {Argv: []string{"true"}},
		"name with escape":  {Name: "a\x1b", Argv: []string{"true"}},
		"name with bidi":    {Name: "a\u202e", Argv: []string{"true"}},
		"no program":        {Name: "b"},
		"empty program":     {Name: "b", Argv: []string{""}},
		"NUL":               {Name: "b", Argv: []string{"a", "\x00"}},
		"relative folder":   {Name: "b", Argv: []string{"a"}, Dir: "x"},
		"unused parameter":  {Name: "b", Argv: []string{"a"}, Params: text},
		"pasted":            {Name: "b", Argv: []string{"a", "--file={x}"}, Params: text},
		"pasted twice":      {Name: "b", Argv: []string{"a", "{x}", "{x}{x}"}, Params: text},
		"the program":       {Name: "b", Argv: []string{"{x}"}, Params: text},
		"shell":             {Name: "b", Argv: []string{"/bin/sh", "-c", "{x}"}, Params: text},
		"shell, more flags": {Name: "b", Argv: []string{"bash", "-e", "-lc", "{x}"}, Params: text},
		"script of a shell": {Name: "b", Argv: []string{"sh", "{x}"}, Params: text},
		"cmd":               {Name: "b", Argv: []string{`C:\Windows\System32\CMD.EXE`, "/c", "echo", "{x}"}, Params: text},
		"powershell":        {Name: "b", Argv: []string{"powershell.exe", "-File", "a.ps1", "{x}"}, Params: text},
		"ssh":               {Name: "b", Argv: []string{"ssh", "host", "ls", "{x}"}, Params: text},
		"shell of sudo":     {Name: "b", Argv: []string{"sudo", "-n", "/bin/bash", "-c", "{x}"}, Params: text},
		"shell, in time":    {Name: "b", Argv: []string{"timeout", "5", "sh", "-c", "{x}"}, Params: text},
		"program of env":    {Name: "b", Argv: []string{"env", "LANG=C", "{x}"}, Params: text},
		"program of nice":   {Name: "b", Argv: []string{"nice", "-n", "5", "{x}"}, Params: text},
		"same name":         {Name: "b", Argv: []string{"a", "{x}"}, Params: append(slices.Clone(text), text...)},
		"no kind":           with(Param{}),
		"no choices":        with(Param{Kind: Choice}),
		"empty folder":      with(Param{Kind: File}),
		"bad pattern":       with(Param{Kind: Text, Pattern: "("}),
		"bad default":       with(Param{Kind: Number, Default: "x"}),
	} {
		if err := b.Check(); err == nil {
			t.Errorf("%s: it is sound", name)
		}
		if argv, err := b.Expand(map[string]string{"x": "1"}); err == nil {
			t.Errorf("%s: it expands to %q", name, argv)
		}
	}
}

func TestButtonsThatAreSound(t *testing.T) {
	text := []Param{{Name: "x", Kind: Text}}
	for _, b := range []Button{
		{Name: "b", Argv: []string{"true"}},
		{Name: "重启 打印机", Argv: []string{"a", "{x}", "{x}"}, Params: text},
		{Name: "b", Argv: []string{"sh", "-c", `echo "$1"`, "_", "{x}"}, Params: text},
		{Name: "b", Argv: []string{"sh", "script", "{x}"}, Params: text},
		{Name: "b", Argv: []string{"sudo", "systemctl", "restart", "{x}"}, Params: text},
		{Name: "b", Argv: []string{"grep", "ssh", "{x}"}, Params: text},
		{Name: "b", Argv: []string{"a", "{other}", "{x}"}, Params: text},
	} {
		if err := b.Check(); err != nil {
			t.Error(err)
		}
	}
}

func TestValues(t *testing.T) {
	for _, tc := range []struct {
		name  string
		p     Param
		value string
		ok    bool
	}{
		{"text", Param{Kind: Text}, "hello, 世界", true},
		{"shell signs", Param{Kind: Text}, `; rm -rf ~ && $(id) | "x" 'y' %PATH% ^& > <`, true},
		{"backticks", Param{Kind: Text}, "`id`", true},
		{"empty text", Param{Kind: Text}, "", true},
		{"option", Param{Kind: Text}, "-oProxyCommand=id", false},
		{"option after blanks", Param{Kind: Text}, "  --evil", false},
		{"Windows option", Param{Kind: Text}, "/S", false},
		{"response file", Param{Kind: Text}, "@/etc/passwd", false},
		{"Windows option after blanks", Param{Kind: Text}, " /S", false},
		{"command of an editor", Param{Kind: Text}, "+!id", false},
		{"option, wanted", Param{Kind: Text, Dashes: true}, "--evil", true},
		{"second line", Param{Kind: Text}, "a\nb", false},
		{"NUL", Param{Kind: Text}, "a\x00b", false},
		{"escape", Param{Kind: Text}, "a\x1b[2J", false},
		{"C1", Param{Kind: Text}, "a\u009bb", false},
		{"line separator", Param{Kind: Text}, "a\u2028b", false},
		{"not UTF-8", Param{Kind: Text}, "\xff", false},
		{"too long", Param{Kind: Text, MaxLen: 3}, "äöüß", false},
		{"as long", Param{Kind: Text, MaxLen: 4}, "äöüß", true},
		{"longest", Param{Kind: Text}, strings.Repeat("x", maxText+1), false},
		{"pattern", Param{Kind: Text, Pattern: "[a-z]+|[0-9]+"}, "abc", true},
		{"pattern is whole", Param{Kind: Text, Pattern: "[a-z]+|[0-9]+"}, "abc1", false},
		{"pattern, new line", Param{Kind: Text, Pattern: "(?m)^a$"}, "a\n", false},
		{"number", Param{Kind: Number}, "12.5", true},
		{"negative", Param{Kind: Number}, "-1", false},
		{"negative, wanted", Param{Kind: Number, Min: ptr(-5)}, "-1", true},
		{"below", Param{Kind: Number, Min: ptr(-5)}, "-6", false},
		{"above", Param{Kind: Number, Max: ptr(5)}, "5.1", false},
		{"minus nought", Param{Kind: Number}, "-0", false},
		{"exponent", Param{Kind: Number}, "1e9", false},
		{"hexadecimal", Param{Kind: Number}, "0x10", false},
		{"infinity", Param{Kind: Number}, "Inf", false},
		{"other digits", Param{Kind: Number}, "١٢", false},
		{"number and more", Param{Kind: Number}, "1;id", false},
		{"empty number", Param{Kind: Number}, "", false},
		{"choice", Param{Kind: Choice, Choices: []string{"-a", "b"}}, "-a", true},
		{"no choice", Param{Kind: Choice, Choices: []string{"a", "b"}}, "A", false},
	} {
		argv, err := with(tc.p).Expand(map[string]string{"x": tc.value})
		if (err == nil) != tc.ok || (err != nil && !errors.Is(err, ErrArgument)) {
			t.Errorf("%s: %q, %v", tc.name, argv, err)
		}
		if tc.ok && !slices.Equal(argv, []string{"prog", "--", tc.value, "end"}) {
			t.Errorf("%s: %q", tc.name, argv)
		}
	}
}

func TestMissingAndUnknownParameters(t *testing.T) {
	none := map[string]string{}
	if argv, err := with(Param{Kind: Text}).Expand(none); err == nil {
		t.Errorf("missing: %q", argv)
	}
	if argv, err := with(Param{Kind: Text, Optional: true}).Expand(none); err != nil || len(argv) != 3 {
		t.Errorf("optional: %q, %v", argv, err)
	}
	if argv, err := with(Param{Kind: Text, Default: "d"}).Expand(none); err != nil || argv[2] != "d" {
		t.Errorf("default: %q, %v", argv, err)
	}
	if argv, err := with(Param{Kind: Text}).Expand(map[string]string{"x": "1", "y": "2"}); err == nil {
		t.Errorf("unknown: %q", argv)
	}
	two := Button{Name: "b", Argv: []string{"p", "{x}", "{y}"}, Params: []Param{{Name: "x", Kind: Text}, {Name: "y", Kind: Text}}}
	argv, err := two.Expand(map[string]string{"x": "{y}", "y": "{x}"})
	if err != nil || !slices.Equal(argv, []string{"p", "{y}", "{x}"}) {
		t.Errorf("a value that looks like a place: %q, %v", argv, err)
	}
	big := map[string]string{}
	for _, p := range two.Params {
		big[p.Name] = strings.Repeat("世", maxText)
	}
	if _, err := two.Expand(big); err != nil {
		t.Error(err)
	}
}

func TestFilesStayInTheirFolder(t *testing.T) {
	outside := t.TempDir()
	folder := filepath.Join(t.TempDir(), "in")
	for _, dir := range []string{folder, filepath.Join(folder, "sub")} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, file := range []string{filepath.Join(folder, "-rf"), filepath.Join(folder, "sub", "a b"), filepath.Join(outside, "secret")} {
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for link, to := range map[string]string{"out": outside, "file": filepath.Join(outside, "secret"), "same": "sub/a b"} {
		if err := os.Symlink(to, filepath.Join(folder, link)); err != nil {
			t.Skip("no symbolic links here")
		}
	}
	b := with(Param{Kind: File, Folder: folder})
	for value, ok := range map[string]bool{
		"-rf": true, "sub/a b": true, "same": true, "./sub/../-rf": true,
		"": false, ".": false, "sub": false, "..": false, "../in/-rf": false, "missing": false, "sub/../../x": false,
		filepath.Join(folder, "-rf"): false, "/etc/passwd": false, `sub\a b`: false, `..\x`: false, "-rf\x00": false,
		"out/secret": false, "file": false, "out": false,
	} {
		argv, err := b.Expand(map[string]string{"x": value})
		if (err == nil) != ok {
			t.Errorf("%q: %q, %v", value, argv, err)
		}
		if err == nil && !filepath.IsAbs(argv[2]) {
			t.Errorf("%q: %q is not absolute", value, argv[2])
		}
	}
}

// FuzzExpand: whatever a value is, the others keep their places.
func FuzzExpand(f *testing.F) {
	f.Add("hello", "12", "a")
	f.Add("; rm -rf ~", "1;id", "--")
	f.Add("{n}", "{t}", "{c}")
	f.Add("a\x00", "-0", "\u202e")
	f.Fuzz(func(t *testing.T, text, number, choice string) {
		b := Button{
			Name: "b", Argv: []string{"p", "{t}", "--", "{n}", "{c}", "end"},
			Params: []Param{{Name: "t", Kind: Text}, {Name: "n", Kind: Number}, {Name: "c", Kind: Choice, Choices: []string{"a", "b"}}},
		}
		argv, err := b.Expand(map[string]string{"t": text, "n": number, "c": choice})
		if err != nil {
			return
		}
		if !slices.Equal(argv, []string{"p", text, "--", number, choice, "end"}) {
			t.Errorf("%q", argv)
		}
		for _, arg := range []string{argv[1], argv[3]} {
			if strings.HasPrefix(arg, "-") || strings.ContainsAny(arg, "\x00\r\n\x1b") {
				t.Errorf("%q went through", arg)
			}
		}
	})
}
