package transfers

import (
	"context"
	"path"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// picker is the list of all entries of an offer, to accept a part of it. Only
// the rows on the screen exist.
type picker struct {
	sheet  *preflight
	list   *entries
	chosen *selection
	found  []int32 // the entries that the filter shows; nil: all
	round  int     // of filtering

	filter *kit.Entry
	count  *kit.Line
	rows   *kit.SheetList
	object fyne.CanvasObject
}

func newPicker(sheet *preflight, list *entries, chosen *selection) *picker {
	p := &picker{sheet: sheet, list: list, chosen: chosen}
	p.filter = kit.NewEntry(nil)
	p.filter.SetPlaceHolder(lang.L("Filter by path"))
	p.filter.Escaped, p.filter.Reached = sheet.sheet.Hide, sheet.sheet.Reveal
	search := kit.Debounce(sheet.card.ui, typingPause, p.search)
	p.filter.OnChanged = func(string) { search() }
	p.count = kit.NewCutLine("", kit.SizeSmall, kit.ColorMuted)
	p.rows = kit.NewSheetList(sheet.sheet, p.length, func() fyne.CanvasObject { return newEntryRow() }, p.update, p.toggle)
	all, none := p.button(lang.L("All"), true), p.button(lang.L("None of them"), false)
	p.object = kit.Column(6, container.New(filterLayout{}, p.filter, container.NewHBox(all, none)), p.count,
		container.New(listHeight(sheet.card.host.Window, sheet.rest()), p.rows))
	p.tell()
	return p
}

// preflightRest is how high all else of the sheet is, but for a wish.
const preflightRest = 430

// rest is how high all but the list of a sheet is.
func (p *preflight) rest() float32 {
	if !p.wish.Visible() {
		return preflightRest
	}
	return preflightRest + p.wish.MinSize().Height + theme.InnerPadding()
}

// button chooses all that the filter shows, or nothing of it.
func (p *picker) button(words string, on bool) *kit.Button {
	button := kit.NewButton(words, func() {
		if p.found == nil {
			p.chosen.all(on)
		}
		for _, at := range p.found {
			p.chosen.set(int(at), on)
		}
		p.changed()
	})
	button.Escaped, button.Reached = p.sheet.sheet.Hide, p.sheet.sheet.Reveal
	return button
}

func (p *picker) length() int {
	if p.found != nil {
		return len(p.found)
	}
	return len(p.chosen.sizes)
}

// index is the entry of a row.
func (p *picker) index(row int) int {
	if p.found != nil {
		return int(p.found[row])
	}
	return row
}

func (p *picker) toggle(row int) {
	p.chosen.toggle(p.index(row))
	p.changed()
}

func (p *picker) changed() {
	p.tell()
	p.rows.Refresh()
	p.sheet.chosen()
}

func (p *picker) tell() { p.count.SetText(pickedWords(p.chosen)) }

// search shows what the filter matches.
func (p *picker) search() {
	p.round++
	round, text := p.round, strings.TrimSpace(p.filter.Text)
	if text == "" {
		p.show(nil)
		return
	}
	kit.Load(p.sheet.card.ui, func(context.Context) ([]int32, error) { return p.list.find(p.sheet.ctx, text) },
		func(found []int32, err error) {
			if round == p.round && err == nil {
				p.show(found)
			}
		})
}

func (p *picker) show(found []int32) {
	p.found = found
	p.rows.ScrollToOffset(0)
	p.rows.Refresh()
}

// update fills a row; what is not there yet is read.
func (p *picker) update(at int, object fyne.CanvasObject) {
	row, index := object.(*entryRow), p.index(at)
	entry, need, held := p.list.at(index)
	if need >= 0 {
		p.read(need)
	}
	row.set(entry, held, p.mark(index), p.found != nil)
}

func (p *picker) read(first int) {
	kit.Load(p.sheet.card.ui, func(context.Context) ([]netcore.OfferFile, error) { return p.list.read(p.sheet.ctx, first) },
		func(page []netcore.OfferFile, err error) {
			if err != nil {
				p.list.missed(first)
				return
			}
			p.list.put(first, page)
			p.rows.Refresh()
		})
}

// mark is the box before an entry; a folder of which a part is chosen has one
// of its own.
func (p *picker) mark(index int) fyne.ThemeIconName {
	s := p.chosen
	if s.fixed[index] {
		return theme.IconNameCancel
	}
	for below := index + 1; below < int(s.ends[index]); below++ {
		if s.chosen[below] != s.chosen[index] && !s.fixed[below] {
			return theme.IconNameCheckButtonPartial
		}
	}
	if s.chosen[index] {
		return theme.IconNameCheckButtonChecked
	}
	return theme.IconNameCheckButton
}

// entryRow is one entry: its box, its name below its folder, its size.
type entryRow struct {
	widget.BaseWidget
	mark, kind *widget.Icon
	name, size *kit.Line
	marked     fyne.ThemeIconName
	place      *rowIndent
	box        *fyne.Container
}

func newEntryRow() *entryRow {
	r := &entryRow{
		mark: widget.NewIcon(nil), kind: widget.NewIcon(nil), place: &rowIndent{},
		name: kit.NewCutLine("", theme.SizeNameText, theme.ColorNameForeground),
		size: kit.NewLine("", kit.SizeSmall, kit.ColorMuted),
	}
	r.box = container.New(r.place, r.mark, r.kind, r.name, r.size)
	r.ExtendBaseWidget(r)
	return r
}

// CreateRenderer is for Fyne.
func (r *entryRow) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(r.box) }

