package run

import (
	"os"

	"golang.org/x/sys/unix"
)

// pipeSize is how much a pipe of output holds: with less, a command that writes
// much and whoever reads it wait for each other all the time.
const pipeSize = 256 << 10

// widen makes a pipe hold pipeSize, if the system lets this user have so much.
func widen(pipe *os.File) {
	if fd, err := descriptor(pipe); err == nil {
		_, _ = unix.FcntlInt(uintptr(fd), unix.F_SETPIPE_SZ, pipeSize)
	}
}
