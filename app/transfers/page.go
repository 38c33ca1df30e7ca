package transfers

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// Node is what the page asks of the engine.
type Node = Actions

// How many cards the page shows at first, how many more at a time, and at most:
// then it lets go of the newest ones.
const (
	pageStep = 30
	pageMost = 120
)

// pageGap lies between two readings of the list.
const pageGap = 300 * time.Millisecond

// buildBudget is how long the making of cards may hold the drawing goroutine.
const buildBudget = 12 * time.Millisecond

// Page shows the offers of all conversations, the newest first, in groups.
// Except Trigger and Progress its methods belong to the drawing goroutine.
type Page struct {
	ui     *kit.UI
	node   Node
	host   Host
	reload *kit.Reload
	cards  map[int64]*Card
	head   *head
	column *column
	empty  *kit.Paragraph
	newest *widget.Button
	more   *widget.Button
	object fyne.CanvasObject
	round  int  // of filling; an older one stops
	placed bool // the cards are about to be placed again

	mu      sync.Mutex // guards updates and query
	updates map[int64]netcore.Transfer
	query   netcore.TransferQuery
}

// NewPage returns the page, empty until the first Trigger.
func NewPage(ui *kit.UI, node Node, host Host) *Page {
	p := &Page{ui: ui, node: node, host: host, cards: map[int64]*Card{}, updates: map[int64]netcore.Transfer{}}
	p.query.Limit = pageStep
	p.host.Resized = p.cardResized
	p.reload = kit.NewReload(ui, pageGap, p.load)
	p.head = newHead(p)
	p.more = widget.NewButton(lang.L("Show more"), p.showMore)
	p.newest = widget.NewButton(lang.L("Back to the newest"), p.toNewest)
	p.more.Hide()
	p.newest.Hide()
	p.column = newColumn(container.New(kit.Wrap{Gap: 6}, p.more, p.newest))
	p.empty = kit.NewParagraph("", "text", kit.ColorMuted)
	body := container.New(columnLayout{p.column}, p.column.scroll,
		container.New(emptyLayout{}, p.empty))
	p.object = container.New(headLayout{}, p.head.object, body)
	return p
}

// Object is what stands in the window.
func (p *Page) Object() fyne.CanvasObject { return p.object }

// Trigger asks for a new reading. It may be called from any goroutine.
func (p *Page) Trigger() { p.reload.Trigger() }

// Progress shows a newer snapshot of one offer. It may be called from any
// goroutine.
func (p *Page) Progress(t netcore.Transfer) {
	p.mu.Lock()
	first := len(p.updates) == 0
	p.updates[t.Key] = t
	p.mu.Unlock()
	if first {
		p.ui.Post(p.showProgress)
	}
}

func (p *Page) showProgress() {
	p.mu.Lock()
	updates := maps.Clone(p.updates)
	clear(p.updates)
	p.mu.Unlock()
	for key, t := range updates {
		if card := p.cards[key]; card != nil && !card.Shown().State.Ended() {
			card.Set(t)
		}
	}
}

// PeopleChanged shows newer names; the same names again cost nothing.
func (p *Page) PeopleChanged() {
	for _, card := range p.cards {
		card.setWho()
	}
}

// ask reads something else.
func (p *Page) ask(change func(*netcore.TransferQuery)) {
	p.mu.Lock()
	change(&p.query)
	p.mu.Unlock()
	p.reload.Trigger()
}

// asked is what is shown.
func (p *Page) asked() netcore.TransferQuery {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.query
}

// showMore shows older ones too. The page never holds more than it can: beyond
// that the newest ones make room.
func (p *Page) showMore() {
	cards := p.column.cards
	p.ask(func(q *netcore.TransferQuery) {
		if q.Limit < pageMost {
			q.Limit += pageStep
		} else if len(cards) > pageStep {
			q.Before = cards[pageStep-1].shown.Key
		}
	})
}

