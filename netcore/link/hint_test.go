package link

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/netcore/identity"
)

func TestHintsFromBothSidesMakeOneLink(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory := NewMemory()
		low, high := sortedIdentities(t)
		a := start(t, memory.Host("a"), "a:1", func(c *Config) { c.Identity = low })
		b := start(t, memory.Host("b"), "b:1", func(c *Config) { c.Identity = high })
		began := time.Now()
		b.Hint(a.id, "a:1")
		a.Hint(b.id, "b:1")
		if up := a.next(t); !up.peer.Dialed || time.Since(began) > 100*time.Millisecond {
			t.Errorf("after %v: %+v", time.Since(began), up)
		}
		b.next(t)
		time.Sleep(time.Minute)
		if links, _ := b.everything(); len(links) != 1 {
			t.Errorf("%d links", len(links))
		}
		a.quiet(t)
		closeSoon(t, a, b)
	})
}

func TestHintOfTheHigherIDAloneIsFollowedSoon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory := NewMemory()
		low, high := sortedIdentities(t)
		a := start(t, memory.Host("a"), "a:1", func(c *Config) { c.Identity = low })
		b := start(t, memory.Host("b"), "b:1", func(c *Config) { c.Identity = high })
		memory.Firewall("b", true)
		a.Hint(b.id, "b:1") // hangs
		b.Hint(a.id, "a:1")
		began := time.Now()
		if up := a.next(t); up.peer.Dialed || time.Since(began) > 300*time.Millisecond {
			t.Errorf("after %v: %+v", time.Since(began), up)
		}
		closeSoon(t, a, b)
	})
}

func TestForgedHintsCostFewDials(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory := NewMemory()
		var mu sync.Mutex
		unreached := 0
		a := start(t, memory.Host("a"), "a:1", func(c *Config) {
			c.OnUnreached = func(_ identity.DeviceID, address string, err error) {
				mu.Lock()
				defer mu.Unlock()
				unreached++
				if address != "nobody:9527" || !errors.Is(err, ErrUnreachable) {
					t.Errorf("%s: %v", address, err)
				}
			}
		})
		forged := newIdentity(t).ID()
		for range 1000 {
			a.Hint(forged, "nobody")
			forged[0]++
			time.Sleep(10 * time.Millisecond)
		}
		time.Sleep(time.Minute)
		mu.Lock()
		if unreached < 3 || unreached > 9 {
			t.Errorf("%d dials of one address in 10 s", unreached)
		}
		mu.Unlock()
		a.Hint(a.id, "a:1")
		a.Hint(forged, "not an address")
		closeSoon(t, a)
	})
}

// TestForgedHintsOfOneHostCostFewDials names a third host and a new port each
// time, as a packet under its address would (D3).
func TestForgedHintsOfOneHostCostFewDials(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory := NewMemory()
		network := &counted{Network: memory.Host("a")}
		a := start(t, network, "a:1")
		forged := newIdentity(t).ID()
		for i := range 1000 {
			a.Hint(forged, fmt.Sprint("third:", i+1))
			forged[0]++
			time.Sleep(10 * time.Millisecond)
		}
		time.Sleep(time.Minute)
		if n := network.dials.Load(); n > 40 {
			t.Errorf("%d dials of one host in 10 s", n)
		}
		closeSoon(t, a)
	})
}

// TestForgedHintsDoNotDelayTrustedDevices has more hints of strangers under
// way, all hanging, than are followed at a time.
func TestForgedHintsDoNotDelayTrustedDevices(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory, friend := NewMemory(), newIdentity(t)
		a := start(t, memory.Host("a"), "a:1", trusting(friend))
		b := start(t, memory.Host("b"), "b:1", as(friend))
		forged := newIdentity(t).ID()
		for i := range 500 {
			memory.Firewall(fmt.Sprint("third", i), true)
			a.Hint(forged, fmt.Sprint("third", i))
			forged[0] += byte(i)
			forged[1]++
			time.Sleep(10 * time.Millisecond)
		}
		began := time.Now()
		a.Hint(b.id, "b:1")
		if up := a.next(t); !up.up || time.Since(began) > time.Second {
			t.Errorf("after %v: %+v", time.Since(began), up)
		}
		time.Sleep(time.Minute)
		closeSoon(t, a, b)
	})
}

// TestTarpitDelaysNoTrueHint has somebody name addresses under a friend's ID
// where dials hang, of one host as many as it likes; then the friend is heard.
func TestTarpitDelaysNoTrueHint(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory, friend := NewMemory(), newIdentity(t)
		network := &counted{Network: memory.Host("a")}
		a := start(t, network, "a:1", trusting(friend))
		b := start(t, memory.Host("b"), "b:1", as(friend))
		memory.Firewall("tar", true)
		for port := range 10 {
			a.Hint(b.id, fmt.Sprint("tar:", port+1))
			a.Hint(b.id, fmt.Sprint("tar:", port+1))
		}
		time.Sleep(time.Second)
		if n := network.dials.Load(); n != perDeviceHost {
			t.Errorf("%d dials of one host for one device", n)
		}
		began := time.Now()
		a.Hint(b.id, "b:1")
		if up := a.next(t); !up.up || time.Since(began) > time.Second {
			t.Errorf("after %v: %+v", time.Since(began), up)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if links, _ := a.everything(); len(links) != 1 || len(a.hints.followed) != 0 {
			t.Errorf("%d links, %d devices being tried", len(links), len(a.hints.followed))
		}
		closeSoon(t, a, b)
	})
}

// TestHintPassesAnOldAddress has Keep dial where a friend was once, in vain,
// when the friend is heard elsewhere.
func TestHintPassesAnOldAddress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory, friend := NewMemory(), newIdentity(t)
		a := start(t, memory.Host("a"), "a:1", trusting(friend))
		b := start(t, memory.Host("b"), "b:1", as(friend))
		memory.Firewall("old", true)
		a.Keep(b.id, []string{"old:1"})
		time.Sleep(time.Second)
		began := time.Now()
		a.Hint(b.id, "b:1")
		if up := a.next(t); !up.up || time.Since(began) > time.Second {
			t.Errorf("after %v: %+v", time.Since(began), up)
		}
		closeSoon(t, a, b)
	})
}

// TestHintsOfOneDeviceAreBounded names more hosts than are tried at once.
func TestHintsOfOneDeviceAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory := NewMemory()
		network := &counted{Network: memory.Host("a")}
		a := start(t, network, "a:1")
		id := newIdentity(t).ID()
		for i := range 20 {
			memory.Firewall(fmt.Sprint("tar", i), true)
			a.Hint(id, fmt.Sprint("tar", i))
		}
		time.Sleep(time.Second)
		if n := network.dials.Load(); n != perDevice {
			t.Errorf("%d dials for one device, want %d", n, perDevice)
		}
		closeSoon(t, a)
	})
}

// TestHintsOfOneDeviceProveOnce hears a device with another password at two
// addresses: it counts the wrong proofs.
func TestHintsOfOneDeviceProveOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory := NewMemory()
		a := start(t, memory.Host("a"), "a:1", locked(newKey(t)))
		b := start(t, memory.Host("b"), "b:1", locked(newKey(t)))
		if _, err := b.Listen(t.Context(), "b:2"); err != nil {
			t.Fatal(err)
		}
		a.Hint(b.id, "b:1")
		a.Hint(b.id, "b:2")
		time.Sleep(time.Minute / 2)
		synctest.Wait()
		if wrong := b.guesses.all.count; wrong != 1 {
			t.Errorf("%v wrong proofs", wrong)
		}
		closeSoon(t, a, b)
	})
}