// set shows an entry; whole shows all of its path instead of its place.
func (r *entryRow) set(entry netcore.OfferFile, held bool, mark fyne.ThemeIconName, whole bool) {
	if r.marked != mark {
		r.marked = mark
		r.mark.SetResource(theme.Icon(mark))
	}
	kind := theme.FileIcon()
	if entry.Folder {
		kind = theme.FolderIcon()
	}
	if r.kind.Resource == nil || r.kind.Resource.Name() != kind.Name() {
		r.kind.SetResource(kind)
	}
	name, depth := path.Base(entry.Path), strings.Count(entry.Path, "/")
	if whole {
		name, depth = entry.Path, 0
	}
	if !held {
		name, depth = "…", 0
	}
	if entry.Link != "" {
		name += " → " + entry.Link
	}
	r.name.SetText(name)
	r.size.SetText(sizeWords(entry, held))
	if r.place.depth != depth || r.place.size != r.size.MinSize().Width {
		r.place.depth, r.place.size = depth, r.size.MinSize().Width
		r.place.Layout(r.box.Objects, r.box.Size())
	}
}

// sizeWords is what stands at the end of a row.
func sizeWords(entry netcore.OfferFile, held bool) string {
	switch {
	case !held || entry.Folder:
		return ""
	case entry.Reason != "":
		return kit.ReasonWords(entry.Reason)
	}
	return kit.Bytes(entry.Size)
}

// rowIndent is the layout of an entry, indented by the folders that it is in.
type rowIndent struct {
	depth int
	size  float32 // the width of the last field
}

const (
	indentStep = 18
	indentMost = 8 // deeper ones stand below each other
	entryIcon  = 20
	entryHigh  = 26
)

// MinSize is for Fyne.
func (*rowIndent) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(200, entryHigh) }

// Layout is for Fyne.
func (l *rowIndent) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	x := float32(2)
	place := func(object fyne.CanvasObject, wide, high float32) {
		object.Resize(fyne.NewSize(wide, high))
		object.Move(fyne.NewPos(x, (size.Height-high)/2))
		x += wide + 6
	}
	place(objects[0], entryIcon, entryIcon)
	x += indentStep * float32(min(l.depth, indentMost))
	place(objects[1], entryIcon, entryIcon)
	right := size.Width - l.size - barRoom
	place(objects[2], max(right-x-6, 20), objects[2].MinSize().Height)
	x = right
	place(objects[3], l.size, objects[3].MinSize().Height)
}
