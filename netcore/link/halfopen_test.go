package link

import (
	"fmt"
	"net"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/netcore/identity"
)

// TestTenThousandHalfOpenConnections opens them from a hundred hosts and says
// nothing on any: few are held, little memory with them, none for long, and
// the next who comes gets in (E2).
func TestTenThousandHalfOpenConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory := NewMemory()
		b := start(t, memory.Host("b"), "b:1")
		const count = 10_000
		open := make([]net.Conn, 0, count)
		for i := range count {
			conn, err := memory.Host(fmt.Sprint("evil", i%100)).Dial(t.Context(), "b:1")
			if err != nil {
				t.Fatal(err)
			}
			open = append(open, conn)
			if i%10 == 0 {
				time.Sleep(time.Millisecond)
			}
		}
		synctest.Wait()
		if held := outside(b); held == 0 || held > 64 {
			t.Errorf("%d half-open connections are held", held)
		}
		time.Sleep(100 * time.Millisecond) // the limit on handshakes a second recovers, the flood stays
		a := start(t, memory.Host("a"), "a:1")
		connect(t, a, b)
		time.Sleep(6 * time.Second)
		if held := outside(b) + inside(b); held != 0 {
			t.Errorf("%d are still held", held)
		}
		for _, conn := range open {
			_ = conn.Close()
		}
		closeSoon(t, a, b)
	})
}

// TestHalfOpenConnectionsOnRealSockets is the same with sockets of the system.
// At loopback no limit for one address helps.
func TestHalfOpenConnectionsOnRealSockets(t *testing.T) {
	friend := newIdentity(t)
	b := start(t, nil, "127.0.0.1:0", trusting(friend))
	before := runtime.NumGoroutine()
	dialer := net.Dialer{Timeout: 5 * time.Second}
	var open []net.Conn
	defer func() {
		for _, conn := range open {
			_ = conn.Close()
		}
	}()
	for range 2000 {
		conn, err := dialer.DialContext(t.Context(), "tcp", b.address)
		if err != nil {
			t.Logf("after %d: %v", len(open), err) // for want of descriptors
			break
		}
		open = append(open, conn)
	}
	if len(open) < 500 {
		t.Fatalf("only %d connections", len(open))
	}
	for began := time.Now(); runtime.NumGoroutine()-before > 4*64; runtime.Gosched() { // those shown out are leaving
		if time.Since(began) > 20*time.Second {
			t.Fatalf("%d goroutines for %d connections", runtime.NumGoroutine()-before, len(open))
		}
	}
	for name, id := range map[string]*identity.Identity{"stranger": newIdentity(t), "trusted": friend} {
		a := start(t, nil, "127.0.0.1:0", as(id))
		if !getsIn(t, a, b) {
			t.Errorf("the %s does not get in", name)
		}
	}
}

// getsIn reports whether a can connect to b, as a person would try: again when
// it was hung up on.
func getsIn(t *testing.T, a, b *node) bool {
	t.Helper()
	for began := time.Now(); time.Since(began) < 20*time.Second; {
		if _, err := a.Connect(t.Context(), b.id, []string{b.address}); err == nil {
			return true
		}
	}
	return false
}

// TestFloodOfWholeHandshakesIsBounded has strangers go through TLS and stop
// there: those who have come as far are bounded, too, and apart from those of
// trusted devices (E3, E4).
func TestFloodOfWholeHandshakesIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory, friend := NewMemory(), newIdentity(t)
		b := start(t, memory.Host("b"), "b:1", trusting(friend), func(c *Config) { c.Limits.HalfOpen = 16 })
		slow := call(t, b, friend) // in the middle of its handshake
		var open []*caller
		for i := range 40 {
			evil := memory.Host(fmt.Sprint("evil", i))
			conn, err := evil.Dial(t.Context(), "b:1")
			if err != nil {
				t.Fatal(err)
			}
			open = append(open, callOn(t, conn, newIdentity(t)))
		}
		synctest.Wait()
		if held := inside(b); held != 16 {
			t.Errorf("%d are held after TLS, want 16", held)
		}
		slow.send(t, kindHello, goodHello())
		if _, err := slow.Expect(1<<12, kindHello); err != nil {
			t.Errorf("the trusted one was displaced: %v", err)
		}
		for _, c := range append(open, slow) {
			_ = c.tls.Close()
		}
		synctest.Wait()
		closeSoon(t, b)
	})
}

// outside returns how many strangers are in the middle of TLS with a node.
func outside(n *node) int {
	n.door.mu.Lock()
	defer n.door.mu.Unlock()
	return n.door.strangers.outside.order.Len()
}

// inside returns how many strangers are between TLS and a link with a node.
func inside(n *node) int {
	n.door.mu.Lock()
	defer n.door.mu.Unlock()
	return n.door.strangers.inside.order.Len()
}
