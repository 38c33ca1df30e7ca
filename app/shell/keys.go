package shell

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// keys are the shortcuts of the window. On macOS Fyne tells Control and
// Command apart; both work here.
func (s *Shell) keys() map[fyne.KeyName]func() {
	return map[fyne.KeyName]func(){
		fyne.KeyN:     s.addPerson,
		fyne.KeyO:     s.attach,
		fyne.KeyD:     s.accept,
		fyne.KeyI:     s.about,
		fyne.KeyT:     func() { s.showPage(pageTransfers) },
		fyne.KeyL:     func() { s.showPage(pageAudit) },
		fyne.KeyR:     s.runCommand,
		fyne.KeyK:     func() { s.showPage(pageClocks) },
		fyne.KeyComma: func() { s.showPage(pageSettings) },
		fyne.KeyTab:   func() { s.step(1) },
		fyne.KeyW:     s.back,
	}
}

// shortcut does what a shortcut stands for and reports whether it is one of
// the window's.
func (s *Shell) shortcut(shortcut fyne.Shortcut) bool {
	pressed, ok := shortcut.(*desktop.CustomShortcut)
	if !ok || len(s.Window.Canvas().Overlays().List()) > 0 {
		return false
	}
	const shift = fyne.KeyModifierShift
	if held := pressed.Modifier &^ shift; held != fyne.KeyModifierControl && held != fyne.KeyModifierSuper {
		return false
	}
	if pressed.Modifier&shift != 0 {
		if pressed.KeyName == fyne.KeyTab {
			s.step(-1)
			return true
		}
		return false
	}
	if digit := pressed.KeyName; len(digit) == 1 && digit >= fyne.Key1 && digit <= fyne.Key9 {
		s.openNumber(int(digit[0] - '1'))
		return true
	}
	if act := s.keys()[pressed.KeyName]; act != nil {
		s.UI.Measure(act)
		return true
	}
	return false
}

// addShortcuts lets them work while nothing has the focus.
func (s *Shell) addShortcuts() {
	canvas := s.Window.Canvas()
	add := func(key fyne.KeyName, modifier fyne.KeyModifier) {
		canvas.AddShortcut(&desktop.CustomShortcut{KeyName: key, Modifier: modifier}, func(pressed fyne.Shortcut) { s.shortcut(pressed) })
	}
	for _, modifier := range []fyne.KeyModifier{fyne.KeyModifierControl, fyne.KeyModifierSuper} {
		for key := range s.keys() {
			add(key, modifier)
		}
		for digit := '1'; digit <= '9'; digit++ {
			add(fyne.KeyName(digit), modifier)
		}
		add(fyne.KeyTab, modifier|fyne.KeyModifierShift)
	}
	canvas.SetOnTypedKey(func(key *fyne.KeyEvent) {
		if key.Name != fyne.KeyEscape {
			return
		}
		if top := canvas.Overlays().Top(); top != nil {
			top.Hide()
			return
		}
		s.UI.Measure(s.back)
	})
}

// attach opens the dialog that gathers files for the conversation.
func (s *Shell) attach() {
	if s.page == pageConversation {
		s.timeline.Attach()
	}
}

// accept takes the newest offer of the conversation.
func (s *Shell) accept() {
	if s.page == pageConversation {
		s.timeline.AcceptNewest()
	}
}

// step opens the conversation some places below the open one.
func (s *Shell) step(by int) {
	if person, found := s.list.Step(by); found {
		s.Open(person)
	}
}

// openNumber opens the conversation at a place of the list, from 0.
func (s *Shell) openNumber(place int) {
	everyone := s.list.People()
	if place < len(everyone) {
		s.Open(everyone[place])
	}
}
