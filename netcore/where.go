package netcore

import (
	"net"
	"net/netip"
)

// whereToDial returns the host:port at which others on the network can dial a
// copy that listens at bound: what a person reads to another. On all addresses
// means the first one of this PC, IPv4 if there is one.
func whereToDial(bound string, own []netip.Addr) string {
	where, err := netip.ParseAddrPort(bound)
	if err != nil || !where.Addr().IsUnspecified() {
		return bound
	}
	best := netip.AddrFrom4([4]byte{127, 0, 0, 1})
	for _, address := range own {
		if address.Is4() {
			best = address
			break
		}
		if best.IsLoopback() {
			best = address
		}
	}
	return netip.AddrPortFrom(best, where.Port()).String()
}

// ownAddresses returns the addresses of this PC that others may reach.
func ownAddresses() []netip.Addr {
	networks, err := net.InterfaceAddrs()
	if err != nil {
		return nil // what cannot be listed is not shown
	}
	var own []netip.Addr
	for _, network := range networks {
		prefix, err := netip.ParsePrefix(network.String())
		if err == nil && prefix.Addr().IsGlobalUnicast() {
			own = append(own, prefix.Addr())
		}
	}
	return own
}
