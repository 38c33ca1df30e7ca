package discovery

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"

	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"
)

// system is the network of the operating system.
type system struct{}

// Interfaces implements network.
func (system) Interfaces() ([]link, error) {
	all, err := net.Interfaces()
	if err != nil {
		return nil, fmt.Errorf("listing network interfaces: %w", err)
	}
	links := make([]link, 0, len(all))
	for _, i := range all {
		if i.Flags&net.FlagUp == 0 || i.Flags&net.FlagLoopback != 0 { // each question for addresses costs
			links = append(links, link{Name: i.Name, Index: i.Index, Flags: i.Flags})
			continue
		}
		addrs, err := i.Addrs()
		if err != nil { // it has just gone
			continue
		}
		links = append(links, link{Name: i.Name, Index: i.Index, Flags: i.Flags, Addrs: prefixes(addrs)})
	}
	return links, nil
}

// prefixes converts the addresses of an interface.
func prefixes(addrs []net.Addr) []netip.Prefix {
	var all []netip.Prefix
	for _, a := range addrs {
		ipNet, ok := a.(*net.IPNet)
		if !ok {
			continue
		}
		addr, ok := netip.AddrFromSlice(ipNet.IP)
		if !ok {
			continue
		}
		ones, _ := ipNet.Mask.Size()
		all = append(all, netip.PrefixFrom(addr.Unmap(), ones))
	}
	return all
}

// Listen implements network.
func (system) Listen(ctx context.Context, address netip.AddrPort) (socket, error) {
	family := "udp4"
	if address.Addr().Is6() {
		family = "udp6"
	}
	config := net.ListenConfig{Control: exclusive}
	conn, err := config.ListenPacket(ctx, family, address.String())
	if err != nil {
		return nil, fmt.Errorf("opening UDP port %d: %w", address.Port(), err)
	}
	if family == "udp6" {
		return newSocket6(ipv6.NewPacketConn(conn))
	}
	return newSocket4(ipv4.NewPacketConn(conn))
}

// addrPort converts the source of a datagram.
func addrPort(a net.Addr) netip.AddrPort {
	udp, ok := a.(*net.UDPAddr)
	if !ok {
		return netip.AddrPort{}
	}
	from := udp.AddrPort()
	return netip.AddrPortFrom(from.Addr().Unmap(), from.Port())
}

// socket4 is a socket of IPv4.
type socket4 struct{ conn *ipv4.PacketConn }

// newSocket4 sets what can be set; where the system does not tell interfaces
// apart, Read returns index 0.
func newSocket4(conn *ipv4.PacketConn) (socket, error) {
	_ = conn.SetControlMessage(ipv4.FlagInterface, true) // unknown to Windows
	if err := errors.Join(conn.SetMulticastTTL(1), conn.SetMulticastLoopback(false)); err != nil {
		return nil, errors.Join(fmt.Errorf("setting up IPv4 multicast: %w", err), conn.Close())
	}
	return socket4{conn}, nil
}

// Read implements socket.
func (s socket4) Read(buf []byte) (int, netip.AddrPort, int, error) {
	n, info, from, err := s.conn.ReadFrom(buf)
	if err != nil {
		return 0, netip.AddrPort{}, 0, err
	}
	index := 0
	if info != nil {
		index = info.IfIndex
	}
	return n, addrPort(from), index, nil
}

// Write implements socket.
func (s socket4) Write(data []byte, to netip.AddrPort, index int) error {
	return send4(s.conn, data, net.UDPAddrFromAddrPort(to), index)
}

// Join implements socket. Leaving first makes the system report the
// membership anew, which a switch needs after the cable moved.
func (s socket4) Join(on link) error {
	group := &net.UDPAddr{IP: group4.AsSlice()}
	_ = s.conn.LeaveGroup(&net.Interface{Index: on.Index, Name: on.Name}, group)
	return s.conn.JoinGroup(&net.Interface{Index: on.Index, Name: on.Name}, group)
}

// Close implements socket.
func (s socket4) Close() error { return s.conn.Close() }

// socket6 is a socket of IPv6.
type socket6 struct{ conn *ipv6.PacketConn }

// newSocket6 is newSocket4 for IPv6.
func newSocket6(conn *ipv6.PacketConn) (socket, error) {
	_ = conn.SetControlMessage(ipv6.FlagInterface, true) // unknown to Windows
	if err := errors.Join(conn.SetMulticastHopLimit(1), conn.SetMulticastLoopback(false)); err != nil {
		return nil, errors.Join(fmt.Errorf("setting up IPv6 multicast: %w", err), conn.Close())
	}
	return socket6{conn}, nil
}

// Read implements socket.
func (s socket6) Read(buf []byte) (int, netip.AddrPort, int, error) {
	n, info, from, err := s.conn.ReadFrom(buf)
	if err != nil {
		return 0, netip.AddrPort{}, 0, err
	}
	index := 0
	if info != nil {
		index = info.IfIndex
	}
	return n, addrPort(from), index, nil
}

// Write implements socket. The zone of the address names the interface.
func (s socket6) Write(data []byte, to netip.AddrPort, _ int) error {
	_, err := s.conn.WriteTo(data, nil, net.UDPAddrFromAddrPort(to))
	return err
}

// Join implements socket.
func (s socket6) Join(on link) error {
	group := &net.UDPAddr{IP: group6.AsSlice()}
	_ = s.conn.LeaveGroup(&net.Interface{Index: on.Index, Name: on.Name}, group)
	return s.conn.JoinGroup(&net.Interface{Index: on.Index, Name: on.Name}, group)
}

// Close implements socket.
func (s socket6) Close() error { return s.conn.Close() }
