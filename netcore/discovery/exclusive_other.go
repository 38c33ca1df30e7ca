//go:build !windows

package discovery

import "syscall"

// exclusive does nothing: without address reuse the port is nobody else's.
func exclusive(_, _ string, _ syscall.RawConn) error { return nil }
