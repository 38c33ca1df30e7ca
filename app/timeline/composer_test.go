package timeline

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
)

func typed(t *testing.T) (*composer, *[]string) {
	t.Helper()
	test.NewTempApp(t)
	c := newComposer()
	var sent []string
	c.Send = func(text string) { sent = append(sent, text); c.SetText("") }
	c.Grown = func() {}
	window := test.NewTempWindow(t, c)
	window.Resize(fyne.NewSize(400, 200))
	window.Canvas().Focus(c)
	return c, &sent
}

func press(c *composer, key fyne.KeyName) { c.TypedKey(&fyne.KeyEvent{Name: key}) }

func TestEnterSendsAndShiftEnterBreaks(t *testing.T) {
	c, sent := typed(t)
	test.Type(c, "你好，hello 😀")
	c.KeyDown(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
	press(c, fyne.KeyReturn)
	c.KeyUp(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
	test.Type(c, "second")
	if len(*sent) != 0 {
		t.Fatalf("Shift+Enter sent %q", *sent)
	}
	press(c, fyne.KeyReturn)
	if len(*sent) != 1 || (*sent)[0] != "你好，hello 😀\nsecond" {
		t.Fatalf("sent %q", *sent)
	}
	press(c, fyne.KeyEnter)
	if len(*sent) != 1 {
		t.Error("an empty text was sent")
	}
	test.Type(c, "third")
	c.TypedShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyReturn, Modifier: fyne.KeyModifierControl})
	if len(*sent) != 2 || (*sent)[1] != "third" {
		t.Errorf("Ctrl+Enter: sent %q", *sent)
	}
}

// An input method on X11 lets the keys through while it composes; only the
// characters come later, at once.
func TestEnterOfAnInputMethodDoesNotSend(t *testing.T) {
	c, sent := typed(t)
	test.Type(c, "我")
	for _, key := range "NIHAO" {
		c.KeyDown(&fyne.KeyEvent{Name: fyne.KeyName(string(key))})
	}
	c.KeyDown(&fyne.KeyEvent{Name: fyne.KeyBackspace})
	press(c, fyne.KeyBackspace)
	if c.Text != "我" {
		t.Errorf("Backspace while composing left %q", c.Text)
	}
	press(c, fyne.KeyReturn)
	test.Type(c, "你好")
	if len(*sent) != 0 {
		t.Fatalf("sent %q", *sent)
	}
	c.KeyDown(&fyne.KeyEvent{Name: fyne.KeyReturn})
	press(c, fyne.KeyReturn)
	if len(*sent) != 1 || (*sent)[0] != "我你好" {
		t.Errorf("sent %q", *sent)
	}
}

func TestComposerGrowsWithItsText(t *testing.T) {
	c, _ := typed(t)
	for lines, want := range map[int]int{1: 1, 3: 3, 40: mostRows} {
		c.SetText(strings.TrimSuffix(strings.Repeat("x\n", lines), "\n"))
		if c.rows != want {
			t.Errorf("%d lines: %d rows, want %d", lines, c.rows, want)
		}
	}
}

func TestLongTextsAreNotPastedIntoTheEntry(t *testing.T) {
	c, _ := typed(t)
	var pasted string
	c.Pasted = func(text string) bool { pasted = text; return true }
	clipboard := test.NewClipboard()
	long := strings.Repeat("long ", 10_000)
	clipboard.SetContent(long)
	start := time.Now()
	c.TypedShortcut(&fyne.ShortcutPaste{Clipboard: clipboard})
	if pasted != long || c.Text != "" {
		t.Error("a long text went into the entry")
	}
	if took := time.Since(start); took > time.Second {
		t.Errorf("it took %v", took)
	}
	clipboard.SetContent("short")
	c.TypedShortcut(&fyne.ShortcutPaste{Clipboard: clipboard})
	if c.Text != "short" {
		t.Errorf("pasted %q", c.Text)
	}
}

func TestTabLeavesTheEntry(t *testing.T) {
	c, _ := typed(t)
	if c.AcceptsTab() {
		t.Error("Tab is caught in the entry")
	}
}

func TestFileURIs(t *testing.T) {
	got := filesIn("file:///home/a/%E4%BD%A0%20b.txt\r\nfile:///c\nhttp://x/y\n")
	if len(got) != 2 || got[0] != "/home/a/你 b.txt" || got[1] != "/c" {
		t.Errorf("got %q", got)
	}
}
