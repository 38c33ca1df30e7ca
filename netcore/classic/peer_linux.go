package classic

import (
	"net"
	"net/netip"
	"os"

	"golang.org/x/sys/unix"
)

// tcpTables are the tables of TCP sockets that Linux shows.
func tcpTables() []string { return []string{"/proc/net/tcp", "/proc/net/tcp6"} }

// udpTables are those of UDP sockets.
func udpTables() []string { return []string{"/proc/net/udp", "/proc/net/udp6"} }

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
	var credentials *unix.Ucred
	var failed error
	err = raw.Control(func(fd uintptr) {
		credentials, failed = unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED)
	})
	if err == nil {
		err = failed
	}
	if err != nil {
		return 0, err
	}
	return int(credentials.Uid), nil
}

// ownerOf returns the user of the socket on this PC that is at local and
// connected to remote, and whether a process still has it. A socket that is
// closed is nobody's.
func ownerOf(tables []string, local, remote netip.AddrPort) (user int, open bool, err error) {
	for _, table := range tables {
		text, err := os.ReadFile(table) // #nosec G304 -- one of the names above
		if err != nil {
			continue // a system without IPv6, or without /proc
		}
		open = true
		for _, entry := range parseSockets(string(text)) {
			if entry.local == unmap(local) && entry.remote == unmap(remote) {
				if entry.inode == 0 {
					return 0, false, errGone
				}
				return entry.user, true, nil
			}
		}
	}
	if !open {
		return 0, false, errNotTold
	}
	return 0, false, errGone
}

// senderOf returns the user of the UDP socket on this PC that sent from an
// address.
func senderOf(from netip.AddrPort) (int, error) {
	var found []socketEntry
	told := false
	for _, table := range udpTables() {
		text, err := os.ReadFile(table) // #nosec G304 -- one of the names above
		told = told || err == nil
		for _, entry := range parseSockets(string(text)) {
			if entry.local.Port() == from.Port() {
				found = append(found, entry)
			}
		}
	}
	if !told {
		return 0, errNotTold
	}
	return pickSender(found, unmap(from).Addr())
}

// pickSender takes the owner of the socket at exactly an address, else of the
// one at all addresses.
func pickSender(found []socketEntry, from netip.Addr) (int, error) {
	user, err := 0, errGone
	for _, entry := range found {
		if entry.local.Addr() == from {
			return entry.user, nil
		}
		if entry.local.Addr().IsUnspecified() {
			user, err = entry.user, nil
		}
	}
	return user, err
}

// unmap returns an address without the form of IPv4 in IPv6.
func unmap(a netip.AddrPort) netip.AddrPort {
	return netip.AddrPortFrom(a.Addr().Unmap().WithZone(""), a.Port())
}
