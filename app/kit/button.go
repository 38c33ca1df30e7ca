package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// Button is a button of a dialog: Enter presses it as the space bar does, and
// Escape leaves.
type Button struct {
	widget.Button
	Escaped func()
}

// NewButton returns a button.
func NewButton(text string, tapped, escaped func()) *Button {
	button := &Button{Escaped: escaped}
	button.Text, button.OnTapped = text, tapped
	button.ExtendBaseWidget(button)
	return button
}

// TypedKey is for Fyne.
func (b *Button) TypedKey(key *fyne.KeyEvent) {
	switch key.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		b.Tapped(nil)
	case fyne.KeyEscape:
		if b.Escaped != nil {
			b.Escaped()
		}
	default:
		b.Button.TypedKey(key)
	}
}
