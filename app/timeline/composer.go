package timeline

import (
	"math"
	"strings"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
)

const (
	mostRows = 6
	// Fyne wraps the whole text again at every key, in time that grows with the
	// square of a paragraph: beyond these a text scrolls sideways instead, and is
	// not typed but sent as it was pasted.
	wrapRunes  = 600
	pasteRunes = 3000
	pasteLines = 100
)

// composer is the entry in which messages are written: Enter sends, Shift and
// Enter breaks the line.
type composer struct {
	widget.Entry
	Send      func(text string)
	Pasted    func(text string) bool // a long text or files; true: dealt with
	Paged     func(by float32)       // the conversation is to be scrolled by pages
	Escaped   func()                 // nil: Escape does what it does in every entry
	Grown     func()                 // it wants another height
	Shortcuts kit.Shortcuts

	composing int  // keys that an input method holds back
	shift     bool // as told by its own keys, for drivers that know no modifiers
	rows      int
}

func newComposer() *composer {
	c := &composer{rows: 1}
	c.MultiLine = true
	c.Wrapping = fyne.TextWrapBreak
	c.Scroll = fyne.ScrollVerticalOnly
	c.ExtendBaseWidget(c)
	c.SetMinRowsVisible(1)
	c.OnChanged = func(string) { c.fit() }
	return c
}

// AcceptsTab lets Tab move on to the next widget, as everywhere else.
func (c *composer) AcceptsTab() bool { return false }

// KeyDown is for Fyne. On X11 and macOS keys are told to the window even while
// an input method composes; only their characters are held back until it is
// done. A letter without a character therefore means: composing.
func (c *composer) KeyDown(key *fyne.KeyEvent) {
	c.shift = c.shift || isShift(key.Name)
	if len(key.Name) == 1 && modifiers()&^fyne.KeyModifierShift == 0 {
		c.composing++
	}
	c.Entry.KeyDown(key)
}

// KeyUp is for Fyne.
func (c *composer) KeyUp(key *fyne.KeyEvent) {
	c.shift = c.shift && !isShift(key.Name)
	c.Entry.KeyUp(key)
}

// FocusLost is for Fyne.
func (c *composer) FocusLost() {
	c.composing, c.shift = 0, false
	c.Entry.FocusLost()
}

// TypedRune is for Fyne.
func (c *composer) TypedRune(r rune) {
	c.composing = 0
	if r == ' ' && c.Text == "" {
		return // Space pressed a button, and its character comes to who has the focus now
	}
	c.Entry.TypedRune(r)
}

// TypedKey is for Fyne.
func (c *composer) TypedKey(key *fyne.KeyEvent) {
	if c.heldBack(key.Name) {
		return
	}
	switch key.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		if !c.shift && modifiers()&fyne.KeyModifierShift == 0 {
			c.send()
			return
		}
	case fyne.KeyEscape:
		if c.Escaped != nil {
			c.Escaped()
			return
		}
	case fyne.KeyPageUp:
		c.Paged(-1)
		return
	case fyne.KeyPageDown:
		c.Paged(1)
		return
	}
	c.Entry.TypedKey(key)
}

// heldBack reports whether a key belongs to an input method: Enter ends the
// composing, Backspace takes back what was composed, not what was written.
func (c *composer) heldBack(key fyne.KeyName) bool {
	if c.composing == 0 {
		return false
	}
	switch key {
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeyEscape:
		c.composing = 0
		return true
	case fyne.KeyBackspace:
		c.composing--
		return true
	}
	return false
}

// TypedShortcut is for Fyne.
func (c *composer) TypedShortcut(shortcut fyne.Shortcut) {
	c.composing = 0
	switch shortcut := shortcut.(type) {
	case *desktop.CustomShortcut:
		if shortcut.Modifier&(fyne.KeyModifierControl|fyne.KeyModifierSuper) != 0 && (shortcut.KeyName == fyne.KeyReturn || shortcut.KeyName == fyne.KeyEnter) {
			c.send()
			return
		}
	case *fyne.ShortcutPaste:
		if text := shortcut.Clipboard.Content(); isLong(text) || isFiles(text) {
			if c.Pasted(text) {
				return
			}
		}
	}
	if c.Shortcuts == nil || !c.Shortcuts(shortcut) {
		c.Entry.TypedShortcut(shortcut)
	}
}

func (c *composer) send() {
	text := strings.TrimSpace(c.Text)
	if text != "" {
		c.Send(text)
	}
}

// fit makes the entry as tall as its text, within bounds.
func (c *composer) fit() {
	longest, rows := 0, 0
	width := max(c.Size().Width-4*theme.InnerPadding(), 100)
	for line := range strings.SplitSeq(c.Text, "\n") {
		runes := utf8.RuneCountInString(line)
		longest = max(longest, runes)
		if rows < mostRows && runes > 0 && runes <= wrapRunes {
			wide := fyne.MeasureText(line, theme.TextSize(), fyne.TextStyle{}).Width
			rows += max(int(math.Ceil(float64(wide/width))), 1)
		} else {
			rows++
		}
	}
	wrapping, scroll := fyne.TextWrapBreak, fyne.ScrollVerticalOnly
	if longest > wrapRunes {
		wrapping, scroll = fyne.TextWrapOff, fyne.ScrollBoth
	}
	if wrapping != c.Wrapping {
		c.Wrapping, c.Scroll = wrapping, scroll
		c.Refresh()
	}
	if rows = min(max(rows, 1), mostRows); rows != c.rows {
		c.rows = rows
		c.SetMinRowsVisible(rows)
		c.Grown()
	}
}

func isLong(text string) bool {
	return utf8.RuneCountInString(text) > pasteRunes || strings.Count(text, "\n") > pasteLines
}

// isFiles reports whether a text is what a file manager copies: a file URI a line.
func isFiles(text string) bool { return strings.HasPrefix(text, "file://") }

func isShift(key fyne.KeyName) bool {
	return key == desktop.KeyShiftLeft || key == desktop.KeyShiftRight
}

// modifiers are the keys held down now; test drivers have none.
func modifiers() fyne.KeyModifier {
	if driver, ok := fyne.CurrentApp().Driver().(desktop.Driver); ok {
		return driver.CurrentKeyModifiers()
	}
	return 0
}
