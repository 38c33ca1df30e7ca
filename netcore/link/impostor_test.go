package link

import "testing"

// TestNewKeyUnderAKnownNameTouchesNothing: somebody with another key, but the
// name, the instance and the port of a linked device is a device of its own,
// and the link that is there stays (C6).
func TestNewKeyUnderAKnownNameTouchesNothing(t *testing.T) {
	memory, instance := NewMemory(), newInstance()
	alike := func(c *Config) {
		c.Instance = instance
		c.Name = func() string { return "Alice" }
	}
	b := start(t, memory.Host("b"), "b:1")
	alice := start(t, memory.Host("a"), "a:1", alike)
	linked(t, alice, b)
	s, err := alice.Open(t.Context(), b.id, "echo", nil)
	s = openEcho(t, s, err)
	thief := start(t, memory.Host("evil"), "evil:1", alike)
	linked(t, thief, b)
	talk(t, s, "still here")
	_ = s.Close()
	if peer, ok := b.Peer(alice.id); !ok || peer.Address != "a:1" {
		t.Errorf("%+v", peer)
	}
	if bulk, err := thief.OpenBulk(t.Context(), b.id, "echo", nil); err != nil || bulk.Peer().ID != b.id {
		t.Errorf("%v", err)
	} else {
		_ = openEcho(t, bulk, err).Close()
	}
	if len(b.Peers()) != 2 {
		t.Errorf("%+v", b.Peers())
	}
	alice.quiet(t)
	b.quiet(t)
}
