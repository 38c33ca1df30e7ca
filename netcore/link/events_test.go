package link

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/netcore/identity"
)

// TestNewsAreWhatCountsNow has several things happen to one device before the
// consumer is told anything, or after it was told that run 1 of it is up.
func TestNewsAreWhatCountsNow(t *testing.T) {
	id := identity.DeviceID{1}
	up := func(instance, name string) func(*news) {
		return func(n *news) { n.up(Peer{ID: id, Instance: instance, Name: name}, false) }
	}
	down := func(n *news) { n.down(id, false, false, ErrLinkLost) }
	drop := func(n *news) { n.down(id, false, true, errBlocked) }
	for name, c := range map[string]struct {
		told    bool
		happens []func(*news)
		want    []string
	}{
		"came and went":                   {false, []func(*news){up("1", "a"), down}, nil},
		"came, went and came":             {false, []func(*news){up("1", "a"), down, up("2", "b")}, []string{"up 2 b"}},
		"renamed before it was told":      {false, []func(*news){up("1", "a"), up("1", "b")}, []string{"up 1 b"}},
		"dropped before it was told":      {false, []func(*news){up("1", "a"), drop, up("1", "a")}, []string{"up 1 a"}},
		"went":                            {true, []func(*news){down}, []string{"down: " + ErrLinkLost.Error()}},
		"went and came":                   {true, []func(*news){down, up("1", "b")}, []string{"up 1 b"}},
		"went and came the same":          {true, []func(*news){down, up("1", "a")}, []string{"up 1 a"}},
		"went, came and went":             {true, []func(*news){down, up("1", "b"), down}, []string{"down: " + ErrLinkLost.Error()}},
		"restarted without a break":       {true, []func(*news){up("2", "a")}, []string{"up 2 a"}},
		"restarted":                       {true, []func(*news){down, up("2", "a")}, []string{"down: " + ErrLinkLost.Error(), "up 2 a"}},
		"restarted, then went":            {true, []func(*news){up("2", "a"), down}, []string{"down: " + ErrLinkLost.Error()}},
		"dropped and came":                {true, []func(*news){drop, up("1", "a")}, []string{"down: " + errBlocked.Error(), "up 1 a"}},
		"dropped, came and lost":          {true, []func(*news){drop, up("1", "a"), down}, []string{"down: " + errBlocked.Error()}},
		"lost, came and dropped":          {true, []func(*news){down, up("1", "a"), drop}, []string{"down: " + errBlocked.Error()}},
		"dropped, came, lost and renewed": {true, []func(*news){drop, up("1", "a"), down, up("1", "b")}, []string{"down: " + errBlocked.Error(), "up 1 b"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			config := &Config{
				OnUp:   func(p Peer) { got = append(got, "up "+p.Instance+" "+p.Name) },
				OnDown: func(_ identity.DeviceID, err error) { got = append(got, "down: "+err.Error()) },
			}
			n := newNews()
			if c.told {
				up("1", "a")(&n)
				tellAll(&n, config)
				got = nil
			}
			for _, happen := range c.happens {
				happen(&n)
			}
			tellAll(&n, config)
			if !slices.Equal(got, c.want) {
				t.Errorf("told %q, want %q", got, c.want)
			}
			if n.down(id, false, false, ErrLinkLost); len(n.due) > 1 {
				t.Errorf("%d changes of one device", len(n.due))
			}
			tellAll(&n, config)
			if len(n.told)+len(n.due)+n.trusted.Len()+n.strangers.Len() != 0 {
				t.Errorf("remembered for nobody: %+v", n)
			}
		})
	}
}

// tellAll makes all calls that are due.
func tellAll(n *news, config *Config) {
	for tell := n.next(config); tell != nil; tell = n.next(config) {
		tell()
	}
}

func TestNewsComeInOrderTrustedFirst(t *testing.T) {
	var got []byte
	config := &Config{
		OnUp:   func(p Peer) { got = append(got, p.ID[0]) },
		OnDown: func(id identity.DeviceID, _ error) { got = append(got, id[0]) },
	}
	n := newNews()
	n.up(Peer{ID: identity.DeviceID{1}}, false)
	n.notReached(func() { got = append(got, 0) })
	n.up(Peer{ID: identity.DeviceID{2}}, false)
	n.up(Peer{ID: identity.DeviceID{3}}, true)
	n.up(Peer{ID: identity.DeviceID{4}}, true)
	n.up(Peer{ID: identity.DeviceID{5}}, false)
	n.up(Peer{ID: identity.DeviceID{1}, Name: "renamed"}, false) // keeps its turn
	n.up(Peer{ID: identity.DeviceID{5}}, true)                   // trusted since
	tellAll(&n, config)
	if want := []byte{3, 4, 5, 1, 2, 0}; !slices.Equal(got, want) {
		t.Errorf("told of %v, want %v", got, want)
	}
}

func TestUnreachedNewsAreBounded(t *testing.T) {
	n, told := newNews(), 0
	for range 10 * maxUnreached {
		n.notReached(func() { told++ })
	}
	if tellAll(&n, &Config{}); told != maxUnreached {
		t.Errorf("told %d times, want %d", told, maxUnreached)
	}
}

// TestCrowdDelaysNoFriend has a consumer that is still busy with the first
// stranger when a crowd of them has come and gone, and a friend has come back.
func TestCrowdDelaysNoFriend(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory, friend, busy := NewMemory(), newIdentity(t), make(chan struct{})
		b := start(t, memory.Host("b"), "b:1", trusting(friend), func(c *Config) {
			tell := c.OnUp
			c.OnUp = func(p Peer) {
				tell(p)
				<-busy
			}
		})
		first := start(t, memory.Host("evil"), "evil:1")
		connect(t, first, b)
		synctest.Wait()
		for i := range 100 {
			evil := start(t, memory.Host(fmt.Sprint("evil", i)), "")
			connect(t, evil, b)
			synctest.Wait()
			closeSoon(t, evil)
		}
		last := start(t, memory.Host("last"), "last:1")
		connect(t, last, b)
		a := start(t, memory.Host("a"), "a:1", as(friend))
		connect(t, a, b)
		time.Sleep(time.Second)
		synctest.Wait()
		if due := len(b.Manager.news.due); due != 2 {
			t.Errorf("told of %d devices that are gone", due-2)
		}
		close(busy)
		for _, want := range []*node{first, a, last} {
			if e := b.next(t); !e.up || e.id != want.id {
				t.Errorf("told of %s (up %t), want %s", e.id.Short(), e.up, want.id.Short())
			}
		}
		synctest.Wait()
		b.quiet(t)
		closeSoon(t, first, last, a, b)
	})
}

// TestDropIsToldToASlowConsumer drops a device that is back before the consumer
// had time.
func TestDropIsToldToASlowConsumer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory, busy := NewMemory(), make(chan struct{})
		b := start(t, memory.Host("b"), "b:1", func(c *Config) {
			tell := c.OnUp
			c.OnUp = func(p Peer) {
				tell(p)
				<-busy
			}
		})
		a := start(t, memory.Host("a"), "a:1")
		connect(t, a, b)
		synctest.Wait()
		b.Drop(a.id, errBlocked)
		synctest.Wait()
		connect(t, a, b)
		synctest.Wait()
		close(busy)
		if e := b.next(t); !e.up {
			t.Errorf("first: %+v", e)
		}
		if e := b.next(t); e.up || !errors.Is(e.err, errBlocked) {
			t.Errorf("then: %+v", e)
		}
		if e := b.next(t); !e.up {
			t.Errorf("at last: %+v", e)
		}
		closeSoon(t, a, b)
	})
}
