package discovery

import (
	"context"
	"net"
	"net/netip"
	"slices"
	"strings"
)

// network is where beacons travel: the system's, or one in memory.
type network interface {
	// Interfaces returns all that exist, up or not.
	Interfaces() ([]link, error)
	// Listen opens a socket that no other program shares.
	Listen(ctx context.Context, address netip.AddrPort) (socket, error)
}

// socket sends and receives datagrams of one IP version.
type socket interface {
	// Read returns the next datagram, cut to buf; where it came from; and the
	// index of the interface that it came in by, 0 if unknown.
	Read(buf []byte) (n int, from netip.AddrPort, index int, err error)
	// Write sends by the interface of that index; 0: by the routes.
	Write(data []byte, to netip.AddrPort, index int) error
	// Join (again) joins the group of the packages's beacons on an interface.
	Join(on link) error
	Close() error
}

// link is a network interface at one moment.
type link struct {
	Name  string
	Index int
	Flags net.Flags
	Addrs []netip.Prefix // without zones
}

// The groups of beacons.
var (
	group4 = netip.AddrFrom4([4]byte{239, 255, 95, 27})
	group6 = netip.MustParseAddr("ff12::9527")
	limit4 = netip.AddrFrom4([4]byte{255, 255, 255, 255})
)

// has reports whether flag is set.
func (l link) has(flag net.Flags) bool { return l.Flags&flag != 0 }

// owns reports whether addr is one of its own.
func (l link) owns(addr netip.Addr) bool {
	addr = addr.WithZone("")
	return slices.ContainsFunc(l.Addrs, func(p netip.Prefix) bool { return p.Addr() == addr })
}

// reaches reports whether addr is in one of its networks.
func (l link) reaches(addr netip.Addr) bool {
	addr = addr.WithZone("")
	return slices.ContainsFunc(l.Addrs, func(p netip.Prefix) bool { return p.Contains(addr) })
}

// broadcasts returns the directed broadcast addresses of its networks.
func (l link) broadcasts() []netip.Addr {
	var all []netip.Addr
	for _, p := range l.Addrs {
		if p.Addr().Is4() && p.Bits() > 0 && p.Bits() <= 30 {
			all = append(all, lastOf(p))
		}
	}
	return all
}

// lastOf returns the highest address of an IPv4 network.
func lastOf(p netip.Prefix) netip.Addr {
	bytes := p.Masked().Addr().As4()
	for bit := p.Bits(); bit < 32; bit++ {
		bytes[bit/8] |= 1 << (7 - bit%8)
	}
	return netip.AddrFrom4(bytes)
}

// hasIPv4 reports whether it has an IPv4 address.
func (l link) hasIPv4() bool {
	return slices.ContainsFunc(l.Addrs, func(p netip.Prefix) bool { return p.Addr().Is4() })
}

// hasLinkLocal reports whether it has a link-local IPv6 address.
func (l link) hasLinkLocal() bool {
	return slices.ContainsFunc(l.Addrs, func(p netip.Prefix) bool {
		return p.Addr().Is6() && p.Addr().IsLinkLocalUnicast()
	})
}

// maxLinks bounds how many interfaces are used.
const maxLinks = 16

// choose returns the interfaces to announce on, by name.
func choose(all []link, c *Config) []link {
	var chosen []link
	for _, l := range all {
		if suits(l, c) && len(chosen) < maxLinks {
			chosen = append(chosen, l)
		}
	}
	slices.SortFunc(chosen, func(a, b link) int { return strings.Compare(a.Name, b.Name) })
	return chosen
}

// suits reports whether l is to be announced on.
func suits(l link, c *Config) bool {
	const alive = net.FlagUp | net.FlagRunning
	switch {
	case l.Flags&alive != alive || l.has(net.FlagLoopback) || !l.hasIPv4() && !l.hasLinkLocal():
		return false
	case c.Only.IsValid() && !l.owns(c.Only):
		return false
	case c.Interfaces != nil:
		return slices.Contains(c.Interfaces, l.Name)
	}
	return !l.has(net.FlagPointToPoint)
}

// sameLinks reports whether nothing changed that matters for reaching others.
func sameLinks(a, b []link) bool {
	return slices.EqualFunc(a, b, func(a, b link) bool {
		return a.Name == b.Name && a.Index == b.Index && a.Flags == b.Flags && slices.Equal(a.Addrs, b.Addrs)
	})
}
