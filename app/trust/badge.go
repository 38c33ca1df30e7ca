package trust

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/assets"
	"lanyard/netcore"
)

// Words says what was decided about a person.
func Words(trust netcore.Trust) string {
	switch trust {
	case netcore.TrustVerified:
		return lang.L("Identity verified")
	case netcore.TrustBlocked:
		return lang.L("Blocked")
	}
	return lang.L("Not verified")
}

// Color is that of the words; they say all without it.
func Color(trust netcore.Trust) fyne.ThemeColorName {
	switch trust {
	case netcore.TrustVerified:
		return theme.ColorNameSuccess
	case netcore.TrustBlocked:
		return theme.ColorNameError
	}
	return theme.ColorNameForeground
}

// BadgeSize is the side of a badge.
const BadgeSize = 16

// Badge is a small shield beside the name of somebody verified. It says in
// words what it means while the mouse is over it.
type Badge struct {
	widget.BaseWidget
	icon *widget.Icon
	tip  *fyne.Container
	said *kit.Line
}

var _ desktop.Hoverable = (*Badge)(nil)

// NewBadge returns a hidden badge.
func NewBadge() *Badge {
	shield := fyne.NewStaticResource("shield.svg", assets.Shield)
	b := &Badge{icon: widget.NewIcon(theme.NewSuccessThemedResource(shield)), said: kit.NewLine("", kit.SizeSmall, theme.ColorNameForeground)}
	b.tip = container.NewStack(kit.NewFill(theme.ColorNameMenuBackground, 6), container.NewCenter(b.said))
	b.tip.Hide()
	b.ExtendBaseWidget(b)
	b.Hide()
	return b
}

// Set shows the badge of somebody verified and hides that of others.
func (b *Badge) Set(trust netcore.Trust) {
	b.said.SetText(Words(trust))
	kit.Show(b, trust == netcore.TrustVerified)
}

// Says is what the badge says while the mouse is over it.
func (b *Badge) Says() string { return b.said.Text() }

// MouseIn is for Fyne.
func (b *Badge) MouseIn(*desktop.MouseEvent) {
	b.tip.Show()
	b.Refresh()
}

// MouseMoved is for Fyne.
func (b *Badge) MouseMoved(*desktop.MouseEvent) {}

// MouseOut is for Fyne.
func (b *Badge) MouseOut() {
	b.tip.Hide()
	b.Refresh()
}

// CreateRenderer is for Fyne.
func (b *Badge) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(container.New(badgeLayout{b}, b.icon, b.tip))
}

// badgeLayout puts the words of a badge beside it, over what stands there: to
// its left if there is room, else to its right.
type badgeLayout struct{ badge *Badge }

// MinSize is for Fyne.
func (badgeLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSquareSize(BadgeSize) }

// Layout is for Fyne.
func (l badgeLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	icon, tip := objects[0], objects[1]
	icon.Resize(fyne.NewSquareSize(BadgeSize))
	icon.Move(fyne.NewPos((size.Width-BadgeSize)/2, (size.Height-BadgeSize)/2))
	wants := tip.MinSize().AddWidthHeight(14, 8)
	tip.Resize(wants)
	left := -wants.Width - 4
	if l.badge.Position().X < wants.Width+4 {
		left = size.Width + 4
	}
	tip.Move(fyne.NewPos(left, (size.Height-wants.Height)/2))
}
