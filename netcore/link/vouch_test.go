package link

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"lanyard/netcore/identity"
)

// TestRecheckFreesThePlacesOfWhoIsTrustedNow has a stranger with an open stream
// take the only place, and become a friend.
func TestRecheckFreesThePlacesOfWhoIsTrustedNow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory := NewMemory()
		var verified atomic.Bool
		friend := newIdentity(t)
		b := start(t, memory.Host("b"), "b:1", func(c *Config) {
			c.Limits.Links, c.Limits.StrangerWindows = 2, 2*streamCost
			c.Trusted = func(id identity.DeviceID) bool { return verified.Load() && id == friend.ID() }
		})
		b.Handle("deaf", func(ctx context.Context, _ *Stream, _ Frame) { <-ctx.Done() })
		a := start(t, memory.Host("a"), "a:1", as(friend))
		linked(t, a, b)
		if _, err := a.Open(t.Context(), b.id, "deaf", nil); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if b.links.held != 1 || b.windows.held != streamCost {
			t.Errorf("a stranger holds %d places, %d bytes", b.links.held, b.windows.held)
		}
		verified.Store(true)
		b.Recheck(false)
		if b.links.held != 0 || b.windows.held != 0 {
			t.Errorf("a friend holds %d places, %d bytes of the strangers'", b.links.held, b.windows.held)
		}
		if !b.door.friends["a"] {
			t.Error("the address is still a stranger's")
		}
		for range 3 { // more than a stranger may
			s, err := a.Open(t.Context(), b.id, "echo", nil)
			_ = openEcho(t, s, err).Close()
			if _, err := a.Open(t.Context(), b.id, "deaf", nil); err != nil {
				t.Fatal(err)
			}
		}
		b.quiet(t)
		closeSoon(t, a)
		if e := b.next(t); e.up {
			t.Errorf("%+v", e)
		}
		synctest.Wait()
		if b.links.held != 0 || b.windows.held != 0 || b.grown.Load() != 0 {
			t.Errorf("counted for nobody: %d places, %d and %d bytes", b.links.held, b.windows.held, b.grown.Load())
		}
		closeSoon(t, b)
	})
}

// TestAccountMovesWithTrust has a link's windows grown before and after.
func TestAccountMovesWithTrust(t *testing.T) {
	strangers, grown := newPlaces(8*streamCost), atomic.Int64{}
	account := &ledger{trusted: &grown, strangers: strangers, host: "a"}
	before, _ := account.span()
	if !account.begin() || before.ReserveMemory(firstWindow, growthPriority) != nil {
		t.Fatal("no room")
	}
	account.trust()
	account.trust()
	if strangers.held != 0 || grown.Load() != firstWindow {
		t.Errorf("%d and %d bytes after the move", strangers.held, grown.Load())
	}
	after, _ := account.span()
	if !account.begin() || after.ReserveMemory(firstWindow, growthPriority) != nil {
		t.Fatal("no room")
	}
	for range 2 {
		account.end()
	}
	before.Done()
	after.Done()
	if strangers.held != 0 || len(strangers.hosts) != 0 || grown.Load() != 0 {
		t.Errorf("%d and %d bytes are counted for nobody", strangers.held, grown.Load())
	}
}
