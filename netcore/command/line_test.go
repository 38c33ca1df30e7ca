package command

import (
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"lanyard/netcore/safename"
)

func TestLine(t *testing.T) {
	for _, tc := range []struct {
		argv []string
		want string
	}{
		{[]string{"ls", "-l", "/tmp"}, `ls -l /tmp`},
		{[]string{"echo", "", "a b", "你好", "naïve"}, `echo "" "a b" 你好 naïve`},
		{[]string{`C:\Windows\system32\cmd.exe`, `/c`, `dir "x"`}, `C:\Windows\system32\cmd.exe /c "dir \"x\""`},
		{[]string{"a\\u202e", "a\u202e"}, `a\u202e "a\u202e"`},
		{[]string{"sh", "-c", "it's `x`; $(y) | z & w"}, "sh -c \"it's `x`; $(y) | z & w\""},
		{[]string{"\x1b[31m", "\x00", "\x7f", "\u0085", "\xff\xfe"}, `"\x1b[31m" "\x00" "\x7f" "\u0085" "\xff\xfe"`},
		{[]string{"a\u200db", "\u00ad", "\ufeff", "\U000e0041"}, `"a\u200db" "\u00ad" "\ufeff" "\U000e0041"`},
		{[]string{"a\u00a0b", "a\u3000b", "a\u2028b"}, `"a\u00a0b" "a\u3000b" "a\u2028b"`},
		{[]string{"\u3164", "\u115f", "\uffa0", "\u2800", "a\ufe0f", "\u034f"}, `"\u3164" "\u115f" "\uffa0" "\u2800" "a\ufe0f" "\u034f"`},
		{[]string{"e" + strings.Repeat("\u0301", 4), "\u0301"}, "\"e\u0301\u0301\\u0301\\u0301\" \"\\u0301\""},
		{[]string{"rm", "a  b", "a   ", "  "}, `rm "a \x20b" "a \x20\x20" " \x20"`},
		{[]string{"cp", "\u05d0", "1", "\u05d1", "\u0663"}, `cp "\u05d0" 1 "\u05d1" "\u0663"`}, // a terminal would show them in the other order
		{[]string{"\ufffd", "\xff"}, "\ufffd \"\\xff\""},
	} {
		if got := Line(tc.argv); got != tc.want {
			t.Errorf("Line(%q) = %s\nwant %s", tc.argv, got, tc.want)
		}
	}
}

// unline reads a line again, to show that nothing is lost.
func unline(t *testing.T, line string) []string {
	var argv []string
	for line != "" {
		if !strings.HasPrefix(line, `"`) {
			word, rest, _ := strings.Cut(line, " ")
			argv, line = append(argv, word), rest
			continue
		}
		end := 1
		for line[end] != '"' {
			if line[end] == '\\' {
				end++
			}
			end++
		}
		word, err := strconv.Unquote(line[:end+1])
		if err != nil {
			t.Fatalf("%s: %v", line[:end+1], err)
		}
		argv, line = append(argv, word), strings.TrimPrefix(line[end+1:], " ")
	}
	return argv
}

// FuzzLine: a line has one reading, and nothing in it moves or hides.
func FuzzLine(f *testing.F) {
	f.Add("ls", "-l")
	f.Add("a\\u202e", "a\u202e")
	f.Add("\"", "\\\"\\")
	f.Add("a  b", "\u05d0\u0663  ")
	f.Add("\xff\u3164e\u0301\u0301\u0301", " ")
	f.Fuzz(func(t *testing.T, a, b string) {
		line := Line([]string{a, b})
		if got := unline(t, line); len(got) != 2 || got[0] != a || got[1] != b {
			t.Errorf("%q, %q: %s reads %q", a, b, line, got)
		}
		if !utf8.ValidString(line) {
			t.Errorf("%q is not UTF-8", line)
		}
		for _, r := range line {
			if !unicode.IsPrint(r) {
				t.Errorf("%q holds %U", line, r)
			}
		}
		if shown := safename.Display(line, 1<<20); shown != line {
			t.Errorf("%s is shown as %s", line, shown)
		}
	})
}
