package md5sum

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"unicode/utf8"

	"lanyard/netcore/charset"
)

var (
	errOutside = errors.New("outside of the folder of the list")
	errNotFile = errors.New("not a plain file")
)

// folder is where the files of a list are, and what may be opened.
type folder struct {
	root    *os.Root
	escapes error // what root says of a path that leaves it by a symbolic link
}

// openFolder opens the folder of a list.
func openFolder(dir string) (*folder, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("opening the folder of the list: %w", err)
	}
	f := &folder{root: root, escapes: errOutside}
	_, err = root.Lstat("..")
	if told, ok := errors.AsType[*fs.PathError](err); ok {
		f.escapes = told.Err // package os has no name for it
	}
	return f, nil
}

// open opens the file that a path of the list means. The error is fs.ErrNotExist
// or errOutside where that is the case, whatever else it may be.
func (f *folder) open(path string) (*os.File, error) {
	var err error
	for _, name := range meanings(path) {
		var file *os.File
		if file, err = f.openAs(name); !errors.Is(err, fs.ErrNotExist) {
			return file, err
		}
	}
	return nil, err
}

// openAs opens a plain file, without waiting for whoever writes to a pipe.
func (f *folder) openAs(name string) (*os.File, error) {
	if !filepath.IsLocal(name) {
		return nil, errOutside
	}
	info, err := f.root.Stat(name)
	if err == nil && !info.Mode().IsRegular() {
		err = errNotFile
	}
	if err != nil {
		return nil, f.explain(err)
	}
	file, err := f.root.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	return file, f.explain(err)
}

// explain says of an error what counts here.
func (f *folder) explain(err error) error {
	switch {
	case errors.Is(err, f.escapes):
		return errOutside
	case errors.Is(err, syscall.ENOTDIR): // a file stands where the path has a folder
		return fs.ErrNotExist
	}
	return err
}

// meanings are the names that a path of a list may stand for on this system,
// the likeliest first: lists come from Windows too, with its separators, and in
// its code page where that is Chinese.
func meanings(path string) []string {
	names := []string{path}
	if !utf8.ValidString(path) {
		names = append(names, charset.Decode([]byte(path), charset.GBK))
	}
	if runtime.GOOS == "windows" {
		return names
	}
	for _, name := range names {
		if strings.Contains(name, `\`) {
			names = append(names, slashed(name))
		}
	}
	return names
}

// slashed is a path of Windows with the separators of other systems; that of a
// drive is absolute.
func slashed(name string) string {
	name = strings.ReplaceAll(name, `\`, "/")
	if len(name) > 2 && name[1] == ':' && name[2] == '/' {
		return name[2:]
	}
	return name
}
