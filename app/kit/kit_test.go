package kit

import (
	"context"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"lanyard/assets"
	"lanyard/netcore"
)

func tables(t *testing.T) (english, chinese map[string]any) {
	t.Helper()
	for data, into := range map[*[]byte]*map[string]any{&assets.English: &english, &assets.Chinese: &chinese} {
		if err := json.Unmarshal(*data, into); err != nil {
			t.Fatal(err)
		}
	}
	return english, chinese
}

func TestBothLanguagesSayTheSame(t *testing.T) {
	english, chinese := tables(t)
	field := regexp.MustCompile(`{{\.\w+}}`)
	fields := func(text string) []string { // in whatever order a language has them
		found := field.FindAllString(text, -1)
		slices.Sort(found)
		return found
	}
	for key, words := range english {
		other, both := chinese[key]
		if !both {
			t.Errorf("no Chinese for %q", key)
			continue
		}
		plural, isPlural := words.(map[string]any)
		otherPlural, otherIsPlural := other.(map[string]any)
		if isPlural != otherIsPlural {
			t.Errorf("%q is plural in one language only", key)
		} else if isPlural && len(plural) != len(otherPlural) {
			t.Errorf("%q: the Chinese words are loaded under the system's language and need its forms", key)
		} else if !isPlural && !slices.Equal(fields(key), fields(other.(string))) {
			t.Errorf("%q: other fields in %q", key, other)
		}
	}
	for key := range chinese {
		if _, both := english[key]; !both {
			t.Errorf("no English for %q", key)
		}
	}
}

