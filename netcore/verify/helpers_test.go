package verify

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"go.uber.org/goleak"

	"lanyard/netcore/identity"
	"lanyard/netcore/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	errNoLink = errors.New("no link")
	errCut    = errors.New("the cable was pulled")
	errReset  = errors.New("the stream was reset")
)

// session is one TLS session between two devices, and all its streams.
type session struct {
	key  [32]byte
	mu   sync.Mutex
	dead bool
	ends []*end
}

// end is one end of a stream in memory.
type end struct {
	net.Conn
	session *session
	cause   *atomic.Pointer[error] // why the stream ended, if not in good order
}

func (e *end) Flush() error { return nil }
func (e *end) Reset() error { return e.fail(errReset) }
func (e *end) fail(cause error) error {
	e.cause.CompareAndSwap(nil, &cause)
	return e.Close()
}

func (e *end) Read(p []byte) (int, error) {
	n, err := e.Conn.Read(p)
	if cause := e.cause.Load(); err == io.EOF && cause != nil {
		err = *cause
	}
	return n, err
}

// Exporter is as good as that of TLS: of the session, the label, the context.
func (e *end) Exporter(label string, context []byte, length int) ([]byte, error) {
	return hkdf.Key(sha256.New, e.session.key[:], nil, label+"\x00"+string(context), length)
}

// stream opens a stream; near is of who opens it.
func (s *session) stream() (near, far *end, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dead {
		return nil, nil, errNoLink
	}
	a, b := net.Pipe()
	cause := &atomic.Pointer[error]{}
	near, far = &end{a, s, cause}, &end{b, s, cause}
	s.ends = append(s.ends, near, far)
	return near, far, nil
}

// cut ends the session and all streams.
func (s *session) cut() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dead = true
	for _, e := range s.ends {
		_ = e.fail(errCut)
	}
}

// lan joins the nodes of a test, in a bubble of synctest.
type lan struct {
	t     *testing.T
	nodes map[identity.DeviceID]*node
	mu    sync.Mutex
	links map[[2]identity.DeviceID]*session
	count uint64
	work  sync.WaitGroup
}

// attempted is one call of Config.Attempted.
type attempted struct {
	id  identity.DeviceID
	by  string
	err error
}

// node is one device. Without a Service it is an attacker, to whom streams
// come in the channel.
type node struct {
	id      identity.DeviceID
	lan     *lan
	service *Service
	streams chan *heard

	mu       sync.Mutex
	verified []string // "code" or "string", in order
	failing  error    // of Config.Verified
	attempts []attempted
	asks     []bool
	blocked  bool

	weak func(e *end) Stream // what its streams are, if not honest ones
}

// heard is a stream that came to an attacker.
type heard struct {
	*end
	conn *wire.Conn
	kind string
	raw  string
}

// run runs a test in a bubble.
func run(t *testing.T, test func(t *testing.T, l *lan)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		l := &lan{t: t, nodes: map[identity.DeviceID]*node{}, links: map[[2]identity.DeviceID]*session{}}
		test(t, l)
		for _, link := range l.links {
			link.cut()
		}
		for _, n := range l.nodes {
			if n.service != nil {
				_ = n.service.Close()
			}
		}
		l.work.Wait()
	})
}

// attacker adds a device that does what the test says.
func (l *lan) attacker(id byte) *node {
	n := &node{id: identity.DeviceID{id}, lan: l, streams: make(chan *heard, 64)}
	l.nodes[n.id] = n
	return n
}

// node adds a device.
func (l *lan) node(id byte) *node {
	n := l.attacker(id)
	n.service = New(Config{
		Self: n.id, Open: n.open,
		Verified: func(_ context.Context, _ identity.DeviceID, by string) error {
			n.mu.Lock()
			defer n.mu.Unlock()
			if n.failing == nil {
				n.verified = append(n.verified, by)
			}
			return n.failing
		},
		Attempted: func(id identity.DeviceID, by string, err error) {
			n.mu.Lock()
			defer n.mu.Unlock()
			n.attempts = append(n.attempts, attempted{id, by, err})
		},
		Asks: func(_ identity.DeviceID, asking bool) {
			n.mu.Lock()
			defer n.mu.Unlock()
			n.asks = append(n.asks, asking)
		},
		Allowed: func(identity.DeviceID) bool {
			n.mu.Lock()
			defer n.mu.Unlock()
			return !n.blocked
		},
	})
	return n
}

// pair returns two nodes with a link, the caller first.
func pair(l *lan) (low, high *node) {
	low, high = l.node(1), l.node(2)
	l.link(low, high)
	return low, high
}

func between(a, b identity.DeviceID) [2]identity.DeviceID {
	if a.Compare(b) > 0 {
		a, b = b, a
	}
	return [2]identity.DeviceID{a, b}
}

// link makes a fresh session between two nodes, in place of the one before.
func (l *lan) link(a, b *node) *session {
	l.mu.Lock()
	l.count++
	s := &session{}
	binary.BigEndian.PutUint64(s.key[:], l.count)
	l.links[between(a.id, b.id)] = s
	l.mu.Unlock()
	for _, n := range []*node{a, b} {
		if other := a.id; n.service != nil {
			if n == a {
				other = b.id
			}
			n.service.Up(other)
		}
	}
	return s
}

// cut ends the link between two nodes and tells both.
func (l *lan) cut(a, b *node) {
	l.session(a.id, b.id).cut()
	for _, n := range []*node{a, b} {
		if n.service != nil {
			n.service.Down(a.id)
			n.service.Down(b.id)
		}
	}
}

func (l *lan) session(a, b identity.DeviceID) *session {
	l.mu.Lock()
	defer l.mu.Unlock()
	if s := l.links[between(a, b)]; s != nil {
		return s
	}
	return &session{dead: true}
}

// open is Config.Open of a node.
func (n *node) open(ctx context.Context, to identity.DeviceID, kind string, fields any) (Stream, error) {
	if err := ctx.Err(); err != nil {
		return nil, context.Cause(ctx)
	}
	near, err := n.dial(to, kind, fields)
	if err != nil {
		return nil, err
	}
	return n.wrap(near), nil
}

// wrap returns a stream as the node has it.
func (n *node) wrap(stream *end) Stream {
	if n.weak != nil {
		return n.weak(stream)
	}
	return stream
}

// dial opens a stream to a node, which serves it.
func (n *node) dial(to identity.DeviceID, kind string, fields any) (*end, error) {
	near, far, err := n.lan.session(n.id, to).stream()
	if err != nil {
		return nil, err
	}
	target := n.lan.nodes[to]
	n.lan.work.Go(func() { target.serve(n.id, far) })
	if err := wire.NewConn(near).Write(kind, fields, nil); err != nil {
		return nil, errors.Join(err, near.Reset())
	}
	return near, nil
}

// serve does what the links do with a stream that comes in.
func (n *node) serve(from identity.DeviceID, stream *end) {
	conn := wire.NewConn(stream)
	first, err := conn.Next(wire.MaxHeader)
	switch {
	case err != nil:
		_ = stream.Reset()
	case n.service == nil:
		n.streams <- &heard{stream, conn, first.Kind, string(first.Raw)}
	default:
		n.service.Handle(context.Background(), n.wrap(stream), from, first)
	}
}
