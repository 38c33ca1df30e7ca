package safename_test

import (
	"errors"
	"strings"
	"testing"

	"lanyard/netcore/safename"
)

func TestCleanMapsWhatASystemCannotHold(t *testing.T) {
	cases := []struct{ name, unix, windows string }{
		{"report.pdf", "report.pdf", "report.pdf"},
		{"报告 最终版.docx", "报告 最终版.docx", "报告 最终版.docx"},
		{"👨‍👩‍👧.png", "👨‍👩‍👧.png", "👨‍👩‍👧.png"},
		{"-rf", "-rf", "-rf"},
		{"", "_", "_"},
		{".", "_", "_"},
		{"..", "_", "_"},
		{".\u200b.", "_", "_"},
		{"...", "...", "_"},
		{"../x", ".._x", ".._x"},
		{`..\..\x`, `..\..\x`, ".._.._x"},
		{"/etc/x", "_etc_x", "_etc_x"},
		{`C:\x`, `C:\x`, "C__x"},
		{`\\srv\share`, `\\srv\share`, "__srv_share"},
		{"%2e%2e", "%2e%2e", "%2e%2e"},
		{"%252e%252e%252f", "%252e%252e%252f", "%252e%252e%252f"},
		{"\xc0\xae\xc0\xae\xc0\xafx", "%C0%AE%C0%AE%C0%AFx", "%C0%AE%C0%AE%C0%AFx"},
		{"CON", "CON", "CON_"},
		{"con.txt", "con.txt", "con_.txt"},
		{"nul .txt", "nul .txt", "nul_.txt"},
		{"COM1 ", "COM1 ", "COM1_"},
		{"COM¹", "COM¹", "COM¹_"},
		{"lpt³.log", "lpt³.log", "lpt³_.log"},
		{"COM0.tar.gz", "COM0.tar.gz", "COM0_.tar.gz"},
		{"conin$", "conin$", "conin$_"},
		{"CONOUT$.x", "CONOUT$.x", "CONOUT$_.x"},
		{"AUX:", "AUX:", "AUX_"},
		{"COM10", "COM10", "COM10"},
		{"COM", "COM", "COM"},
		{"console", "console", "console"},
		{"CON.", "CON.", "CON_"},
		{"f.txt:evil", "f.txt:evil", "f.txt_evil"},
		{"f.txt::$DATA", "f.txt::$DATA", "f.txt__$DATA"},
		{"x.", "x.", "x"},
		{"x ", "x ", "x"},
		{"x. . .", "x. . .", "x"},
		{`a<b>c"d|e?f*g`, `a<b>c"d|e?f*g`, "a_b_c_d_e_f_g"},
		{"a\nb\r\tc", "abc", "abc"},
		{"a\x00b", "ab", "ab"},
		{"\x1b[31mred\x1b[0m", "[31mred[0m", "[31mred[0m"},
		{"a\u0085b\u009bc\u2028d\u2029e", "abcde", "abcde"},
		{"abc\u202etxt.exe", "abctxt.exe", "abctxt.exe"},
		{"a\u2066b\u2069c\u200ed\u200fe\u061cf", "abcdef", "abcdef"},
		{"a\u200bb\u200cc\u200dd\ufeffe\u2060f", "abcdef", "abcdef"},
		{"e\u0301.txt", "é.txt", "é.txt"},
		{"\xff\xfe.bin", "%FF%FE.bin", "%FF%FE.bin"},
		{"GBK \xb1\xa8\xb8\xe6", "GBK %B1%A8%B8%E6", "GBK %B1%A8%B8%E6"},
	}
	for _, c := range cases {
		for style, want := range map[safename.Style]string{safename.Unix: c.unix, safename.Windows: c.windows} {
			got, changed := safename.Clean(c.name, style)
			if got != want || changed != (want != c.name) {
				t.Errorf("Clean(%q, %v) = %q, %v; want %q, %v", c.name, style, got, changed, want, want != c.name)
			}
		}
	}
}

func TestSingleFileIsNeverHidden(t *testing.T) {
	for name, want := range map[string]string{
		".bashrc": "_bashrc", "..x": "_.x", ".": "_", "a.b": "a.b",
		"\u200b.profile": "_profile", ".CON": "_CON",
	} {
		for _, style := range []safename.Style{safename.Unix, safename.Windows} {
			if got, _ := safename.SingleFile(name, style); got != want {
				t.Errorf("SingleFile(%q, %v) = %q, want %q", name, style, got, want)
			}
		}
	}
}

func TestLongNamesKeepTheirExtension(t *testing.T) {
	for _, name := range []string{
		strings.Repeat("a", 300) + ".tar.gz",
		strings.Repeat("长", 300) + ".tar.gz",
		strings.Repeat("a", 70_000) + ".tar.gz",
		strings.Repeat("a.", 35_000) + "tar.gz",
	} {
		got, changed := safename.Clean(name, safename.Windows)
		if !changed || len(got) > 255 || len([]rune(got)) > 120 || !strings.HasSuffix(got, ".tar.gz") {
			t.Errorf("%d bytes became %d: %q", len(name), len(got), got)
		}
	}
	for _, name := range []string{
		"CON." + strings.Repeat("a", 251),
		"CON" + strings.Repeat(" ", 300) + "x",
		"CON" + strings.Repeat(" ", 300) + "." + strings.Repeat("a", 300),
	} {
		got, _ := safename.Clean(name, safename.Windows)
		if len(got) > 120 || !strings.HasPrefix(got, "CON_") {
			t.Errorf("%q became %q", name, got)
		}
	}
}

