package timeline

import (
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
)

// rowGap lies between two rows.
const rowGap = 6

// columnMargin lies above the first and below the last row.
const columnMargin = 12

// wrapStep rounds the width of rows, so that a window that is being made
// larger does not wrap every text again at each step.
const wrapStep = 32

// sized is a row whose height depends on its width.
type sized interface {
	object() fyne.CanvasObject
	height(width float32) float32
}

// column stacks rows in a scroller. Heights are computed before anything is
// placed: Fyne's own boxes ask a wrapped text for its height before it knows
// its width.
type column struct {
	rows    []sized
	width   float32
	total   float32
	content *fyne.Container
	scroll  *container.Scroll
}

func newColumn() *column {
	c := &column{}
	c.content = container.New(c)
	c.scroll = container.NewVScroll(c.content)
	return c
}

// MinSize is for Fyne: the height at the width set before.
func (c *column) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(200, c.total) }

// Layout is for Fyne.
func (c *column) Layout(_ []fyne.CanvasObject, _ fyne.Size) {
	top := float32(columnMargin)
	for _, row := range c.rows {
		height := row.height(c.width)
		row.object().Move(fyne.NewPos(0, top))
		row.object().Resize(fyne.NewSize(c.width, height))
		top += height + rowGap
	}
}

// setWidth measures all rows for a width.
func (c *column) setWidth(width float32) {
	if width != c.width && width > 0 {
		c.width = width
		c.measure()
	}
}

func (c *column) measure() {
	c.total = 2 * columnMargin
	for _, row := range c.rows {
		c.total += row.height(c.width) + rowGap
	}
}

// set shows rows. When sticking the last one is in view afterwards, else what
// is in view stays where it is: anchor is a row that was and will be there.
func (c *column) set(rows []sized, stick bool, anchor sized) {
	before := c.topOf(anchor)
	c.rows = rows
	c.content.Objects = make([]fyne.CanvasObject, len(rows))
	for i, row := range rows {
		c.content.Objects[i] = row.object()
	}
	c.relayout()
	switch {
	case stick:
		c.toEnd()
	case anchor != nil:
		c.scroll.ScrollToOffset(fyne.NewPos(0, max(c.scroll.Offset.Y+c.topOf(anchor)-before, 0)))
	}
	canvas.Refresh(c.content)
}

// relayout measures and places all rows again.
func (c *column) relayout() {
	c.measure()
	size := c.content.MinSize().Max(c.scroll.Size())
	if c.content.Size() == size {
		c.Layout(nil, size)
	} else {
		c.content.Resize(size)
	}
}

func (c *column) topOf(wanted sized) float32 {
	top := float32(columnMargin)
	for _, row := range c.rows {
		if row == wanted {
			return top
		}
		top += row.height(c.width) + rowGap
	}
	return 0
}

// toEnd brings the last row into view.
func (c *column) toEnd() {
	c.scroll.ScrollToOffset(fyne.NewPos(0, max(c.total-c.scroll.Size().Height, 0)))
}

// atEnd reports whether the last row is in view.
func (c *column) atEnd() bool {
	const slack = 24
	return c.scroll.Offset.Y+c.scroll.Size().Height >= c.total-slack
}

// nearTop reports whether older rows are wanted.
func (c *column) nearTop() bool { return c.scroll.Offset.Y < 120 }

// firstInView returns the row at the upper edge.
func (c *column) firstInView() sized {
	top := float32(columnMargin)
	for _, row := range c.rows {
		top += row.height(c.width) + rowGap
		if _, moves := row.(*dayRow); top > c.scroll.Offset.Y && !moves {
			return row
		}
	}
	return nil
}

// bubbleWidth is how wide a text may be in a column of the width.
func bubbleWidth(width float32) float32 {
	most := min(float32(math.Floor(float64(width*0.72/wrapStep)))*wrapStep, 560)
	return max(most, 120)
}
