package transfers

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"

	"lanyard/app/kit"
)

// The measures of the page, in Fyne's units.
const (
	cardGap    = 8
	pageMargin = 20
	columnMost = 960 // wider cards are hard to read
)

// column stacks the cards of the page in a scroller. Heights are computed for a
// width before anything is placed: Fyne's own boxes ask a wrapped text for its
// height before it knows its width.
type column struct {
	cards   []*Card
	foot    fyne.CanvasObject // below the cards
	width   float32
	heights []float32
	content *fyne.Container
	scroll  *container.Scroll
}

func newColumn(foot fyne.CanvasObject) *column {
	c := &column{foot: foot}
	c.content = container.New(c, foot)
	c.scroll = container.NewVScroll(c.content)
	return c
}

// setWidth measures all cards for a width of the page.
func (c *column) setWidth(width float32) {
	wide := min(width-2*pageMargin, columnMost)
	if wide != c.width && wide > 0 {
		c.width = wide
		c.measure()
	}
}

func (c *column) measure() {
	c.heights = c.heights[:0]
	for _, card := range c.cards {
		c.heights = append(c.heights, card.HeightAt(c.width))
	}
}

// set shows cards.
func (c *column) set(cards []*Card) {
	c.cards = cards
	c.content.Objects = make([]fyne.CanvasObject, 0, len(cards)+1)
	for _, card := range cards {
		c.content.Objects = append(c.content.Objects, framed(card))
	}
	c.content.Objects = append(c.content.Objects, c.foot)
	c.relayout()
}

// relayout measures and places all again.
func (c *column) relayout() {
	if c.width <= 0 {
		return
	}
	c.measure()
	size := c.content.MinSize().Max(fyne.NewSize(c.scroll.Size().Width, 0))
	if c.content.Size() == size {
		c.Layout(c.content.Objects, size)
	} else {
		c.content.Resize(size)
	}
	c.scroll.ScrollToOffset(c.scroll.Offset) // within what is left to scroll
	canvas.Refresh(c.scroll)
}

// MinSize is for Fyne: the height at the width set before.
func (c *column) MinSize([]fyne.CanvasObject) fyne.Size {
	total := float32(pageMargin)
	for _, height := range c.heights {
		total += height + cardGap
	}
	if c.foot.Visible() {
		total += c.foot.MinSize().Height + cardGap
	}
	return fyne.NewSize(240, total)
}

// Layout is for Fyne.
func (c *column) Layout(objects []fyne.CanvasObject, _ fyne.Size) {
	top := float32(4)
	for at, height := range c.heights {
		if at >= len(objects)-1 {
			break
		}
		objects[at].Move(fyne.NewPos(pageMargin, top))
		objects[at].Resize(fyne.NewSize(c.width, height))
		top += height + cardGap
	}
	c.foot.Move(fyne.NewPos(pageMargin, top))
	c.foot.Resize(fyne.NewSize(c.width, c.foot.MinSize().Height))
}

// framed is a card on a ground of its own.
func framed(card *Card) fyne.CanvasObject {
	return container.NewStack(kit.NewFill(kit.ColorCard, 10), card.Object())
}

// columnLayout tells the column its width before anybody asks for its height.
type columnLayout struct{ column *column }

// MinSize is for Fyne.
func (columnLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(260, 120) }

// Layout is for Fyne.
func (l columnLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	l.column.setWidth(size.Width)
	for _, object := range objects {
		object.Resize(size)
	}
	l.column.relayout()
}
