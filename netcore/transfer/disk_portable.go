package transfer

import (
	"errors"
	"os"
	"path"
)

// syncEach makes partial files durable one by one.
func (d *disk) syncEach(files []int) error {
	for _, f := range files {
		file, err := d.stage.OpenFile(partName(f), os.O_RDWR, 0)
		if err != nil {
			return err
		}
		if err := errors.Join(file.Sync(), file.Close()); err != nil {
			return err
		}
	}
	return nil
}

// moveByLink places a file without overwriting where there is no system call
// for that: a second name is made, which fails if it is taken, and the first
// removed. A file system without hard links (FAT) gets an empty file under the
// name, which fails alike, and that is replaced: killed in between, the empty
// file stays.
func (d *disk) moveByLink(part, dirPath, name string) error {
	from, to := path.Join(d.staging, part), path.Join(dirPath, name)
	err := d.root.Link(from, to)
	if err == nil {
		return removeIn(d.root, from)
	}
	if errors.Is(err, os.ErrExist) {
		return err
	}
	file, err := d.root.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	if err := d.root.Rename(from, to); err != nil {
		return errors.Join(err, removeIn(d.root, to))
	}
	return nil
}
