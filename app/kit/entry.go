package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// Shortcuts handles a shortcut that an entry has no use for and reports
// whether it did. Fyne gives the shortcuts of the window to nobody else while
// an entry has the focus.
type Shortcuts func(fyne.Shortcut) bool

// Entry is a one-line entry that passes on the shortcuts of the window and
// leaves with Escape.
type Entry struct {
	widget.Entry
	Shortcuts Shortcuts
	Escaped   func()
	Reached   func(fyne.CanvasObject) // it has got the focus; may be nil
}

// NewEntry returns an entry for one line.
func NewEntry(shortcuts Shortcuts) *Entry {
	entry := &Entry{Shortcuts: shortcuts}
	entry.ExtendBaseWidget(entry)
	return entry
}

// FocusGained is for Fyne.
func (e *Entry) FocusGained() {
	e.Entry.FocusGained()
	if e.Reached != nil {
		e.Reached(e)
	}
}

// TypedShortcut is for Fyne.
func (e *Entry) TypedShortcut(shortcut fyne.Shortcut) {
	if e.Shortcuts == nil || !e.Shortcuts(shortcut) {
		e.Entry.TypedShortcut(shortcut)
	}
}

// TypedKey is for Fyne.
func (e *Entry) TypedKey(key *fyne.KeyEvent) {
	if key.Name == fyne.KeyEscape && e.Escaped != nil {
		e.Escaped()
		return
	}
	e.Entry.TypedKey(key)
}
