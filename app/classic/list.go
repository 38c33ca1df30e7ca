package classic

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
)

const (
	wideFrom  = 560 // the width of a list whose rows stand on one line
	rowHeight = 44
)

// listPane lists the sessions.
type listPane struct {
	page   *Page
	all    []*live
	empty  *kit.Paragraph
	table  *kit.Table
	object fyne.CanvasObject
}

func newListPane(page *Page) *listPane {
	l := &listPane{page: page}
	l.empty = kit.NewParagraph("", theme.SizeNameText, kit.ColorMuted)
	begin := kit.NewButton(lang.L("New session"), page.toForm)
	begin.Icon, begin.Importance, begin.Escaped = theme.ContentAddIcon(), widget.HighImportance, page.host.Escaped
	l.table = kit.NewTable(wideFrom, container.NewWithoutLayout(), func() int { return len(l.all) },
		func() kit.Row { return newSessionRow(page) },
		func(at int, row kit.Row) { row.(*sessionRow).set(l.all[at]) })
	l.table.List.OnSelected = func(at int) {
		l.table.List.Unselect(at)
		if at < len(l.all) {
			page.open(l.all[at])
		}
	}
	hint := kit.Hint(lang.L("The programs of socket courses, as server and as client, and devices that speak plain TCP or UDP. Nothing here is encrypted, and nothing listens unless you start it."))
	head := container.New(layout.NewCustomPaddedLayout(0, 8, 20, 20), kit.Column(8, hint, container.NewHBox(begin)))
	l.object = kit.Below(head, container.New(layout.NewCustomPaddedLayout(0, 8, 20, 12),
		container.NewStack(container.New(layout.NewCustomPaddedLayout(12, 0, 0, 8), container.NewVBox(l.empty)), l.table)))
	return l
}

// show lists what there is.
func (l *listPane) show() {
	l.all = l.page.sessions.list()
	l.empty.SetText("")
	if len(l.all) == 0 {
		l.empty.SetText(lang.L("No session runs. Start a server here and a client there, or both on this PC."))
	}
	l.table.Reload()
}

// sessionRow is one session in the list.
type sessionRow struct {
	widget.BaseWidget
	page   *Page
	live   *live
	name   *kit.Line
	where  *kit.Line
	state  *kit.Line
	button *kit.Button
	box    *fyne.Container
}

func newSessionRow(page *Page) *sessionRow {
	r := &sessionRow{page: page}
	r.name = kit.NewCutLine("", kit.SizeName, theme.ColorNameForeground)
	r.where = kit.NewCutLine("", kit.SizeSmall, kit.ColorMuted)
	r.state = kit.NewCutLine("", kit.SizeSmall, kit.ColorMuted)
	r.button = kit.NewButton("", r.press)
	r.button.Importance, r.button.Escaped = widget.LowImportance, page.host.Escaped
	words := container.New(layout.NewCustomPaddedVBoxLayout(2), r.name, container.New(kit.Columns{Widths: []float32{-1, -1}, Gap: 8}, r.where, r.state))
	r.box = container.New(kit.Columns{Widths: []float32{-1, 92}, Gap: 8, Height: rowHeight}, words, r.button)
	r.ExtendBaseWidget(r)
	return r
}

// SetWide implements kit.Row: a row is the same in any width.
func (r *sessionRow) SetWide(bool) {}

// CreateRenderer is for Fyne.
func (r *sessionRow) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(r.box) }

// set shows a session.
func (r *sessionRow) set(l *live) {
	r.live = l
	over, failure := l.state()
	r.name.SetText(l.title())
	r.where.SetText(l.address())
	r.state.SetText(stateWords(over, failure))
	r.state.SetColor(stateColor(over, failure))
	words := lang.L("Stop")
	if over {
		words = lang.L("Remove")
	}
	if r.button.Text != words {
		r.button.SetText(words)
	}
}

// press stops a session, or takes one that is over off the list.
func (r *sessionRow) press() {
	if over, _ := r.live.state(); over {
		r.page.sessions.remove(r.live)
		r.page.show()
		return
	}
	r.page.stop(r.live)
}

// stateWords says whether a session runs.
func stateWords(over bool, failure error) string {
	switch {
	case !over:
		return lang.L("Running")
	case failure != nil:
		return errorWords(failure)
	}
	return lang.L("Has ended")
}

func stateColor(over bool, failure error) fyne.ThemeColorName {
	switch {
	case !over:
		return theme.ColorNameSuccess
	case failure != nil:
		return theme.ColorNameError
	}
	return kit.ColorMuted
}
