package transfers

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// Node is what the page asks of the engine.
type Node interface {
	Actions
	Transfers(ctx context.Context, limit int) ([]netcore.Transfer, error)
}

// pageMost is how many offers the page shows, the newest.
const pageMost = 50

// pageGap lies between two readings of the list.
const pageGap = 300 * time.Millisecond

// buildBudget is how long the making of cards may hold the drawing goroutine.
const buildBudget = 12 * time.Millisecond

// Page shows the newest offers of all conversations. Except Trigger and
// Progress its methods belong to the drawing goroutine.
type Page struct {
	ui     *kit.UI
	node   Node
	host   Host
	reload *kit.Reload
	cards  map[int64]*Card
	column *fyne.Container
	padded *fyne.Container // column with room around it
	scroll *container.Scroll
	empty  *kit.Line
	object fyne.CanvasObject
	round  int // of filling; an older one stops

	mu      sync.Mutex // guards updates
	updates map[int64]netcore.Transfer
}

// NewPage returns the page, empty until the first Trigger.
func NewPage(ui *kit.UI, node Node, host Host) *Page {
	p := &Page{ui: ui, node: node, host: host, cards: map[int64]*Card{}, updates: map[int64]netcore.Transfer{}}
	p.host.Resized = func() {}
	p.reload = kit.NewReload(ui, pageGap, p.load)
	p.column = container.NewVBox()
	p.empty = kit.NewLine(lang.L("No files yet. Drop some on a conversation, or press the paper clip there."), "text", kit.ColorMuted)
	p.padded = container.New(layout.NewCustomPaddedLayout(4, 20, 20, 20), p.column)
	p.scroll = container.NewVScroll(p.padded)
	p.object = kit.Page(lang.L("Transfers"), container.NewStack(p.scroll, container.NewCenter(p.empty)))
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
		if card := p.cards[key]; card != nil {
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

func (p *Page) load(ctx context.Context) func() {
	list, err := p.node.Transfers(ctx, pageMost)
	if err != nil {
		return nil
	}
	return func() {
		p.round++
		p.fill(list, 0, p.round)
	}
}

// fill makes missing cards a few at a time, then shows all.
func (p *Page) fill(list []netcore.Transfer, from, round int) {
	if round != p.round {
		return
	}
	start := time.Now()
	for i := from; i < len(list); i++ {
		if time.Since(start) > buildBudget {
			p.ui.Post(func() { p.fill(list, i, round) })
			return
		}
		if card := p.cards[list[i].Key]; card != nil {
			card.Set(list[i])
		} else {
			card = NewCard(p.ui, p.node, p.host, list[i])
			card.Object().Resize(fyne.NewSize(p.column.Size().Width, card.Object().MinSize().Height)) // most of the work, done here within the budget
			p.cards[list[i].Key] = card
		}
	}
	p.arrange(list)
}

func (p *Page) arrange(list []netcore.Transfer) {
	objects := make([]fyne.CanvasObject, 0, len(list))
	keep := map[int64]*Card{}
	for _, t := range list {
		card := p.cards[t.Key]
		keep[t.Key] = card
		objects = append(objects, p.framed(card))
	}
	kit.Show(p.empty, len(list) == 0)
	same := slices.EqualFunc(objects, p.column.Objects, func(a, b fyne.CanvasObject) bool {
		return a.(*fyne.Container).Objects[1] == b.(*fyne.Container).Objects[1]
	})
	p.cards = keep
	if same {
		return
	}
	// A refresh would draw every card again; only the new ones need it.
	p.column.Objects = objects
	size := p.padded.MinSize().Max(p.scroll.Size())
	p.padded.Resize(size)
	p.padded.Layout.Layout(p.padded.Objects, size)
	p.column.Layout.Layout(objects, p.column.Size())
	canvas.Refresh(p.scroll)
}

// framed is a card on a ground of its own.
func (p *Page) framed(card *Card) fyne.CanvasObject {
	return container.NewStack(kit.NewFill(kit.ColorCard, 10), card.Object())
}
