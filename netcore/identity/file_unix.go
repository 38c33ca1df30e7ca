//go:build unix

package identity

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// claim sees to it that an open key file belongs to this user and that nobody
// else can read it. A mode that is too wide is narrowed, since a copy from
// another disk has one without anybody's fault; the warning says that others
// may have read it. Where the file system keeps no modes there is the warning
// alone.
func claim(file *os.File, info fs.FileInfo) (warning, err error) {
	if owner, ok := info.Sys().(*syscall.Stat_t); ok && int64(owner.Uid) != int64(os.Geteuid()) {
		return nil, fmt.Errorf("%s belongs to another user (uid %d): whoever owns it can change it", file.Name(), owner.Uid)
	}
	mode := info.Mode().Perm()
	if mode&^privateMode == 0 {
		return nil, nil
	}
	warning = fmt.Errorf("%s had mode %v, so that others may have read it; it should be %v", file.Name(), mode, fs.FileMode(privateMode))
	if err := file.Chmod(privateMode); err != nil {
		warning = errors.Join(warning, err)
	}
	return warning, nil
}

// syncFolder makes a rename durable where the file system can.
func syncFolder(path string) (err error) {
	folder, err := os.Open(path) // #nosec G304 -- this user's profile
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, folder.Close()) }()
	if err := folder.Sync(); !errors.Is(err, syscall.EINVAL) && !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	return nil
}
