package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// SheetList is a list in a sheet: Escape leaves that.
type SheetList struct {
	widget.List
	sheet *Sheet
}

// NewSheetList returns a list of which only the rows on the screen exist.
// Pressed, which may be nil, is called for a row that is tapped or has the
// focus when the space bar is pressed; no row stays selected.
func NewSheetList(sheet *Sheet, length func() int, create func() fyne.CanvasObject, update func(at int, row fyne.CanvasObject), pressed func(at int)) *SheetList {
	l := &SheetList{sheet: sheet}
	l.Length, l.CreateItem = length, create
	l.UpdateItem = func(at int, row fyne.CanvasObject) {
		if at < length() {
			update(at, row)
		}
	}
	l.HideSeparators = true
	l.OnSelected = func(at int) {
		l.Unselect(at)
		if pressed != nil && at < length() {
			pressed(at)
		}
	}
	l.ExtendBaseWidget(l)
	return l
}

// TypedKey is for Fyne.
func (l *SheetList) TypedKey(key *fyne.KeyEvent) {
	if key.Name == fyne.KeyEscape {
		l.sheet.Hide()
		return
	}
	l.List.TypedKey(key)
}

// FocusGained is for Fyne.
func (l *SheetList) FocusGained() {
	l.List.FocusGained()
	l.sheet.Reveal(l)
}
