//go:build !linux && !windows

package link

import (
	"errors"
	"net"
	"syscall"
	"time"
)

// claimPort does nothing: a listening port cannot be shared by accident here.
func claimPort(string, string, syscall.RawConn) error { return nil }

// portTaken reports whether another port may work where this one did not.
func portTaken(err error) bool {
	return errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, syscall.EACCES)
}

// tuneControl does nothing: the defaults do.
func tuneControl(net.Conn) {}

// tuneBulk does nothing: keep-alive and write deadlines do without it.
func tuneBulk(net.Conn, time.Duration) {}

// connectionAborted reports whether err is a reset under another name, which
// only Windows has.
func connectionAborted(error) bool { return false }
