package clocks

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// The measures of the list.
const (
	wideFrom    = 620 // its width with the charts beside the figures
	rowGap      = 10
	chartHeight = 80 // below the figures, where there is little width
)

// row is one person's clock in the list.
type row struct {
	widget.BaseWidget
	page *Page
	wide bool
	id   netcore.PersonID
	at   netcore.ClockEstimate // the latest look
	has  bool                  // there was one

	name    *kit.Line
	verdict *kit.Line
	head    *fyne.Container
	when    *fyne.Container
	note    *kit.Paragraph // in place of all figures, while there are none
	time    *kit.Line
	date    *kit.Line
	words   *kit.Line
	details *kit.Line
	text    *kit.Line
	chart   *chart
	again   *kit.Button
	figures *fyne.Container
	inside  *fyne.Container // figures, chart and button
	box     *fyne.Container
}

func (p *Page) newRow() *row {
	r := &row{
		page:    p,
		name:    kit.NewCutLine("", kit.SizeName, theme.ColorNameForeground),
		verdict: kit.NewLine("", kit.SizeSmall, kit.ColorMuted),
		time:    kit.NewLine("", kit.SizeTitle, theme.ColorNameForeground),
		date:    kit.NewCutLine("", kit.SizeSmall, kit.ColorMuted),
		words:   kit.NewCutLine("", theme.SizeNameText, theme.ColorNameForeground),
		details: kit.NewCutLine("", kit.SizeSmall, kit.ColorMuted),
		text:    kit.NewCutLine("", theme.SizeNameText, theme.ColorNamePrimary),
		chart:   newChart(),
		note:    kit.NewParagraph("", theme.SizeNameText, kit.ColorMuted),
	}
	r.again = kit.NewButton("", func() { p.check([]netcore.PersonID{r.id}) })
	r.again.Icon, r.again.Importance, r.again.Escaped = theme.ViewRefreshIcon(), widget.LowImportance, p.host.Escaped
	r.head = container.New(headLayout{}, r.name, r.verdict)
	r.when = container.New(headLayout{left: true}, r.date, r.time)
	r.box = container.NewWithoutLayout()
	r.arrange()
	r.ExtendBaseWidget(r)
	return r
}

// SetWide arranges the row for a wide or a narrow list.
func (r *row) SetWide(wide bool) {
	if r.wide != wide {
		r.wide = wide
		r.arrange()
		r.box.Resize(r.Size())
		r.box.Refresh()
	}
}

func (r *row) arrange() {
	r.figures = kit.Column(3, r.head, r.note, r.when, r.words, r.details, r.text)
	button := container.NewCenter(r.again)
	if r.wide {
		r.inside = container.New(rowLayout{}, r.figures, r.chart, button)
	} else {
		top := container.New(kit.Columns{Widths: []float32{-1, 34}, Gap: 6}, r.figures, button)
		r.inside = container.NewBorder(top, nil, nil, nil, container.New(layout.NewCustomPaddedLayout(6, 0, 0, 0), r.chart))
	}
	card := container.NewStack(kit.NewFill(kit.ColorCard, 10), container.New(layout.NewCustomPaddedLayout(10, 10, 14, 8), r.inside))
	r.box.Layout = kit.Spaced{Gap: rowGap}
	r.box.Objects = []fyne.CanvasObject{card}
}

// MinSize is for Fyne: all rows are equally high.
func (r *row) MinSize() fyne.Size {
	figures := float32(3*3) + r.name.MinSize().Height + r.time.MinSize().Height + r.words.MinSize().Height + r.details.MinSize().Height
	if r.page.wordy {
		figures += 3 + r.text.MinSize().Height
	}
	high := figures + 20 + rowGap
	if !r.wide {
		high += chartHeight + 6
	}
	return fyne.NewSize(240, high)
}

// CreateRenderer is for Fyne.
func (r *row) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(r.box) }

// set shows what is known of a clock.
func (r *row) set(clock one, now time.Time) {
	p := r.page
	r.id = clock.person.ID
	r.at, r.has = clock.last()
	r.name.SetText(kit.Cut(clock.person.Name, nameMost))
	verdict, _ := p.known.verdict(clock)
	r.verdict.SetText(markedWords(verdict))
	r.verdict.SetColor(verdictColor(verdict))
	r.say(r.trouble(clock))
	r.text.SetText(p.texts[r.id])
	r.details.SetText(r.detailWords(clock))
	r.chart.set(clock.history)
	if p.checking[r.id] || !clock.person.Online {
		r.again.Disable()
	} else {
		r.again.Enable()
	}
	r.turn(now)
	r.head.Layout.Layout(r.head.Objects, r.head.Size()) // the verdict and the time may be wider now
	r.when.Layout.Layout(r.when.Objects, r.when.Size())
	r.inside.Layout.Layout(r.inside.Objects, r.inside.Size()) // or there may be others
	r.figures.Layout.Layout(r.figures.Objects, r.figures.Size())
}

