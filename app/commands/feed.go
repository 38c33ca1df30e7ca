package commands

import (
	"context"
	"errors"
	"io/fs"
	"sync"
	"time"

	"lanyard/app/kit"
	"lanyard/netcore"
	"lanyard/netcore/output"
)

const (
	feedGap   = 100 * time.Millisecond // between two looks at what came
	scrollGap = 16 * time.Millisecond  // between two readings of lines
	// feedSlice is how long one look works before it shows how far it is.
	feedSlice = 80 * time.Millisecond
	// around is how many pages are read before and behind what is seen.
	around = 2
)

// moment is what is to be shown of an output.
type moment struct {
	state output.State
	lines []shownLine
	hits  int // lines in which something was found so far
	place int // how many of them up to the one that the search stands at; 0: not known
	busy  bool
	err   error
}

// wanted is what the screen needs.
type wanted struct {
	top, rows int
	follow    bool
	query     output.Query
	hit       int
}

// feed reads the output of one run for a screen, off the drawing goroutine.
// Its methods may be called from any goroutine.
type feed struct {
	ui   *kit.UI
	node Node
	key  int64
	show func(moment) // on the drawing goroutine

	look, scroll *kit.Reload

	using sync.RWMutex // held while the output is read, and alone while it is opened or closed
	out   netcore.RunOutput
	doc   *output.Document

	mu       sync.Mutex // guards what follows
	want     wanted
	encoding netcore.Encoding
	local    netcore.Encoding
	ended    bool
	closed   bool

	finder  *output.Finder // used by the look alone
	found   output.Query
	decided bool
}

// newFeed returns the feed of a run; show gets what it has, until it is closed.
func newFeed(ui *kit.UI, node Node, run netcore.Run, want netcore.Encoding, show func(moment)) *feed {
	f := &feed{ui: ui, node: node, key: run.Key, encoding: want, local: run.Encoding, ended: run.State.Ended()}
	f.show = func(m moment) {
		if !f.isClosed() {
			show(m)
		}
	}
	f.look = kit.NewReload(ui, feedGap, f.advance)
	f.scroll = kit.NewReload(ui, scrollGap, f.reread)
	return f
}

// trigger looks for what came.
func (f *feed) trigger() { f.look.Trigger() }

// set says what the screen needs now, and reads it if that is something else.
func (f *feed) set(want wanted) {
	f.mu.Lock()
	changed, asked := f.want != want, f.want.query != want.query
	f.want = want
	f.mu.Unlock()
	if asked {
		f.look.Trigger()
	}
	if changed {
		f.scroll.Trigger()
	}
}

// use shows all in another encoding.
func (f *feed) use(want netcore.Encoding) {
	f.mu.Lock()
	f.encoding = want
	f.mu.Unlock()
	f.look.Trigger()
}

// end says that nothing more will come.
func (f *feed) end() {
	f.mu.Lock()
	changed := !f.ended
	f.ended = true
	f.mu.Unlock()
	if changed {
		f.look.Trigger()
	}
}

// snapshot returns what is asked for.
func (f *feed) snapshot() (want wanted, encoding netcore.Encoding, ended bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.want, f.encoding, f.ended
}

func (f *feed) isClosed() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.closed
}

// close lets the output go, once nobody reads it any more.
func (f *feed) close() {
	f.mu.Lock()
	f.closed = true
	f.mu.Unlock()
	f.ui.Go(func(context.Context) {
		f.using.Lock()
		defer f.using.Unlock()
		if f.out != nil {
			_ = f.out.Close() // it was only read
			f.out, f.doc = nil, nil
		}
	})
}

// errClosed says that the output is not looked at any more.
var errClosed = errors.New("the output is closed")

// with lets use read the document, which is not closed meanwhile.
func (f *feed) with(ctx context.Context, use func(*output.Document) error) error {
	if err := f.open(ctx); err != nil {
		return err
	}
	f.using.RLock()
	defer f.using.RUnlock()
	if f.doc == nil {
		return errClosed
	}
	return use(f.doc)
}

// open opens what is kept.
func (f *feed) open(ctx context.Context) error {
	f.using.RLock()
	there := f.doc != nil
	f.using.RUnlock()
	if there {
		return nil
	}
	f.using.Lock()
	defer f.using.Unlock()
	if f.isClosed() {
		return errClosed
	}
	if f.doc != nil {
		return nil
	}
	out, err := f.node.RunOutput(ctx, f.key)
	if err != nil {
		return err
	}
	_, encoding, _ := f.snapshot()
	f.out, f.doc = out, output.New(output.Of[netcore.Pipe](out), encoding, f.local)
	return nil
}

// advance makes lines of what came, looks for the query in them, and reads
// those that are seen.
func (f *feed) advance(ctx context.Context) func() {
	var m moment
	want, encoding, ended := f.snapshot()
	m.err = f.with(ctx, func(doc *output.Document) (err error) {
		doc.Use(encoding)
		if m.busy, err = f.work(ctx, doc, want, ended); err != nil {
			return err
		}
		m.lines, err = read(ctx, doc, want)
		m.state = doc.State()
		if f.finder != nil {
			m.hits = f.finder.Count()
			if want.hit >= 0 {
				m.place, _ = f.finder.Place(want.hit)
			}
		}
		return err
	})
	if m.err != nil && (ctx.Err() != nil || errors.Is(m.err, errClosed)) {
		return nil
	}
	if errors.Is(m.err, fs.ErrNotExist) {
		m.err = nil // nothing was kept
	}
	if m.busy {
		f.look.Trigger()
	}
	return func() { f.show(m) }
}

// work goes on for a while with what there is to be done.
func (f *feed) work(ctx context.Context, doc *output.Document, want wanted, ended bool) (busy bool, err error) {
	start := time.Now()
	late := func() bool { return time.Since(start) > feedSlice }
	for busy = true; busy && !late(); {
		if busy, err = doc.Step(ctx); err != nil {
			return false, err
		}
	}
	if ended && !busy && !f.decided {
		f.decided = true
		doc.End()
	}
	if want.query != f.found || f.finder == nil {
		f.finder, f.found = output.NewFinder(doc, want.query), want.query
	}
	for searching := true; searching; {
		if searching, err = f.finder.Step(ctx); err != nil {
			return false, err
		}
		if searching && late() {
			return true, nil
		}
	}
	return busy, nil
}

// reread reads the lines that are seen now.
func (f *feed) reread(ctx context.Context) func() {
	var m moment
	want, _, _ := f.snapshot()
	err := f.with(ctx, func(doc *output.Document) (err error) {
		m.lines, err = read(ctx, doc, want)
		m.state = doc.State()
		return err
	})
	if err != nil {
		return nil // the look says what is wrong
	}
	m.hits = -1
	return func() { f.show(m) }
}

// read reads the lines that are seen and some around them.
func read(ctx context.Context, doc *output.Document, want wanted) ([]shownLine, error) {
	rows := max(want.rows, 1)
	top := want.top
	if want.follow {
		top = doc.State().Lines - rows
	}
	found, err := doc.Lines(ctx, max(top-around*rows, 0), (2*around+1)*rows)
	if err != nil {
		return nil, err
	}
	lines := make([]shownLine, len(found))
	for at, line := range found {
		lines[at] = shownLine{Line: line, hits: want.query.In(line)}
	}
	return lines, nil
}