func TestAllWordsInTheCodeAreTranslated(t *testing.T) {
	english, _ := tables(t)
	used := regexp.MustCompile(`(?:lang\.[LN]|\badd)\("((?:[^"\\]|\\.)*)"`)
	err := filepath.WalkDir("..", func(path string, _ os.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		for _, match := range used.FindAllStringSubmatch(string(source), -1) {
			if _, known := english[match[1]]; !known {
				t.Errorf("%s: no words for %q", path, match[1])
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// constants returns the values of all constants of a type in a file of netcore.
func constants(t *testing.T, file, typeName string) []string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", "..", "netcore", file), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var values []string
	ast.Inspect(parsed, func(node ast.Node) bool {
		spec, ok := node.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		if name, named := spec.Type.(*ast.Ident); named && name.Name == typeName {
			value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			values = append(values, value)
		}
		return true
	})
	if len(values) < 3 {
		t.Fatalf("only %d constants of %s found", len(values), typeName)
	}
	return values
}

func TestEveryReasonAndStateHasWords(t *testing.T) {
	test.NewTempApp(t)
	for _, language := range []string{LanguageEnglish, LanguageChinese} {
		if err := UseLanguage(language); err != nil {
			t.Fatal(err)
		}
		check := func(value, words string) {
			if words == "" || HasHan(words) != (language == LanguageChinese) {
				t.Errorf("%s: %q says %q", language, value, words)
			}
		}
		for _, reason := range constants(t, "reason.go", "Reason") {
			check(reason, ReasonWords(netcore.Reason(reason)))
		}
		for _, state := range constants(t, "types.go", "State") {
			check(state, StateWords(netcore.State(state)))
		}
		for _, what := range constants(t, "trust_types.go", "AuditWhat") {
			check(what, AuditWords(netcore.AuditWhat(what)))
		}
		for _, outcome := range constants(t, "trust_types.go", "AuditOutcome") {
			check(outcome, OutcomeWords(netcore.AuditOutcome(outcome)))
		}
		for _, commands := range constants(t, "trust_types.go", "CommandsPermission") {
			check(commands, CommandsWords(netcore.CommandsPermission(commands)))
		}
		for _, by := range constants(t, "trust_types.go", "VerifiedBy") {
			check(by, VerifiedWords(netcore.VerifiedBy(by)))
		}
	}
}

func TestLanguageSwitchesLive(t *testing.T) {
	for language, want := range map[string]string{LanguageChinese: "取消", LanguageEnglish: "Cancel"} {
		if err := UseLanguage(language); err != nil {
			t.Fatal(err)
		}
		if got := lang.L("Cancel"); got != want {
			t.Errorf("%s: %q, want %q", language, got, want)
		}
	}
	if got := FileCount(1) + FileCount(2); got != "1 file2 files" && got != "1 个文件2 个文件" {
		t.Errorf("counts: %q", got)
	}
}

func TestThemeWritesHanAndLatinWithOneFace(t *testing.T) {
	look, err := NewTheme("dark")
	if err != nil {
		t.Fatal(err)
	}
	for _, style := range []fyne.TextStyle{{}, {Bold: true}, {Italic: true}} {
		if look.Font(style).Name() != "LanyardSansSC-Regular.otf" {
			t.Errorf("%+v: %s", style, look.Font(style).Name())
		}
	}
	if look.Variant(theme.VariantLight) != theme.VariantDark || look.With("").Variant(theme.VariantLight) != theme.VariantLight {
		t.Error("the choice of the look does not count")
	}
}

func TestCharactersWithoutEndDoNotFillTheFontCache(t *testing.T) {
	look, err := NewTheme("")
	if err != nil {
		t.Fatal(err)
	}
	plain := "Hi 你好，龘 ￥ 😀 ✓ Ж ─"
	if got := look.drawn.drawable(plain); got != plain {
		t.Errorf("%q became %q", plain, got)
	}
	korean := "안녕하세요"
	if got := look.drawn.drawable(korean); got != korean {
		t.Errorf("%q became %q", korean, got)
	}
	for first := rune(0x20000); first < 0x28000; first += 500 {
		var text strings.Builder
		for r := first; r < first+500; r++ {
			text.WriteRune(r)
		}
		look.With("dark").drawn.drawable(text.String())
	}
	if len(look.drawn.foreign) > foreignMost {
		t.Errorf("%d characters were let through", len(look.drawn.foreign))
	}
	if got := look.drawn.drawable(korean + "\U00028001"); got != korean+string(missing) {
		t.Errorf("got %q", got)
	}
}

func TestNeutral(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"plain", "Hi 你好 😀", "Hi 你好 😀"},
		{"family", "👨‍👩‍👧", "👨‍👩‍👧"},
		{"override", "a\u202Etxt.exe", "a\uFFFDtxt.exe"},
		{"isolate", "a\u2066b\u2069", "a\uFFFDb\uFFFD"},
		{"escape", "\x1b[31mred", "\uFFFD[31mred"},
		{"zero width", "a\u200bb", "a\uFFFDb"},
		{"broken", "a\xffb", "a\uFFFDb"},
		{"return", "a\rb", "ab"},
	} {
		if got := Neutral(c.in); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	if got := Neutral("e" + strings.Repeat("\u0301", 500)); utf8.RuneCountInString(got) > 1+maxMarks {
		t.Errorf("%d marks on one letter", utf8.RuneCountInString(got)-1)
	}
}

func FuzzBounded(f *testing.F) {
	f.Add("plain")
	f.Add(strings.Repeat("a", 64<<10))
	f.Add(strings.Repeat("\n", 10_000))
	f.Add("\u202e\x00\xff")
	f.Fuzz(func(t *testing.T, text string) {
		shown, cut := Bounded(text)
		if utf8.RuneCountInString(shown) > BubbleRunes+BubbleLines || strings.Count(shown, "\n") >= BubbleLines {
			t.Errorf("%d runes on %d lines", utf8.RuneCountInString(shown), strings.Count(shown, "\n")+1)
		}
		if !utf8.ValidString(shown) {
			t.Error("not UTF-8")
		}
		for line := range strings.SplitSeq(shown, "\n") {
			if utf8.RuneCountInString(line) > ParagraphMost {
				t.Errorf("a paragraph of %d runes", utf8.RuneCountInString(line))
			}
		}
		if !cut && len(text) > 0 && shown == "" && strings.Trim(text, "\r\n\u0300") != "" && Neutral(text) != "" {
			t.Errorf("%q is not shown", text)
		}
	})
}

func TestSizesAreWrittenAsPeopleReadThem(t *testing.T) {
	for size, want := range map[int64]string{0: "0 B", 999: "999 B", 1000: "1.00 KB", 12_345: "12.3 KB", 999_600: "1.00 MB", 2 << 30: "2.15 GB", 5e15: "5.00 PB"} {
		if got := Bytes(size); got != want {
			t.Errorf("%d: %q, want %q", size, got, want)
		}
	}
}

func TestStatsKnowTheLongestCallback(t *testing.T) {
	ui := NewUI(func(f func()) { f() })
	ui.Post(func() {})
	ui.Post(func() {
		for start := time.Now(); time.Since(start) < 2*time.Millisecond; {
		}
	})
	if stats := ui.Stats(); stats.Callbacks != 2 || stats.Longest < 2*time.Millisecond {
		t.Errorf("got %+v", stats)
	}
	ui.Close()
	ui.Post(func() { t.Error("ran after Close") })
	ui.Go(func(context.Context) { t.Error("started after Close") })
}

func TestALastLineSaysThatFilesAreHeld(t *testing.T) {
	for language, want := range map[string]string{LanguageEnglish: "You: Paused: plan.pdf", LanguageChinese: "我：[已暂停] plan.pdf"} {
		if err := UseLanguage(language); err != nil {
			t.Fatal(err)
		}
		if got := PreviewWords(netcore.Preview{Kind: netcore.KindFile, Text: "plan.pdf", Outgoing: true, Paused: true}); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if err := UseLanguage(LanguageEnglish); err != nil {
		t.Fatal(err)
	}
}

func TestOfAPathTheEndStays(t *testing.T) {
	test.NewTempApp(t)
	said := func(line *Line) string {
		renderer := test.WidgetRenderer(line)
		renderer.Layout(fyne.NewSize(120, 20))
		return renderer.Objects()[0].(*canvas.Text).Text
	}
	const path = "photos/2024/summer/IMG_0001.jpg"
	if got := said(NewCutLine(path, theme.SizeNameText, theme.ColorNameForeground)); !strings.HasPrefix(got, "photos/") || !strings.HasSuffix(got, "…") {
		t.Errorf("a name is cut to %q", got)
	}
	if got := said(NewPathLine(path, theme.SizeNameText, theme.ColorNameForeground)); !strings.HasPrefix(got, "…") || !strings.HasSuffix(got, "IMG_0001.jpg") {
		t.Errorf("a path is cut to %q", got)
	}
}
