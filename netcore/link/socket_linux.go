package link

import (
	"errors"
	"net"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// unsentLimit is how much a control link leaves unsent in the kernel, so that
// a chat line waits behind little when file data shares the link.
const unsentLimit = 128 << 10

// lossyRTT is the round trip from which on a bulk link asks for BBR: on a
// faster line losses are repaired so soon that Cubic is as good or better.
const lossyRTT = 1500 * time.Microsecond

// claimPort does nothing: a listening port cannot be shared by accident here.
func claimPort(string, string, syscall.RawConn) error { return nil }

// portTaken reports whether another port may work where this one did not.
func portTaken(err error) bool {
	return errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, syscall.EACCES)
}

// tuneControl sets the socket options of a control link, as far as they exist.
func tuneControl(conn net.Conn) {
	withSocket(conn, func(fd int) {
		_ = unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NOTSENT_LOWAT, unsentLimit)
	})
}

// tuneBulk sets the socket options of a bulk link, as far as they exist:
// unacknowledged data ends it after stall, and BBR where losses would hurt.
func tuneBulk(conn net.Conn, stall time.Duration) {
	withSocket(conn, func(fd int) {
		_ = unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(stall.Milliseconds()))
		info, err := unix.GetsockoptTCPInfo(fd, unix.IPPROTO_TCP, unix.TCP_INFO)
		if err == nil && time.Duration(info.Rtt)*time.Microsecond >= lossyRTT && !isLoopback(hostOf(conn)) {
			_ = unix.SetsockoptString(fd, unix.IPPROTO_TCP, unix.TCP_CONGESTION, "bbr")
		}
	})
}

// withSocket calls f with the descriptor below conn, if there is one.
func withSocket(conn net.Conn, f func(fd int)) {
	holder, ok := conn.(syscall.Conn)
	if !ok {
		return
	}
	if raw, err := holder.SyscallConn(); err == nil {
		_ = raw.Control(func(fd uintptr) { f(int(fd)) }) // fails on a closed socket only
	}
}

// connectionAborted reports whether err is a reset under another name, which
// only Windows has.
func connectionAborted(error) bool { return false }
