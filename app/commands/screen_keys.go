package commands

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// sideStep is how many columns the keys move sideways.
const sideStep = 8

// FocusGained is for Fyne.
func (s *screen) FocusGained() {
	s.focused = true
	s.Refresh()
}

// FocusLost is for Fyne.
func (s *screen) FocusLost() {
	s.focused, s.shift = false, false
	s.Refresh()
}

// TypedRune is for Fyne.
func (s *screen) TypedRune(rune) {}

// KeyDown is for Fyne.
func (s *screen) KeyDown(key *fyne.KeyEvent) { s.shiftKey(key, true) }

// KeyUp is for Fyne.
func (s *screen) KeyUp(key *fyne.KeyEvent) { s.shiftKey(key, false) }

func (s *screen) shiftKey(key *fyne.KeyEvent, down bool) {
	if key.Name == desktop.KeyShiftLeft || key.Name == desktop.KeyShiftRight {
		s.shift = down
	}
}

// TypedKey is for Fyne.
func (s *screen) TypedKey(key *fyne.KeyEvent) {
	switch key.Name {
	case fyne.KeyUp:
		s.walk(-1)
	case fyne.KeyDown:
		s.walk(1)
	case fyne.KeyPageUp:
		s.walk(-s.rows())
	case fyne.KeyPageDown:
		s.walk(s.rows())
	case fyne.KeyHome:
		s.walk(-s.total)
	case fyne.KeyEnd:
		s.walk(s.total)
	case fyne.KeyLeft:
		s.sideways(-sideStep)
	case fyne.KeyRight:
		s.sideways(sideStep)
	case fyne.KeyF3:
		s.step(s.shift)
	case fyne.KeyEscape:
		s.leave()
	}
}

// leave takes the choice back, else it leaves.
func (s *screen) leave() {
	if s.anchor >= 0 {
		s.choose(-1, -1)
		s.Refresh()
		return
	}
	s.escaped()
}

// walk moves by lines; with Shift it chooses them.
func (s *screen) walk(lines int) {
	if !s.shift {
		s.scrollTo(s.top + lines)
		return
	}
	if s.total == 0 {
		return
	}
	if s.anchor < 0 {
		s.choose(s.top, s.top)
	}
	s.choose(s.anchor, min(max(s.caret+lines, 0), s.total-1))
	s.reveal(s.caret)
}

func (s *screen) sideways(columns int) {
	s.left = min(max(s.left+columns, 0), max(s.widest-s.columns(), 0))
	s.Refresh()
}

// TypedShortcut is for Fyne.
func (s *screen) TypedShortcut(shortcut fyne.Shortcut) {
	switch shortcut := shortcut.(type) {
	case *fyne.ShortcutCopy:
		s.copied()
		return
	case *fyne.ShortcutSelectAll:
		if s.total > 0 {
			s.choose(0, s.total-1)
			s.Refresh()
		}
		return
	case *desktop.CustomShortcut:
		if isFind(shortcut) {
			s.search()
			return
		}
	}
	if s.keys != nil {
		s.keys(shortcut)
	}
}

// isFind reports whether keys are those for searching.
func isFind(pressed *desktop.CustomShortcut) bool {
	return pressed.KeyName == fyne.KeyF && (pressed.Modifier == fyne.KeyModifierControl || pressed.Modifier == fyne.KeyModifierSuper)
}

// Scrolled is for Fyne.
func (s *screen) Scrolled(event *fyne.ScrollEvent) {
	if event.Scrolled.DX != 0 {
		s.sideways(-int(event.Scrolled.DX / s.faces.cell.Width))
	}
	s.rest -= event.Scrolled.DY / s.faces.cell.Height * 2
	if lines := int(s.rest); lines != 0 {
		s.rest -= float32(lines)
		s.scrollTo(s.top + lines)
	}
}

// lineAt returns the line below a place, negative if there is none.
func (s *screen) lineAt(at fyne.Position) int {
	if s.total == 0 {
		return -1
	}
	row := int((at.Y - screenPad) / s.faces.cell.Height)
	return min(max(s.top+row, 0), s.total-1)
}

// MouseDown is for Fyne: it chooses a line, with Shift all up to it.
func (s *screen) MouseDown(event *desktop.MouseEvent) {
	s.window.Canvas().Focus(s)
	line := s.lineAt(event.Position)
	if line < 0 || event.Button != desktop.MouseButtonPrimary {
		return
	}
	if event.Modifier&fyne.KeyModifierShift != 0 && s.anchor >= 0 {
		s.choose(s.anchor, line)
	} else {
		s.choose(line, line)
	}
	s.setFollow(false)
	s.Refresh()
}

// MouseUp is for Fyne.
func (s *screen) MouseUp(*desktop.MouseEvent) {}

// Dragged is for Fyne: it chooses all lines on the way.
func (s *screen) Dragged(event *fyne.DragEvent) {
	if s.anchor < 0 {
		return
	}
	s.choose(s.anchor, s.lineAt(event.Position))
	switch {
	case event.Position.Y < 0:
		s.scrollTo(s.top - 1)
	case event.Position.Y > s.Size().Height:
		s.scrollTo(s.top + 1)
	}
	s.Refresh()
}

// DragEnd is for Fyne.
func (s *screen) DragEnd() {}
