package kit

import (
	"image/color"
	"strings"
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/netcore/identity"
)

// AvatarSize is the side of an avatar in the list of people.
const AvatarSize = 40

// Avatar is a coloured disc with the first letter of a name, and a dot for
// presence. The colour comes from the device, so that two people of one name
// look different.
type Avatar struct {
	widget.BaseWidget
	side     float32
	name     string
	device   identity.DeviceID
	presence Presence
}

// Presence is what the dot of an avatar says.
type Presence int

// The kinds of presence.
const (
	NoPresence Presence = iota // no dot
	Offline
	Online
)

// NewAvatar returns an avatar of nobody.
func NewAvatar(side float32) *Avatar {
	avatar := &Avatar{side: side}
	avatar.ExtendBaseWidget(avatar)
	return avatar
}

// Set shows somebody; the same again costs nothing.
func (a *Avatar) Set(name string, device identity.DeviceID, presence Presence) {
	if a.name == name && a.device == device && a.presence == presence {
		return
	}
	a.name, a.device, a.presence = name, device, presence
	a.Refresh()
}

// Presence returns what the dot says.
func (a *Avatar) Presence() Presence { return a.presence }

// MinSize is for Fyne.
func (a *Avatar) MinSize() fyne.Size { return fyne.NewSquareSize(a.side) }

// CreateRenderer is for Fyne.
func (a *Avatar) CreateRenderer() fyne.WidgetRenderer {
	renderer := &avatarRenderer{
		avatar: a, disc: canvas.NewCircle(nil), letter: canvas.NewText("", color.White),
		ring: canvas.NewCircle(nil), dot: canvas.NewCircle(nil),
	}
	renderer.letter.Alignment = fyne.TextAlignCenter
	renderer.restyle()
	return renderer
}

type avatarRenderer struct {
	avatar          *Avatar
	disc, ring, dot *canvas.Circle
	letter          *canvas.Text
}

func (r *avatarRenderer) restyle() {
	look, variant := r.avatar.Theme(), fyne.CurrentApp().Settings().ThemeVariant()
	r.disc.FillColor = avatarColor(r.avatar.device)
	r.letter.Text, r.letter.TextSize = initial(r.avatar.name), r.avatar.side*0.42
	r.ring.FillColor = look.Color(ColorSidebar, variant)
	r.ring.Hidden = r.avatar.presence == NoPresence
	r.dot.Hidden = r.ring.Hidden
	r.dot.FillColor = look.Color(theme.ColorNameDisabled, variant)
	if r.avatar.presence == Online {
		r.dot.FillColor = look.Color(theme.ColorNameSuccess, variant)
	}
}

func (r *avatarRenderer) Layout(size fyne.Size) {
	side := r.avatar.side
	top := fyne.NewPos((size.Width-side)/2, (size.Height-side)/2)
	place := func(object fyne.CanvasObject, x, y, side float32) {
		object.Move(top.AddXY(x, y))
		object.Resize(fyne.NewSquareSize(side))
	}
	place(r.disc, 0, 0, side)
	place(r.ring, side*0.70, side*0.70, side*0.34)
	place(r.dot, side*0.75, side*0.75, side*0.24)
	height := r.letter.MinSize().Height
	r.letter.Move(top.AddXY(0, (side-height)/2))
	r.letter.Resize(fyne.NewSize(side, height))
}

func (r *avatarRenderer) MinSize() fyne.Size { return r.avatar.MinSize() }

func (r *avatarRenderer) Refresh() {
	r.restyle()
	r.Layout(r.avatar.Size())
	canvas.Refresh(r.avatar)
}

func (r *avatarRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.disc, r.letter, r.ring, r.dot}
}

func (r *avatarRenderer) Destroy() {}

// initial returns the first letter or digit of a name.
func initial(name string) string {
	for _, r := range name {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return strings.ToUpper(string(r))
		}
	}
	return "?"
}

// avatarColor picks one of ten colours on which white can be read.
func avatarColor(device identity.DeviceID) color.Color {
	colors := [...]uint32{
		0x3B6FD4, 0x8250C4, 0xB8487E, 0xB4532A, 0x8A6D1B,
		0x4C7F2E, 0x1F7F6B, 0x2A7FA5, 0x5A62C9, 0x9C4A4A,
	}
	return rgb(colors[int(device[0])%len(colors)])
}
