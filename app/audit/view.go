package audit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// nearEnd is how many rows before the end of the list more are read.
const nearEnd = 30

// view is the list with what stands around it.
type view struct {
	page   *Page
	table  *kit.Table
	status *kit.Paragraph
	empty  *kit.Paragraph
	news   *widget.Button
	copied *widget.Button
	one    *one
	object fyne.CanvasObject
	quiet  bool // the selection is being put back, not made by the user
}

func (p *Page) newView() *view {
	v := &view{page: p}
	v.table = kit.NewTable(wideFrom, newHeads(), p.lines.len, func() kit.Row { return newRow() }, v.update)
	v.table.List.OnSelected = v.selected
	v.status = kit.NewParagraph("", theme.SizeNameText, kit.ColorMuted)
	v.status.Hide()
	v.empty = kit.NewParagraph("", theme.SizeNameText, kit.ColorMuted)
	v.news = widget.NewButtonWithIcon(lang.L("Show new entries"), theme.MoveUpIcon(), v.toTop)
	v.news.Importance = widget.HighImportance
	v.news.Hide()
	v.copied = widget.NewButtonWithIcon(lang.L("Copy all"), theme.ContentCopyIcon(), p.copyAll)
	v.copied.Disable()
	v.one = v.newOne()
	padded := func(top, bottom float32, object fyne.CanvasObject) fyne.CanvasObject {
		return container.New(layout.NewCustomPaddedLayout(top, bottom, 20, 20), object)
	}
	head := kit.Column(8, container.NewBorder(nil, nil, nil, container.NewCenter(v.copied),
		container.New(kit.Columns{Widths: []float32{-1}}, kit.Hint(lang.L("What was decided about trust, and what your permissions allowed.")))),
		p.filter.object, v.status)
	list := container.NewStack(container.NewVBox(v.empty), v.table,
		container.NewVBox(container.NewCenter(v.news)))
	v.object = kit.Page(lang.L("Log"), kit.Below(padded(0, 8, head),
		container.NewBorder(nil, padded(0, 12, v.one.object), nil, nil, padded(0, 8, list))))
	return v
}

// update fills the row at a place, and reads more where there is a need.
func (v *view) update(at int, object kit.Row) {
	entry, held := v.page.lines.at(at)
	if !held {
		object.(*row).clear()
		v.page.fetch(at / chunkSize)
		return
	}
	object.(*row).set(entry)
	if at >= v.page.lines.len()-nearEnd {
		v.page.fetch(len(v.page.lines.chunks))
	}
}

// atTop reports whether the user sees the newest entries.
func (v *view) atTop() bool { return v.table.List.GetScrollOffset() < rowHeight }

// toTop shows what is new.
func (v *view) toTop() {
	v.table.List.ScrollToOffset(0)
	v.page.Trigger()
}

// tellOfNews shows the way to entries that are newer than those shown.
func (v *view) tellOfNews() { v.news.Show() }

// restarted shows the list from its beginning.
func (v *view) restarted() {
	v.news.Hide()
	v.say("", kit.ColorMuted)
	v.table.List.ScrollToOffset(0)
	v.mark()
	v.refresh()
}

// mark puts the selection where the chosen entry is now.
func (v *view) mark() {
	v.quiet = true
	defer func() { v.quiet = false }()
	v.table.List.UnselectAll()
	for at, entry := range v.page.lines.chunks[0].entries {
		if entry.Seq == v.one.entry.Seq {
			v.table.List.Select(at)
			v.table.List.ScrollToOffset(0)
			return
		}
	}
}

// refresh shows the rows again.
func (v *view) refresh() {
	length := v.page.lines.len()
	if length > 0 {
		v.copied.Enable()
	} else {
		v.copied.Disable()
	}
	v.empty.SetText(v.emptyWords(length))
	v.table.Reload()
}

func (v *view) emptyWords(length int) string {
	switch {
	case length > 0:
		return ""
	case v.page.lines.query != netcore.AuditQuery{Limit: chunkSize}:
		return lang.L("Nothing in the log matches.")
	}
	return lang.L("Nothing is in the log yet. Whatever you permit, refuse or verify will be written down here.")
}

func (v *view) selected(at int) {
	if v.quiet || at >= v.page.lines.len() {
		return
	}
	if entry, held := v.page.lines.at(at); held {
		v.one.show(entry)
	}
}

func (v *view) fail(err error) { v.say(kit.ErrorWords(err), theme.ColorNameError) }

// say shows a sentence over the list, or takes it away.
func (v *view) say(text string, color fyne.ThemeColorName) {
	v.status.Say(text, color)
	if text == "" {
		v.status.Hide()
	} else {
		v.status.Show()
	}
}
