package safename_test

import (
	"errors"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"lanyard/netcore/safename"
)

// hostile seeds the fuzz targets.
func hostile() []string {
	return []string{
		"a/b", "../x", `C:\x`, `\\srv\x`, "CON", "nul .txt", "COM¹", "f::$DATA", "x. ", "a\u202eb", "\xff\x00\n",
		"e\u0301", "e\u200b\u0301", "\u212a\u200d", "<\u0338", "👨‍👩‍👧", ".\u200b.", "\u1100\u1161", "🏴\U000e0067", "h\u0336\u0336",
		strings.Repeat("文", 130) + ".tar.gz", strings.Repeat("\u0301", 70), "CON" + strings.Repeat(" ", 300),
	}
}

func styleOf(windows bool) safename.Style {
	if windows {
		return safename.Windows
	}
	return safename.Unix
}

// checkComponent fails unless name is a single component without anything
// that acts.
func checkComponent(t *testing.T, name string, style safename.Style) {
	t.Helper()
	if name == "" || name == "." || name == ".." || !utf8.ValidString(name) || strings.Contains(name, "/") {
		t.Fatalf("%q is no component", name)
	}
	for _, r := range name {
		if unicode.IsControl(r) || strings.ContainsRune("\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u200e\u200f\ufeff", r) {
			t.Fatalf("%q has %U", name, r)
		}
	}
	if style == safename.Unix {
		return
	}
	if strings.ContainsAny(name, `\<>:"|?*`) || strings.HasSuffix(name, ".") || strings.HasSuffix(name, " ") {
		t.Fatalf("%q cannot be held by Windows", name)
	}
	stem, _, _ := strings.Cut(strings.ToLower(name), ".")
	switch strings.TrimRight(stem, " ") {
	case "con", "prn", "aux", "nul", "com1", "lpt9", "com²", "conin$":
		t.Fatalf("%q is a device of Windows", name)
	}
}

func FuzzClean(f *testing.F) {
	for _, name := range hostile() {
		f.Add(name, true)
		f.Add(name, false)
	}
	f.Fuzz(func(t *testing.T, name string, windows bool) {
		style := styleOf(windows)
		for _, clean := range []func(string, safename.Style) (string, bool){safename.Clean, safename.SingleFile} {
			got, changed := clean(name, style)
			checkComponent(t, got, style)
			if len(got) > 255 || utf8.RuneCountInString(got) > 120 || changed != (got != name) {
				t.Fatalf("%q: %q, %v", name, got, changed)
			}
			if again, changed := clean(got, style); changed {
				t.Fatalf("%q became %q, then %q", name, got, again)
			}
		}
		if got, _ := safename.SingleFile(name, style); got[0] == '.' {
			t.Fatalf("%q is hidden", got)
		}
	})
}

func FuzzPath(f *testing.F) {
	for _, name := range hostile() {
		f.Add("dir/"+name, true)
		f.Add(name+"/file", false)
	}
	f.Fuzz(func(t *testing.T, p string, windows bool) {
		style := styleOf(windows)
		got, err := safename.Path(p, style)
		if err != nil {
			if !errors.Is(err, safename.ErrUnsafe) || got != "" {
				t.Fatalf("%q, %v", got, err)
			}
			return
		}
		if !filepath.IsLocal(filepath.FromSlash(got)) || path.Clean(got) != got || strings.Count(got, "/") != strings.Count(p, "/") {
			t.Fatalf("%q became %q", p, got)
		}
		for part := range strings.SplitSeq(got, "/") {
			checkComponent(t, part, style)
		}
		if again, err := safename.Path(got, style); again != got || err != nil {
			t.Fatalf("%q became %q, then %q, %v", p, got, again, err)
		}
	})
}

func FuzzDisplay(f *testing.F) {
	for _, name := range hostile() {
		f.Add(name, 20)
	}
	f.Fuzz(func(t *testing.T, text string, most int) {
		most = min(max(most, 0), 1000)
		line, name, lines := safename.Display(text, most), safename.DisplayName(text, most), safename.DisplayText(text, most)
		for _, got := range []string{line, name, lines} {
			if !utf8.ValidString(got) || utf8.RuneCountInString(got) > most {
				t.Fatalf("%q: %q has more than %d runes", text, got, most)
			}
		}
		for _, r := range line + name + strings.NewReplacer("\n", "", "\t", "").Replace(lines) {
			if unicode.IsControl(r) || strings.ContainsRune("\u2028\u2029\u202d\u202e\u2067\u200f\u200b", r) {
				t.Fatalf("%q shows %U", text, r)
			}
		}
	})
}

func FuzzIncrement(f *testing.F) {
	for _, name := range hostile() {
		f.Add(name, 3)
	}
	f.Fuzz(func(t *testing.T, name string, n int) {
		name, _ = safename.Clean(name, safename.Windows)
		n = 1 + n&0xFFFF
		one, two := safename.Increment(name, n), safename.Increment(name, n+1)
		if one == two || one == name || len(one) > 255 || safename.Key(one) == safename.Key(two) {
			t.Fatalf("%q: %q, %q", name, one, two)
		}
		checkComponent(t, one, safename.Windows)
	})
}
