package output

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestATerminalGetsNothingButTextAndColours(t *testing.T) {
	for name, test := range map[string]struct{ from, want string }{
		"plain":                      {"你好 hello\r\n\tx\b", "你好 hello\r\n\tx\b"},
		"red":                        {"a\x1b[31mb\x1b[0mc", "a\x1b[0;31mb\x1b[0mc"},
		"reset without number":       {"\x1b[1mb\x1b[mc", "\x1b[0;1mb\x1b[0mc"},
		"256 and true colour":        {"\x1b[38;5;208ma\x1b[48;2;1;2;3mb", "\x1b[0;38;5;208ma\x1b[0;38;5;208;48;2;1;2;3mb"},
		"colon forms":                {"\x1b[38:2::9:8:7ma", "\x1b[0;38;2;9;8;7ma"},
		"bright":                     {"\x1b[97;100ma", "\x1b[0;97;100ma"},
		"concealed is shown":         {"\x1b[8ma", "a"},
		"blinking is calm":           {"\x1b[5;1ma", "\x1b[0;1ma"},
		"private m":                  {"\x1b[>4;2ma\x1b[?4mb", "ab"},
		"cursor, erase, modes":       {"a\x1b[2J\x1b[1;1H\x1b[?1049h\x1b[6nb", "ab"},
		"title with ST and BEL":      {"\x1b]0;标题本\x07a\x1b]0;标题本\x1b\\b", "ab"},
		"link":                       {"\x1b]8;;http://x\x1b\\text\x1b]8;;\x1b\\", "text"},
		"clipboard":                  {"\x1b]52;c;cm0=\x07a", "a"},
		"device control":             {"\x1bP$q q\x1b\\a\x1b_x\x1b\\b\x1b^y\x1b\\c", "abc"},
		"reset of the terminal":      {"\x1bca\x1b(0b\x1b#8c", "abc"},
		"never finished":             {"\x1b]0;all of\nthe rest", "^[]0;all of\nthe rest"},
		"void":                       {"\x1b[3你", "你"},
		"C1 in UTF-8":                {"\u009b31ma\u0085b", "�31ma�b"},
		"bells and NULs":             {"a\a\x00b", "ab"},
		"other C0":                   {"a\x0eb\x7f", "a�b�"},
		"bidi":                       {"a\u202eb\u2066c\u200bd\u00ade", "a�b�c�d�e"},
		"family":                     {"👨\u200d👩 a\u200db", "👨\u200d👩 a�b"},
		"marks":                      {"e\u0301\u0301\u0301\u0301\u0301\u0301", "e\u0301\u0301\u0301\u0301"},
		"mark of order":              {"\ufeffa", "a"},
		"line break in parameters":   {"\x1b[3\n1m", "^[[3\n1m"},
		"too many parameters":        {"\x1b[" + strings.Repeat("1;", 100) + "1mb", "\x1b[0;1mb"},
		"a number that is too large": {"\x1b[99999999999999999999999m\x1b[38;5;99999999999ma", ""},
	} {
		t.Run(name, func(t *testing.T) {
			for _, size := range []int{1 << 20, 1, 3} {
				got := cleaned(test.from, size)
				if test.want != "" && strings.TrimSuffix(got, "\x1b[0m") != strings.TrimSuffix(test.want, "\x1b[0m") {
					t.Errorf("in pieces of %d: %q became %q, not %q", size, test.from, got, test.want)
				}
			}
		})
	}
}

// cleaned cleans a text in pieces of so many bytes or a character.
func cleaned(text string, size int) string {
	terminal := NewTerminal()
	var out strings.Builder
	for text != "" {
		n := min(size, len(text))
		for n < len(text) && !utf8.RuneStart(text[n]) {
			n++
		}
		out.WriteString(terminal.Clean(text[:n]))
		text = text[n:]
	}
	out.WriteString(terminal.End())
	return out.String()
}

func TestASequenceIsNotWaitedForForEver(t *testing.T) {
	terminal := NewTerminal()
	got := 0
	for range 100 {
		got += len(terminal.Clean("\x1b]" + strings.Repeat("x", 1000)))
	}
	long := terminal.Clean("\x1b]" + strings.Repeat("x", 3*maxSequence))
	if len(long) < 2*maxSequence || len(terminal.held) > maxSequence {
		t.Errorf("%d bytes written, %d held", len(long), len(terminal.held))
	}
}

func FuzzTerminal(f *testing.F) {
	for _, seed := range []string{
		"a\x1b[31mb\x1b[0m", "\x1b]0;x\x07", "\x1bP1;2|x\x1b\\", "\x1b[38:2::1:2:3m", "\u202e\u009b1m",
		"\x1b[1;2;3;4;5;6;7;8;9;1;2;3;4;5;6;7;8;9;1;2;3;4;5;6;7;8;9;1;2;3;4;5;6;7;8m", "\x1b\x1b[\x18\x1a", "你\r\n好",
	} {
		f.Add(seed, 2)
	}
	f.Fuzz(func(t *testing.T, text string, size int) {
		text = strings.ToValidUTF8(text, "?")
		whole, pieces := cleaned(text, len(text)+1), cleaned(text, 1+size&7)
		if whole != pieces {
			t.Errorf("%q became %q at once and %q in pieces", text, whole, pieces)
		}
		checkHarmless(t, whole)
	})
}

// checkHarmless fails if a text holds anything but what a Terminal may let pass.
func checkHarmless(t *testing.T, text string) {
	t.Helper()
	for i, r := range text {
		switch {
		case r == esc:
			rest := text[i:]
			end := strings.IndexByte(rest, 'm')
			if end < 0 || strings.Trim(rest[2:end], "0123456789;") != "" || rest[1] != '[' {
				t.Fatalf("a sequence is left: %.40q", rest)
			}
		case r == '\n' || r == '\r' || r == '\t' || r == '\b' || r == joiner:
		case unicode.IsControl(r) || harmful(r):
			t.Fatalf("%U is left", r)
		}
	}
}
