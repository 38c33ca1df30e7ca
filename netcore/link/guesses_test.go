package link

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/netcore/identity"
)

func TestWrongProofsOfOneAddressAreFew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory := NewMemory()
		key := newKey(t)
		b := start(t, memory.Host("b"), "b:1", locked(key))
		hosts := b.countedApart(2)
		wrong := start(t, memory.Host(hosts[0]), ":1", locked(newKey(t)))
		for i := range 5 {
			if _, err := wrong.ConnectAddress(t.Context(), "b:1"); !errors.Is(err, ErrPassword) {
				t.Errorf("try %d: %v", i, err)
			}
		}
		if _, err := wrong.ConnectAddress(t.Context(), "b:1"); !errors.Is(err, ErrBusy) {
			t.Errorf("the sixth: %v", err)
		}
		right := start(t, memory.Host(hosts[0]), ":2", locked(key))
		if _, err := right.ConnectAddress(t.Context(), "b:1"); !errors.Is(err, ErrBusy) {
			t.Errorf("the right one from the same address was looked at: %v", err)
		}
		elsewhere := start(t, memory.Host(hosts[1]), ":1", locked(key))
		connect(t, elsewhere, b)
		time.Sleep(13 * time.Second)
		connect(t, right, b)
		if _, err := wrong.ConnectAddress(t.Context(), "b:1"); !errors.Is(err, ErrPassword) {
			t.Errorf("a right proof counts as a wrong one: %v", err)
		}
		closeSoon(t, b, wrong, right, elsewhere)
	})
}

func TestWrongProofsInAllKeepNoTrustedDeviceOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory := NewMemory()
		key, friend := newKey(t), newIdentity(t)
		b := start(t, memory.Host("b"), "b:1", locked(key), func(c *Config) {
			c.Limits.WrongProofs = 20
			c.Trusted = func(id identity.DeviceID) bool { return id == friend.ID() }
		})
		var nodes []*node
		hosts := b.countedApart(7)
		for i := range 5 {
			wrong := start(t, memory.Host(hosts[i]), ":1", locked(newKey(t)))
			for range 4 {
				if _, err := wrong.ConnectAddress(t.Context(), "b:1"); !errors.Is(err, ErrPassword) {
					t.Errorf("%d: %v", i, err)
				}
			}
			nodes = append(nodes, wrong)
		}
		stranger := start(t, memory.Host(hosts[5]), ":1", locked(key))
		if _, err := stranger.ConnectAddress(t.Context(), "b:1"); !errors.Is(err, ErrBusy) {
			t.Errorf("a stranger: %v", err)
		}
		trusted := start(t, memory.Host(hosts[6]), ":1", locked(key), func(c *Config) { c.Identity = friend })
		connect(t, trusted, b)
		time.Sleep(4 * time.Second)
		connect(t, stranger, b)
		closeSoon(t, append(nodes, b, stranger, trusted)...)
	})
}

// countedApart returns names of hosts none of which shares its count with another.
func (n *node) countedApart(count int) (hosts []string) {
	taken := map[*wrongs]bool{}
	for i := 0; len(hosts) < count; i++ {
		host := fmt.Sprint("host", i)
		if of := n.guesses.of(host); !taken[of] {
			taken[of], hosts = true, append(hosts, host)
		}
	}
	return hosts
}
