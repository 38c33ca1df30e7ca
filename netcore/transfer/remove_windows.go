package transfer

import (
	"errors"
	"os"
	"path/filepath"

	"golang.org/x/sys/windows"
)

// removeIn removes a file, a link or an empty folder. Some drives of the network
// know only the removal of old, and say so with an error for which os.Root does
// not try that.
func removeIn(root *os.Root, name string) error {
	err := root.Remove(name)
	if !errors.Is(err, windows.ERROR_INVALID_FUNCTION) {
		return err
	}
	return os.Remove(filepath.Join(root.Name(), filepath.FromSlash(name)))
}

// removeAllIn removes a folder of files, or a link.
func removeAllIn(root *os.Root, name string) error {
	err := root.RemoveAll(name)
	if !errors.Is(err, windows.ERROR_INVALID_FUNCTION) {
		return err
	}
	if info, err := root.Lstat(name); err == nil && info.IsDir() {
		if err := emptyIn(root, name); err != nil {
			return err
		}
	}
	return removeIn(root, name)
}

// emptyIn removes the files in a folder the old way.
func emptyIn(root *os.Root, name string) error {
	dir, err := root.Open(name)
	if err != nil {
		return err
	}
	names, err := dir.Readdirnames(-1)
	if err = errors.Join(err, dir.Close()); err != nil {
		return err
	}
	for _, file := range names {
		if err := os.Remove(filepath.Join(root.Name(), filepath.FromSlash(name), file)); err != nil {
			return err
		}
	}
	return nil
}
