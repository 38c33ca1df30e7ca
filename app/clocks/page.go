package clocks

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// Node is what the page asks of the engine; see [netcore.Clocks].
type Node interface {
	People(ctx context.Context) ([]netcore.Person, error)
	CheckClock(ctx context.Context, person netcore.PersonID, samples int) (netcore.ClockEstimate, error)
	FormatTime(ctx context.Context, person netcore.PersonID, layout string) (string, error)
	ClockHistory(person netcore.PersonID) []netcore.ClockEstimate
	ClockDrift(person netcore.PersonID) (netcore.ClockRate, bool)
	CheckNTP(ctx context.Context, server string) (netcore.ClockEstimate, error)
}

// Host is what the page asks of the window around it.
type Host struct {
	Window    fyne.Window
	Shortcuts kit.Shortcuts
	Copy      func(text string)
	Escaped   func()           // the user leaves the page
	Now       func() time.Time // nil: the system's clock
}

const (
	loadGap  = 300 * time.Millisecond // between two readings of what is known
	wordsGap = 400 * time.Millisecond // between two questions for times in words
	tickGap  = time.Second            // between two turns of all times on the page
	checkGap = 10 * time.Second       // between two looks at all clocks by itself
)

// Page shows the clocks of all who are verified, beside this PC's. One that is
// not shown costs nothing. Except Refresh its methods belong to the drawing
// goroutine.
type Page struct {
	ui     *kit.UI
	node   Node
	host   Host
	reload *kit.Reload
	asking *kit.Reload // for times in words
	shown  atomic.Bool

	ratings map[netcore.PersonID]rating // of load

	known     known
	troubles  map[netcore.PersonID]string // why their clock could not be looked at
	checking  map[netcore.PersonID]bool
	texts     map[netcore.PersonID]string // their time in words
	checkedAt time.Time                   // when all were looked at; zero: not since the page is shown
	wordy     bool                        // times in words are shown
	drawing   bool                        // what is known will be shown
	stop      context.CancelFunc          // of the ticking; nil: there is none
	ticking   atomic.Bool                 // a tick waits for the drawing goroutine

	mu     sync.Mutex // guards layout and whom, which asking reads
	layout string
	whom   []netcore.PersonID

	view *view
}

// New returns the page, empty until it is shown.
func New(ui *kit.UI, node Node, host Host) *Page {
	if host.Now == nil {
		host.Now = time.Now
	}
	p := &Page{
		ui: ui, node: node, host: host,
		ratings:  map[netcore.PersonID]rating{},
		troubles: map[netcore.PersonID]string{}, checking: map[netcore.PersonID]bool{}, texts: map[netcore.PersonID]string{},
	}
	p.reload = kit.NewReload(ui, loadGap, p.load)
	p.asking = kit.NewReload(ui, wordsGap, p.loadTexts)
	p.view = p.newView()
	return p
}

// Object is what stands in the window.
func (p *Page) Object() fyne.CanvasObject { return p.view.object }

// Refresh says that people or what is known of their clocks may have changed:
// for EventClock, EventPerson and EventOverflow. It may be called from any
// goroutine, as often as it likes.
func (p *Page) Refresh() {
	if p.shown.Load() {
		p.reload.Trigger()
	}
}

// Shown says whether the page is what the window shows.
func (p *Page) Shown(shown bool) {
	if p.shown.Swap(shown) == shown {
		return
	}
	if !shown {
		p.stop()
		return
	}
	p.checkedAt = time.Time{}
	p.reload.Trigger()
	var ctx context.Context
	ctx, p.stop = context.WithCancel(context.Background())
	p.ui.Go(func(end context.Context) { p.tickUntil(ctx, end) })
}

// tickUntil turns the clocks each second until one of two contexts ends.
func (p *Page) tickUntil(ctx, end context.Context) {
	ticker := time.NewTicker(tickGap)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-end.Done():
			return
		case <-ticker.C:
		}
		if !p.ticking.Swap(true) {
			p.ui.Post(func() {
				p.ticking.Store(false)
				p.tick()
			})
		}
	}
}

// tick turns all times on the page, and looks at the clocks when that is due.
func (p *Page) tick() {
	if !p.shown.Load() {
		return
	}
	now := p.host.Now()
	p.view.turn(now)
	if p.view.auto.Checked && now.Sub(p.checkedAt).Abs() >= checkGap && len(p.checking) == 0 {
		p.checkAll()
	}
}
