package kit

import (
	"time"

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

// NewCareful returns a button that Enter does not press.
func NewCareful(text string, tapped func()) *Button {
	button := NewButton(text, tapped)
	button.Careful = true
	return button
}

// ArmDelay is how long a button that gives something stays off after it
// appeared, so that a click meant for what was there before does not hit it.
const ArmDelay = 700 * time.Millisecond

// Arm turns a button on after a moment. The button is returned.
func Arm(ui *UI, button *Button) *Button {
	button.Disable()
	After(ui, ArmDelay, func() { button.Enable() })
	return button
}
