package link

import (
	"errors"
	"net"
	"syscall"
	"time"

	"golang.org/x/sys/windows"
)

// exclusiveAddress is SO_EXCLUSIVEADDRUSE of winsock2.h, ~SO_REUSEADDR.
const exclusiveAddress = -5

// claimPort keeps other programs from binding the same port over ours.
func claimPort(_, _ string, conn syscall.RawConn) error {
	var failed error
	err := conn.Control(func(fd uintptr) {
		failed = windows.SetsockoptInt(windows.Handle(fd), windows.SOL_SOCKET, exclusiveAddress, 1)
	})
	return errors.Join(err, failed)
}

// portTaken reports whether another port may work where this one did not:
// WSAEACCES is the answer for ports in a range that Windows reserved.
func portTaken(err error) bool {
	return errors.Is(err, windows.WSAEADDRINUSE) || errors.Is(err, windows.WSAEACCES)
}

// tuneControl does nothing: Windows sizes send buffers to the line by itself.
func tuneControl(net.Conn) {}

// tuneBulk does nothing: keep-alive and write deadlines do without it.
func tuneBulk(net.Conn, time.Duration) {}

// connectionAborted reports whether err is a reset under one of its names here.
func connectionAborted(err error) bool {
	return errors.Is(err, windows.WSAECONNRESET) || errors.Is(err, windows.WSAECONNABORTED)
}
