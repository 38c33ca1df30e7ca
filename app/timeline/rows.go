package timeline

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"lanyard/app/kit"
	"lanyard/app/transfers"
	"lanyard/netcore"
)

// itemRow is a row that shows an item.
type itemRow interface {
	sized
	set(item netcore.Item)
}

// dayRow is the line between two days.
type dayRow struct{ box *fyne.Container }

func newDayRow(at, now time.Time) *dayRow {
	return &dayRow{box: container.NewCenter(kit.Small(kit.Day(at, now)))}
}

func (d *dayRow) object() fyne.CanvasObject { return d.box }
func (d *dayRow) height(float32) float32    { return d.box.MinSize().Height + 8 }

// cardRow is the card of an offer of files.
type cardRow struct {
	*sideRow
	card *transfers.Card
}

func newCardRow(card *transfers.Card, item netcore.Item) *cardRow {
	r := &cardRow{newSideRow(card.Object(), item), card}
	r.tall = card.HeightAt
	return r
}

func (r *cardRow) set(item netcore.Item) {
	if item.Transfer != nil {
		r.card.Set(*item.Transfer)
	}
}

// clockRow is the card of a look at a clock, which never changes.
type clockRow struct{ *sideRow }

func (clockRow) set(netcore.Item) {}

// sideRow is a card at the side of who made it.
type sideRow struct {
	outgoing bool
	card     fyne.CanvasObject
	tall     func(wide float32) float32 // the height of the card
	ground   *kit.Fill
	meta     *kit.Line
	box      *fyne.Container
}

func newSideRow(card fyne.CanvasObject, item netcore.Item) *sideRow {
	color := kit.ColorBubbleIn
	if item.Outgoing {
		color = kit.ColorBubbleOut
	}
	r := &sideRow{outgoing: item.Outgoing, card: card, ground: kit.NewFill(color, radius)}
	r.tall = func(float32) float32 { return card.MinSize().Height }
	r.meta = kit.Small(item.Added.Local().Format("15:04"))
	if item.Outgoing {
		r.meta.Align = fyne.TextAlignTrailing
	}
	r.box = container.New(r, r.ground, card, r.meta)
	return r
}

func (r *sideRow) object() fyne.CanvasObject { return r.box }

func (r *sideRow) height(width float32) float32 {
	return r.tall(r.wide(width)) + r.meta.MinSize().Height + 2
}

// wide is how wide the card is in a column of a width.
func (r *sideRow) wide(width float32) float32 {
	return max(min(transfers.CardWidth, width-2*sideMargin), 200)
}

// MinSize is for Fyne.
func (r *sideRow) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(200, 80) }

// Layout is for Fyne.
func (r *sideRow) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	wide := r.wide(size.Width)
	left := float32(sideMargin)
	if r.outgoing {
		left = size.Width - sideMargin - wide
	}
	height := r.tall(wide)
	for _, object := range []fyne.CanvasObject{r.ground, r.card} {
		object.Move(fyne.NewPos(left, 0))
		object.Resize(fyne.NewSize(wide, height))
	}
	r.meta.Move(fyne.NewPos(sideMargin+4, height+2))
	r.meta.Resize(fyne.NewSize(size.Width-2*sideMargin-8, r.meta.MinSize().Height))
}
