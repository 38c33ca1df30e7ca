package transfer

import (
	"os"

	"golang.org/x/sys/unix"
)

// freeSpace returns how many bytes this user may still write.
func freeSpace(path string, _ *os.File) (int64, error) {
	var stat unix.Statfs_t
	if err := unix.Statfs(path, &stat); err != nil {
		return 0, os.NewSyscallError("statfs", err)
	}
	return int64(min(stat.Bavail, 1<<40)) * int64(stat.Bsize), nil //nolint:gosec // capped
}
