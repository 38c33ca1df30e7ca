// Package commands is the page "Commands": running something on the PCs of
// others, watching what runs, and looking at what came of it.
package commands

import (
	"context"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// Node is what the page asks of the engine; see [netcore.Runs].
type Node interface {
	People(ctx context.Context) ([]netcore.Person, error)
	StartRuns(ctx context.Context, people []netcore.PersonID, request netcore.RunRequest) ([]netcore.Run, error)
	WriteRun(ctx context.Context, key int64, p []byte) error
	CloseRunInput(key int64) error
	StopRun(key int64) error
	Run(ctx context.Context, key int64) (netcore.Run, error)
	Runs(ctx context.Context, query netcore.RunQuery) ([]netcore.Run, error)
	RunOutput(ctx context.Context, key int64) (netcore.RunOutput, error)
	ButtonsOf(ctx context.Context, person netcore.PersonID) ([]netcore.Button, error)
	SavedCommands(ctx context.Context) ([]netcore.SavedCommand, error)
	SaveCommand(ctx context.Context, saved netcore.SavedCommand) error
	RemoveSavedCommand(ctx context.Context, name string) error
}

// Host is what the page asks of the window around it.
type Host struct {
	Window    fyne.Window
	Shortcuts kit.Shortcuts
	Copy      func(text string)
	Escaped   func()           // the user leaves the page
	Now       func() time.Time // nil: the system's clock
}

// pageGap lies between two readings of the runs.
const pageGap = 200 * time.Millisecond

// pane names what the page shows.
type pane int

const (
	paneList pane = iota
	paneComposer
	paneRun
	paneGroup
)

// Page is what stands in the window. Except Refresh its methods belong to the
// drawing goroutine.
type Page struct {
	ui     *kit.UI
	node   Node
	host   Host
	reload *kit.Reload

	faces    *faces
	list     *listPane
	composer *composer  // nil until something is composed; so are the others
	run      *runPane   // until one is looked at
	group    *groupPane // until one is looked at
	panes    *fyne.Container
	objects  map[pane]fyne.CanvasObject

	pane     pane
	shown    bool
	stale    bool // something changed while it was not shown
	everyone []netcore.Person
}

// New returns the page, empty until it is shown.
func New(ui *kit.UI, node Node, host Host) *Page {
	if host.Now == nil {
		host.Now = time.Now
	}
	if host.Escaped == nil {
		host.Escaped = func() {}
	}
	p := &Page{ui: ui, node: node, host: host, stale: true}
	p.reload = kit.NewReload(ui, pageGap, p.load)
	p.faces = newFaces(ui)
	p.list = newListPane(p)
	p.panes, p.objects = container.NewStack(), map[pane]fyne.CanvasObject{}
	p.add(paneList, p.list.object)
	p.turn(paneList)
	return p
}

// add puts a pane that was just made into the page.
func (p *Page) add(which pane, object fyne.CanvasObject) {
	object.Hide()
	p.objects[which] = object
	p.panes.Add(object)
}

// need makes the pane if that was not done yet: all of them at once would hold
// the window at its start.
func (p *Page) need(which pane) {
	if p.objects[which] != nil {
		return
	}
	switch which {
	case paneComposer:
		p.composer = newComposer(p)
		p.add(which, p.composer.object)
	case paneRun:
		p.run = newRunPane(p)
		p.add(which, p.run.object)
	case paneGroup:
		p.group = newGroupPane(p)
		p.add(which, p.group.object)
	}
}

// Object is what stands in the window.
func (p *Page) Object() fyne.CanvasObject { return p.panes }

// Shown says whether the page is what the window shows. One that is not reads
// nothing.
func (p *Page) Shown(shown bool) {
	p.shown = shown
	switch {
	case shown && p.stale:
		p.Refresh()
	case !shown && p.run != nil:
		p.run.quiet()
	}
}

// Refresh says that runs, people or saved commands may have changed: for
// EventRun, EventPerson, EventButtons and EventOverflow. It may be called from
// any goroutine, as often as it likes.
func (p *Page) Refresh() { p.reload.Trigger() }

// Open shows the run with a key.
func (p *Page) Open(key int64) {
	kit.Load(p.ui, func(ctx context.Context) (netcore.Run, error) { return p.node.Run(ctx, key) },
		func(run netcore.Run, err error) {
			if err != nil {
				p.turn(paneList)
				p.list.fail(err)
				return
			}
			p.openRun(run, paneList)
		})
}

// Compose begins a new command for somebody; for nobody in particular with 0.
func (p *Page) Compose(person netcore.PersonID) {
	p.need(paneComposer)
	p.composer.begin(person)
	p.turn(paneComposer)
	if person == 0 {
		p.focus(p.composer.whom.list)
	} else {
		p.focus(p.composer.line)
	}
	p.Refresh()
}

// focus gives the keyboard to something on the page.
func (p *Page) focus(object fyne.Focusable) { p.host.Window.Canvas().Focus(object) }

// turn shows a pane.
func (p *Page) turn(to pane) {
	if p.pane == paneRun && to != paneRun {
		p.run.close()
	}
	p.pane = to
	for which, object := range p.objects {
		kit.Show(object, which == to)
	}
}

// openRun shows a run; from is where Back leads.
func (p *Page) openRun(run netcore.Run, from pane) {
	p.need(paneRun)
	p.run.open(run, from)
	p.turn(paneRun)
	p.focus(p.run.screen)
}

// openGroup shows runs that were begun together.
func (p *Page) openGroup(group int64) {
	p.need(paneGroup)
	p.group.open(group)
	p.turn(paneGroup)
	p.Refresh()
}

// back leads to where the user came from.
func (p *Page) back() {
	switch {
	case p.pane == paneRun && p.run.from == paneGroup:
		p.turn(paneGroup)
	case p.pane == paneList:
		p.host.Escaped()
		return
	default:
		p.turn(paneList)
	}
	p.Refresh()
}

// reading is what was read of the node for the page.
type reading struct {
	people []netcore.Person
	saved  []netcore.SavedCommand
	runs   []netcore.Run
	one    netcore.Run // that is open
	group  []netcore.Run
	err    error
}

// load reads what the page shows.
func (p *Page) load(ctx context.Context) func() {
	asked := make(chan question, 1)
	p.ui.Post(func() { asked <- p.question() })
	var want question
	select {
	case want = <-asked:
	case <-ctx.Done():
		return nil
	}
	if !want.shown {
		return nil
	}
	got := p.read(ctx, want)
	if ctx.Err() != nil {
		return nil
	}
	return func() { p.take(want, got) }
}

// question is what is to be read.
type question struct {
	shown bool
	limit int
	text  string
	run   int64
	group int64
}

// question says what the page shows now.
func (p *Page) question() question {
	if !p.shown {
		p.stale = true
		return question{}
	}
	p.stale = false
	q := question{shown: true, limit: p.list.limit, text: p.list.find.Text}
	switch p.pane {
	case paneRun:
		q.run = p.run.run.Key
	case paneGroup:
		q.group = p.group.key
	}
	return q
}

func (p *Page) read(ctx context.Context, want question) (got reading) {
	if want.run != 0 {
		got.one, got.err = p.node.Run(ctx, want.run)
		return got
	}
	if got.people, got.err = p.node.People(ctx); got.err != nil {
		return got
	}
	if want.group != 0 {
		got.group, got.err = p.node.Runs(ctx, netcore.RunQuery{Group: want.group, Mine: true, Limit: groupMost})
		slices.Reverse(got.group)
		return got
	}
	if got.runs, got.err = p.node.Runs(ctx, netcore.RunQuery{Limit: want.limit, Text: want.text}); got.err != nil {
		return got
	}
	got.saved, got.err = p.node.SavedCommands(ctx)
	return got
}

// take shows what was read, unless something else is shown by now.
func (p *Page) take(want question, got reading) {
	switch {
	case got.err != nil:
		p.list.fail(got.err)
		return
	case want.run != 0:
		if p.pane == paneRun && p.run.run.Key == want.run {
			p.run.set(got.one)
		}
		return
	}
	p.everyone = got.people
	if want.group != 0 {
		if p.pane == paneGroup && p.group.key == want.group {
			p.group.set(got.group)
		}
		return
	}
	p.list.set(got.runs)
	if p.composer != nil {
		p.composer.set(got.people, got.saved, got.runs)
	}
}
