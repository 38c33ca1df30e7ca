package audit

import (
	"time"

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
	wideFrom  = 620 // its width with columns
	rowHeight = 30
	whenWidth = 136
	idWidth   = 70
)

// columns are those of a wide list: when, who, what, detail, outcome.
func columns() kit.Columns {
	return kit.Columns{Widths: []float32{whenWidth, -5, -4, -6, 62}, Gap: 8, Height: rowHeight}
}

func newHeads() fyne.CanvasObject {
	head := func(text string) fyne.CanvasObject { return kit.NewCutLine(text, kit.SizeSmall, kit.ColorMuted) }
	heads := columns()
	heads.Height = 24
	return container.New(heads, head(lang.L("When")), head(lang.L("Who")), head(lang.L("What")), head(lang.L("Detail")), head(lang.L("Outcome")))
}

// row is one entry of the list.
type row struct {
	widget.BaseWidget
	wide    bool
	when    *kit.Line
	name    *kit.Line
	id      *kit.Line
	what    *kit.Line
	detail  *kit.Line
	outcome *kit.Line
	box     *fyne.Container
}

func newRow() *row {
	small := func(color fyne.ThemeColorName) *kit.Line { return kit.NewCutLine("", kit.SizeSmall, color) }
	r := &row{
		when: small(kit.ColorMuted), name: small(theme.ColorNameForeground), id: small(kit.ColorMuted),
		what: small(theme.ColorNameForeground), detail: small(theme.ColorNameForeground), outcome: small(kit.ColorMuted),
	}
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
	who := container.New(kit.Columns{Widths: []float32{-1, idWidth}, Gap: 4}, r.name, r.id)
	if r.wide {
		r.box.Layout = columns()
		r.box.Objects = []fyne.CanvasObject{r.when, who, r.what, r.detail, r.outcome}
		return
	}
	first := container.New(kit.Columns{Widths: []float32{-1, 62}, Gap: 8}, r.what, r.outcome)
	second := container.New(kit.Columns{Widths: []float32{whenWidth, -1}, Gap: 8}, r.when, who)
	r.box.Layout = kit.Spaced{Gap: narrowGap}
	r.box.Objects = []fyne.CanvasObject{kit.Column(2, first, r.detail, second)}
}

// narrowGap lies between the entries where there is little width.
const narrowGap = 12

// CreateRenderer is for Fyne.
func (r *row) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(r.box) }

// set shows an entry.
func (r *row) set(entry netcore.AuditEntry) {
	r.when.SetText(when(entry.At))
	r.name.SetText(who(entry))
	r.id.SetText(shortID(entry))
	r.what.SetText(kit.AuditWords(entry.What))
	r.detail.SetText(detailWords(entry))
	r.outcome.SetText(kit.OutcomeWords(entry.Outcome))
	r.outcome.SetColor(outcomeColor(entry.Outcome))
}

// clear shows that an entry is being read.
func (r *row) clear() {
	for _, line := range []*kit.Line{r.when, r.name, r.id, r.what, r.detail, r.outcome} {
		line.SetText("")
	}
	r.what.SetText("…")
}

// How many characters of a detail and of a name are shown.
const (
	detailMost  = 300
	rowNameMost = 80
)

func when(at time.Time) string { return at.Local().Format(time.DateTime) }

// who names whom an entry is about.
func who(entry netcore.AuditEntry) string {
	if entry.Device.IsZero() && entry.Name == "" {
		return lang.L("This PC")
	}
	return kit.Cut(entry.Name, rowNameMost)
}

func shortID(entry netcore.AuditEntry) string {
	if entry.Device.IsZero() {
		return ""
	}
	return entry.Device.Short()
}

func outcomeColor(outcome netcore.AuditOutcome) fyne.ThemeColorName {
	switch outcome {
	case netcore.OutcomeDone:
		return theme.ColorNameSuccess
	case netcore.OutcomeAllowed:
		return theme.ColorNamePrimary
	}
	return theme.ColorNameError
}
