package link

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/netcore/identity"
	"lanyard/netcore/wire"
)

// gate is an Admit that can be told whom to refuse.
type gate struct {
	mu      sync.Mutex
	refused map[identity.DeviceID]bool
}

var errBlocked = errors.New("blocked")

func (g *gate) admit(id identity.DeviceID, _ bool) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.refused[id] {
		return errBlocked
	}
	return nil
}

func (g *gate) refuse(id identity.DeviceID, refused bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.refused[id] = refused
}

func newGate() *gate { return &gate{refused: make(map[identity.DeviceID]bool)} }

// with returns the change of a Config that sets the gate.
func (g *gate) with(c *Config) { c.Admit = g.admit }

// counted counts the dials of a network.
type counted struct {
	Network
	dials atomic.Int64
}

func (c *counted) Dial(ctx context.Context, address string) (net.Conn, error) {
	c.dials.Add(1)
	return c.Network.Dial(ctx, address)
}

func TestRefusedCallerIsToldNothingButThat(t *testing.T) {
	everywhere(t, func(t *testing.T, _, b *node) {
		evil := newIdentity(t)
		b.config.Admit = func(id identity.DeviceID, _ bool) error {
			if id == evil.ID() {
				return errBlocked
			}
			return nil
		}
		client := dialTLS(t, b, evil)
		defer func() { _ = client.Close() }()
		got, err := io.ReadAll(client)
		if err != nil {
			t.Errorf("no clean end: %v", err)
		}
		var want bytes.Buffer
		_ = wire.NewConn(&want).WriteError(wire.CodeRefused, "not welcome")
		if !bytes.Equal(got, want.Bytes()) {
			t.Errorf("told %q", got)
		}
	})
}

func TestRefusedDevicesAreNotDialed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory, g := NewMemory(), newGate()
		b := start(t, memory.Host("b"), "b:1")
		network := &counted{Network: memory.Host("a")}
		a := start(t, network, "a:1", g.with)
		g.refuse(b.id, true)
		if _, err := a.Connect(t.Context(), b.id, []string{"b:1"}); !errors.Is(err, ErrRefused) || !errors.Is(err, errBlocked) {
			t.Errorf("connect: %v", err)
		}
		a.Hint(b.id, "b:1")
		a.Keep(b.id, []string{"b:1"})
		time.Sleep(10 * time.Minute)
		if n := network.dials.Load(); n != 0 {
			t.Errorf("%d dials of a refused device", n)
		}
		if _, err := a.ConnectAddress(t.Context(), "b:1"); !errors.Is(err, ErrRefused) {
			t.Errorf("by address: %v", err)
		}
		b.quiet(t)
		g.refuse(b.id, false)
		began := time.Now()
		a.Recheck(false)
		if up := a.next(t); !up.up || time.Since(began) > time.Second {
			t.Errorf("after %v: %+v", time.Since(began), up)
		}
		closeSoon(t, a, b)
	})
}

func TestDropEndsEverythingAtOnce(t *testing.T) {
	everywhere(t, func(t *testing.T, a, b *node) {
		g := newGate()
		a.config.Admit = g.admit
		linked(t, a, b)
		chat, err := a.Open(t.Context(), b.id, "echo", nil)
		chat = openEcho(t, chat, err)
		bulk, err := b.OpenBulk(t.Context(), a.id, "echo", nil)
		bulk = openEcho(t, bulk, err)
		g.refuse(b.id, true)
		a.Drop(b.id, errBlocked)
		if _, ok := a.Peer(b.id); ok {
			t.Error("still linked after Drop")
		}
		if _, err := a.Open(t.Context(), b.id, "echo", nil); !errors.Is(err, ErrNotConnected) {
			t.Errorf("open: %v", err)
		}
		if _, err := chat.Read(make([]byte, 1)); !errors.Is(err, errBlocked) {
			t.Errorf("stream: %v", err)
		}
		if _, err := bulk.Read(make([]byte, 1)); !errors.Is(err, ErrLinkLost) && !errors.Is(err, ErrReset) {
			t.Errorf("the other side's bulk stream: %v", err)
		}
		if down := a.next(t); down.up || !errors.Is(down.err, errBlocked) {
			t.Errorf("a was told %+v", down)
		}
		if down := b.next(t); down.up || !errors.Is(down.err, ErrLinkLost) {
			t.Errorf("b was told %+v", down)
		}
		if _, err := b.Connect(t.Context(), a.id, []string{a.address}); !errors.Is(err, ErrRefused) {
			t.Errorf("b comes back: %v", err)
		}
		a.quiet(t)
	})
}

func TestDropEndsDialsUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory := NewMemory()
		a, b := start(t, memory.Host("a"), "a:1"), start(t, memory.Host("b"), "b:1")
		memory.Cut("b")
		began := time.Now()
		ended := make(chan error, 1)
		go func() {
			_, err := a.Connect(t.Context(), b.id, []string{"b:1"})
			ended <- err
		}()
		synctest.Wait()
		a.Drop(b.id, errBlocked)
		if err := <-ended; !errors.Is(err, errBlocked) || time.Since(began) > 0 {
			t.Errorf("%v after %v", err, time.Since(began))
		}
		closeSoon(t, a, b)
	})
}

func TestRecheckDropsThoseRefusedAndNobodyElse(t *testing.T) {
	memory, g := NewMemory(), newGate()
	a := start(t, memory.Host("a"), "a:1", g.with)
	b, c := start(t, memory.Host("b"), "b:1"), start(t, memory.Host("c"), "c:1")
	linked(t, a, b)
	linked(t, a, c)
	g.refuse(b.id, true)
	a.Recheck(false)
	if down := a.next(t); down.up || down.id != b.id || !errors.Is(down.err, ErrRefused) {
		t.Errorf("%+v", down)
	}
	if peers := a.Peers(); len(peers) != 1 || peers[0].ID != c.id {
		t.Errorf("%+v", peers)
	}
	a.quiet(t)
	c.quiet(t)
}

// TestNobodySlipsInBehindRecheck blocks a device at the worst moment: admitted
// after the handshake, and not yet among the links.
func TestNobodySlipsInBehindRecheck(t *testing.T) {
	memory, g := NewMemory(), newGate()
	a := start(t, memory.Host("a"), "a:1", g.with)
	var b *node
	named := make(chan struct{}, 1)
	b = start(t, memory.Host("b"), "b:1", func(c *Config) {
		c.Name = func() string {
			select {
			case named <- struct{}{}: // the handshake and a's Admit are over
				g.refuse(c.Identity.ID(), true)
				a.Recheck(false)
			default:
			}
			return "b"
		}
	})
	if _, err := a.Connect(t.Context(), b.id, []string{"b:1"}); !errors.Is(err, ErrRefused) {
		t.Errorf("got %v", err)
	}
	if peers := a.Peers(); len(peers) != 0 {
		t.Errorf("%+v", peers)
	}
	a.quiet(t)
}

func TestExporterIsSharedByTheTwoEndsOfALinkAlone(t *testing.T) {
	everywhere(t, func(t *testing.T, a, b *node) {
		got := make(chan []byte, 1)
		tell := func(_ context.Context, s *Stream, _ Frame) {
			key, err := s.Exporter("test", []byte("context"), 32)
			if err != nil {
				t.Error(err)
			}
			got <- key
			_ = s.Close()
		}
		b.Handle("tell", tell)
		linked(t, a, b)
		var seen [][]byte
		for _, open := range []func(context.Context, identity.DeviceID, string, any) (*Stream, error){a.Open, a.OpenBulk} {
			s, err := open(t.Context(), b.id, "tell", nil)
			if err != nil {
				t.Fatal(err)
			}
			key, err := s.Exporter("test", []byte("context"), 32)
			other, err2 := s.Exporter("test", nil, 32)
			if theirs := <-got; err != nil || err2 != nil || len(key) != 32 || !bytes.Equal(key, theirs) || bytes.Equal(key, other) {
				t.Errorf("bulk %v: %x and %x, %x; %v, %v", s.Bulk(), key, theirs, other, err, err2)
			}
			seen = append(seen, key)
			_ = s.Close()
		}
		if bytes.Equal(seen[0], seen[1]) {
			t.Error("two links have one exporter")
		}
	})
}
