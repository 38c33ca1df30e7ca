package discovery

import (
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/netip"

	"lanyard/netcore/identity"
)

// DefaultPort is the first UDP port of the range.
const DefaultPort = 9527

// portRange is how many ports belong to the range, so that as many profiles
// on one PC can be found.
const portRange = 4

// Config is what a Service needs. The callbacks are called one after the
// other and must not wait; each may be nil.
type Config struct {
	Identity *identity.Identity
	Instance string     // random for each start of the program, 16 hex digits
	Port     func() int // the TCP port to announce; while it is 0 nothing is announced
	UDPPort  int        // the first of four; 0: DefaultPort
	// Interfaces are the names of those to use; nil: all that are up, not
	// loopback and not point to point. Loopback is used if it is nil, or named.
	Interfaces []string
	// Only is the one address that the listener is bound to; then only the
	// interface of it is used. A loopback address keeps everything on this PC.
	// The zero and the unspecified address set no limit.
	Only   netip.Addr
	Logger *slog.Logger

	// Silent says, without waiting, whether this copy is to be invisible: then
	// it listens, but announces and answers nothing. A goodbye is sent when it
	// becomes true. A change is noticed within two seconds, or at once with
	// Announce.
	Silent func() bool

	OnHeard func(Heard) // somebody else's beacon, signature checked: a hint to dial
	// OnGone is told that an instance heard before said that it ends, or will
	// not be seen any more. It is not called while Live is true of the device:
	// a link knows better. Who records what is sent can make one such call
	// happen later than it should, so that it is worth no more than a hint:
	// compare the instance, and never end anything because of it.
	OnGone          func(identity.DeviceID, Instance)
	OnNetworkChange func()                       // interfaces or addresses changed, or the PC slept
	Known           func() []netip.AddrPort      // remembered addresses, to announce to directly; ports do not count
	Live            func(identity.DeviceID) bool // whether a link is up, so that beacons of the same instance say nothing new

	network network // nil: the system's
}

// Instance names one start of a program: 16 hex digits.
type Instance = string

// Heard is a hint that a device may be reachable. A replayed beacon makes one
// too: only TLS tells.
type Heard struct {
	ID       identity.DeviceID
	Instance Instance
	Address  string // host:port to dial: where the packet came from, with the zone if it is link-local
}

// Status says what is being tried.
type Status struct {
	Interfaces []string // the names of those announced on; loopback is left out
	Problem    string   // why nobody can hear or be heard, in English; empty: nothing wrong
	UDPPort    int      // the port bound; 0: none
}

// withDefaults fills in what was left out, and checks the rest.
func (c Config) withDefaults() (Config, [8]byte, error) {
	var instance [8]byte
	raw, err := hex.DecodeString(c.Instance)
	if err != nil || len(raw) != len(instance) || c.Identity == nil || c.Port == nil {
		return c, instance, fmt.Errorf("discovery needs an identity, a port and an instance of 16 hex digits, got %q", c.Instance)
	}
	if c.UDPPort == 0 {
		c.UDPPort = DefaultPort
	}
	if c.UDPPort < 1 || c.UDPPort > 0xFFFF-portRange {
		return c, instance, fmt.Errorf("discovery cannot use the UDP ports from %d", c.UDPPort)
	}
	if c.Only.IsUnspecified() {
		c.Only = netip.Addr{}
	}
	c.Only = c.Only.Unmap()
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.network == nil {
		c.network = system{}
	}
	return c.withCallbacks(), [8]byte(raw), nil
}

// withCallbacks replaces missing callbacks by ones that do nothing.
func (c Config) withCallbacks() Config {
	if c.OnHeard == nil {
		c.OnHeard = func(Heard) {}
	}
	if c.OnGone == nil {
		c.OnGone = func(identity.DeviceID, Instance) {}
	}
	if c.OnNetworkChange == nil {
		c.OnNetworkChange = func() {}
	}
	if c.Silent == nil {
		c.Silent = func() bool { return false }
	}
	if c.Known == nil {
		c.Known = func() []netip.AddrPort { return nil }
	}
	if c.Live == nil {
		c.Live = func(identity.DeviceID) bool { return false }
	}
	return c
}
