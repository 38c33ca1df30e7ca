package discovery

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/netcore/identity"
)

// copyOf is a running service and what it told.
type copyOf struct {
	*Service
	id       *identity.Identity
	instance string
	mu       sync.Mutex
	heard    []Heard
	gone     []string
	changes  int
	stop     func()
}

// start runs a service on a host until the test ends or stop is called.
func start(t *testing.T, h *host, adjust func(*Config)) *copyOf {
	t.Helper()
	c := &copyOf{id: generate(t)}
	c.instance = fmt.Sprintf("%016x", c.id.ID().Compact()[:8])[:16]
	config := Config{
		Identity: c.id, Instance: c.instance, Port: func() int { return 4000 }, network: h,
		OnHeard:         func(h Heard) { c.mu.Lock(); defer c.mu.Unlock(); c.heard = append(c.heard, h) },
		OnGone:          func(_ identity.DeviceID, i Instance) { c.mu.Lock(); defer c.mu.Unlock(); c.gone = append(c.gone, i) },
		OnNetworkChange: func() { c.mu.Lock(); defer c.mu.Unlock(); c.changes++ },
	}
	if adjust != nil {
		adjust(&config)
	}
	c.Service = New(config)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := c.Run(ctx); err != nil {
			t.Error(err)
		}
	}()
	c.stop = sync.OnceFunc(func() { cancel(); <-done })
	t.Cleanup(c.stop)
	return c
}

// heardAt returns the addresses at which another copy was heard.
func (c *copyOf) heardAt(other *copyOf) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var all []string
	for _, h := range c.heard {
		if h.ID == other.id.ID() && h.Instance == other.instance && !slices.Contains(all, h.Address) {
			all = append(all, h.Address)
		}
	}
	return all
}

// count returns how often anything was heard.
func (c *copyOf) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.heard)
}

// after lets the bubble's clock run, then waits until all is quiet.
func after(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func TestNewcomerAndOthersHearEachOtherAtOnce(t *testing.T) {
	for name, prefixes := range map[string][2]string{
		"IPv4": {"10.0.0.1/24", "10.0.0.2/24"},
		"IPv6": {"fe80::1/64", "fe80::2/64"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				net := &segment{}
				a := start(t, net.newHost(prefixes[0]), nil)
				after(12 * time.Second)
				b := start(t, net.newHost(prefixes[1]), nil)
				after(time.Millisecond)
				want := map[string][2]string{
					"IPv4": {"10.0.0.1:4000", "10.0.0.2:4000"},
					"IPv6": {"[fe80::1%eth0]:4000", "[fe80::2%eth0]:4000"},
				}[name]
				if got := a.heardAt(b); !slices.Equal(got, []string{want[1]}) {
					t.Errorf("a heard b at %q", got)
				}
				if got := b.heardAt(a); !slices.Equal(got, []string{want[0]}) {
					t.Errorf("b heard a at %q", got)
				}
			})
		})
	}
}

func TestHeardThoughHalfIsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sent := map[[2]netip.AddrPort]int{}
		net := &segment{drop: func(from, to netip.AddrPort) bool {
			way := [2]netip.AddrPort{from, to}
			sent[way]++
			return sent[way]%2 == 1 // the first on each way, too
		}}
		a, b := start(t, net.newHost("10.0.0.1/24"), nil), start(t, net.newHost("10.0.0.2/24"), nil)
		after(time.Second)
		if a.heardAt(b) == nil || b.heardAt(a) == nil {
			t.Error("not heard within a second")
		}
	})
}

func TestOneWayNetworkStillTellsBoth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		silent := netip.MustParseAddr("10.0.0.1")
		net := &segment{drop: func(from, to netip.AddrPort) bool {
			return from.Addr() == silent && (to.Addr() == limit4 || to.Addr().IsMulticast() || to.Addr().String() == "10.0.0.255")
		}}
		a, b := start(t, net.newHost("10.0.0.1/24"), nil), start(t, net.newHost("10.0.0.2/24"), nil)
		after(7 * time.Second)
		if a.heardAt(b) == nil || b.heardAt(a) == nil {
			t.Error("the answer did not reach the other")
		}
	})
}

func TestProfilesOnOnePCMeetByLoopback(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := &segment{}
		pc := net.newHost()
		only := func(c *Config) { c.Only = netip.MustParseAddr("127.0.0.1") }
		a, b := start(t, pc, only), start(t, pc, only)
		after(2 * time.Second)
		if got := a.heardAt(b); !slices.Equal(got, []string{"127.0.0.1:4000"}) || b.heardAt(a) == nil {
			t.Errorf("heard at %q and %q", got, b.heardAt(a))
		}
		if p := []int{a.Status().UDPPort, b.Status().UDPPort}; !slices.Equal(p, []int{9527, 9528}) && !slices.Equal(p, []int{9528, 9527}) {
			t.Errorf("ports %d", p)
		}
		for _, to := range net.sent {
			if to.Addr().String() != "127.0.0.1" {
				t.Fatalf("sent to %v", to)
			}
		}
	})
}

func TestByeTellsThatAnInstanceEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := &segment{}
		a, b := start(t, net.newHost("10.0.0.1/24"), nil), start(t, net.newHost("10.0.0.2/24"), nil)
		after(time.Second)
		b.stop()
		synctest.Wait()
		if !slices.Equal(a.gone, []string{b.instance}) {
			t.Errorf("gone: %q", a.gone)
		}
	})
}

func TestNetworkChangeIsNoticedAndAnnounced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := &segment{}
		moving := net.newHost()
		a, b := start(t, moving, nil), start(t, net.newHost("10.0.0.2/24"), nil)
		after(10 * time.Second)
		if a.Status().Problem == "" || len(b.heardAt(a)) != 0 {
			t.Fatalf("without a network: %+v", a.Status())
		}
		moving.set(ethernet("eth1", 3, "10.0.0.1/24"))
		after(lookEvery + time.Millisecond)
		if s := a.Status(); s.Problem != "" || !slices.Equal(s.Interfaces, []string{"eth1"}) || a.changes != 1 {
			t.Fatalf("%+v after %d changes", s, a.changes)
		}
		if len(b.heardAt(a)) != 1 || len(a.heardAt(b)) != 1 {
			t.Fatalf("heard %q, %q", b.heardAt(a), a.heardAt(b))
		}
		moving.set(ethernet("eth1", 3, "10.0.0.77/24"))
		after(lookEvery + time.Millisecond)
		if got := b.heardAt(a); !slices.Contains(got, "10.0.0.77:4000") || a.changes != 2 {
			t.Errorf("heard at %q after %d changes", got, a.changes)
		}
	})
}

func TestRememberedAddressesAreToldDirectly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := &segment{drop: func(_, to netip.AddrPort) bool { return to.Addr().IsMulticast() || to.Addr() == limit4 }}
		far := start(t, net.newHost("192.168.7.9/24"), nil)
		near := start(t, net.newHost("10.0.0.1/24"), func(c *Config) {
			c.Known = func() []netip.AddrPort {
				return []netip.AddrPort{netip.MustParseAddrPort("192.168.7.9:9527"), netip.MustParseAddrPort("10.0.0.255:1"), netip.MustParseAddrPort("224.0.0.1:1"), {}}
			}
		})
		after(time.Second)
		if far.heardAt(near) == nil || near.heardAt(far) == nil {
			t.Errorf("heard %q, %q", far.heardAt(near), near.heardAt(far))
		}
		for _, to := range net.sent {
			if to.Addr().String() == "224.0.0.1" {
				t.Fatal("a group that somebody named was told")
			}
		}
	})
}

func TestOnlyTheChosenInterfaceIsUsed(t *testing.T) {
	two := []link{ethernet("eth0", 2, "10.0.0.1/24"), ethernet("wlan0", 3, "10.1.0.1/24")}
	for name, adjust := range map[string]func(*Config){
		"by name":    func(c *Config) { c.Interfaces = []string{"wlan0"} },
		"by address": func(c *Config) { c.Only = netip.MustParseAddr("10.1.0.1") },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				net := &segment{}
				h := net.newHost()
				h.set(two...)
				a := start(t, h, adjust)
				after(time.Second)
				if got := a.Status().Interfaces; !slices.Equal(got, []string{"wlan0"}) {
					t.Errorf("announces on %q", got)
				}
				for _, to := range net.sent {
					if to.Addr().String() == "10.0.0.255" || to.Addr().IsLoopback() {
						t.Errorf("sent to %v", to)
					}
				}
				b := start(t, net.newHost("10.0.0.9/24"), nil) // heard by eth0 alone
				after(time.Second)
				if got := a.heardAt(b); got != nil {
					t.Errorf("heard %q", got)
				}
			})
		})
	}
}

func TestAllPortsTakenIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := &segment{}
		h := net.newHost("10.0.0.1/24")
		for port := uint16(9527); port < 9531; port++ {
			h.taken[port] = true
		}
		a := start(t, h, nil)
		synctest.Wait()
		if s := a.Status(); s.UDPPort != 0 || !strings.Contains(s.Problem, "9527 to 9530") {
			t.Errorf("%+v", s)
		}
		net.mu.Lock()
		h.taken = nil
		net.mu.Unlock()
		after(lookEvery)
		if s := a.Status(); s.UDPPort != 9527 || s.Problem != "" {
			t.Errorf("%+v", s)
		}
	})
}

func TestNothingIsAnnouncedWithoutAPort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := &segment{}
		port := 0
		a := start(t, net.newHost("10.0.0.1/24"), func(c *Config) { c.Port = func() int { return port } })
		after(11 * time.Second)
		if len(net.sent) != 0 {
			t.Errorf("%d sent", len(net.sent))
		}
		port = 4001
		a.Announce()
		synctest.Wait()
		if len(net.sent) == 0 {
			t.Error("nothing sent")
		}
	})
}

func TestConfigThatCannotWork(t *testing.T) {
	for _, c := range []Config{{}, {Identity: generate(t), Port: func() int { return 1 }, Instance: "xyz"}, {Identity: generate(t), Port: func() int { return 1 }, Instance: "0123456789abcdef", UDPPort: 65535}} {
		if err := New(c).Run(t.Context()); err == nil {
			t.Errorf("%+v runs", c)
		}
	}
}
