package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// Button is a button of a sheet: Escape leaves, and Enter presses it as the
// space bar does, unless it is marked as dangerous or careful.
type Button struct {
	widget.Button
	Escaped func()
	Careful bool                    // Enter, which people press without reading, does not press it
	Reached func(fyne.CanvasObject) // it has got the focus; may be nil
}

// NewButton returns a button.
func NewButton(text string, tapped func()) *Button {
	button := &Button{}
	button.Text, button.OnTapped = text, tapped
	button.ExtendBaseWidget(button)
	return button
}

// FocusGained is for Fyne.
func (b *Button) FocusGained() {
	b.Button.FocusGained()
	if b.Reached != nil {
		b.Reached(b)
	}
}

// TypedKey is for Fyne.
func (b *Button) TypedKey(key *fyne.KeyEvent) {
	switch key.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		if b.Importance != widget.DangerImportance && !b.Careful {
			b.Tapped(nil)
		}
	case fyne.KeyEscape:
		if b.Escaped != nil {
			b.Escaped()
		}
	default:
		b.Button.TypedKey(key)
	}
}
