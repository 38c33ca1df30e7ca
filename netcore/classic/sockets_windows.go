package classic

import (
	"errors"
	"syscall"

	"golang.org/x/sys/windows"
)

// unixDatagrams says that this system has no Unix datagram sockets.
const unixDatagrams = false

// private does nothing: a folder of the user's own keeps others away.
func private(_, _ string, _ syscall.RawConn) error { return nil }

// inUse knows the words of Windows for an address that somebody has.
func inUse(err error) bool {
	return errors.Is(err, windows.WSAEADDRINUSE) || errors.Is(err, windows.WSAEACCES)
}

// receiveBroadcast is the socket option IP_RECEIVE_BROADCAST.
const receiveBroadcast = 22

// deaf has a socket receive no broadcasts. Where that fails they are told by
// their source only.
func deaf(raw syscall.RawConn) {
	_ = raw.Control(func(fd uintptr) {
		_ = windows.SetsockoptInt(windows.Handle(fd), windows.IPPROTO_IP, receiveBroadcast, 0)
	})
}
