package commands

import (
	"context"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// The measures of the list.
const (
	wideFrom   = 620 // its width with columns
	rowHeight  = 38
	whenWidth  = 78
	tookWidth  = 62
	stopWidth  = 74
	narrowGap  = 12
	stateShare = -5
)

// columns are those of a wide list: command, who, state, duration, when, stop.
func columns() kit.Columns {
	return kit.Columns{Widths: []float32{-8, -5, stateShare, tookWidth, whenWidth, stopWidth}, Gap: 8, Height: rowHeight}
}

func newHeads() fyne.CanvasObject {
	head := func(text string) fyne.CanvasObject { return kit.NewCutLine(text, kit.SizeSmall, kit.ColorMuted) }
	heads := columns()
	heads.Height = 24
	return container.New(heads, head(lang.L("Command")), head(lang.L("Who")), head(lang.L("State")),
		head(lang.L("Duration")), head(lang.L("When")), head(""))
}

// runRow is one entry of the list.
type runRow struct {
	widget.BaseWidget
	page  *Page
	entry entry
	wide  bool

	line  *kit.Line
	who   *kit.Line
	state *kit.Line
	took  *kit.Line
	when  *kit.Line
	stop  *widget.Button
	box   *fyne.Container
}

func newRunRow(page *Page) *runRow {
	small := func(color fyne.ThemeColorName) *kit.Line { return kit.NewCutLine("", kit.SizeSmall, color) }
	r := &runRow{
		page: page, line: kit.NewCutLine("", theme.SizeNameText, theme.ColorNameForeground),
		who: small(kit.ColorMuted), state: small(kit.ColorMuted), took: small(kit.ColorMuted), when: small(kit.ColorMuted),
	}
	r.stop = widget.NewButton(lang.L("Stop"), r.stopAll)
	r.stop.Importance = widget.DangerImportance
	r.box = container.NewWithoutLayout()
	r.arrange()
	r.ExtendBaseWidget(r)
	return r
}

// SetWide arranges the row for a wide or a narrow list.
func (r *runRow) SetWide(wide bool) {
	if r.wide != wide {
		r.wide = wide
		r.arrange()
		r.box.Resize(r.Size())
		r.box.Refresh()
	}
}

func (r *runRow) arrange() {
	if r.wide {
		r.box.Layout = columns()
		r.box.Objects = []fyne.CanvasObject{r.line, r.who, r.state, r.took, r.when, r.stop}
		return
	}
	second := container.New(kit.Columns{Widths: []float32{-5, -4, tookWidth}, Gap: 6}, r.state, r.who, r.took)
	words := container.New(kit.Columns{Widths: []float32{-1}}, kit.Column(2, r.line, second))
	r.box.Layout = kit.Spaced{Gap: narrowGap}
	r.box.Objects = []fyne.CanvasObject{container.New(kit.Columns{Widths: []float32{-1, stopWidth}, Gap: 6}, words, r.stop)}
}

// CreateRenderer is for Fyne.
func (r *runRow) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(r.box) }

// set shows an entry.
func (r *runRow) set(e entry) {
	r.entry = e
	first := e.runs[0]
	now := r.page.host.Now()
	r.line.SetText(commandWords(first))
	r.when.SetText(kit.Short(first.Asked, now))
	if len(e.runs) == 1 {
		r.who.SetText(whoWords(first))
		r.state.SetText(kit.Words(first))
		r.state.SetColor(kit.RunColor(first))
		r.took.SetText(took(first, now))
	} else {
		r.who.SetText(lang.N("{{.Count}} PCs", len(e.runs), map[string]any{"Count": len(e.runs)}))
		r.state.SetText(stateCounts(e.runs))
		r.state.SetColor(theme.ColorNameForeground)
		r.took.SetText("")
	}
	kit.Show(r.stop, slices.ContainsFunc(e.runs, isRunning))
}

func isRunning(run netcore.Run) bool { return !run.State.Ended() }

// older shows the way to older entries.
func (r *runRow) older() {
	r.entry = entry{}
	for _, line := range []*kit.Line{r.who, r.state, r.took, r.when} {
		line.SetText("")
	}
	r.line.SetText(lang.L("Show older ones…"))
	kit.Show(r.stop, false)
}

// stopAll stops what runs of the entry.
func (r *runRow) stopAll() { r.page.stopAll(r.entry.runs) }

// stopAll stops those of some runs that have not ended.
func (p *Page) stopAll(runs []netcore.Run) {
	kit.Do(p.ui, func(context.Context) error {
		for _, run := range runs {
			if isRunning(run) {
				_ = p.node.StopRun(run.Key) // one that has just ended need not be stopped
			}
		}
		return nil
	}, func(error) { p.Refresh() })
}
