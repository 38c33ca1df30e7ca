package shell

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// sidebar is the left side: this user, the people, the other pages.
type sidebar struct {
	avatar    *kit.Avatar
	name      *kit.Line
	id        *kit.Line
	transfers *widget.Button
	settings  *widget.Button
	audit     *widget.Button
	nobody    *kit.Line
	object    fyne.CanvasObject
}

func (s *Shell) newSidebar() *sidebar {
	side := &sidebar{
		avatar: kit.NewAvatar(32),
		name:   kit.NewCutLine("", kit.SizeName, theme.ColorNameForeground),
		id:     kit.NewCutLine("", kit.SizeSmall, kit.ColorMuted),
	}
	side.setSelf(s.Node.Self(), s.applied.Name)
	add := widget.NewButtonWithIcon("", theme.ContentAddIcon(), s.addPerson)
	add.Importance = widget.LowImportance
	words := container.New(layout.NewCustomPaddedVBoxLayout(0), side.name, side.id)
	self := container.NewBorder(nil, nil, side.avatar, add, container.New(layout.NewCustomPaddedLayout(0, 0, 6, 4), words))
	head := container.New(layout.NewCustomPaddedLayout(12, 8, 10, 6), self)
	side.transfers = pageButton(lang.L("Transfers"), theme.MoveDownIcon(), func() { s.showPage(pageTransfers) })
	side.settings = pageButton(lang.L("Settings"), theme.SettingsIcon(), func() { s.showPage(pageSettings) })
	side.audit = pageButton(lang.L("Log"), theme.ListIcon(), func() { s.showPage(pageAudit) })
	side.nobody = kit.NewLine(lang.L("Nobody here yet"), kit.SizeSmall, kit.ColorMuted)
	side.setEmpty(len(s.everyone) == 0)
	foot := container.NewVBox(widget.NewSeparator(),
		container.New(layout.NewCustomPaddedLayout(2, 6, 6, 6), container.NewGridWithColumns(2, side.transfers, side.audit, side.settings)))
	side.object = container.NewStack(kit.NewFill(kit.ColorSidebar, 0),
		container.NewBorder(container.NewVBox(head, widget.NewSeparator()), foot, nil, nil,
			container.NewStack(s.list.Object(), container.NewCenter(side.nobody))))
	return side
}

func pageButton(text string, icon fyne.Resource, tapped func()) *widget.Button {
	button := widget.NewButtonWithIcon(text, icon, tapped)
	button.Importance = widget.LowImportance
	return button
}

// setSelf shows this user.
func (b *sidebar) setSelf(self netcore.Self, name string) {
	b.avatar.Set(name, self.ID, kit.NoPresence)
	b.name.SetText(name)
	b.id.SetText(self.ID.Short())
}

// setEmpty says that the list is empty, or not.
func (b *sidebar) setEmpty(empty bool) {
	if empty != b.nobody.Visible() {
		if empty {
			b.nobody.Show()
		} else {
			b.nobody.Hide()
		}
	}
}

// mark shows which page is open.
func (b *sidebar) mark(page page) {
	set := func(button *widget.Button, open bool) {
		importance := widget.LowImportance
		if open {
			importance = widget.MediumImportance
		}
		if button.Importance != importance {
			button.Importance = importance
			button.Refresh()
		}
	}
	set(b.transfers, page == pageTransfers)
	set(b.settings, page == pageSettings)
	set(b.audit, page == pageAudit)
}
