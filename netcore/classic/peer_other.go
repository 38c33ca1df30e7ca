//go:build !linux && !darwin

package classic

import (
	"net"
	"net/netip"
)

// tcpTables are none: this system shows no table of sockets that is read here.
func tcpTables() []string { return nil }

// unixUser cannot tell on this system.
func unixUser(net.Conn) (int, error) { return 0, errNotTold }

// ownerOf cannot tell on this system.
func ownerOf([]string, netip.AddrPort, netip.AddrPort) (int, bool, error) { return 0, true, errNotTold }

// senderOf cannot tell on this system.
func senderOf(netip.AddrPort) (int, error) { return 0, errNotTold }
