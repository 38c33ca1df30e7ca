package timeline

import (
	"context"
	"errors"
	"net"
	"os"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"lanyard/netcore/identity"
	"lanyard/netcore/store"
	"lanyard/netcore/wire"
)

func TestMain(m *testing.M) {
	if mode := os.Getenv(childMode); mode != "" {
		os.Exit(child(mode))
	}
	goleak.VerifyTestMain(m)
}

// errDown is what opening a stream says without a link.
var errDown = errors.New("no link")

// deadline is how long a test waits for what must come.
const deadline = time.Minute

// pipe is a Stream in memory.
type pipe struct{ net.Conn }

func (p pipe) Reset() error { return p.Close() }

// lan joins the nodes of a test in memory.
type lan struct {
	t        *testing.T
	ctx      context.Context
	mu       sync.Mutex
	nodes    map[identity.DeviceID]*node
	handlers sync.WaitGroup
	streams  []net.Conn
}

// node is one copy of the program.
type node struct {
	id      identity.DeviceID
	lan     *lan
	dir     string
	db      *store.DB
	faulty  *faulty
	service *Service
	changed chan struct{} // holds a token after items changed
}

// faulty is a store whose commits can be made to fail or to be followed by
// something.
type faulty struct {
	*store.DB
	mu            sync.Mutex
	failReceived  error                    // in place of AddReceived
	afterReceived func(texts []store.Item) // after its commit
	onReceived    func(texts []store.Item) // before it
	failDelivered error                    // in place of Delivered
}

func (f *faulty) AddReceived(ctx context.Context, texts []store.Item, quota store.Quota) ([]store.Received, error) {
	f.mu.Lock()
	fail, before, after := f.failReceived, f.onReceived, f.afterReceived
	f.mu.Unlock()
	if fail != nil {
		return nil, fail
	}
	if before != nil {
		before(texts)
	}
	kept, err := f.DB.AddReceived(ctx, texts, quota)
	if after != nil {
		after(texts)
	}
	return kept, err
}

func (f *faulty) Delivered(ctx context.Context, id identity.DeviceID, ids []string) ([]store.Change, error) {
	f.mu.Lock()
	fail := f.failDelivered
	f.mu.Unlock()
	if fail != nil {
		return nil, fail
	}
	return f.DB.Delivered(ctx, id, ids)
}

// set changes the faults.
func (f *faulty) set(change func(f *faulty)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change(f)
}

func newLAN(t *testing.T) *lan {
	ctx, cancel := context.WithCancel(context.Background())
	l := &lan{t: t, ctx: ctx, nodes: map[identity.DeviceID]*node{}}
	t.Cleanup(func() {
		cancel()
		l.cut()
		l.handlers.Wait()
	})
	return l
}

// node adds a copy, with changed limits if any are given.
func (l *lan) node(name byte, limits ...Limits) *node {
	n := &node{id: identity.DeviceID{name}, lan: l, dir: l.t.TempDir(), changed: make(chan struct{}, 1)}
	l.mu.Lock()
	l.nodes[n.id] = n
	l.mu.Unlock()
	n.start(limits...)
	l.t.Cleanup(n.stop)
	return n
}

func (n *node) start(limits ...Limits) {
	db, err := store.Open(context.Background(), n.dir)
	if err != nil {
		n.lan.t.Fatal(err)
	}
	n.db, n.faulty = db, &faulty{DB: db}
	config := Config{
		Store: n.faulty, Clock: time.Now, Open: n.open,
		OnItem: func(int64, int64) { signal(n.changed) },
	}
	if len(limits) > 0 {
		config.Limits = limits[0]
	}
	n.service = New(config)
}

func (n *node) stop() {
	if n.db == nil {
		return
	}
	n.lan.cut()
	err := errors.Join(n.service.Close())
	n.lan.handlers.Wait()
	if err := errors.Join(err, n.db.Close()); err != nil {
		n.lan.t.Error(err)
	}
	n.db = nil
}

// open is the link of a node: a pipe to the other one's handlers.
func (n *node) open(_ context.Context, to identity.DeviceID, kind string, fields any) (Stream, error) {
	there, err := n.lan.dial(n.id, to)
	if err != nil {
		return nil, err
	}
	if err := wire.NewConn(there).Write(kind, fields, nil); err != nil {
		return nil, errors.Join(err, there.Close())
	}
	return pipe{there}, nil
}

// dial makes a stream from one device to another and serves its other end.
func (l *lan) dial(from, to identity.DeviceID) (net.Conn, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	target := l.nodes[to]
	if target == nil || l.ctx.Err() != nil {
		return nil, errDown
	}
	near, far := net.Pipe()
	l.streams = append(l.streams, near, far)
	l.handlers.Go(func() { target.serve(l.ctx, from, pipe{far}) })
	return near, nil
}

// serve does what the node does with a stream that comes in.
func (n *node) serve(ctx context.Context, from identity.DeviceID, stream Stream) {
	first, err := wire.NewConn(stream).Next(wire.MaxHeader)
	switch {
	case err != nil:
		_ = stream.Reset()
	case first.Kind == KindSeen:
		n.service.HandleSeen(ctx, from, stream, first)
	default:
		n.service.HandleText(ctx, from, stream, first)
	}
}

// cut ends all streams.
func (l *lan) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, stream := range l.streams {
		_ = stream.Close()
	}
	l.streams = nil
}

// meet lets two nodes know each other's device.
func meet(t *testing.T, a, b *node) {
	t.Helper()
	for _, pair := range [][2]*node{{a, b}, {b, a}} {
		if _, _, err := pair[0].db.Seen(t.Context(), store.Sighting{ID: pair[1].id, At: time.Now()}); err != nil {
			t.Fatal(err)
		}
	}
}

// post queues texts for another node.
func (n *node) post(t *testing.T, to *node, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if _, err := n.service.Post(t.Context(), to.id, text); err != nil {
			t.Fatal(err)
		}
	}
}

// items returns all items of a node.
func (n *node) items(t *testing.T) []store.Item {
	t.Helper()
	items, err := n.db.ItemsAfter(context.Background(), 0, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	return items
}

// texts returns the texts that came in, in their order.
func (n *node) texts(t *testing.T) []string {
	t.Helper()
	var texts []string
	for _, item := range n.items(t) {
		if !item.Outgoing {
			texts = append(texts, item.Text)
		}
	}
	return texts
}

// count returns how many items are in a state.
func (n *node) count(t *testing.T, state string) int {
	t.Helper()
	count := 0
	for _, item := range n.items(t) {
		if item.State == state {
			count++
		}
	}
	return count
}

// until waits for as many items in a state.
func (n *node) until(t *testing.T, state string, want int) {
	t.Helper()
	late := time.After(deadline)
	for n.count(t, state) < want {
		select {
		case <-n.changed:
		case <-late:
			t.Fatalf("%d items are %s, want %d", n.count(t, state), state, want)
		}
	}
}
