package classic

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"lanyard/netcore/safename"
)

// maxTries is how many other names are tried for a name that is taken.
const maxTries = 10000

// place is a file on its way into a folder: hidden until it is whole.
type place struct {
	dir  string
	root *os.Root
	part string
	file *os.File
}

// diskError is an error of writing, told from those of reading.
type diskError struct{ err error }

func (e *diskError) Error() string { return e.err.Error() }
func (e *diskError) Unwrap() error { return e.err }

// newPlace opens a partial file in a folder. It has to be closed.
func newPlace(dir string) (*place, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, &Problem{Reason: NoSave, Err: err}
	}
	p := &place{dir: dir, root: root, part: ".lanyard-" + rand.Text() + ".part"}
	p.file, err = root.OpenFile(p.part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666) // as the user's mask says
	if err != nil {
		return nil, errors.Join(&Problem{Reason: NoSave, Err: err}, root.Close())
	}
	return p, nil
}

// Write adds to the file.
func (p *place) Write(data []byte) (int, error) {
	n, err := p.file.Write(data)
	if err != nil {
		err = &diskError{err}
	}
	return n, err
}

// close gives everything back; what was not kept is removed.
func (p *place) close() {
	if p.file != nil {
		_ = p.file.Close()
	}
	_ = p.root.Remove(p.part) // gone already if it was kept
	_ = p.root.Close()
}

// keep gives the file its name, or another one if that is taken, and returns
// its path. What is there already stays as it is.
func (p *place) keep(name string) (string, error) {
	err := errors.Join(p.file.Sync(), p.file.Close())
	p.file = nil
	if err != nil {
		return "", &Problem{Reason: NoSave, Err: err}
	}
	for try := range maxTries {
		other := safename.Increment(name, try)
		err = p.move(other)
		if err == nil {
			path, err := filepath.Abs(filepath.Join(p.dir, other))
			if err != nil {
				return "", &Problem{Reason: NoSave, Err: err}
			}
			return path, nil
		}
		if !errors.Is(err, fs.ErrExist) {
			break
		}
	}
	return "", &Problem{Reason: NoSave, Err: err}
}

// move renames the file without overwriting: a second name is made, which fails
// if it is taken, and the first removed. A file system without hard links gets an
// empty file under the name, which fails alike, and that is replaced.
func (p *place) move(name string) error {
	err := p.root.Link(p.part, name)
	if err == nil {
		return p.root.Remove(p.part)
	}
	if errors.Is(err, fs.ErrExist) {
		return err
	}
	file, err := p.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	if err := p.root.Rename(p.part, name); err != nil {
		return errors.Join(err, p.root.Remove(name))
	}
	return nil
}
