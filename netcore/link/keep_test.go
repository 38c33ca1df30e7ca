package link

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestCutNetworkIsNoticedAndTheLinkComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory := NewMemory()
		a, b := start(t, memory.Host("a"), "a:1"), start(t, memory.Host("b"), "b:1")
		a.Keep(b.id, []string{"b:1"})
		a.next(t)
		b.next(t)
		handlerEnds := make(chan error, 1)
		s, err := a.Open(t.Context(), b.id, "echo", nil)
		s = openEcho(t, s, err)
		go func() {
			_, err := s.Read(make([]byte, 1))
			handlerEnds <- err
		}()
		time.Sleep(time.Minute) // simulated: idle, and nobody thinks it is lost
		a.quiet(t)
		memory.Cut("b")
		cut := time.Now()
		for _, n := range []*node{a, b} {
			down := n.next(t)
			if took := time.Since(cut); down.up || !errors.Is(down.err, ErrLinkLost) || took > 9*time.Second {
				t.Errorf("after %v: %+v", took, down)
			}
		}
		if err := <-handlerEnds; !errors.Is(err, ErrLinkLost) {
			t.Errorf("reader got %v", err)
		}
		time.Sleep(5 * time.Minute)
		memory.Heal("b")
		healed := time.Now()
		for _, n := range []*node{a, b} {
			if up := n.next(t); !up.up {
				t.Errorf("got %+v", up)
			}
		}
		if took := time.Since(healed); took > 76*time.Second {
			t.Errorf("came back after %v", took)
		}
		closeSoon(t, a, b)
	})
}

func TestWakeFindsADeadLinkAndDialsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory := NewMemory()
		a, b := start(t, memory.Host("a"), "a:1"), start(t, memory.Host("b"), "b:1")
		a.Keep(b.id, []string{"b:1"})
		a.next(t)
		time.Sleep(time.Minute)
		memory.Cut("b")
		time.Sleep(10 * time.Minute)
		a.next(t)
		memory.Heal("b")
		began := time.Now()
		a.Wake()
		if up := a.next(t); !up.up || time.Since(began) > time.Second {
			t.Errorf("after %v: %+v", time.Since(began), up)
		}
		memory.Cut("b")
		began = time.Now()
		a.Wake()
		if down := a.next(t); down.up || time.Since(began) > 2500*time.Millisecond {
			t.Errorf("after %v: %+v", time.Since(began), down)
		}
		closeSoon(t, a, b)
	})
}

func TestKeepFollowsAnAddressThatChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory := NewMemory()
		key := newIdentity(t)
		withKey := func(c *Config) { c.Identity = key }
		a, b := start(t, memory.Host("a"), "a:1"), start(t, memory.Host("b"), "b:1", withKey)
		a.Keep(b.id, []string{"b:1"})
		a.next(t)
		_ = b.Close()
		a.next(t)
		moved := start(t, memory.Host("c"), "c:7", withKey)
		time.Sleep(5 * time.Minute)
		a.quiet(t)
		began := time.Now()
		a.Keep(b.id, []string{"c:7"})
		if up := a.next(t); up.peer.Address != "c:7" || time.Since(began) > time.Second {
			t.Errorf("after %v: %+v", time.Since(began), up)
		}
		a.Forget(b.id)
		_ = moved.Close()
		a.next(t)
		_ = start(t, memory.Host("c"), "c:7", withKey)
		time.Sleep(10 * time.Minute)
		a.quiet(t)
	})
}
