package trust

import (
	"context"
	"errors"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/netcore"
	"lanyard/netcore/identity"
)

// idMost is how much of what was pasted is looked at, in bytes.
const idMost = 400

// CompareID asks for the whole device ID of a person, which they tell by
// another way, and compares it.
func (d *Desk) CompareID(person netcore.Person) {
	var s *kit.Sheet
	leave := func() { s.Close() }
	s = kit.NewSheet(d.host.Window, lang.L("Compare the device ID of “{{.Name}}”", named(person)), 520, leave)
	entry := kit.NewEntry(nil)
	entry.Escaped = leave
	entry.SetPlaceHolder("XXXXXXX-XXXXXXX-…")
	status := kit.NewParagraph("", theme.SizeNameText, theme.ColorNameForeground)
	status.Hide()
	compare := strong(kit.NewButton(lang.L("Compare"), nil), widget.HighImportance)
	cancel := kit.NewButton(lang.L("Cancel"), leave)
	say := func(words string, color fyne.ThemeColorName) {
		status.Say(kit.Drawable(words), color)
		status.Show()
		s.Arrange()
	}
	compare.OnTapped = func() {
		if problem := idProblem(entry.Text); problem != "" {
			say(problem, theme.ColorNameError)
			return
		}
		compare.Disable()
		typed := entry.Text
		kit.Do(d.ui, func(ctx context.Context) error { return d.node.VerifyID(ctx, person.ID, typed) }, func(err error) {
			if err == nil {
				s.Fill([]fyne.CanvasObject{paragraph(lang.L("That is their device ID. “{{.Name}}” is verified now.", named(person)))}, kit.NewButton(lang.L("Close"), leave))
				return
			}
			compare.Enable()
			say(idWords(err, person), theme.ColorNameError)
		})
	}
	entry.OnSubmitted = func(string) { compare.OnTapped() }
	s.Fill([]fyne.CanvasObject{
		paragraph(lang.L("Let “{{.Name}}” tell you the device ID by another way than Lanyard: on paper, on their screen, by phone. It stands in their settings.", named(person))),
		entry, status,
	}, cancel, compare)
	s.Open(entry)
}

// idProblem says what is wrong with what was typed; empty: it is a device ID.
func idProblem(typed string) string {
	if typed == "" {
		return lang.L("Type or paste the whole device ID.")
	}
	if len(typed) > idMost {
		return lang.L("That is no device ID: it is too long.")
	}
	if _, err := identity.ParseDeviceID(typed); err != nil {
		return lang.L("That is no whole device ID: a character is missing or wrong.")
	}
	return ""
}

// idWords says why a device ID did not verify somebody.
func idWords(err error, person netcore.Person) string {
	switch {
	case errors.Is(err, netcore.ErrOtherID):
		return lang.L("That is another device ID. Either it belongs to another person or device, or this is not “{{.Name}}”. Nothing was given.", named(person))
	case errors.Is(err, netcore.ErrBlocked):
		return lang.L("They are blocked. Unblock them first.")
	}
	return kit.ErrorWords(err)
}
