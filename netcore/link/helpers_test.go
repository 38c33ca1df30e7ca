package link

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"io"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"lanyard/netcore/identity"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// node is a Manager with what its callbacks were told.
type node struct {
	*Manager
	id      identity.DeviceID
	address string

	mu     sync.Mutex
	events []event
	news   chan struct{}
}

// event is one call of a callback.
type event struct {
	up   bool
	peer Peer
	id   identity.DeviceID
	err  error
}

func newIdentity(t testing.TB) *identity.Identity {
	t.Helper()
	id, err := identity.Generate()
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// sortedIdentities returns two identities, the lower ID first.
func sortedIdentities(t testing.TB) (low, high *identity.Identity) {
	a, b := newIdentity(t), newIdentity(t)
	if a.ID().Compare(b.ID()) > 0 {
		a, b = b, a
	}
	return a, b
}

func newInstance() string {
	var raw [8]byte
	_, _ = rand.Read(raw[:])
	return hex.EncodeToString(raw[:])
}

// start makes a node that listens on address of network and answers streams
// of kind "echo" and "sink".
func start(t testing.TB, network Network, address string, change ...func(*Config)) *node {
	t.Helper()
	n := &node{news: make(chan struct{}, 1000)}
	config := Config{
		Identity: newIdentity(t), Instance: newInstance(), Network: network,
		Name: func() string { return "name of " + address },
		OnUp: func(p Peer) { n.tell(event{up: true, peer: p, id: p.ID}) },
		OnDown: func(id identity.DeviceID, err error) {
			n.tell(event{id: id, err: err})
		},
	}
	for _, f := range change {
		f(&config)
	}
	n.Manager, n.id = New(config), config.Identity.ID()
	t.Cleanup(func() { _ = n.Close() })
	n.Handle("echo", echo)
	n.Handle("sink", sink)
	if address == "" {
		return n
	}
	got, err := n.Listen(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	n.address = got.String()
	return n
}

func (n *node) tell(e event) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.events = append(n.events, e)
	select {
	case n.news <- struct{}{}:
	default:
	}
}

// next waits for the next callback.
func (n *node) next(t testing.TB) event {
	t.Helper()
	timeout := time.NewTimer(2 * time.Minute)
	defer timeout.Stop()
	for {
		n.mu.Lock()
		if len(n.events) > 0 {
			e := n.events[0]
			n.events = n.events[1:]
			n.mu.Unlock()
			return e
		}
		n.mu.Unlock()
		select {
		case <-n.news:
		case <-timeout.C:
			t.Fatal("no callback came")
		}
	}
}

// quiet fails if there was another callback.
func (n *node) quiet(t testing.TB) {
	t.Helper()
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.events) > 0 {
		t.Fatalf("unexpected callback: %+v", n.events)
	}
}

// alone waits until there is no link, and fails if a callback says otherwise.
func (n *node) alone(t testing.TB) {
	t.Helper()
	deadline := time.Now().Add(2 * time.Minute)
	for len(n.Peers()) > 0 {
		if time.Now().After(deadline) {
			t.Fatalf("still linked: %+v", n.Peers())
		}
		<-time.After(time.Millisecond)
	}
	n.mu.Lock()
	last := len(n.events) - 1
	told := last >= 0
	n.mu.Unlock()
	if !told {
		return
	}
	for up := n.next(t); up.up; up = n.next(t) {
	}
}

// withoutVisitors waits until no handshake is under way: who has been told the
// end of one leaves the door after that.
func (n *node) withoutVisitors(t testing.TB) {
	t.Helper()
	waiting := func() bool {
		n.door.mu.Lock()
		defer n.door.mu.Unlock()
		return len(n.door.counts) > 0
	}
	for deadline := time.Now().Add(2 * time.Minute); waiting(); {
		if time.Now().After(deadline) {
			t.Fatal("a visitor is still there")
		}
		<-time.After(time.Millisecond)
	}
}

// echo answers every frame with itself.
func echo(_ context.Context, s *Stream, first Frame) {
	for frame := first; ; {
		body, err := s.Wire().ReadBody(1 << 20)
		if err != nil {
			return
		}
		if err := s.Wire().Write(frame.Kind, map[string]bool{"bulk": s.Bulk()}, body); err != nil {
			return
		}
		if frame, err = s.Wire().Next(1 << 10); err != nil {
			if err == io.EOF {
				_ = s.Close()
			}
			return
		}
	}
}

// sink reads all there is and answers with the number of bytes.
func sink(_ context.Context, s *Stream, _ Frame) {
	n, err := io.Copy(io.Discard, readerOf(s))
	if err == nil && s.Wire().Write("sunk", map[string]int64{"bytes": n}, nil) == nil {
		_ = s.Close()
	}
}

// talk has one frame echoed on s.
func talk(t testing.TB, s *Stream, text string) {
	t.Helper()
	if err := s.Wire().Write("echo", nil, []byte(text)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Wire().Expect(1<<10, "echo"); err != nil {
		t.Fatal(err)
	}
	body, err := s.Wire().ReadBody(1 << 20)
	if err != nil || string(body) != text {
		t.Fatalf("echoed %q, %v; want %q", body, err, text)
	}
}

// openEcho opens an echo stream and reads the answer to its first frame.
func openEcho(t testing.TB, s *Stream, err error) *Stream {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Wire().Expect(1<<10, "echo"); err != nil {
		t.Fatal(err)
	}
	return s
}

// connect has a connect to b.
func connect(t testing.TB, a, b *node) Peer {
	t.Helper()
	peer, err := a.Connect(t.Context(), b.id, []string{b.address})
	if err != nil {
		t.Fatal(err)
	}
	return peer
}

// linked has a connect to b and waits until both know.
func linked(t testing.TB, a, b *node) {
	t.Helper()
	connect(t, a, b)
	for _, n := range []*node{a, b} {
		if e := n.next(t); !e.up {
			t.Fatalf("first callback: %+v", e)
		}
	}
}
