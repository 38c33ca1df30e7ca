// Package consent is where the user decides what others may run on this PC, and
// sees what they run: the card that asks, and the bar that stands over every
// page while something runs. The card starts at its safe answer: Enter, Escape
// and silence deny.
package consent

import (
	"context"
	"time"

	"fyne.io/fyne/v2"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// Node is what this view asks of the engine.
type Node interface {
	Asks() []netcore.RunAsk
	AnswerAsk(ctx context.Context, number int64, answer netcore.ConsentAnswer) error
	Run(ctx context.Context, key int64) (netcore.Run, error)
	Running() []netcore.Run
	StopRun(key int64) error
}

// Host is what this view asks of the window around it.
type Host struct {
	Window  fyne.Window
	Now     func() time.Time
	Find    func(id netcore.PersonID) (netcore.Person, bool)
	Home    string               // the home folder of this user
	Front   func()               // bring the window to the front
	Notify  func()               // tell the system that somebody asks
	Fail    func(message string) // tell the user what went wrong
	Resized func()               // the bar wants another height
}

// readGap lies between two readings of what is asked and what runs.
const readGap = 100 * time.Millisecond

// Desk asks the user, and shows what runs here. Except Trigger its methods
// belong to the drawing goroutine.
type Desk struct {
	ui     *kit.UI
	node   Node
	host   Host
	reload *kit.Reload

	waiting  []netcore.RunAsk // the oldest first, without those answered here
	answered map[int64]bool   // by number: the engine may still list them
	aside    bool             // the user wants to answer later
	card     *card            // on the screen; nil: none is

	running []netcore.Run // here, the oldest first
	bar     *bar
	ticks   func() // stops the clock of the bar; nil: it stands
}

// NewDesk returns a desk with nothing on it.
func NewDesk(ui *kit.UI, node Node, host Host) *Desk {
	d := &Desk{ui: ui, node: node, host: host, answered: map[int64]bool{}}
	d.reload = kit.NewReload(ui, readGap, d.load)
	d.bar = newBar(d)
	return d
}

// Trigger asks for a new reading. It may be called from any goroutine.
func (d *Desk) Trigger() { d.reload.Trigger() }

// Bar returns the bar, made anew in the language of now.
func (d *Desk) Bar() fyne.CanvasObject {
	d.bar = newBar(d)
	d.bar.fill()
	return d.bar.box
}

// Review opens the card of what a run of somebody waits for.
func (d *Desk) Review(key int64) {
	d.aside = false
	for at, ask := range d.waiting {
		if ask.Run.Key == key {
			d.waiting[0], d.waiting[at] = d.waiting[at], d.waiting[0]
			break
		}
	}
	d.next("")
	d.bar.set()
}

func (d *Desk) load(context.Context) func() {
	asks := d.node.Asks()
	var here []netcore.Run
	for _, run := range d.node.Running() {
		if run.Here && run.State == netcore.RunRunning {
			here = append(here, run)
		}
	}
	return func() {
		d.running = here
		d.setAsks(asks)
		d.bar.set()
		d.keepTime()
	}
}

// setAsks takes what is asked now.
func (d *Desk) setAsks(asks []netcore.RunAsk) {
	before := map[int64]bool{}
	for _, ask := range d.waiting {
		before[ask.Number] = true
	}
	listed := map[int64]bool{}
	d.waiting = d.waiting[:0:0]
	fresh := false
	for _, ask := range asks {
		listed[ask.Number] = true
		if !d.answered[ask.Number] {
			d.waiting = append(d.waiting, ask)
			fresh = fresh || !before[ask.Number]
		}
	}
	for number := range d.answered {
		if !listed[number] {
			delete(d.answered, number)
		}
	}
	d.aside = d.aside && len(d.waiting) > 0
	if d.card != nil && d.card.ask.Number != 0 && !listed[d.card.ask.Number] {
		d.ended(d.card.ask)
	} else {
		d.next("")
	}
	if fresh {
		d.host.Notify()
		if !d.aside {
			d.host.Front()
		}
	}
}

// ended finds out how a question on the screen ended without this window.
func (d *Desk) ended(ask netcore.RunAsk) {
	d.card.over()
	kit.Load(d.ui, func(ctx context.Context) (netcore.Run, error) { return d.node.Run(ctx, ask.Run.Key) },
		func(run netcore.Run, err error) {
			if err != nil {
				run = netcore.Run{}
			}
			words := overWords(ask, run)
			if d.card == nil {
				words = "" // the user did not wait for them
			}
			d.next(words)
		})
}

// next shows the oldest question unless one is shown, after a word about the
// one before it.
func (d *Desk) next(about string) {
	switch {
	case d.card != nil && about == "" && (d.card.ask.Number != 0 || len(d.waiting) == 0):
		d.card.count()
	case d.aside, len(d.waiting) == 0 && about == "":
		d.close()
	case len(d.waiting) == 0:
		d.open().tell(about)
	default:
		d.open().put(d.waiting[0], about)
	}
}

// open returns the card on the screen.
func (d *Desk) open() *card {
	if d.card == nil {
		d.card = newCard(d)
	}
	return d.card
}

func (d *Desk) close() {
	if d.card != nil {
		d.card.close()
		d.card = nil
	}
}

// answer hands an answer on and shows the next question.
func (d *Desk) answer(answer netcore.ConsentAnswer, asks ...netcore.RunAsk) {
	for _, ask := range asks {
		d.answered[ask.Number] = true
		kit.Do(d.ui, func(ctx context.Context) error { return d.node.AnswerAsk(ctx, ask.Number, answer) }, func(err error) {
			if err != nil {
				d.host.Fail(answerWords(ask, err))
				delete(d.answered, ask.Number)
			}
			d.Trigger()
		})
	}
	d.drop()
	d.close()
	d.next("")
	d.bar.set()
}

// drop forgets the questions that were answered.
func (d *Desk) drop() {
	left := d.waiting[:0:0]
	for _, ask := range d.waiting {
		if !d.answered[ask.Number] {
			left = append(left, ask)
		}
	}
	d.waiting = left
}

// later puts all questions aside; the bar says that they wait.
func (d *Desk) later() {
	d.aside = len(d.waiting) > 0
	d.close()
	d.bar.set()
	d.keepTime()
}

// keepTime lets the bar count seconds while there is something to count.
func (d *Desk) keepTime() {
	wanted := len(d.running) > 0 || len(d.waiting) > 0
	switch {
	case wanted && d.ticks == nil:
		d.ticks = kit.EverySecond(d.ui, d.second)
	case !wanted && d.ticks != nil:
		d.ticks()
		d.ticks = nil
	}
}

func (d *Desk) second() {
	d.bar.tick()
	if d.card != nil {
		d.card.tick()
	}
}
