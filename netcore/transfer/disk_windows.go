package transfer

import (
	"errors"
	"io/fs"
	"os"

	"golang.org/x/sys/windows"
)

// syncEachFolder has nothing to do: NTFS journals its folders, and no handle
// of one can be flushed.
func (d *disk) syncEachFolder() error {
	clear(d.touched)
	return nil
}

// diskReason is the reason for an error of the target disk.
func diskReason(err error) Reason {
	switch {
	case errors.Is(err, windows.ERROR_DISK_FULL), errors.Is(err, windows.ERROR_HANDLE_DISK_FULL):
		return ReasonDiskFull
	case errors.Is(err, windows.ERROR_WRITE_PROTECT):
		return ReasonReadOnly
	case errors.Is(err, fs.ErrPermission):
		return ReasonNoPermission
	case errors.Is(err, windows.ERROR_INVALID_NAME), errors.Is(err, windows.ERROR_FILENAME_EXCED_RANGE):
		return ReasonBadName
	}
	return ReasonWriteFailed
}

// freeSpace returns how many bytes this user may still write, and how many
// they could on an empty disk.
func freeSpace(path string, _ *os.File) (free, size int64, err error) {
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return 0, 0, err
	}
	var left, all uint64
	if err := windows.GetDiskFreeSpaceEx(name, &left, &all, nil); err != nil {
		return 0, 0, os.NewSyscallError("GetDiskFreeSpaceEx", err)
	}
	return int64(min(left, 1<<62)), int64(min(all, 1<<62)), nil // capped
}
