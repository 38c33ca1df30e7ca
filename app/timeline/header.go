package timeline

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/app/trust"
	"lanyard/netcore"
)

// Trust is what the head of a conversation asks of the window: to open the
// dialogs in which the user decides about a person.
type Trust interface {
	Card(person netcore.Person)
	Verify(person netcore.Person)
	Unblock(person netcore.Person)
	Merge(from, into netcore.Person)
}

// header says whose conversation it is, and whether that is proved.
type header struct {
	person  netcore.Person
	avatar  *kit.Avatar
	name    *kit.Line
	badge   *trust.Badge
	proved  *kit.Line
	about   *kit.Line
	verify  *widget.Button
	details *widget.Button
	acts    *widget.Button
	desk    Commands
	window  fyne.Window
	narrow  bool // the buttons show their icons alone
	object  fyne.CanvasObject
}

func newHeader(host Host) *header {
	desk := host.Trust
	h := &header{
		desk: host.Commands, window: host.Window,
		avatar: kit.NewAvatar(kit.AvatarSize),
		name:   kit.NewCutLine("", kit.SizeTitle, theme.ColorNameForeground),
		badge:  trust.NewBadge(),
		proved: kit.NewLine("", kit.SizeSmall, theme.ColorNameForeground),
		about:  kit.NewCutLine("", kit.SizeSmall, kit.ColorMuted),
	}
	h.verify = widget.NewButton(lang.L("Verify…"), func() { desk.Verify(h.person) })
	h.details = widget.NewButtonWithIcon(lang.L("Details"), theme.InfoIcon(), func() { desk.Card(h.person) })
	h.details.Importance = widget.LowImportance
	h.acts = widget.NewButtonWithIcon(lang.L("Actions"), theme.MoreVerticalIcon(), h.showActs)
	h.acts.Importance = widget.LowImportance
	below := container.New(aboutLayout{}, h.badge, h.proved, h.about)
	words := container.New(layout.NewCustomPaddedVBoxLayout(0), h.name, below)
	line := container.NewBorder(nil, nil, h.avatar, container.NewCenter(container.NewHBox(h.verify, h.acts, h.details)),
		container.New(layout.NewCustomPaddedLayout(0, 0, 8, 8), words))
	line.Layout = headLayout{h, line.Layout}
	h.object = container.NewVBox(container.New(layout.NewCustomPaddedLayout(10, 8, 16, 12), line), widget.NewSeparator())
	return h
}

// headNarrow is the width below which the name needs the room of what the
// buttons say.
const headNarrow = 520

// headLayout lets the buttons show their icons alone where there is little width.
type headLayout struct {
	head *header
	line fyne.Layout
}

// MinSize is for Fyne.
func (l headLayout) MinSize(objects []fyne.CanvasObject) fyne.Size { return l.line.MinSize(objects) }

// Layout is for Fyne.
func (l headLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	l.head.setNarrow(size.Width < headNarrow)
	l.line.Layout(objects, size)
}

func (h *header) setNarrow(narrow bool) {
	if narrow == h.narrow {
		return
	}
	h.narrow = narrow
	h.acts.Text, h.details.Text = lang.L("Actions"), lang.L("Details")
	if narrow {
		h.acts.Text, h.details.Text = "", ""
	}
	h.acts.Refresh()
	h.details.Refresh()
}

func (h *header) set(person netcore.Person) {
	h.person = person
	presence, state := kit.Offline, lang.L("Offline")
	if person.Online {
		presence, state = kit.Online, lang.L("Online")
	}
	h.avatar.Set(person.Name, person.Device, presence)
	h.name.SetText(person.Name)
	h.badge.Set(person.Trust)
	h.proved.SetText(trust.Words(person.Trust))
	h.proved.SetColor(trust.Color(person.Trust))
	about := "·" + state + "·" + person.Device.Short()
	if person.Address != "" {
		about += "·" + person.Address
	}
	h.about.SetText(about)
	h.setButtons(person)
}

// setButtons offers the comparison to strangers alone.
func (h *header) setButtons(person netcore.Person) {
	stranger := person.Trust != netcore.TrustVerified && person.Trust != netcore.TrustBlocked
	if stranger != h.verify.Visible() {
		if stranger {
			h.verify.Show()
		} else {
			h.verify.Hide()
		}
		h.object.Refresh()
	}
}

// aboutLayout sets the shield, what is proved and the rest on one line; the
// rest is cut.
type aboutLayout struct{}

// MinSize is for Fyne.
func (aboutLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(40, max(objects[1].MinSize().Height, trust.BadgeSize))
}

// Layout is for Fyne.
func (aboutLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	badge, proved, about := objects[0], objects[1], objects[2]
	left := float32(0)
	if badge.Visible() {
		badge.Resize(fyne.NewSquareSize(trust.BadgeSize))
		badge.Move(fyne.NewPos(0, (size.Height-trust.BadgeSize)/2))
		left = trust.BadgeSize + 3
	}
	for _, object := range []fyne.CanvasObject{proved, about} {
		wide := object.MinSize().Width
		if object == about {
			wide = max(size.Width-left, 20)
		}
		object.Move(fyne.NewPos(left, 0))
		object.Resize(fyne.NewSize(wide, size.Height))
		left += wide
	}
}
