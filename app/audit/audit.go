// Package audit is the page "Log": everything that a permission allowed and
// everything that was decided about trust, to be read and filtered.
package audit

import (
	"context"
	"sync"
	"time"

	"fyne.io/fyne/v2"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// Node is what the page asks of the engine.
type Node interface {
	Audit(ctx context.Context, query netcore.AuditQuery) ([]netcore.AuditEntry, error)
	People(ctx context.Context) ([]netcore.Person, error)
}

// Host is what the page asks of the window around it.
type Host struct {
	Window    fyne.Window
	Shortcuts kit.Shortcuts
	Copy      func(text string)
	Escaped   func()           // the user leaves the page
	Now       func() time.Time // nil: the system's clock
}

// newestGap lies between two readings of the newest entries.
const newestGap = 300 * time.Millisecond

// Page shows the audit log, the newest entries first. It holds a few hundred
// of them however long the log is. Except Trigger its methods belong to the
// drawing goroutine.
type Page struct {
	ui     *kit.UI
	node   Node
	host   Host
	reload *kit.Reload
	lines  *lines
	filter *filter
	view   *view
	object fyne.CanvasObject

	mu    sync.Mutex // guards query
	query netcore.AuditQuery
}

// New returns the page, empty until the first Trigger.
func New(ui *kit.UI, node Node, host Host) *Page {
	if host.Now == nil {
		host.Now = time.Now
	}
	p := &Page{ui: ui, node: node, host: host}
	p.lines = &lines{}
	p.reload = kit.NewReload(ui, newestGap, p.load)
	p.filter = p.newFilter()
	p.view = p.newView()
	p.object = p.view.object
	return p
}

// Object is what stands in the window.
func (p *Page) Object() fyne.CanvasObject { return p.object }

// Trigger asks for a new reading. It may be called from any goroutine.
func (p *Page) Trigger() { p.reload.Trigger() }

// wanted is the query of the filter.
func (p *Page) wanted() netcore.AuditQuery {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.query
}

// ask shows what another query chooses.
func (p *Page) ask(query netcore.AuditQuery) {
	p.mu.Lock()
	changed := p.query != query
	p.query = query
	p.mu.Unlock()
	if changed {
		p.Trigger()
	}
}

// load reads the newest entries, and the people for the filter.
func (p *Page) load(ctx context.Context) func() {
	query := p.wanted()
	query.Limit = chunkSize
	entries, err := p.node.Audit(ctx, query)
	if err != nil {
		return func() { p.view.fail(err) }
	}
	everyone, err := p.node.People(ctx)
	choices := choicesOf(everyone)
	return func() {
		if err == nil {
			p.filter.setPeople(choices)
		}
		p.newest(query, entries)
	}
}

// newest shows the newest entries. A user who reads older ones is not torn
// away from them: a button leads to what is new.
func (p *Page) newest(query netcore.AuditQuery, entries []netcore.AuditEntry) {
	switch {
	case p.lines.query != query || p.view.atTop():
		p.lines.restart(query, entries)
		p.view.restarted()
	case len(entries) > 0 && entries[0].Seq > p.lines.newest:
		p.view.tellOfNews()
	}
}

// fetch reads the chunk of entries at a place of the list, unless it is there
// or on its way.
func (p *Page) fetch(chunk int) {
	query, needed := p.lines.need(chunk)
	if !needed {
		return
	}
	round := p.lines.round
	kit.Load(p.ui, func(ctx context.Context) ([]netcore.AuditEntry, error) { return p.node.Audit(ctx, query) },
		func(entries []netcore.AuditEntry, err error) {
			if round != p.lines.round {
				return
			}
			if err != nil {
				p.lines.missed(chunk)
				p.view.fail(err)
				return
			}
			p.lines.put(chunk, entries)
			p.view.refresh()
		})
}
