package netcore

import (
	"slices"
	"testing"
	"time"

	"lanyard/netcore/identity"
)

func TestWhoIsHeardAndNotLinkedIsNamedAfterAWhile(t *testing.T) {
	now := time.Unix(1000, 0)
	h := newHearsay(func() time.Time { return now })
	nobody := func(identity.DeviceID) bool { return false }
	ann, bob := identity.DeviceID{1}, identity.DeviceID{2}
	if !h.add(ann, "10.0.0.1:9527") || h.add(ann, "10.0.0.1:9527") {
		t.Error("news once, and only once")
	}
	if got := h.unreached(nobody); got != nil {
		t.Errorf("at once: %v", got)
	}
	now = now.Add(unreachedAfter)
	h.add(bob, "10.0.0.2:9527")
	if got := h.unreached(nobody); !slices.Equal(got, []string{"10.0.0.1:9527"}) {
		t.Errorf("after a while: %v", got)
	}
	if got := h.unreached(func(id identity.DeviceID) bool { return id == ann }); got != nil {
		t.Errorf("linked meanwhile: %v", got)
	}
	h.reached(ann)
	now = now.Add(heardFor)
	if got := h.unreached(nobody); got != nil {
		t.Errorf("not heard any more: %v", got)
	}
}

func TestRumoursAreBounded(t *testing.T) {
	h := newHearsay(time.Now)
	for i := range 10 * maxHeard {
		h.add(identity.DeviceID{byte(i), byte(i >> 8)}, "10.0.0.1:1")
	}
	if got := len(h.heard); got > maxHeard {
		t.Errorf("%d rumours kept", got)
	}
}
