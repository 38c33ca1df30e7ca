//go:build !windows

package transfer

import (
	"errors"
	"io/fs"

	"golang.org/x/sys/unix"
)

// syncEachFolder syncs the touched folders one by one.
func (d *disk) syncEachFolder() error {
	for i := range d.touched {
		dir, err := d.folder(i)
		if err != nil {
			return err
		}
		if err := dir.Sync(); err != nil && !errors.Is(err, unix.EINVAL) { // some file systems cannot
			return err
		}
		delete(d.touched, i)
	}
	return nil
}

// diskReason is the reason for an error of the target disk.
func diskReason(err error) Reason {
	switch {
	case errors.Is(err, unix.ENOSPC), errors.Is(err, unix.EDQUOT):
		return ReasonDiskFull
	case errors.Is(err, unix.EROFS):
		return ReasonReadOnly
	case errors.Is(err, fs.ErrPermission):
		return ReasonNoPermission
	case errors.Is(err, unix.ENAMETOOLONG), errors.Is(err, unix.EILSEQ), errors.Is(err, unix.EINVAL):
		return ReasonBadName
	}
	return ReasonWriteFailed
}
