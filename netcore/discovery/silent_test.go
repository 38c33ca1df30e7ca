package discovery

import (
	"net/netip"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/netcore/identity"
)

// kinds counts the beacons of each kind that went out since the first n.
func (s *segment) kinds(n int) map[kind]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := map[kind]int{}
	for _, data := range s.data[n:] {
		all[kind(data[4])]++
	}
	return all
}

// written returns how many beacons have gone out.
func (s *segment) written() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.data)
}

// lastBye returns the bye that went out last.
func (s *segment) lastBye() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, data := range slices.Backward(s.data) {
		if kind(data[4]) == kindBye {
			return data
		}
	}
	return nil
}

func TestSilentFromTheStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var silent atomic.Bool
		silent.Store(true)
		evil, h, c := victim(t, func(c *Config) {
			c.Silent = silent.Load
			c.Known = func() []netip.AddrPort { return []netip.AddrPort{netip.MustParseAddrPort("10.0.0.9:1")} }
		})
		evil.send(announceOf(generate(t), 1)[:], "10.0.0.2:9527", h)
		after(time.Minute)
		if c.count() != 1 {
			t.Error("it does not listen")
		}
		c.stop()
		if n := evil.on.written(); n != 0 {
			t.Errorf("%d beacons of an invisible copy", n)
		}
	})
}

func TestBecomingSilentAndBack(t *testing.T) {
	for name, told := range map[string]bool{"told": true, "noticed": false} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				net := &segment{}
				var silent atomic.Bool
				a := start(t, net.newHost("10.0.0.1/24"), func(c *Config) { c.Silent = silent.Load })
				b := start(t, net.newHost("10.0.0.2/24"), func(c *Config) { c.Silent = func() bool { return true } })
				after(20 * time.Second)
				change := func(now bool) int {
					before := net.written()
					silent.Store(now)
					if told {
						a.Announce()
						synctest.Wait()
					} else {
						after(lookEvery + time.Millisecond)
					}
					return before
				}
				before := change(true)
				if all := net.kinds(before); all[kindBye] == 0 || all[kindAnnounce]+all[kindAnswer] != 0 || !slices.Equal(b.gone, []string{a.instance}) {
					t.Errorf("sent %v, gone: %v", all, b.gone)
				}
				before = net.written()
				a.Announce()
				evil := &attacker{on: net}
				evil.send(announceOf(generate(t), 1)[:], "10.0.0.3:9527", net.hosts[0])
				after(time.Minute)
				if all := net.kinds(before); len(all) != 0 || a.count() != 1 {
					t.Errorf("sent while invisible: %v; heard %d", all, a.count())
				}
				heard := b.count()
				before = change(false)
				after(time.Second)
				if all := net.kinds(before); all[kindAnnounce] == 0 || all[kindBye] != 0 || b.count() == heard {
					t.Errorf("sent %v, heard %d after %d", all, b.count(), heard)
				}
			})
		})
	}
}

// TestReplayedByeDoesNothing records the goodbyes of a copy, which everybody
// may, and sends them again: of the same instance after it was seen again, of
// an earlier instance, and of one that was never heard (D4).
func TestReplayedByeDoesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := &segment{}
		var silent atomic.Bool
		key := generate(t)
		alice := func(instance string) func(*Config) {
			return func(c *Config) { c.Identity, c.Instance, c.Silent = key, instance, silent.Load }
		}
		a := start(t, net.newHost("10.0.0.1/24"), alice("00000000000000aa"))
		b := start(t, net.newHost("10.0.0.2/24"), nil)
		bHost := net.hosts[1]
		after(time.Second)
		silent.Store(true)
		a.Announce()
		after(time.Second)
		hidden := net.lastBye()
		silent.Store(false)
		a.Announce()
		after(time.Second)
		a.stop()
		ended := net.lastBye()
		net.hosts[0].sockets = nil
		start(t, net.hosts[0], alice("00000000000000bb"))
		after(time.Second)
		if want := []string{"00000000000000aa", "00000000000000aa"}; !slices.Equal(b.gone, want) {
			t.Fatalf("genuine ones: %q, want %q", b.gone, want)
		}
		fresh := start(t, net.newHost("10.0.0.3/24"), nil) // heard nothing of the first instance
		after(10 * time.Second)
		evil := &attacker{on: net}
		for _, data := range [][]byte{hidden, ended, hidden} {
			for _, from := range []string{"10.0.0.1:9527", "10.0.0.66:9528"} {
				evil.send(data, from, bHost)
				evil.send(data, from, net.hosts[2])
			}
		}
		after(time.Second)
		if len(b.gone) != 2 || len(fresh.gone) != 0 {
			t.Errorf("a replay was believed: %q, %q", b.gone, fresh.gone)
		}
	})
}

// TestLiveLinkWinsOverABye: whatever was recorded, a device that is linked is
// not gone.
func TestLiveLinkWinsOverABye(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var live atomic.Bool
		evil, h, c := victim(t, func(c *Config) { c.Live = func(identity.DeviceID) bool { return live.Load() } })
		id := generate(t)
		evil.send(announceOf(id, 1)[:], "10.0.0.2:9527", h)
		synctest.Wait()
		live.Store(true)
		bye := func(counter uint64) []byte {
			return encode(beacon{kind: kindBye, port: 5000, instance: [8]byte{7}, counter: counter}, id)[:]
		}
		evil.send(bye(2), "10.0.0.2:9527", h)
		synctest.Wait()
		if len(c.gone) != 0 {
			t.Error("a bye was believed of a linked device")
		}
		live.Store(false)
		evil.send(bye(2), "10.0.0.2:9527", h) // the same again
		synctest.Wait()
		if len(c.gone) != 0 {
			t.Error("a bye was believed after it had been heard")
		}
		evil.send(bye(3), "10.0.0.2:9527", h)
		synctest.Wait()
		if len(c.gone) != 1 {
			t.Error("a genuine bye was not believed")
		}
	})
}
