package commands

import (
	"fmt"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/netcore"
)

const (
	listStep = 200  // runs that are read at first, and more each time
	listMost = 5000 // runs that are listed
)

// entry is one line of the list: a run, or several that were begun together.
type entry struct{ runs []netcore.Run } // the first is that which was begun first

// listPane lists what runs and what ran, the newest first.
type listPane struct {
	page    *Page
	limit   int
	entries []entry
	whole   bool // nothing older is there

	find   *kit.Entry
	status *kit.Paragraph
	empty  *kit.Paragraph
	table  *kit.Table
	object fyne.CanvasObject
}

func newListPane(page *Page) *listPane {
	l := &listPane{page: page, limit: listStep}
	l.find = kit.NewEntry(page.host.Shortcuts)
	l.find.SetPlaceHolder(lang.L("Find a command"))
	l.find.OnChanged = func(string) { l.limit = listStep; page.Refresh() }
	l.find.Escaped = page.host.Escaped
	l.status = kit.NewParagraph("", theme.SizeNameText, theme.ColorNameError)
	l.status.Hide()
	l.empty = kit.NewParagraph("", theme.SizeNameText, kit.ColorMuted)
	begin := widget.NewButtonWithIcon(lang.L("New command"), theme.ContentAddIcon(), func() { page.Compose(0) })
	begin.Importance = widget.HighImportance
	l.table = kit.NewTable(wideFrom, newHeads(), l.length, func() kit.Row { return newRunRow(page) }, l.update)
	l.table.List.OnSelected = func(at int) {
		l.table.List.Unselect(at)
		l.open(at)
	}
	head := container.New(layout.NewCustomPaddedLayout(0, 8, 20, 20), kit.Column(8,
		container.NewBorder(nil, nil, nil, begin, container.New(kit.Columns{Widths: []float32{-1}}, l.find)), l.status))
	l.object = kit.Page(lang.L("Commands"), kit.Below(head, container.New(layout.NewCustomPaddedLayout(0, 8, 20, 12),
		container.NewStack(container.New(layout.NewCustomPaddedLayout(12, 0, 0, 8), container.NewVBox(l.empty)), l.table))))
	return l
}

// length counts the entries, with one that reads older ones.
func (l *listPane) length() int {
	if l.whole || len(l.entries) == 0 {
		return len(l.entries)
	}
	return len(l.entries) + 1
}

func (l *listPane) update(at int, object kit.Row) {
	if at < len(l.entries) {
		object.(*runRow).set(l.entries[at])
	} else {
		object.(*runRow).older()
	}
}

// open shows an entry, or reads older ones.
func (l *listPane) open(at int) {
	switch {
	case at >= len(l.entries):
		l.limit = min(l.limit+listStep, listMost)
		l.page.Refresh()
	case len(l.entries[at].runs) > 1:
		l.page.openGroup(l.entries[at].runs[0].Group)
	default:
		l.page.openRun(l.entries[at].runs[0], paneList)
	}
}

// set shows runs, the newest first.
func (l *listPane) set(runs []netcore.Run) {
	l.whole = len(runs) < l.limit || l.limit >= listMost
	l.entries = gather(runs)
	l.say("")
	switch {
	case len(runs) > 0:
		l.empty.SetText("")
	case l.find.Text != "":
		l.empty.SetText(lang.L("No command matches."))
	default:
		l.empty.SetText(lang.L("Nothing was run yet. Press “New command” to run something on the PC of somebody who permits it to you."))
	}
	l.table.Reload()
}

// gather puts runs together that were begun together.
func gather(runs []netcore.Run) []entry {
	var entries []entry
	places := map[int64]int{}
	for _, run := range runs {
		if run.Group == 0 || run.Here {
			entries = append(entries, entry{[]netcore.Run{run}})
			continue
		}
		at, known := places[run.Group]
		if !known {
			places[run.Group] = len(entries)
			entries = append(entries, entry{[]netcore.Run{run}})
			continue
		}
		entries[at].runs = slices.Insert(entries[at].runs, 0, run)
	}
	return entries
}

func (l *listPane) fail(err error) { l.say(errorWords(err)) }

// say shows a sentence over the list, or takes it away.
func (l *listPane) say(text string) {
	l.status.SetText(text)
	kit.Show(l.status, text != "")
}

// stateCounts says in words how many runs stand how, the most frequent first.
func stateCounts(runs []netcore.Run) string {
	var words []string
	counts := map[string]int{}
	for _, run := range runs {
		word := kit.Words(run)
		if counts[word]++; counts[word] == 1 {
			words = append(words, word)
		}
	}
	slices.SortStableFunc(words, func(a, b string) int { return counts[b] - counts[a] })
	all := ""
	for at, word := range words {
		if at > 0 {
			all += " · "
		}
		all += fmt.Sprintf("%s × %d", word, counts[word])
	}
	return all
}
