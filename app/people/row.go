package people

import (
	"strconv"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/app/trust"
	"lanyard/netcore"
)

// row is one person in the list.
type row struct {
	widget.BaseWidget
	avatar *kit.Avatar
	name   *kit.Line
	badge  *trust.Badge
	last   *kit.Line
	at     *kit.Line
	unread *count
	box    *fyne.Container
}

func newRow() *row {
	r := &row{
		avatar: kit.NewAvatar(kit.AvatarSize),
		name:   kit.NewCutLine("", kit.SizeName, theme.ColorNameForeground),
		badge:  trust.NewBadge(),
		last:   kit.NewCutLine("", theme.SizeNameText, kit.ColorMuted),
		at:     kit.Small(""),
		unread: newCount(),
	}
	r.box = container.New(rowLayout{}, r.avatar, r.name, r.at, r.last, r.unread, r.badge)
	r.ExtendBaseWidget(r)
	return r
}

func (r *row) set(p netcore.Person, now time.Time) {
	presence := kit.Offline
	if p.Online {
		presence = kit.Online
	}
	r.avatar.Set(p.Name, p.Device, presence)
	r.name.SetText(p.Name)
	r.at.SetText(kit.Short(p.Last.At, now))
	r.last.SetText(lastWords(p))
	r.last.SetColor(lastColor(p))
	r.name.SetColor(nameColor(p))
	r.badge.Set(p.Trust)
	r.unread.set(p.Unread)
	rowLayout{}.Layout(r.box.Objects, r.box.Size()) // the time and the count may be wider now
}

// lastWords is the second line of a row.
func lastWords(p netcore.Person) string {
	switch {
	case p.Trust == netcore.TrustBlocked:
		return trust.Words(p.Trust)
	case p.Asks:
		return lang.L("Wants to compare digits with you")
	case p.Last.Kind != "":
		return kit.PreviewWords(p.Last)
	case p.Online:
		return lang.L("Online")
	}
	return lang.L("Offline")
}

// lastColor makes a question stand out.
func lastColor(p netcore.Person) fyne.ThemeColorName {
	if p.Asks && p.Trust != netcore.TrustBlocked {
		return theme.ColorNamePrimary
	}
	return kit.ColorMuted
}

// nameColor greys out who is blocked.
func nameColor(p netcore.Person) fyne.ThemeColorName {
	if p.Trust == netcore.TrustBlocked {
		return theme.ColorNameDisabled
	}
	return theme.ColorNameForeground
}

// CreateRenderer is for Fyne.
func (r *row) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(r.box)
}

const (
	rowHeight  = 60
	rowMargin  = 10
	countSpace = 34
)

// rowLayout places the avatar, the name with the time, and the last line with
// the count of unread ones.
type rowLayout struct{}

func (rowLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(160, rowHeight) }

func (rowLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	avatar, name, at, last, unread, badge := objects[0], objects[1], objects[2], objects[3], objects[4], objects[5]
	avatar.Resize(fyne.NewSquareSize(kit.AvatarSize))
	avatar.Move(fyne.NewPos(rowMargin, (size.Height-kit.AvatarSize)/2))
	left := float32(2*rowMargin + kit.AvatarSize)
	right := size.Width - rowMargin
	timeSize := at.MinSize()
	nameHeight, lastHeight := name.MinSize().Height, last.MinSize().Height
	top := (size.Height - nameHeight - lastHeight) / 2
	at.Resize(timeSize)
	at.Move(fyne.NewPos(right-timeSize.Width, top+(nameHeight-timeSize.Height)/2))
	nameWidth := right - timeSize.Width - 6 - left
	if badge.Visible() {
		nameWidth = min(nameWidth-trust.BadgeSize-4, natural(name.(*kit.Line)))
		badge.Resize(badge.MinSize())
		badge.Move(fyne.NewPos(left+max(nameWidth, 20)+4, top+(nameHeight-trust.BadgeSize)/2))
	}
	name.Resize(fyne.NewSize(max(nameWidth, 20), nameHeight))
	name.Move(fyne.NewPos(left, top))
	lastWidth := right - left
	if unread.Visible() {
		lastWidth -= countSpace
	}
	last.Resize(fyne.NewSize(max(lastWidth, 20), lastHeight))
	last.Move(fyne.NewPos(left, top+nameHeight))
	countSize := unread.MinSize()
	unread.Resize(countSize)
	unread.Move(fyne.NewPos(right-countSize.Width, top+nameHeight+(lastHeight-countSize.Height)/2))
}

// natural is the width of a name that is not cut.
func natural(name *kit.Line) float32 {
	return fyne.MeasureText(kit.Drawable(name.Text()), theme.Size(kit.SizeName), name.Style).Width + 1
}

// count is the number of what was not seen yet.
type count struct {
	widget.BaseWidget
	number *kit.Line
}

func newCount() *count {
	c := &count{number: kit.NewLine("", kit.SizeSmall, theme.ColorNameForegroundOnPrimary)}
	c.number.Align = fyne.TextAlignCenter
	c.ExtendBaseWidget(c)
	c.Hide()
	return c
}

func (c *count) set(unread int) {
	text := strconv.Itoa(unread)
	if unread > 99 {
		text = "99+"
	}
	if unread == 0 {
		c.Hide()
		return
	}
	c.number.SetText(text)
	c.Show()
}

// MinSize is for Fyne.
func (c *count) MinSize() fyne.Size {
	inner := c.number.MinSize()
	return fyne.NewSize(max(inner.Width+10, inner.Height+2), inner.Height+2)
}

// CreateRenderer is for Fyne.
func (c *count) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(container.NewStack(
		kit.NewFill(theme.ColorNamePrimary, 9), container.NewCenter(c.number)))
}