func (p *Page) toNewest() {
	p.column.scroll.ScrollToTop()
	p.ask(restart)
}

// restart shows the newest ones of what is asked for.
func restart(q *netcore.TransferQuery) { q.Before, q.Limit = 0, pageStep }

func (p *Page) load(ctx context.Context) func() {
	query := p.asked()
	wanted := query
	wanted.Limit++ // to know whether there are more
	list, err := p.node.FindTransfers(ctx, wanted)
	if err != nil {
		return func() {
			if ctx.Err() == nil {
				p.say(ErrorWords(err))
			}
		}
	}
	counts, err := countGroups(ctx, p.node, query.Text)
	if err != nil {
		counts = nil
	}
	return func() {
		if query != p.asked() {
			return // another reading is under way
		}
		p.head.setCounts(counts)
		p.round++
		p.fill(list[:min(len(list), query.Limit)], 0, p.round, len(list) > query.Limit)
	}
}

// fill makes missing cards a few at a time, then shows all.
func (p *Page) fill(list []netcore.Transfer, from, round int, more bool) {
	if round != p.round {
		return
	}
	start := time.Now()
	for i := from; i < len(list); i++ {
		if time.Since(start) > buildBudget {
			p.ui.Post(func() { p.fill(list, i, round, more) })
			return
		}
		if card := p.cards[list[i].Key]; card != nil {
			card.Set(list[i])
		} else {
			card = NewCard(p.ui, p.node, p.host, list[i])
			card.HeightAt(max(p.column.width, 200)) // most of the work, done here within the budget
			p.cards[list[i].Key] = card
		}
	}
	p.arrange(list, more)
}

func (p *Page) arrange(list []netcore.Transfer, more bool) {
	cards := make([]*Card, 0, len(list))
	keep := map[int64]*Card{}
	for _, t := range list {
		keep[t.Key] = p.cards[t.Key]
		cards = append(cards, p.cards[t.Key])
	}
	p.cards = keep
	query := p.asked()
	p.say(emptyWords(len(list), query))
	same := slices.Equal(cards, p.column.cards) && more == p.more.Visible() && query.Before != 0 == p.newest.Visible()
	kit.Show(p.more, more)
	kit.Show(p.newest, query.Before != 0)
	if !same {
		p.column.set(cards)
	}
}

// say shows a sentence in the middle of the page; none takes it away.
func (p *Page) say(words string) {
	setText(p.empty, words)
	if words != "" {
		p.column.set(nil)
		p.cards = map[int64]*Card{}
	}
}

// emptyWords says why there is nothing; empty: there is something.
func emptyWords(length int, query netcore.TransferQuery) string {
	switch {
	case length > 0:
		return ""
	case query.Text != "":
		return lang.L("No transfer matches.")
	case query.Group == netcore.GroupQueue:
		return lang.L("Nothing waits.")
	case query.Group == netcore.GroupRunning:
		return lang.L("Nothing is under way.")
	case query.Group == netcore.GroupDone:
		return lang.L("Nothing is done yet.")
	case query.Group == netcore.GroupFailed:
		return lang.L("Nothing failed.")
	}
	return lang.L("No files yet. Drop some on a conversation, or press the paper clip there.")
}

// cardResized places the cards again once, however many changed.
func (p *Page) cardResized() {
	if p.placed {
		return
	}
	p.placed = true
	p.ui.Post(func() {
		p.placed = false
		p.column.relayout()
	})
}

// emptyLayout puts a sentence into the middle of the page.
type emptyLayout struct{}

// MinSize is for Fyne.
func (emptyLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(200, 60) }

// Layout is for Fyne.
func (emptyLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	wide := min(size.Width-2*pageMargin, 420)
	for range 2 { // a text knows its height once it was that wide
		objects[0].Resize(fyne.NewSize(wide, objects[0].MinSize().Height))
	}
	objects[0].Move(fyne.NewPos((size.Width-wide)/2, max((size.Height-objects[0].Size().Height)/2, 0)))
}
