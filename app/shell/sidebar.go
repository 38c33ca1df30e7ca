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
	avatar  *kit.Avatar
	name    *kit.Line
	id      *kit.Line
	buttons map[page]*widget.Button
	nobody  *kit.Line
	object  fyne.CanvasObject
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
	side.buttons = map[page]*widget.Button{}
	places := container.NewGridWithColumns(2)
	for _, one := range sidePages() {
		button := widget.NewButtonWithIcon(one.title, one.icon, func() { s.showPage(one.page) })
		button.Importance = widget.LowImportance
		button.Alignment = widget.ButtonAlignLeading
		side.buttons[one.page] = button
		places.Add(button)
	}
	side.nobody = kit.NewLine(lang.L("Nobody here yet"), kit.SizeSmall, kit.ColorMuted)
	side.setEmpty(len(s.everyone) == 0)
	foot := container.NewVBox(widget.NewSeparator(),
		container.New(layout.NewCustomPaddedLayout(2, 6, 2, 2), places))
	side.object = container.NewStack(kit.NewFill(kit.ColorSidebar, 0),
		container.NewBorder(container.NewVBox(head, widget.NewSeparator()), foot, nil, nil,
			container.NewStack(s.list.Object(), container.NewCenter(side.nobody))))
	return side
}

// sidePage is a page that the left side leads to.
type sidePage struct {
	page  page
	title string
	icon  fyne.Resource
}

// sidePages are those pages, in the order in which they stand there.
func sidePages() []sidePage {
	return []sidePage{
		{pageTransfers, lang.L("Transfers"), theme.MoveDownIcon()},
		{pageCommands, lang.L("Commands"), theme.ComputerIcon()},
		{pageClocks, lang.L("Clocks"), theme.HistoryIcon()},
		{pageAudit, lang.L("Log"), theme.ListIcon()},
		{pageClassic, lang.L("Classic"), theme.StorageIcon()},
		{pageSettings, lang.L("Settings"), theme.SettingsIcon()},
	}
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
	for at, button := range b.buttons {
		importance := widget.LowImportance
		if at == page {
			importance = widget.MediumImportance
		}
		if button.Importance != importance {
			button.Importance = importance
			button.Refresh()
		}
	}
}
