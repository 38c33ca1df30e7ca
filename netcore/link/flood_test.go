package link

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/netcore/wire"
)

func TestSlowLorisIsCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory := NewMemory()
		b := start(t, memory.Host("b"), "b:1")
		raw, err := b.config.Network.Dial(t.Context(), "b:1")
		if err != nil {
			t.Fatal(err)
		}
		inHello := dialTLS(t, b, newIdentity(t))
		began := time.Now()
		for name, conn := range map[string]net.Conn{"in TLS": raw, "in the hello": inHello} {
			if took := drip(conn, began); took > 7*time.Second {
				t.Errorf("%s: cut off after %v", name, took)
			}
			_ = conn.Close()
		}
		closeSoon(t, b)
	})
}

// drip writes a byte every 400 ms until that fails, and returns when.
func drip(conn net.Conn, began time.Time) time.Duration {
	head := []byte{22, 3, 1, 0, 200, 1, 0, 0, 196, 3, 3}
	for i := 0; ; i++ {
		if _, err := conn.Write(head[i%len(head) : i%len(head)+1]); err != nil {
			return time.Since(began)
		}
		time.Sleep(400 * time.Millisecond)
	}
}

func TestHalfOpenFloodLeavesRoomForOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory := NewMemory()
		b := start(t, memory.Host("b"), "b:1")
		var flood []net.Conn
		for i := range 2000 {
			conn, err := memory.Host(fmt.Sprint("evil", i%100)).Dial(t.Context(), "b:1")
			if err != nil {
				t.Fatal(err)
			}
			flood = append(flood, conn)
		}
		synctest.Wait()
		if held := outside(b); held > 64 {
			t.Errorf("%d half-open connections are held", held)
		}
		time.Sleep(2 * time.Second) // the limit on handshakes a second recovers, the flood stays
		a := start(t, memory.Host("a"), "a:1")
		connect(t, a, b)
		for _, conn := range flood {
			_ = conn.Close()
		}
		closeSoon(t, a, b)
	})
}

func TestOneHostCannotTakeAllPlaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory := NewMemory()
		b := start(t, memory.Host("b"), "b:1")
		for range 50 {
			conn, err := memory.Host("evil").Dial(t.Context(), "b:1")
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = conn.Close() }()
		}
		synctest.Wait()
		if held := outside(b); held != 8 {
			t.Errorf("%d half-open connections of one host", held)
		}
		closeSoon(t, b)
	})
}

func TestLinksAreCappedButNotForKnownDevices(t *testing.T) {
	memory := NewMemory()
	b := start(t, memory.Host("b"), "b:1", func(c *Config) { c.Limits.Links = 2 })
	var nodes []*node
	for i := range 4 {
		nodes = append(nodes, start(t, memory.Host(fmt.Sprint("n", i)), ":1"))
	}
	connect(t, nodes[0], b)
	connect(t, nodes[1], b)
	if _, err := nodes[2].Connect(t.Context(), b.id, []string{"b:1"}); !errors.Is(err, ErrBusy) {
		t.Errorf("third link: %v", err)
	}
	b.Keep(nodes[3].id, nil)
	connect(t, nodes[3], b)
}

func TestStreamFloodIsBounded(t *testing.T) {
	memory := NewMemory()
	a := start(t, memory.Host("a"), "a:1")
	b := start(t, memory.Host("b"), "b:1", func(c *Config) { c.Limits.StrangerStreams = 16 })
	var mu sync.Mutex
	running, most := 0, 0
	b.Handle("hold", func(ctx context.Context, s *Stream, _ Frame) {
		mu.Lock()
		running++
		most = max(most, running)
		mu.Unlock()
		_, _ = s.Read(make([]byte, 1))
		<-ctx.Done()
	})
	linked(t, a, b)
	for range 500 {
		s, err := a.Open(t.Context(), b.id, "hold", nil)
		if err == nil {
			_ = s.Reset() // and the next: rapid reset
		}
	}
	mu.Lock()
	defer mu.Unlock()
	if most > 16 {
		t.Errorf("%d handlers ran at once", most)
	}
}

func TestUnknownKindIsNamed(t *testing.T) {
	everywhere(t, func(t *testing.T, a, b *node) {
		linked(t, a, b)
		s, err := a.Open(t.Context(), b.id, "dance", nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Wire().Expect(wire.MaxHello, "ok"); !errors.Is(err, &wire.RemoteError{Code: wire.CodeUnknownKind}) {
			t.Errorf("got %v", err)
		}
		_ = s.Close()
	})
}

func TestPanickingHandlerCostsOnlyItsStream(t *testing.T) {
	memory := NewMemory()
	a, b := start(t, memory.Host("a"), "a:1"), start(t, memory.Host("b"), "b:1")
	b.Handle("boom", func(context.Context, *Stream, Frame) { panic("boom") })
	linked(t, a, b)
	s, err := a.Open(t.Context(), b.id, "boom", nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Read(make([]byte, 1)); !errors.Is(err, ErrReset) {
		t.Errorf("got %v", err)
	}
	s, err = a.Open(t.Context(), b.id, "echo", nil)
	_ = openEcho(t, s, err).Close()
}

func TestDialBulkIsOnlyForThoseWhoWereDialed(t *testing.T) {
	memory := NewMemory()
	a, b := start(t, memory.Host("a"), "a:1"), start(t, memory.Host("b"), "b:1")
	linked(t, a, b)
	s, err := a.Open(t.Context(), b.id, kindDialBulk, map[string]string{"token": newToken()})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Wire().Expect(wire.MaxHello, kindDialed); !errors.Is(err, &wire.RemoteError{Code: wire.CodeRefused}) {
		t.Errorf("got %v", err)
	}
	_ = s.Close()
}

// Each first frame may hold 64 KiB before anybody knows what it is for.
func TestHalfFirstFramesHoldLittleMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory := NewMemory()
		a, b := start(t, memory.Host("a"), "a:1"), start(t, memory.Host("b"), "b:1")
		linked(t, a, b)
		mine := a.liveLink(b.id)
		for range 2 * maxOpening {
			stream, err := mine.session.OpenStream(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if _, err := stream.Write([]byte{0, 0, 1, 0, '{'}); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait()
		if held := len(b.liveLink(a.id).opening); held != maxOpening {
			t.Errorf("%d first frames are being read, want %d", held, maxOpening)
		}
		time.Sleep(2*b.config.Timeouts.FirstFrame + time.Second) // virtual: all of them are cut off
		s, err := a.Open(t.Context(), b.id, "echo", nil)
		_ = openEcho(t, s, err).Close() // and the peer is served again
		closeSoon(t, a, b)
	})
}
