//go:build unix

package classic

import (
	"net"
	"net/netip"

	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"
)

// cutByRead knows no such error: what does not fit is dropped in silence.
func cutByRead(error) bool { return false }

// heedDestination has reads tell where a datagram was sent to, on a socket that
// is at all addresses: what was sent to many is not answered.
func (p *packets) heedDestination() {
	udp, is := p.conn.LocalAddr().(*net.UDPAddr)
	if !is || !udp.IP.IsUnspecified() {
		return // it gets nothing that was sent elsewhere
	}
	if udp.IP.To4() != nil {
		with := ipv4.NewPacketConn(p.conn)
		if with.SetControlMessage(ipv4.FlagDst, true) == nil {
			p.read = func(buf []byte) (int, netip.Addr, net.Addr, error) {
				n, about, from, err := with.ReadFrom(buf)
				if about == nil {
					return n, netip.Addr{}, from, err
				}
				return n, addrOf(about.Dst), from, err
			}
		}
		return
	}
	with := ipv6.NewPacketConn(p.conn)
	if with.SetControlMessage(ipv6.FlagDst, true) == nil {
		p.read = func(buf []byte) (int, netip.Addr, net.Addr, error) {
			n, about, from, err := with.ReadFrom(buf)
			if about == nil {
				return n, netip.Addr{}, from, err
			}
			return n, addrOf(about.Dst), from, err
		}
	}
}

// addrOf returns an address of package net as one of netip.
func addrOf(ip net.IP) netip.Addr {
	addr, _ := netip.AddrFromSlice(ip)
	return addr.Unmap()
}
