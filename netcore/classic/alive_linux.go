package classic

import (
	"net"

	"golang.org/x/sys/unix"
)

// peerOpen reports whether a process still has the other end of a connection on
// this PC. known is false where that cannot be told.
func (c *conn) peerOpen() (open, known bool) {
	switch local := c.LocalAddr().(type) {
	case *net.TCPAddr:
		remote, _ := c.RemoteAddr().(*net.TCPAddr)
		if remote == nil || !samePC(remote.IP) {
			return false, false
		}
		_, open, err := ownerOf(tcpTables(), remote.AddrPort(), local.AddrPort())
		return open, err != errNotTold
	case *net.UnixAddr:
		return c.unixOpen()
	}
	return false, false
}

// unixOpen asks the socket itself: the other end is there until it hangs up.
func (c *conn) unixOpen() (open, known bool) {
	unixConn, is := c.Conn.(*net.UnixConn)
	if !is {
		return false, false
	}
	raw, err := unixConn.SyscallConn()
	if err != nil {
		return false, true
	}
	err = raw.Control(func(fd uintptr) {
		polled := []unix.PollFd{{Fd: int32(fd)}} // #nosec G115 -- a descriptor
		_, failed := unix.Poll(polled, 0)
		open = failed == nil && polled[0].Revents&(unix.POLLHUP|unix.POLLERR) == 0
	})
	return open, err == nil
}
