//go:build unix

package classic

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// unixDatagrams says that this system has Unix datagram sockets.
const unixDatagrams = true

// private gives a Unix socket to this user alone before it has a path, where the
// system heeds that; elsewhere the path is closed to others at once after.
func private(_, _ string, raw syscall.RawConn) error {
	var failed error
	if err := raw.Control(func(fd uintptr) { failed = unix.Fchmod(int(fd), 0o600) }); err != nil {
		return err
	}
	if failed == unix.EINVAL { // macOS knows no mode of a socket without a path
		return nil
	}
	return failed
}

// inUse knows no other words of this system.
func inUse(error) bool { return false }
