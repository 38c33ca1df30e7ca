package safename_test

import (
	"strings"
	"testing"

	"lanyard/netcore/safename"
)

func TestDisplayIsOneHarmlessLine(t *testing.T) {
	cases := []struct {
		text string
		max  int
		want string
	}{
		{"小明", 64, "小明"},
		{"👍🏽 👨‍👩‍👧 ❤️", 64, "👍🏽 👨‍👩‍👧 ❤️"},
		{"\x1b[2J\a", 64, `\x1b[2J\x07`},
		{"\u009b31m", 64, `\x9b31m`},
		{"abc\u202etxt.exe", 64, `abc\u202etxt.exe`},
		{"a\u2067b\u2069", 64, `a\u2067b\u2069`},
		{"a\u200e\u200f\u061cb\u200bc\ufeff", 64, "abc"},
		{"pay\u200dpal", 64, "paypal"},
		{"one\r\ntwo\u2028three\tfour", 64, "one two three four"},
		{"  a   b  ", 64, "a b"},
		{"a\u3164\u2800\u3164", 64, "a"},
		{"王\u3000五", 64, "王\u3000五"},
		{"\u200b \n", 64, ""},
		{"bad\xff\xfe", 64, `bad\xff\xfe`},
		{"\u0301x", 64, "x"},
		{"h" + strings.Repeat("\u0336", 500) + "i", 64, "h" + strings.Repeat("\u0336", 6) + "i"},
		{"文" + strings.Repeat("\u200d\u0336", 500), 64, "文" + strings.Repeat("\u200d\u0336", 3)},
		{"abcdef", 6, "abcdef"},
		{"abcdefg", 6, "abcde…"},
		{"abc defg", 5, "abc…"},
		{"abc", 1, "…"},
		{"abc", 0, ""},
	}
	for _, c := range cases {
		if got := safename.Display(c.text, c.max); got != c.want {
			t.Errorf("Display(%q, %d) = %q, want %q", c.text, c.max, got, c.want)
		}
	}
}

func TestDisplayNameShowsTheExtension(t *testing.T) {
	for name, want := range map[string]string{
		"short.txt": "short.txt",
		"holiday photo" + strings.Repeat(" ", 200) + ".exe": "holiday photo .exe",
		strings.Repeat("a", 100) + ".jpg.exe":               strings.Repeat("a", 27) + "…aaaa.jpg.exe",
	} {
		if got := safename.DisplayName(name, 40); got != want {
			t.Errorf("DisplayName(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestDisplayTextKeepsLines(t *testing.T) {
	for text, want := range map[string]string{
		"a\r\nb\n\n\tc  d": "a\nb\n\n\tc  d",
		"a\rb\u2029c":      "a\nb\nc",
		"\x1b[0m":          `\x1b[0m`,
		"x\u202ey":         `x\u202ey`,
	} {
		if got := safename.DisplayText(text, 100); got != want {
			t.Errorf("DisplayText(%q) = %q, want %q", text, got, want)
		}
	}
	if got := safename.DisplayText(strings.Repeat("\n", 50_000)+"x", 10); len([]rune(got)) > 10 {
		t.Errorf("%d runes", len([]rune(got)))
	}
}
