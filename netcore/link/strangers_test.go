package link

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/netcore/identity"
	"lanyard/netcore/wire"
)

// trusting returns the change of a Config that trusts one device.
func trusting(friend *identity.Identity) func(*Config) {
	return func(c *Config) {
		c.Trusted = func(id identity.DeviceID) bool { return id == friend.ID() }
	}
}

// as returns the change of a Config that sets the identity.
func as(id *identity.Identity) func(*Config) { return func(c *Config) { c.Identity = id } }

func TestCrowdOfStrangersKeepsNoTrustedDeviceOut(t *testing.T) {
	memory, friend := NewMemory(), newIdentity(t)
	b := start(t, memory.Host("b"), "b:1", trusting(friend), func(c *Config) {
		c.Limits.Links, c.Limits.StrangerBulkLinks = 4, 2
	})
	for i := range 6 {
		evil := start(t, memory.Host(fmt.Sprint("evil", i)), ":1")
		_, err := evil.Connect(t.Context(), b.id, []string{"b:1"})
		if full := i >= 4; errors.Is(err, ErrBusy) != full {
			t.Errorf("stranger %d: %v", i, err)
		}
		if s, err := evil.OpenBulk(t.Context(), b.id, "echo", nil); err == nil {
			_ = openEcho(t, s, err)
		}
	}
	a := start(t, memory.Host("a"), "a:1", as(friend))
	connect(t, a, b)
	s, err := a.OpenBulk(t.Context(), b.id, "echo", nil)
	if s = openEcho(t, s, err); !s.Bulk() {
		t.Error("strangers took all bulk links")
	}
	_ = s.Close()
}

func TestOneAddressLeavesPlacesForTheNext(t *testing.T) {
	memory := NewMemory()
	b := start(t, memory.Host("b"), "b:1", func(c *Config) { c.Limits.Links = 8 })
	in := 0
	for i := range 8 {
		evil := start(t, memory.Host("evil"), fmt.Sprint(":", i+1))
		if _, err := evil.Connect(t.Context(), b.id, []string{"b:1"}); err == nil {
			in++
		}
	}
	if in != 4 {
		t.Errorf("one address holds %d of 8 places", in)
	}
	connect(t, start(t, memory.Host("a"), "a:1"), b)
}

// TestWindowsOfStrangersAreBounded has a stranger fill the windows of as many
// streams as it may open, which nobody reads.
func TestWindowsOfStrangersAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory, friend := NewMemory(), newIdentity(t)
		b := start(t, memory.Host("b"), "b:1", trusting(friend), func(c *Config) {
			c.Limits.StrangerWindows = 16 * streamCost
		})
		b.Handle("deaf", func(ctx context.Context, _ *Stream, _ Frame) { <-ctx.Done() })
		evil := start(t, memory.Host("evil"), "evil:1")
		linked(t, evil, b)
		for range 30 {
			if s, err := evil.Open(t.Context(), b.id, "deaf", nil); err == nil {
				_ = s.SetWriteDeadline(time.Now().Add(time.Second))
				_, _ = s.Write(make([]byte, firstWindow))
			}
		}
		synctest.Wait()
		if held := len(b.liveLink(evil.id).slots); held != 8 {
			t.Errorf("one address holds %d of 16 windows", held)
		}
		for _, n := range []*node{
			start(t, memory.Host("c"), "c:1"),
			start(t, memory.Host("a"), "a:1", as(friend)),
		} {
			linked(t, n, b)
			s, err := n.Open(t.Context(), b.id, "echo", nil)
			_ = openEcho(t, s, err).Close()
			closeSoon(t, n)
			b.next(t) // that it is gone
		}
		closeSoon(t, evil)
		b.next(t)
		synctest.Wait()
		if held := b.windows.held; held != 0 {
			t.Errorf("%d bytes are counted for nobody", held)
		}
		closeSoon(t, b)
	})
}

func TestGrowthOfWindowsIsCountedAndGivenBack(t *testing.T) {
	m := New(Config{Identity: newIdentity(t), Instance: newInstance()})
	defer func() { _ = m.Close() }()
	for name, account := range map[string]*ledger{
		"stranger": {trusted: &m.grown, strangers: m.windows, host: "evil"},
		"trusted":  {trusted: &m.grown},
	} {
		grown := 0
		first, _ := account.span()
		for first.ReserveMemory(1<<20, growthPriority) == nil {
			grown++
		}
		if grown == 0 || grown > 64 {
			t.Errorf("%s: grown by %d MiB", name, grown)
		}
		if err := first.ReserveMemory(firstWindow, math.MaxUint8); err != nil {
			t.Errorf("%s: the first window was refused, which ends the link: %v", name, err)
		}
		first.ReleaseMemory(1 << 20)
		first.Done()
		first.Done()
		if m.windows.held != 0 || m.grown.Load() != 0 {
			t.Errorf("%s: %d and %d bytes are counted for nobody", name, m.windows.held, m.grown.Load())
		}
	}
}

// TestTrustedAddressGetsInDuringAFlood keeps all places for handshakes and all
// of their rate taken by strangers, without a pause.
func TestTrustedAddressGetsInDuringAFlood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory, friend := NewMemory(), newIdentity(t)
		b := start(t, memory.Host("b"), "b:1", trusting(friend))
		b.Keep(friend.ID(), []string{"a:7"}) // where it was met last
		ctx, cancel := context.WithCancel(t.Context())
		flooded := make(chan struct{})
		go func() {
			defer close(flooded)
			flood(ctx, memory, 1000)
		}()
		time.Sleep(10 * time.Second)
		a := start(t, memory.Host("a"), "a:1", as(friend))
		connect(t, a, b)
		cancel()
		<-flooded
		closeSoon(t, a, b)
	})
}

// flood dials b so often a second, from many hosts, and says nothing.
func flood(ctx context.Context, memory *Memory, perSecond int) {
	var open []net.Conn
	defer func() {
		for _, conn := range open {
			_ = conn.Close()
		}
	}()
	for i := 0; ctx.Err() == nil; i++ {
		conn, err := memory.Host(fmt.Sprint("evil", i%250)).Dial(ctx, "b:1")
		if err == nil {
			open = append(open, conn)
		}
		time.Sleep(time.Second / time.Duration(perSecond))
	}
}

// TestWhoIsThroughTLSIsNotDisplaced has an honest caller on a slow network: its
// hello comes seconds after its handshake, in the middle of a flood.
func TestWhoIsThroughTLSIsNotDisplaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory := NewMemory()
		b := start(t, memory.Host("b"), "b:1")
		slow := call(t, b, newIdentity(t))
		ctx, cancel := context.WithCancel(t.Context())
		flooded := make(chan struct{})
		go func() {
			defer close(flooded)
			flood(ctx, memory, 1000)
		}()
		time.Sleep(3 * time.Second)
		slow.send(t, kindHello, goodHello())
		if _, err := slow.Expect(wire.MaxHello, kindHello); err != nil {
			t.Error(err)
		}
		cancel()
		<-flooded
		_ = slow.tls.Close()
		closeSoon(t, b)
	})
}

func TestFriendsAreBounded(t *testing.T) {
	d := newDoorman(Limits{}.withDefaults())
	for i := range 10 * maxFriends {
		d.befriend(fmt.Sprintf("10.0.%d.%d", i/256, i%256))
	}
	d.befriend("127.0.0.1", "::1")
	if len(d.friends) != maxFriends || d.friends["127.0.0.1"] || !d.friends["10.0.9.255"] {
		t.Errorf("%d friends", len(d.friends))
	}
}
