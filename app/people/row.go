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
	"lanyard/netcore"
)

// row is one person in the list.
type row struct {
	widget.BaseWidget
	avatar *kit.Avatar
	name   *kit.Line
	last   *kit.Line
	at     *kit.Line
	unread *badge
	box    *fyne.Container
}

func newRow() *row {
	r := &row{
		avatar: kit.NewAvatar(kit.AvatarSize),
		name:   kit.NewCutLine("", kit.SizeName, theme.ColorNameForeground),
		last:   kit.NewCutLine("", theme.SizeNameText, kit.ColorMuted),
		at:     kit.Small(""),
		unread: newBadge(),
	}
	r.box = container.New(rowLayout{}, r.avatar, r.name, r.at, r.last, r.unread)
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
	r.unread.set(p.Unread)
	rowLayout{}.Layout(r.box.Objects, r.box.Size()) // the time and the count may be wider now
}

// lastWords is the second line of a row.
func lastWords(p netcore.Person) string {
	switch {
	case p.Last.Kind != "":
		return kit.PreviewWords(p.Last)
	case p.Online:
		return lang.L("Online")
	}
	return lang.L("Offline")
}

// CreateRenderer is for Fyne.
func (r *row) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(r.box)
}

const (
	rowHeight  = 60
	rowMargin  = 10
	badgeSpace = 34
)

// rowLayout places the avatar, the name with the time, and the last line with
// the count of unread ones.
type rowLayout struct{}

func (rowLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(160, rowHeight) }

func (rowLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	avatar, name, at, last, unread := objects[0], objects[1], objects[2], objects[3], objects[4]
	avatar.Resize(fyne.NewSquareSize(kit.AvatarSize))
	avatar.Move(fyne.NewPos(rowMargin, (size.Height-kit.AvatarSize)/2))
	left := float32(2*rowMargin + kit.AvatarSize)
	right := size.Width - rowMargin
	timeSize := at.MinSize()
	nameHeight, lastHeight := name.MinSize().Height, last.MinSize().Height
	top := (size.Height - nameHeight - lastHeight) / 2
	at.Resize(timeSize)
	at.Move(fyne.NewPos(right-timeSize.Width, top+(nameHeight-timeSize.Height)/2))
	name.Resize(fyne.NewSize(max(right-timeSize.Width-6-left, 20), nameHeight))
	name.Move(fyne.NewPos(left, top))
	lastWidth := right - left
	if unread.Visible() {
		lastWidth -= badgeSpace
	}
	last.Resize(fyne.NewSize(max(lastWidth, 20), lastHeight))
	last.Move(fyne.NewPos(left, top+nameHeight))
	badge := unread.MinSize()
	unread.Resize(badge)
	unread.Move(fyne.NewPos(right-badge.Width, top+nameHeight+(lastHeight-badge.Height)/2))
}

// badge is the count of what was not seen yet.
type badge struct {
	widget.BaseWidget
	count *kit.Line
}

func newBadge() *badge {
	b := &badge{count: kit.NewLine("", kit.SizeSmall, theme.ColorNameForegroundOnPrimary)}
	b.count.Align = fyne.TextAlignCenter
	b.ExtendBaseWidget(b)
	b.Hide()
	return b
}

func (b *badge) set(count int) {
	text := strconv.Itoa(count)
	if count > 99 {
		text = "99+"
	}
	if count == 0 {
		b.Hide()
		return
	}
	b.count.SetText(text)
	b.Show()
}

// MinSize is for Fyne.
func (b *badge) MinSize() fyne.Size {
	inner := b.count.MinSize()
	return fyne.NewSize(max(inner.Width+10, inner.Height+2), inner.Height+2)
}

// CreateRenderer is for Fyne.
func (b *badge) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(container.NewStack(
		kit.NewFill(theme.ColorNamePrimary, 9), container.NewCenter(b.count)))
}
