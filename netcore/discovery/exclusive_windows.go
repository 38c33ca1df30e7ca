package discovery

import (
	"syscall"

	"golang.org/x/sys/windows"
)

// exclusiveAddrUse is SO_EXCLUSIVEADDRUSE of winsock2.h.
const exclusiveAddrUse = ^windows.SO_REUSEADDR

// exclusive keeps other programs from taking the same port, which Windows
// allows otherwise.
func exclusive(_, _ string, conn syscall.RawConn) error {
	var failed error
	err := conn.Control(func(fd uintptr) {
		failed = windows.SetsockoptInt(windows.Handle(fd), windows.SOL_SOCKET, exclusiveAddrUse, 1)
	})
	if err != nil {
		return err
	}
	return failed
}
