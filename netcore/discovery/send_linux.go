package discovery

import (
	"net"

	"golang.org/x/net/ipv4"
)

// perLink says that a limited broadcast can be sent by a chosen interface.
const perLink = true

// send4 sends one datagram by the interface of that index.
func send4(conn *ipv4.PacketConn, data []byte, to *net.UDPAddr, index int) error {
	var info *ipv4.ControlMessage
	if index != 0 {
		info = &ipv4.ControlMessage{IfIndex: index}
	}
	_, err := conn.WriteTo(data, info, to)
	return err
}
