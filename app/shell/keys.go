package shell

import (
	"runtime"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"

	"lanyard/app/kit"
)

// key is one shortcut of the window, pressed with Control or Command.
type key struct {
	name  fyne.KeyName
	shown string // on the keyboard
	words string
	act   func()
}

// keys are the shortcuts of the window. On macOS Fyne tells Control and Command
// apart; both work here.
func (s *Shell) keys() []key {
	return []key{
		{fyne.KeyN, "N", lang.L("Add somebody by address"), s.addPerson},
		{fyne.KeyO, "O", lang.L("Send files to the person of the conversation"), s.attach},
		{fyne.KeyD, "D", lang.L("Accept the newest offer of the conversation"), s.accept},
		{fyne.KeyI, "I", lang.L("About the person of the conversation"), s.about},
		{fyne.KeyR, "R", lang.L("Run commands"), s.runCommand},
		{fyne.KeyK, "K", lang.L("Clocks"), func() { s.showPage(pageClocks) }},
		{fyne.KeyB, "B", lang.L("Classic sockets"), func() { s.showPage(pageClassic) }},
		{fyne.KeyT, "T", lang.L("Transfers"), func() { s.showPage(pageTransfers) }},
		{fyne.KeyL, "L", lang.L("Log"), func() { s.showPage(pageAudit) }},
		{fyne.KeyComma, ",", lang.L("Settings"), func() { s.showPage(pageSettings) }},
		{fyne.KeyTab, "Tab", lang.L("The next conversation; with Shift the one before"), func() { s.step(1) }},
		{fyne.KeyW, "W", lang.L("Back to the conversation"), s.back},
		{fyne.KeySlash, "/", lang.L("This list"), s.showKeys},
	}
}

// showKeys lists the shortcuts.
func (s *Shell) showKeys() {
	var sheet *kit.Sheet
	leave := func() { sheet.Close() }
	sheet = kit.NewSheet(s.Window, lang.L("Keys"), 460, leave)
	modifier := "Ctrl+"
	if runtime.GOOS == "darwin" {
		modifier = "⌘ "
	}
	list := kit.Column(6)
	row := func(shown, words string) {
		list.Add(container.New(kit.Columns{Widths: []float32{96, -1}, Gap: 10},
			kit.NewLine(shown, theme.SizeNameText, theme.ColorNamePrimary),
			kit.NewCutLine(words, theme.SizeNameText, theme.ColorNameForeground)))
	}
	for _, one := range s.keys() {
		row(modifier+one.shown, one.words)
	}
	row(modifier+"1…9", lang.L("The conversation at this place of the list"))
	row("Esc", lang.L("Leave; in a question the safe answer"))
	closed := kit.NewButton(lang.L("Close"), leave)
	sheet.Fill([]fyne.CanvasObject{list}, closed)
	sheet.Open(closed)
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
	for _, one := range s.keys() {
		if one.name == pressed.KeyName {
			s.UI.Measure(one.act)
			return true
		}
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
		for _, one := range s.keys() {
			add(one.name, modifier)
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
