package kit

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
)

// monoLines returns what is drawn, line by line.
func monoLines(m *Mono) []string {
	var lines []string
	top := float32(-1)
	for _, object := range test.WidgetRenderer(m).Objects() {
		text := object.(*canvas.Text)
		line := object.Position().Y + object.Size().Height/2
		if line-top > 2 || top < 0 {
			lines = append(lines, "")
		}
		top = line
		lines[len(lines)-1] += text.Text
	}
	return lines
}

func newMonoTest(t *testing.T, text string, wide float32) *Mono {
	t.Helper()
	app := test.NewTempApp(t)
	look, err := NewTheme("light")
	if err != nil {
		t.Fatal(err)
	}
	app.Settings().SetTheme(look)
	m := NewMono(text, theme.SizeNameText, theme.ColorNameForeground)
	m.Resize(fyne.NewSize(wide, 20))
	return m
}

func TestNothingOfACommandIsLostWhereItBreaks(t *testing.T) {
	text := `tar -cf "two  words" 文档 -- ` + strings.Repeat("x ", 200) + "end"
	m := newMonoTest(t, text, 300)
	lines := monoLines(m)
	if strings.Join(lines, "") != text || len(lines) < 10 {
		t.Errorf("%d lines: %q", len(lines), lines)
	}
	for _, object := range test.WidgetRenderer(m).Objects() {
		if right := object.Position().X + object.Size().Width; right > 302 {
			t.Errorf("%q ends at %v", object.(*canvas.Text).Text, right)
		}
	}
	if high, want := m.MinSize().Height, float32(len(lines)); high < 15*want || high > 30*want {
		t.Errorf("%v high for %v lines", high, want)
	}
}

func TestALongTextIsCutAndSaysSo(t *testing.T) {
	m := newMonoTest(t, strings.Repeat("line\n", 50), 300)
	m.Most = 3
	m.Refresh()
	if lines := monoLines(m); len(lines) != 3 {
		t.Errorf("%q", lines)
	}
	m.SetText(strings.Repeat("x", 1000))
	lines := monoLines(m)
	if len(lines) != 3 || !strings.HasSuffix(lines[2], "…") {
		t.Errorf("%q", lines)
	}
}

func TestAnotherRendererKeepsTheHeight(t *testing.T) {
	m := newMonoTest(t, strings.Repeat("word ", 40), 400)
	before := m.MinSize().Height
	fresh := m.CreateRenderer() // as Fyne makes one for what was not seen for a while
	if high := fresh.MinSize().Height; high != before {
		t.Errorf("%v high, then %v", before, high)
	}
}

func TestWhatHasNoGlyphIsNumbered(t *testing.T) {
	m := newMonoTest(t, "a\U00012000b", 300)
	m.Exact = true
	m.Refresh()
	if got := strings.Join(monoLines(m), ""); got != "aU+12000b" {
		t.Errorf("%q", got)
	}
}
