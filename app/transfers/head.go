package transfers

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// What the head of the page counts and takes at most.
const (
	countMost = 99  // of a group; more are "99+"
	textMost  = 200 // bytes that are searched for
)

// groups are those of the page, in the order in which they are shown.
func groups() []netcore.TransferGroup {
	return []netcore.TransferGroup{netcore.GroupAll, netcore.GroupQueue, netcore.GroupRunning, netcore.GroupDone, netcore.GroupFailed}
}

// groupWords names a group.
func groupWords(group netcore.TransferGroup) string {
	switch group {
	case netcore.GroupQueue:
		return lang.L("Queue")
	case netcore.GroupRunning:
		return lang.L("Under way")
	case netcore.GroupDone:
		return lang.L("Done")
	case netcore.GroupFailed:
		return lang.L("Failed (group)")
	}
	return lang.L("All")
}

// countGroups counts the transfers of each group that a text matches, as far as
// they are shown.
func countGroups(ctx context.Context, node Node, text string) (map[netcore.TransferGroup]int, error) {
	list, err := node.FindTransfers(ctx, netcore.TransferQuery{Text: text, Limit: countMost + 1})
	if err != nil {
		return nil, err
	}
	counts := map[netcore.TransferGroup]int{netcore.GroupAll: len(list)}
	if len(list) <= countMost {
		for _, t := range list {
			counts[netcore.GroupOf(t)]++
		}
		return counts, nil
	}
	for _, group := range groups()[1:] {
		of, err := node.FindTransfers(ctx, netcore.TransferQuery{Group: group, Text: text, Limit: countMost + 1})
		if err != nil {
			return nil, err
		}
		counts[group] = len(of)
	}
	return counts, nil
}

// head is what stands over the cards: the groups, the search, and what can be
// done with all of them.
type head struct {
	page    *Page
	counts  map[netcore.TransferGroup]int // nil: not known
	buttons map[netcore.TransferGroup]*widget.Button
	row     *fyne.Container // of the buttons
	text    *kit.Entry
	clear   *widget.Button
	object  *fyne.Container
}

func newHead(p *Page) *head {
	h := &head{page: p, buttons: map[netcore.TransferGroup]*widget.Button{}}
	row := container.New(kit.Wrap{Gap: 4})
	for _, group := range groups() {
		h.buttons[group] = widget.NewButton(groupWords(group), func() { h.choose(group) })
		row.Add(h.buttons[group])
	}
	h.text = kit.NewEntry(p.host.Shortcuts)
	h.text.SetPlaceHolder(lang.L("Search files and people"))
	h.text.Escaped = p.host.Escaped
	search := kit.Debounce(p.ui, typingPause, h.search)
	h.text.OnChanged = func(string) { search() }
	verify := widget.NewButtonWithIcon(lang.L("Verify a folder…"), theme.ConfirmIcon(), p.verify)
	h.clear = widget.NewButtonWithIcon(lang.L("Clear…"), theme.DeleteIcon(), h.askClear)
	title := container.NewBorder(nil, nil, container.NewCenter(kit.Title(lang.L("Transfers"))), container.NewHBox(verify, h.clear))
	h.row = row
	h.object = container.New(layout.NewCustomPaddedLayout(10, 10, pageMargin, pageMargin), kit.Column(8, title, row, h.text))
	h.mark()
	return h
}

// headLayout puts the head above the cards. Its buttons know how many lines they
// need once they were as wide as the page.
type headLayout struct{}

// MinSize is for Fyne.
func (headLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(max(objects[0].MinSize().Width, 260), objects[0].MinSize().Height+120)
}

// Layout is for Fyne.
func (headLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	head, body := objects[0], objects[1]
	for range 2 {
		head.Resize(fyne.NewSize(size.Width, head.MinSize().Height))
	}
	high := head.MinSize().Height
	head.Resize(fyne.NewSize(size.Width, high))
	body.Move(fyne.NewPos(0, high))
	body.Resize(fyne.NewSize(size.Width, size.Height-high))
}

// choose shows one group.
func (h *head) choose(group netcore.TransferGroup) {
	h.page.column.scroll.ScrollToTop()
	h.page.ask(func(q *netcore.TransferQuery) {
		restart(q)
		q.Group = group
	})
	h.mark()
}

// search shows what the text matches.
func (h *head) search() {
	text := strings.TrimSpace(h.text.Text)
	for len(text) > textMost || !utf8.ValidString(text) {
		text = text[:len(text)-1]
	}
	h.page.ask(func(q *netcore.TransferQuery) {
		restart(q)
		q.Text = text
	})
}

// setCounts shows how many there are in each group.
func (h *head) setCounts(counts map[netcore.TransferGroup]int) {
	h.counts = counts
	h.mark()
}

// mark shows which group is open, and how many each has.
func (h *head) mark() {
	open, changed := h.page.asked().Group, false
	for group, button := range h.buttons {
		importance := widget.LowImportance
		if group == open {
			importance = widget.MediumImportance
		}
		words := groupWords(group)
		switch of := h.counts[group]; {
		case of > countMost:
			words += fmt.Sprintf(" %d+", countMost)
		case h.counts != nil:
			words += fmt.Sprintf(" %d", of)
		}
		if button.Importance != importance || button.Text != words {
			button.Importance = importance
			button.SetText(words)
			changed = true
		}
	}
	if changed {
		h.row.Refresh()
	}
	if h.clears(open) {
		h.clear.Enable()
	} else {
		h.clear.Disable()
	}
}

// clears reports whether a group has what can be cleared.
func (h *head) clears(group netcore.TransferGroup) bool {
	over := h.counts[netcore.GroupDone] + h.counts[netcore.GroupFailed]
	return group == netcore.GroupAll && over > 0 ||
		(group == netcore.GroupDone || group == netcore.GroupFailed) && h.counts[group] > 0
}

// askClear asks once before transfers are taken off the page.
func (h *head) askClear() {
	group := h.page.asked().Group
	sentence := lang.L("All that have ended go off this page. The conversations keep them, and no file is deleted.")
	switch group {
	case netcore.GroupDone:
		sentence = lang.L("All that are done go off this page. The conversations keep them, and no file is deleted.")
	case netcore.GroupFailed:
		sentence = lang.L("All that failed go off this page. The conversations keep them, and no file is deleted.")
	}
	page := h.page
	kit.Confirm(page.ui, page.host.Window, lang.L("Clear the list?"), sentence, lang.L("Clear"), lang.L("Cancel"),
		func(ctx context.Context) error {
			_, err := page.node.ClearTransfers(ctx, group)
			return err
		}, func() { page.ask(restart) })
}