// nameMost is the longest name of a person on the page, in runes.
const nameMost = 64

// trouble says what is wrong; nothing if nothing is.
func (r *row) trouble(clock one) string {
	switch {
	case !clock.person.Online:
		return lang.L("Not there. This is the latest look.")
	case r.page.checking[r.id] && !r.has:
		return lang.L("Asking…")
	case r.page.troubles[r.id] == "" && !r.has:
		return lang.L("Not looked at yet.")
	}
	return r.page.troubles[r.id]
}

// say shows how far the clock is off, and what is wrong.
func (r *row) say(trouble string) {
	words := Words(r.at.Offset, r.at.Bound)
	if trouble != "" {
		words += between + trouble
	}
	r.words.SetText(words)
	r.note.SetText(kit.Drawable(trouble))
	kit.Show(r.note, !r.has)
	for _, figure := range []fyne.CanvasObject{r.when, r.words, r.details, r.chart} {
		kit.Show(figure, r.has)
	}
	kit.Show(r.text, r.has && r.page.wordy)
}

// markedWords are the words of a verdict, with a sign for those who do not see
// colours.
func markedWords(verdict netcore.ClockVerdict) string {
	switch verdict {
	case "":
		return ""
	case netcore.ClockGood:
		return "✓ " + VerdictWords(verdict)
	}
	return "! " + VerdictWords(verdict)
}

// turn shows what their clock says now.
func (r *row) turn(now time.Time) {
	clock, date := "--:--:--", ""
	if r.has {
		there := r.at.There(now)
		clock, date = there.Format(time.TimeOnly), there.Format(time.DateOnly)+between+zoneWords(r.at.Zone)
	}
	r.time.SetText(clock)
	r.date.SetText(date)
}

// detailWords say how exactly a clock is known, and since when.
func (r *row) detailWords(clock one) string {
	if !r.has {
		return ""
	}
	parts := []string{
		lang.L("round trip {{.Time}}", map[string]any{"Time": Trip(r.at.RoundTrip)}),
		lang.L("drift {{.Drift}}", map[string]any{"Drift": driftWords(clock.rate, clock.rated)}),
		lang.L("looked at {{.Time}}", map[string]any{"Time": r.at.At.Local().Format(time.TimeOnly)}),
	}
	return strings.Join(parts, between)
}

// headLayout puts the second object at the right end, or at the left one, and
// gives the first what is left.
type headLayout struct{ left bool }

const headGap = 10

// MinSize is for Fyne.
func (headLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	one, other := objects[0].MinSize(), objects[1].MinSize()
	return fyne.NewSize(one.Width+headGap+other.Width, max(one.Height, other.Height))
}

// Layout is for Fyne.
func (h headLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	wants, rest := objects[1].MinSize(), objects[0].MinSize().Height
	width := max(size.Width-wants.Width-headGap, 0)
	restAt, at := float32(0), size.Width-wants.Width
	if h.left {
		restAt, at = wants.Width+headGap, 0
	}
	objects[1].Resize(wants)
	objects[1].Move(fyne.NewPos(at, (size.Height-wants.Height)/2))
	objects[0].Resize(fyne.NewSize(width, rest))
	objects[0].Move(fyne.NewPos(restAt, (size.Height-rest)/2))
}

// rowLayout puts the figures, the chart and the button side by side.
type rowLayout struct{}

const (
	buttonWidth = 34
	chartPart   = 0.36 // of the width
)

// MinSize is for Fyne.
func (rowLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(wideFrom/2, objects[0].MinSize().Height)
}

// Layout is for Fyne.
func (rowLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	chartWide := size.Width * chartPart
	figures := size.Width - chartWide - buttonWidth - 2*headGap
	objects[0].Resize(fyne.NewSize(figures, size.Height))
	objects[1].Move(fyne.NewPos(figures+headGap, 0))
	objects[1].Resize(fyne.NewSize(chartWide, size.Height))
	objects[2].Move(fyne.NewPos(size.Width-buttonWidth, 0))
	objects[2].Resize(fyne.NewSize(buttonWidth, size.Height))
}
