package classic

import (
	"net"
	"net/netip"

	"golang.org/x/sys/unix"
)

// tcpTables are none: macOS shows no table of sockets to programs.
func tcpTables() []string { return nil }

// unixUser returns the user who opened the other end of a Unix stream.
func unixUser(c net.Conn) (int, error) {
	unixConn, is := c.(*net.UnixConn)
	if !is {
		return 0, errNotTold
	}
	raw, err := unixConn.SyscallConn()
	if err != nil {
		return 0, err
	}
	var credentials *unix.Xucred
	var failed error
	err = raw.Control(func(fd uintptr) {
		credentials, failed = unix.GetsockoptXucred(int(fd), unix.SOL_LOCAL, unix.LOCAL_PEERCRED)
	})
	if err == nil {
		err = failed
	}
	if err != nil {
		return 0, err
	}
	return int(credentials.Uid), nil
}

// ownerOf cannot tell on this system.
func ownerOf([]string, netip.AddrPort, netip.AddrPort) (int, bool, error) { return 0, true, errNotTold }

// senderOf cannot tell on this system.
func senderOf(netip.AddrPort) (int, error) { return 0, errNotTold }
