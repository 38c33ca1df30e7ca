package timeline

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/netcore"
)

// showActs opens the menu of what can be done with the person, by mouse or keys.
// What cannot be done says why.
func (h *header) showActs() {
	person := h.person
	if person.ID == 0 {
		return
	}
	why := whyNot(person)
	add := func(words string, icon fyne.Resource, act func(netcore.Person)) *fyne.MenuItem {
		if why != "" {
			words += " (" + why + ")"
		}
		item := fyne.NewMenuItemWithIcon(words, icon, func() { act(person) })
		item.Disabled = why != ""
		return item
	}
	menu := widget.NewPopUpMenu(fyne.NewMenu("",
		add(lang.L("Run a command…"), theme.ComputerIcon(), h.desk.RunOn),
		add(lang.L("Check their clock"), theme.HistoryIcon(), h.desk.CheckClock)), h.window.Canvas())
	menu.ShowAtRelativePosition(fyne.NewPos(0, h.acts.Size().Height), h.acts)
}

// whyNot says why neither a command can be run nor a clock be asked; empty: it
// may be tried.
func whyNot(person netcore.Person) string {
	switch {
	case person.Trust == netcore.TrustBlocked:
		return lang.L("they are blocked")
	case person.Trust != netcore.TrustVerified:
		return lang.L("verify each other first")
	case !person.Online:
		return lang.L("they are offline")
	}
	return ""
}
