package transfers

import (
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// parts are the lists of a preflight, of which one is seen at a time: all
// entries, those that are there already, those whose names change, and those
// that cannot come.
type parts struct {
	sheet   *preflight
	buttons []*kit.Button
	lists   []fyne.CanvasObject
	named   []*namedList
	shown   int
	row     *fyne.Container
	object  fyne.CanvasObject
}

func newParts(sheet *preflight) *parts {
	p := &parts{sheet: sheet}
	p.named = []*namedList{
		newNamedList(sheet, true, netcore.PreflightDifferent, netcore.PreflightDoubtful, netcore.PreflightIdentical),
		newNamedList(sheet, false, netcore.PreflightRenamed),
		newNamedList(sheet, false, netcore.PreflightUnsent),
	}
	p.lists = []fyne.CanvasObject{sheet.picker.object}
	for _, list := range p.named {
		p.lists = append(p.lists, list.object)
	}
	p.row = container.New(kit.Wrap{Gap: 4})
	for at := range p.lists {
		button := kit.NewButton("", func() { p.show(at) })
		button.Escaped, button.Reached = sheet.sheet.Hide, sheet.sheet.Reveal
		p.buttons = append(p.buttons, button)
		p.row.Add(button)
	}
	p.object = kit.Column(8, append([]fyne.CanvasObject{p.row}, p.lists...)...)
	p.show(0)
	return p
}

// set shows what a look at the folder found.
func (p *parts) set(look netcore.Preflight) {
	for _, list := range p.named {
		list.set(look.Named)
	}
	counts := []int{len(p.sheet.picker.chosen.sizes), look.Different + look.Doubtful + look.Identical, look.Renamed, look.Unsent}
	words := []string{lang.L("What comes"), lang.L("There already"), lang.L("New names"), lang.L("Cannot come")}
	for at, button := range p.buttons {
		button.SetText(words[at] + fmt.Sprintf(" (%d)", counts[at]))
		kit.Show(button, at == 0 || counts[at] > 0)
	}
	if counts[p.shown] == 0 {
		p.show(0)
	}
	for at, list := range p.named {
		list.tell(counts[at+1])
	}
	p.row.Refresh()
}

// show shows one of the lists.
func (p *parts) show(shown int) {
	p.shown = shown
	for at, list := range p.lists {
		kit.Show(list, at == shown)
		importance := widget.LowImportance
		if at == shown {
			importance = widget.MediumImportance
		}
		if p.buttons[at].Importance != importance {
			p.buttons[at].Importance = importance
			p.buttons[at].Refresh()
		}
	}
	p.sheet.sheet.Arrange()
}

// refresh shows again what was chosen for single files.
func (p *parts) refresh() {
	for _, list := range p.named {
		list.rows.Refresh()
	}
}

// filterHigh is what the list of all entries has above it, and others have not.
const filterHigh = 64

// namedList lists files about which there is something to know.
type namedList struct {
	sheet  *preflight
	kinds  []netcore.PreflightKind
	files  []netcore.PreflightFile
	note   *kit.Line
	rows   *kit.SheetList
	object *fyne.Container
}

func newNamedList(sheet *preflight, choices bool, kinds ...netcore.PreflightKind) *namedList {
	l := &namedList{sheet: sheet, kinds: kinds, note: kit.NewCutLine("", kit.SizeSmall, kit.ColorMuted)}
	l.rows = kit.NewSheetList(sheet.sheet, func() int { return len(l.files) },
		func() fyne.CanvasObject { return newNamedRow(sheet, choices) },
		func(at int, object fyne.CanvasObject) { object.(*namedRow).set(l.files[at]) }, nil)
	l.object = kit.Column(6, l.note, container.New(listHeight(sheet.card.host.Window, sheet.rest())+filterHigh, l.rows))
	l.object.Hide()
	return l
}

// set takes those of the kinds listed, the ones that need a choice first.
func (l *namedList) set(files []netcore.PreflightFile) {
	l.files = nil
	for _, kind := range l.kinds {
		for _, file := range files {
			if file.Kind == kind {
				l.files = append(l.files, file)
			}
		}
	}
	l.rows.Refresh()
}

// tell says if not all are listed.
func (l *namedList) tell(all int) {
	words := ""
	if all > len(l.files) {
		words = lang.L("The first {{.Part}} of {{.All}} are listed.", map[string]any{"Part": len(l.files), "All": all})
	}
	l.note.SetText(words)
	kit.Show(l.note, words != "")
}

// namedRow is one such file, with a choice what becomes of it where there is one.
type namedRow struct {
	widget.BaseWidget
	sheet      *preflight
	file       netcore.PreflightFile
	name, what *kit.Line
	choice     *kit.Choice // nil: there is nothing to choose
	filling    bool
}

func newNamedRow(sheet *preflight, choices bool) *namedRow {
	r := &namedRow{
		sheet: sheet, name: kit.NewPathLine("", theme.SizeNameText, theme.ColorNameForeground),
		what: kit.NewCutLine("", kit.SizeSmall, kit.ColorMuted),
	}
	if choices {
		words := []string{lang.L("As for all"), lang.L("Keep both"), lang.L("Replace"), lang.L("Skip")}
		r.choice = kit.NewChoice(words, func(string) { r.chosen() }, sheet.sheet)
	}
	r.ExtendBaseWidget(r)
	return r
}

// namedChoice is the width of a choice.
const namedChoice = 132

// CreateRenderer is for Fyne.
func (r *namedRow) CreateRenderer() fyne.WidgetRenderer {
	words := kit.Column(1, r.name, r.what)
	if r.choice == nil {
		return widget.NewSimpleRenderer(words)
	}
	return widget.NewSimpleRenderer(container.New(kit.Columns{Widths: []float32{-1, namedChoice}, Gap: 8}, words, r.choice))
}

func (r *namedRow) set(file netcore.PreflightFile) {
	r.file = file
	r.name.SetText(file.Path)
	r.what.SetText(kit.Bytes(file.Size) + dot + kindWords(file))
	if r.choice == nil {
		return
	}
	r.filling = true
	defer func() { r.filling = false }()
	at := 0
	if chosen, is := r.sheet.choices[file.Index]; is {
		at = 1 + clashIndex(chosen)
	}
	if r.choice.SelectedIndex() != at {
		r.choice.SetSelectedIndex(at)
	}
	kit.Show(r.choice, file.Kind != netcore.PreflightIdentical)
	if r.sheet.clashChosen() == netcore.ClashBeside {
		r.choice.Disable()
	} else {
		r.choice.Enable()
	}
}

// chosen keeps what the user chose for this file.
func (r *namedRow) chosen() {
	if r.filling {
		return
	}
	if at := r.choice.SelectedIndex(); at > 0 {
		r.sheet.choices[r.file.Index] = clashes()[at-1]
		return
	}
	delete(r.sheet.choices, r.file.Index)
}
