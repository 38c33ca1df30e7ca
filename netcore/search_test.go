package netcore

import (
	"slices"
	"testing"
	"time"

	"lanyard/netcore/identity"
)

func TestWhoWasDialedInVainIsNamedForAWhile(t *testing.T) {
	now := time.Unix(1000, 0)
	u := newUnreached(func() time.Time { return now })
	ann, bob := identity.DeviceID{1}, identity.DeviceID{2}
	u.add(ann, "10.0.0.1:9527")
	u.add(bob, "10.0.0.2:9527")
	u.remove(bob)
	if got := u.addresses(); !slices.Equal(got, []string{"10.0.0.1:9527"}) {
		t.Errorf("named: %v", got)
	}
	now = now.Add(unreachedFor + time.Second)
	if got := u.addresses(); got != nil {
		t.Errorf("long ago: %v", got)
	}
	u.add(ann, "10.0.0.1:9527")
	u.clear()
	if got := u.addresses(); got != nil {
		t.Errorf("in another network: %v", got)
	}
}

func TestFailedTriesAreBounded(t *testing.T) {
	u := newUnreached(time.Now)
	for i := range 10 * maxUnreached {
		u.add(identity.DeviceID{byte(i), byte(i >> 8)}, "10.0.0.1:1")
	}
	if got := len(u.addresses()); got > maxUnreached {
		t.Errorf("%d tries kept", got)
	}
}
