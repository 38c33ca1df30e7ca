package commands

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// groupWide is the width from which on the table of a group has columns.
const groupWide = 480

// groupColumns are those of the table: person, state, exit, duration, which output.
func groupColumns() kit.Columns {
	return kit.Columns{Widths: []float32{-4, -5, 66, tookWidth, 54}, Gap: 8, Height: 28}
}

func newGroupHeads() fyne.CanvasObject {
	head := func(text string) fyne.CanvasObject { return kit.NewCutLine(text, kit.SizeSmall, kit.ColorMuted) }
	heads := groupColumns()
	heads.Height = 22
	return container.New(heads, head(lang.L("Person")), head(lang.L("State")), head(lang.L("Exit code")), head(lang.L("Duration")), head(lang.L("Output")))
}

// groupRow is one PC of a group.
type groupRow struct {
	widget.BaseWidget
	page  *Page
	wide  bool
	name  *kit.Line
	state *kit.Line
	exit  *kit.Line
	took  *kit.Line
	same  *kit.Line
	box   *fyne.Container
}

func newGroupRow(page *Page) *groupRow {
	small := func(color fyne.ThemeColorName) *kit.Line { return kit.NewCutLine("", kit.SizeSmall, color) }
	r := &groupRow{
		page: page, name: kit.NewCutLine("", theme.SizeNameText, theme.ColorNameForeground),
		state: small(kit.ColorMuted), exit: small(kit.ColorMuted), took: small(kit.ColorMuted), same: small(kit.ColorMuted),
	}
	r.box = container.NewWithoutLayout()
	r.arrange()
	r.ExtendBaseWidget(r)
	return r
}

// SetWide arranges the row for a wide or a narrow table.
func (r *groupRow) SetWide(wide bool) {
	if r.wide != wide {
		r.wide = wide
		r.arrange()
		r.box.Resize(r.Size())
		r.box.Refresh()
	}
}

func (r *groupRow) arrange() {
	if r.wide {
		r.box.Layout = groupColumns()
		r.box.Objects = []fyne.CanvasObject{r.name, r.state, r.exit, r.took, r.same}
		return
	}
	r.box.Layout = kit.Columns{Widths: []float32{-4, -5, tookWidth, 40}, Gap: 6, Height: 28}
	r.box.Objects = []fyne.CanvasObject{r.name, r.state, r.took, r.same}
}

// CreateRenderer is for Fyne.
func (r *groupRow) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(r.box) }

// set shows how a run stands, and which of the different outputs it has.
func (r *groupRow) set(run netcore.Run, place int) {
	r.name.SetText(kit.Cut(run.Name, nameMost))
	r.state.SetText(kit.Words(run))
	r.state.SetColor(kit.RunColor(run))
	exit, same := "", ""
	if run.State == netcore.RunExited {
		exit = strconv.Itoa(run.Exit)
	}
	if place > 0 {
		same = strconv.Itoa(place) + "."
	}
	r.exit.SetText(exit)
	r.took.SetText(took(run, r.page.host.Now()))
	r.same.SetText(same)
	color := kit.ColorMuted
	if place > 1 {
		color = theme.ColorNameWarning
	}
	r.same.SetColor(color)
}

// groupLayout stacks the parts of a group: head, actions, table, choice of an
// output, output, status. The table gets less than half.
type groupLayout struct{}

// MinSize is for Fyne.
func (groupLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	size := fyne.NewSize(0, partGap)
	for _, object := range objects {
		size.Height += object.MinSize().Height + partGap
		size.Width = max(size.Width, object.MinSize().Width)
	}
	return size.AddWidthHeight(2*sideGap, 0)
}

// Layout is for Fyne.
func (groupLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	const tablePart = 0.38
	table, lines, status := objects[2], objects[4], objects[5]
	wide, top := size.Width-2*sideGap, float32(partGap)
	foot := status.MinSize().Height + partGap
	put := func(object fyne.CanvasObject, height float32) {
		object.Move(fyne.NewPos(sideGap, top))
		object.Resize(fyne.NewSize(wide, height))
		top += height + partGap
	}
	for _, object := range objects[:2] {
		put(object, object.MinSize().Height)
	}
	put(table, max((size.Height-top-foot)*tablePart, 60))
	put(objects[3], objects[3].MinSize().Height)
	put(lines, max(size.Height-top-foot-partGap, 0))
	put(status, status.MinSize().Height)
}
