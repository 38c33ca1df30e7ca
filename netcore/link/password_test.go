package link

import (
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/netcore/identity"
)

// newKey returns the key of a fresh network password.
func newKey(t testing.TB) *identity.NetworkKey {
	t.Helper()
	key, err := identity.ParsePassword(identity.NewPassword())
	if err != nil {
		t.Fatal(err)
	}
	return &key
}

// locked returns the change of a Config that sets a network password.
func locked(key *identity.NetworkKey) func(*Config) {
	return func(c *Config) { c.Password = func() *identity.NetworkKey { return key } }
}

func TestSamePasswordOnBothSides(t *testing.T) {
	key := newKey(t)
	for name, host := range map[string]func(string) (Network, string){
		"memory": func() func(string) (Network, string) {
			memory := NewMemory()
			return func(h string) (Network, string) { return memory.Host(h), h + ":1" }
		}(),
		"tcp": func(string) (Network, string) { return nil, "127.0.0.1:0" },
	} {
		t.Run(name, func(t *testing.T) {
			network, address := host("a")
			a := start(t, network, address, locked(key))
			network, address = host("b")
			b := start(t, network, address, locked(key))
			linked(t, a, b)
			for from, to := range map[*node]*node{a: b, b: a} {
				s, err := from.OpenBulk(t.Context(), to.id, "echo", nil)
				if s = openEcho(t, s, err); !s.Bulk() {
					t.Error("no bulk link")
				}
				talk(t, s, "behind the password")
				_ = s.Close()
			}
		})
	}
}

func TestNoPasswordInCommon(t *testing.T) {
	one, other := newKey(t), newKey(t)
	for name, keys := range map[string][2]*identity.NetworkKey{
		"different":         {one, other},
		"only the dialer":   {one, nil},
		"only the acceptor": {nil, one},
	} {
		t.Run(name, func(t *testing.T) {
			memory := NewMemory()
			a := start(t, memory.Host("a"), "a:1", locked(keys[0]))
			b := start(t, memory.Host("b"), "b:1", locked(keys[1]))
			if _, err := a.Connect(t.Context(), b.id, []string{"b:1", "b:2", "b:3"}); !errors.Is(err, ErrPassword) {
				t.Errorf("connect: %v", err)
			}
			if _, err := a.ConnectAddress(t.Context(), "b:1"); !errors.Is(err, ErrPassword) {
				t.Errorf("by address: %v", err)
			}
			a.quiet(t)
			b.quiet(t)
		})
	}
}

func TestNewPasswordEndsOldLinks(t *testing.T) {
	memory := NewMemory()
	var key atomic.Pointer[identity.NetworkKey]
	theirs := func(c *Config) { c.Password = key.Load }
	a := start(t, memory.Host("a"), "a:1", theirs)
	b, stays := start(t, memory.Host("b"), "b:1", theirs), start(t, memory.Host("c"), "c:1")
	linked(t, a, b)
	linked(t, stays, a)
	a.Keep(b.id, []string{"b:1"})
	key.Store(newKey(t)) // of a and b
	b.Recheck(true)
	a.Recheck(true)
	deadline := time.Now().Add(time.Minute)
	for up := false; !up; {
		up = a.next(t).id == b.id && len(a.Peers()) == 1 && a.Peers()[0].ID == b.id
		if time.Now().After(deadline) {
			t.Fatal("b does not come back")
		}
	}
	if down := stays.next(t); down.up || !errors.Is(down.err, ErrLinkLost) {
		t.Errorf("%+v", down)
	}
	if _, err := stays.Connect(t.Context(), a.id, []string{"a:1"}); !errors.Is(err, ErrPassword) {
		t.Errorf("got %v", err)
	}
}

// TestPasswordSetInMidHandshake has a password come into force when the other
// side is let in without one and not yet linked.
func TestPasswordSetInMidHandshake(t *testing.T) {
	memory := NewMemory()
	var key atomic.Pointer[identity.NetworkKey]
	var a *node
	a = start(t, memory.Host("a"), "a:1", func(c *Config) {
		c.Password = key.Load
		c.Name = func() string { // asked when b was let in, to answer its hello
			if key.CompareAndSwap(nil, newKey(t)) {
				a.Recheck(true)
			}
			return "a"
		}
	})
	b := start(t, memory.Host("b"), "b:1")
	// b may take it for a link until a hangs up, and is told of both, or of neither.
	if _, err := b.Connect(t.Context(), a.id, []string{"a:1"}); err == nil {
		b.alone(t)
	}
	if peers := a.Peers(); len(peers) != 0 {
		t.Errorf("%+v", peers)
	}
	a.quiet(t)
}

// TestOtherPasswordCostsFewTries has two devices that hear and keep each other
// and have different passwords, until one is told the right one.
func TestOtherPasswordCostsFewTries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory := NewMemory()
		var key atomic.Pointer[identity.NetworkKey]
		right := newKey(t)
		key.Store(newKey(t))
		network := &counted{Network: memory.Host("a")}
		a := start(t, network, "a:1", func(c *Config) { c.Password = key.Load })
		b := start(t, memory.Host("b"), "b:1", locked(right))
		a.Keep(b.id, []string{"b:1"})
		for range 75 {
			a.Hint(b.id, "b:1")
			b.Hint(a.id, "a:1")
			time.Sleep(8 * time.Second)
		}
		if n := network.dials.Load(); n < 10 || n > 30 {
			t.Errorf("%d dials in 10 minutes", n)
		}
		key.Store(right)
		began := time.Now()
		a.Recheck(true)
		if up := a.next(t); !up.up || time.Since(began) > time.Second {
			t.Errorf("after %v: %+v", time.Since(began), up)
		}
		closeSoon(t, a, b)
	})
}
