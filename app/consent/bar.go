package consent

import (
	"context"
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// What the bar shows at most.
const (
	barName  = 24  // runes of a name
	listHigh = 150 // of the list of what runs
)

// bar stands over all pages while others run something here, or wait for an
// answer that was put off. It cannot be closed.
type bar struct {
	desk   *Desk
	box    *fyne.Container
	rows   []*runRow
	shown  string // what stands in the bar; the same again is not built again
	folded bool
	asks   *kit.Line
}

func newBar(desk *Desk) *bar {
	return &bar{desk: desk, box: kit.Column(0), folded: true}
}

// set shows what runs and waits now.
func (b *bar) set() {
	if b.fill() {
		b.box.Refresh()
		b.desk.host.Resized()
	}
}

// fill puts what runs and waits now into the bar and reports whether its height
// may be another.
func (b *bar) fill() bool {
	shown := fmt.Sprint(b.folded, b.waits())
	for _, run := range b.desk.running {
		shown += fmt.Sprint(" ", run.Key)
	}
	if shown == b.shown {
		b.tick()
		return false
	}
	b.shown = shown
	b.box.Objects, b.rows, b.asks = nil, nil, nil
	if b.waits() > 0 {
		b.addAsks()
	}
	switch count := len(b.desk.running); {
	case count == 1:
		b.box.Add(onGround(b.row(b.desk.running[0])))
	case count > 1:
		b.addSeveral(count)
	}
	b.tick()
	return true
}

// waits is how many questions were put off.
func (b *bar) waits() int {
	if !b.desk.aside {
		return 0
	}
	return len(b.desk.waiting)
}

func (b *bar) addAsks() {
	b.asks = kit.NewCutLine("", theme.SizeNameText, theme.ColorNameForeground)
	show := widget.NewButton(lang.L("Show"), func() {
		if len(b.desk.waiting) > 0 {
			b.desk.Review(b.desk.waiting[0].Run.Key)
		}
	})
	show.Importance = widget.HighImportance
	b.box.Add(onGround(container.New(barColumns(-1, 0), widget.NewIcon(theme.QuestionIcon()), b.asks, show)))
}

func (b *bar) addSeveral(count int) {
	words := lang.L("{{.Count}} commands of others run on this PC", map[string]any{"Count": count})
	fold := widget.NewButton(lang.L("Show"), func() { b.folded = !b.folded; b.set() })
	if !b.folded {
		fold.SetText(lang.L("Fold"))
	}
	stop := widget.NewButton(lang.L("Stop all"), func() {
		for _, run := range b.desk.running {
			b.desk.stop(run.Key)
		}
	})
	stop.Importance = widget.DangerImportance
	b.box.Add(onGround(container.New(barColumns(-1, 0, 0), widget.NewIcon(theme.WarningIcon()),
		kit.NewCutLine(words, theme.SizeNameText, theme.ColorNameForeground), fold, stop)))
	if b.folded {
		return
	}
	list := kit.Column(2)
	for _, run := range b.desk.running {
		list.Add(b.row(run))
	}
	scroll := container.NewVScroll(list)
	scroll.SetMinSize(fyne.NewSize(0, min(list.MinSize().Height, listHigh)))
	b.box.Add(onGround(scroll))
}

// row shows one command that runs.
func (b *bar) row(run netcore.Run) fyne.CanvasObject {
	r := newRunRow(b.desk, run)
	b.rows = append(b.rows, r)
	return r.object
}

// tick shows how long all run by now.
func (b *bar) tick() {
	for _, row := range b.rows {
		row.tick()
	}
	if b.asks != nil && len(b.desk.waiting) > 0 {
		left := b.desk.waiting[0].Run.Until.Sub(b.desk.host.Now())
		words := lang.N("{{.Count}} requests wait for your consent", b.waits(), map[string]any{"Count": b.waits()})
		b.asks.SetText(words + "·" + kit.Elapsed(left))
	}
}

// stop kills a run.
func (d *Desk) stop(key int64) {
	kit.Do(d.ui, func(context.Context) error { return d.node.StopRun(key) }, func(error) { d.Trigger() })
}

// runRow is one command that runs here: "小明 runs … on this PC, 0:12, Stop".
type runRow struct {
	desk   *Desk
	run    netcore.Run
	time   *kit.Line
	stop   *widget.Button
	object fyne.CanvasObject
}

func newRunRow(desk *Desk, run netcore.Run) *runRow {
	r := &runRow{desk: desk, run: run, time: kit.NewLine("", theme.SizeNameText, kit.ColorMuted)}
	r.time.Align = fyne.TextAlignTrailing
	data := map[string]any{"Name": kit.InQuotes(kit.Cut(run.Name, barName))}
	who := kit.NewCutLine(lang.L("“{{.Name}}” runs on this PC:", data), theme.SizeNameText, theme.ColorNameForeground)
	line := kit.NewMono(run.Line, theme.SizeNameText, theme.ColorNameForeground)
	line.Most = 1
	r.stop = widget.NewButton(lang.L("Stop"), func() {
		r.stop.Disable()
		r.stop.SetText(lang.L("Stopping…"))
		desk.stop(run.Key)
	})
	r.stop.Importance = widget.DangerImportance
	r.object = container.New(runColumns{}, widget.NewIcon(theme.MediaPlayIcon()), who, line, r.time, r.stop)
	return r
}

func (r *runRow) tick() { r.time.SetText(kit.Elapsed(r.desk.host.Now().Sub(r.run.Began))) }

// barGap lies between the parts of the bar, and around them.
const barGap = 8

// onGround sets a line of the bar on the colour of what must be noticed.
func onGround(object fyne.CanvasObject) fyne.CanvasObject {
	return container.NewStack(kit.NewFill(kit.ColorNotice, 0),
		container.NewBorder(nil, widget.NewSeparator(), nil, nil, container.New(layout.NewCustomPaddedLayout(3, 3, 12, 12), object)))
}

// barLayout sets objects side by side; a width of 0 is what the object wants.
type barLayout struct{ widths []float32 }

func barColumns(widths ...float32) barLayout {
	return barLayout{widths: append([]float32{0}, widths...)}
}

func (l barLayout) columns(objects []fyne.CanvasObject) kit.Columns {
	columns := kit.Columns{Gap: barGap}
	for at, object := range objects {
		width := l.widths[at]
		if width == 0 {
			width = object.MinSize().Width
		}
		columns.Widths = append(columns.Widths, width)
	}
	return columns
}

// MinSize is for Fyne.
func (l barLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return l.columns(objects).MinSize(objects)
}

// Layout is for Fyne.
func (l barLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	l.columns(objects).Layout(objects, size)
}

// runColumns sets who runs what beside each other, in a narrow window one below
// the other.
type runColumns struct{}

const runWide = 620 // from which on all stand on one line

// MinSize is for Fyne.
func (runColumns) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(200, max(objects[4].MinSize().Height, objects[1].MinSize().Height+objects[2].MinSize().Height))
}

