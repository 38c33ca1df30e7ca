//go:build !windows

package transfer

import (
	"errors"
	"syscall"
)

// openFlags keep an open from waiting for a pipe, and from following a link
// that took the place of a file.
const openFlags = syscall.O_NONBLOCK | syscall.O_NOFOLLOW

// isLink reports whether an open failed because the file is a link now.
func isLink(err error) bool { return errors.Is(err, syscall.ELOOP) }
