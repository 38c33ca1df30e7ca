package commands

import (
	"errors"
	"slices"
	"testing"
)

func TestALineBecomesArguments(t *testing.T) {
	for line, want := range map[string][]string{
		``:                             nil,
		`  `:                           nil,
		`ls -l  /tmp`:                  {"ls", "-l", "/tmp"},
		`type C:\Users\a\b.txt`:        {"type", `C:\Users\a\b.txt`},
		`echo "two words" 'and $HOME'`: {"echo", "two words", "and $HOME"},
		`a"b c"d`:                      {"ab cd"},
		`say "he said \"no\"" "c:\\x"`: {"say", `he said "no"`, `c:\x`},
		`dir "C:\Program Files"`:       {"dir", `C:\Program Files`},
		`x "" ''`:                      {"x", "", ""},
		`回显　你好`:                        {"回显", "你好"},
		`a|b >c; *.go`:                 {"a|b", ">c;", "*.go"},
	} {
		got, err := split(line)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s became %q, not %q (%v)", line, got, want, err)
		}
	}
	for _, line := range []string{`"a`, `a 'b`, `"a\"`} {
		if _, err := split(line); !errors.Is(err, errQuote) {
			t.Errorf("%s: %v", line, err)
		}
	}
}

func FuzzSplit(f *testing.F) {
	f.Add("a", "b c", `d\"e'`)
	f.Fuzz(func(t *testing.T, a, b, c string) {
		argv := []string{string([]rune(a)), string([]rune(b)), string([]rune(c))}
		if got, err := split(joined(argv)); err != nil || !slices.Equal(got, argv) {
			t.Errorf("%q became %q by way of %s (%v)", argv, got, joined(argv), err)
		}
	})
}
