package link

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestBothDialAtOnceAndOneLinkStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory := NewMemory()
		low, high := sortedIdentities(t)
		a := start(t, memory.Host("a"), "a:1", func(c *Config) { c.Identity = low })
		b := start(t, memory.Host("b"), "b:1", func(c *Config) { c.Identity = high })
		for round := range 20 {
			done := make(chan error, 2)
			dial := func(from, to *node) {
				_, err := from.Connect(t.Context(), to.id, []string{to.address})
				done <- err
			}
			go dial(a, b)
			go dial(b, a)
			if err := errors.Join(<-done, <-done); err != nil {
				t.Fatal(err)
			}
			time.Sleep(20 * time.Second)
			for _, n := range []*node{a, b} {
				if links, _ := n.everything(); len(links) != 1 {
					t.Errorf("round %d: %d links", round, len(links))
				}
			}
			s, err := b.Open(t.Context(), a.id, "echo", nil)
			_ = openEcho(t, s, err).Close()
			for _, n := range []*node{a, b} {
				if e := n.next(t); !e.up {
					t.Errorf("round %d: %+v", round, e)
				}
				n.quiet(t)
			}
			links, _ := a.everything()
			links[0].bye(byeDuplicate, time.Second)
			a.next(t)
			b.next(t)
		}
		closeSoon(t, a, b)
	})
}

// forceLink makes a link from a to b even if there is one.
func forceLink(t *testing.T, a, b *node) {
	t.Helper()
	sec, err := a.dialSecure(t.Context(), b.address, b.id, true)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.introduce(t.Context(), sec, b.address); err != nil {
		t.Fatal(err)
	}
}

func TestDuplicateWithAStreamIsClosedAfterIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory := NewMemory()
		low, high := sortedIdentities(t)
		a := start(t, memory.Host("a"), "a:1", func(c *Config) { c.Identity = low })
		b := start(t, memory.Host("b"), "b:1", func(c *Config) { c.Identity = high })
		linked(t, b, a) // the one that will have to give way
		s, err := b.Open(t.Context(), a.id, "echo", nil)
		s = openEcho(t, s, err)
		forceLink(t, a, b)
		for range 3 {
			time.Sleep(2 * time.Second)
			talk(t, s, "still there")
		}
		if peer, _ := a.Peer(b.id); !peer.Dialed {
			t.Error("the link that the lower ID dialed does not serve")
		}
		_ = s.Close()
		time.Sleep(5 * time.Second)
		for _, n := range []*node{a, b} {
			if links, _ := n.everything(); len(links) != 1 {
				t.Errorf("%d links", len(links))
			}
		}
		closeSoon(t, a, b)
	})
}

func TestRestartedProgramTakesTheLinkOver(t *testing.T) {
	everywhere(t, func(t *testing.T, a, b *node) {
		linked(t, a, b)
		s, err := b.Open(t.Context(), a.id, "echo", nil)
		s = openEcho(t, s, err)
		again := start(t, a.config.Network, "", func(c *Config) { c.Identity = a.config.Identity })
		connect(t, again, b)
		up := b.next(t)
		if !up.up || up.peer.Instance != again.config.Instance {
			t.Errorf("got %+v", up)
		}
		if _, err := s.Read(make([]byte, 1)); !errors.Is(err, ErrLinkLost) {
			t.Errorf("old stream: %v", err)
		}
		if peer, ok := b.Peer(a.id); !ok || peer.Address != "" {
			t.Errorf("%+v", peer)
		}
		b.quiet(t)
	})
}