func TestPathRefusesWhatLeavesTheFolder(t *testing.T) {
	for _, p := range []string{
		"", ".", "..", "../x", "a/../../x", "a/..", "a/./b", "/etc/x", "//srv/share", "a//b", "a/",
		`\x`, `\\srv\share`, `\\?\C:\x`, `..\..\x`, `a\..\..\x`, `a/..\x`, `a\.`, ".. /x", "a/.. ",
		"C:", `C:\x`, "c:/x", "a\x00b", ".\u200b./x", "\u202e../x", "..\x01/x", "\x1c\\srv", "\u200bC:/x", "\u200b/x",
		strings.Repeat("d/", 32) + "x", strings.Repeat("a", 70_000),
	} {
		for _, style := range []safename.Style{safename.Unix, safename.Windows} {
			if got, err := safename.Path(p, style); !errors.Is(err, safename.ErrUnsafe) || got != "" {
				t.Errorf("Path(%.40q, %v) = %q, %v", p, style, got, err)
			}
		}
	}
}

func TestPathKeepsWhatTheSystemHolds(t *testing.T) {
	long := strings.Repeat("b", 251) + ".txt"
	cases := []struct{ path, unix, windows string }{
		{"src/main.go", "src/main.go", "src/main.go"},
		{"图片/一月/照片.jpg", "图片/一月/照片.jpg", "图片/一月/照片.jpg"},
		{".git/HEAD", ".git/HEAD", ".git/HEAD"},
		{"a/e\u0301", "a/e\u0301", "a/e\u0301"},
		{"a/é", "a/é", "a/é"},
		{"x/" + long, "x/" + long, "x/" + long},
		{`dev-disk\x2duuid.swap`, `dev-disk\x2duuid.swap`, "dev-disk_x2duuid.swap"},
		{"C:x", "C:x", "C_x"},
		{"wine/c:/windows", "wine/c:/windows", "wine/c_/windows"},
		{"a/CON/nul.txt", "a/CON/nul.txt", "a/CON_/nul_.txt"},
		{"end./end ", "end./end ", "end/end"},
		{".../x", ".../x", "_/x"},
		{"a\u200b\n/b", "a/b", "a/b"},
		{"a/\u200b/b", "a/_/b", "a/_/b"},
		{"क्\u200dष/می\u200cخواهم", "क्\u200dष/می\u200cخواهم", "क्\u200dष/می\u200cخواهم"},
		{"🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f/x\U000e0067", "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f/x", "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f/x"},
		{"bad\xff", "bad%FF", "bad%FF"},
		{"a/" + strings.Repeat("文", 200), "a/" + strings.Repeat("文", 85), "a/" + strings.Repeat("文", 200)},
		{strings.Repeat("d/", 31) + "x", strings.Repeat("d/", 31) + "x", strings.Repeat("d/", 31) + "x"},
	}
	for _, c := range cases {
		for style, want := range map[safename.Style]string{safename.Unix: c.unix, safename.Windows: c.windows} {
			if got, err := safename.Path(c.path, style); got != want || err != nil {
				t.Errorf("Path(%q, %v) = %q, %v; want %q", c.path, style, got, err, want)
			}
		}
	}
}

func TestIncrement(t *testing.T) {
	long := strings.Repeat("文", 83) + ".txt"
	cases := []struct {
		name string
		n    int
		want string
	}{
		{"a.tar.gz", 1, "a (1).tar.gz"},
		{"a.txt", 12, "a (12).txt"},
		{"a", 2, "a (2)"},
		{".bashrc", 1, ".bashrc (1)"},
		{"a.TAR.xz", 3, "a (3).TAR.xz"},
		{"Mr. Smith says", 1, "Mr. Smith says (1)"},
		{"a.", 1, "a. (1)"},
		{"照片.jpg", 1, "照片 (1).jpg"},
		{"same", 0, "same"},
		{long, 10, strings.Repeat("文", 82) + " (10).txt"},
	}
	for _, c := range cases {
		if got := safename.Increment(c.name, c.n); got != c.want || len(got) > 255 {
			t.Errorf("Increment(%q, %d) = %q, want %q", c.name, c.n, got, c.want)
		}
	}
}

func TestKeyFindsCollisions(t *testing.T) {
	for _, pair := range [][2]string{
		{"README", "readme"},
		{"é.txt", "e\u0301.TXT"},
		{"ÀB", "a\u0300b"},
		{"ΣΑΣ", "σας"},
		{"\u212a", "k"},
	} {
		if safename.Key(pair[0]) != safename.Key(pair[1]) {
			t.Errorf("%q and %q do not collide", pair[0], pair[1])
		}
	}
	if safename.Key("a") == safename.Key("b") || safename.Key("文") == safename.Key("丈") {
		t.Error("different names collide")
	}
}
