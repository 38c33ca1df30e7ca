//go:build !linux

package discovery

import (
	"net"

	"golang.org/x/net/ipv4"
)

// perLink says that the system alone chooses the interface of a limited
// broadcast; directed ones reach the others.
const perLink = false

// send4 sends one datagram, to a group by the interface of that index. Only
// one goroutine sends.
func send4(conn *ipv4.PacketConn, data []byte, to *net.UDPAddr, index int) error {
	if index != 0 && to.IP.IsMulticast() {
		if err := conn.SetMulticastInterface(&net.Interface{Index: index}); err != nil {
			return err
		}
	}
	_, err := conn.WriteTo(data, nil, to)
	return err
}
