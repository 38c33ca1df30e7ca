// Package classic is the page of classic sockets: the small protocols of socket
// courses as server and as client, each session beside the others, with what
// goes over the wire below; demonstrations; and a calculator of addresses.
//
// It stands on netcore/classic alone: such a session opens no profile and knows
// no Lanyard device. Sessions live as long as the program, or until they are
// stopped.
package classic

import (
	"context"
	"sync"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"

	"lanyard/app/kit"
)

// showGap lies between two drawings of a session.
const showGap = 120 * time.Millisecond

// Host is what the page asks of the window around it.
type Host struct {
	Window    fyne.Window
	Shortcuts kit.Shortcuts
	Copy      func(text string)
	Escaped   func() // the user leaves the page
	SaveDir   func() string
}

// Sessions are what was started. They outlive a page, which is made again when
// the language changes. Its methods may be called from any goroutine.
type Sessions struct {
	mu     sync.Mutex
	all    []*live
	last   int
	closed bool
}

// NewSessions returns an empty list.
func NewSessions() *Sessions { return &Sessions{} }

// Close ends all sessions, with the commands that they run, and waits for them.
// None can be started any more.
func (s *Sessions) Close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	var ending sync.WaitGroup
	for _, one := range s.list() {
		ending.Go(func() { _ = one.session.Close() }) // never fails
	}
	ending.Wait()
}

// CloseWith is Close once ctx ends.
func (s *Sessions) CloseWith(ctx context.Context) {
	<-ctx.Done()
	s.Close()
}

// list returns the sessions, the newest first.
func (s *Sessions) list() []*live {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]*live(nil), s.all...)
}

// number returns a number for a session.
func (s *Sessions) number() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last++
	return s.last
}

// add takes a session that was started, unless all were closed meanwhile.
func (s *Sessions) add(l *live) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.all = append([]*live{l}, s.all...)
	}
	return !s.closed
}

func (s *Sessions) remove(l *live) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for at, one := range s.all {
		if one == l {
			s.all = append(s.all[:at:at], s.all[at+1:]...)
			return
		}
	}
}

// Page is the page. Its methods belong to the drawing goroutine.
type Page struct {
	ui       *kit.UI
	host     Host
	sessions *Sessions
	reload   *kit.Reload

	list   *listPane
	form   *formPane
	detail *detailPane // nil: none is open
	panes  *fyne.Container
	shown  bool
	object fyne.CanvasObject
}

// New returns the page with the sessions that run already.
func New(ui *kit.UI, sessions *Sessions, host Host) *Page {
	p := &Page{ui: ui, host: host, sessions: sessions}
	p.reload = kit.NewReload(ui, showGap, func(context.Context) func() { return p.show })
	p.list = newListPane(p)
	p.form = newFormPane(p)
	p.panes = container.NewStack(p.list.object)
	tabs := kit.NewTabs(
		kit.Tab{Title: lang.L("Sessions"), Object: p.panes},
		kit.Tab{Title: lang.L("Sticky packets"), Object: newDemoPane(p).object},
		kit.Tab{Title: lang.L("Addresses"), Object: newCalcPane(p).object})
	p.object = kit.Page(lang.L("Classic sockets"), tabs.Object())
	for _, one := range sessions.list() {
		one.follow(p.reload.Trigger)
	}
	p.show()
	return p
}

// Object is what stands in the window.
func (p *Page) Object() fyne.CanvasObject { return p.object }

// Dropped sends files by the session that is open, if that is one that sends
// files, and reports whether it did.
func (p *Page) Dropped(paths []string) bool {
	if p.detail == nil || !p.detail.sendsFiles() {
		return false
	}
	p.detail.sendFiles(paths)
	return true
}

// Shown says whether the user sees the page: only then it is drawn.
func (p *Page) Shown(shown bool) {
	p.shown = shown
	p.show()
}

// show draws what changed.
func (p *Page) show() {
	if !p.shown {
		return
	}
	if p.detail != nil {
		p.detail.show()
		return
	}
	p.list.show()
}

// toList shows the list of sessions.
func (p *Page) toList() {
	p.detail = nil
	p.put(p.list.object)
	p.list.show()
}

// toForm shows the form for a new session.
func (p *Page) toForm() {
	p.detail = nil
	p.put(p.form.object)
	p.host.Window.Canvas().Focus(p.form.protocol)
}

// open shows one session.
func (p *Page) open(l *live) {
	p.detail = newDetailPane(p, l)
	p.put(p.detail.object)
	p.detail.show()
	if p.detail.say != nil {
		p.host.Window.Canvas().Focus(p.detail.say)
	}
}

func (p *Page) put(object fyne.CanvasObject) {
	p.panes.Objects = []fyne.CanvasObject{object}
	p.panes.Refresh()
}
