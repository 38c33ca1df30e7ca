package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// Choice is a list of values to choose from; Escape leaves its sheet.
type Choice struct {
	widget.Select
	sheet *Sheet
}

// NewChoice returns a list of values in a sheet.
func NewChoice(words []string, changed func(string), sheet *Sheet) *Choice {
	c := &Choice{sheet: sheet}
	c.Options, c.OnChanged = words, changed
	c.ExtendBaseWidget(c)
	return c
}

// TypedKey is for Fyne.
func (c *Choice) TypedKey(key *fyne.KeyEvent) {
	if key.Name == fyne.KeyEscape {
		c.sheet.Hide()
		return
	}
	c.Select.TypedKey(key)
}

// FocusGained is for Fyne.
func (c *Choice) FocusGained() {
	c.Select.FocusGained()
	c.sheet.Reveal(c)
}

// Tick is a box to tick; Escape leaves its sheet.
type Tick struct {
	widget.Check
	sheet *Sheet
}

// NewTick returns a box to tick in a sheet.
func NewTick(text string, changed func(bool), sheet *Sheet) *Tick {
	t := &Tick{sheet: sheet}
	t.Text, t.OnChanged = text, changed
	t.ExtendBaseWidget(t)
	return t
}

// TypedKey is for Fyne.
func (t *Tick) TypedKey(key *fyne.KeyEvent) {
	if key.Name == fyne.KeyEscape {
		t.sheet.Hide()
	}
}

// FocusGained is for Fyne.
func (t *Tick) FocusGained() {
	t.Check.FocusGained()
	t.sheet.Reveal(t)
}
