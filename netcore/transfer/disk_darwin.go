package transfer

import (
	"os"

	"golang.org/x/sys/unix"
)

// freeSpace returns how many bytes this user may still write, and how many the
// disk has.
func freeSpace(path string, _ *os.File) (free, size int64, err error) {
	var stat unix.Statfs_t
	if err := unix.Statfs(path, &stat); err != nil {
		return 0, 0, os.NewSyscallError("statfs", err)
	}
	blocks := func(n uint64) int64 { return int64(min(n, 1<<40)) * int64(stat.Bsize) } // capped
	return blocks(stat.Bavail), blocks(stat.Blocks), nil
}