// Layout is for Fyne.
func (runColumns) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	icon, who, line, time, stop := objects[0], objects[1], objects[2], objects[3], objects[4]
	place := func(object fyne.CanvasObject, x, y, wide, high float32) {
		object.Move(fyne.NewPos(x, y))
		object.Resize(fyne.NewSize(wide, high))
	}
	middle := func(object fyne.CanvasObject, x, wide float32) {
		high := object.MinSize().Height
		place(object, x, (size.Height-high)/2, wide, high)
	}
	middle(icon, 0, icon.MinSize().Width)
	wants := stop.MinSize()
	right := size.Width - wants.Width
	middle(stop, right, wants.Width)
	timeWide := fyne.MeasureText("00:00:00", theme.TextSize(), fyne.TextStyle{}).Width
	right -= timeWide + barGap
	middle(time, right, timeWide)
	left := icon.MinSize().Width + barGap
	room := right - barGap - left
	if size.Width >= runWide {
		words := kit.Drawable(who.(*kit.Line).Text())
		wide := min(fyne.MeasureText(words, theme.TextSize(), fyne.TextStyle{}).Width+1, room/2)
		middle(who, left, wide)
		middle(line, left+wide+barGap, room-wide-barGap)
		return
	}
	high := who.MinSize().Height
	top := (size.Height - high - line.MinSize().Height) / 2
	place(who, left, top, room, high)
	place(line, left, top+high, room, line.MinSize().Height)
}
