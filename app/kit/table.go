package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// Row is one row of a Table. In a wide one it stands on one line below the
// heads of the columns, else on as many as it needs.
type Row interface {
	fyne.CanvasObject
	SetWide(wide bool)
}

// Table is a list of which only the rows on the screen exist, however long it
// is. With room enough it has columns with heads.
type Table struct {
	widget.BaseWidget
	List *widget.List

	head   fyne.CanvasObject
	box    *fyne.Container
	length func() int
	from   float32 // the width from which on it is wide
	wide   bool
	none   bool // it has no rows
}

// NewTable returns a table that is wide from a width on. Rows come from
// create, and update fills the row at a place.
func NewTable(from float32, head fyne.CanvasObject, length func() int, create func() Row, update func(at int, row Row)) *Table {
	t := &Table{head: head, length: length, from: from}
	t.List = widget.NewList(length,
		func() fyne.CanvasObject {
			row := create()
			row.SetWide(t.wide)
			return row
		},
		func(at int, object fyne.CanvasObject) {
			if at < length() {
				row := object.(Row)
				row.SetWide(t.wide)
				update(at, row)
			}
		})
	head.Hide()
	t.box = container.New(&tableLayout{t}, head, t.List)
	t.ExtendBaseWidget(t)
	return t
}

// Reload shows the rows as they are now. Without any there are no heads: the
// sentence that says so stands where the first row would.
func (t *Table) Reload() {
	if t.length() == 0 != t.none {
		t.box.Layout.Layout(t.box.Objects, t.box.Size())
	}
	t.List.Refresh()
}

// Wide reports whether rows stand on one line now.
func (t *Table) Wide() bool { return t.wide }

// CreateRenderer is for Fyne.
func (t *Table) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(t.box)
}

// tableLayout puts the heads over the list and tells it when it became wide.
type tableLayout struct{ table *Table }

func (l *tableLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return objects[1].MinSize()
}

func (l *tableLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	head, list := objects[0], objects[1]
	wide := size.Width >= l.table.from
	changed := wide != l.table.wide
	l.table.wide, l.table.none = wide, l.table.length() == 0
	top := float32(0)
	if wide && !l.table.none {
		top = head.MinSize().Height
		head.Show()
		head.Resize(fyne.NewSize(size.Width, top))
	} else {
		head.Hide()
	}
	list.Move(fyne.NewPos(0, top))
	list.Resize(fyne.NewSize(size.Width, size.Height-top))
	if changed {
		list.Refresh() // its rows have another height now
	}
}

// Columns lays objects side by side. Each number is the width of one; a
// negative one is a share of what is left. Every object has its own height and
// stands in the middle.
type Columns struct {
	Widths []float32
	Gap    float32
	Height float32 // at least
}

// MinSize is for Fyne.
func (c Columns) MinSize(objects []fyne.CanvasObject) fyne.Size {
	size := fyne.NewSize(0, c.Height)
	for at, object := range objects {
		size.Height = max(size.Height, object.MinSize().Height)
		size.Width += max(c.Widths[at], 40)
	}
	return size.AddWidthHeight(c.Gap*float32(len(objects)-1), 0)
}

// Layout is for Fyne.
func (c Columns) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	left, shares := size.Width-c.Gap*float32(len(objects)-1), float32(0)
	for at := range objects {
		if width := c.Widths[at]; width < 0 {
			shares -= width
		} else {
			left -= width
		}
	}
	x := float32(0)
	for at, object := range objects {
		width := c.Widths[at]
		if width < 0 {
			width = max(left, 0) * -width / shares
		}
		height := min(object.MinSize().Height, size.Height)
		object.Resize(fyne.NewSize(width, height))
		object.Move(fyne.NewPos(x, (size.Height-height)/2))
		x += width + c.Gap
	}
}
