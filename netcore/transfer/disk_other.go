//go:build !linux

package transfer

import (
	"errors"
	"os"
	"time"
)

// writeSmall writes a whole partial file.
func (d *disk) writeSmall(f int, data []byte, mtime int64, perm uint32) error {
	file, err := d.stage.OpenFile(partName(f), os.O_WRONLY|os.O_CREATE|os.O_EXCL, os.FileMode(perm))
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	if err = errors.Join(err, file.Close()); err != nil {
		return err
	}
	return d.timesOf(f, mtime)
}

// preallocate does nothing here: a file grows as it is written.
func preallocate(*os.File, int64) error { return nil }

// syncContent makes the data of a file durable.
func syncContent(file *os.File) error { return file.Sync() }

// writeBehind does nothing here.
func writeBehind(*os.File, int64, int64) {}

// syncData makes the data of partial files durable.
func (d *disk) syncData(files []int) error { return d.syncEach(files) }

// syncFolders makes the entries of the touched folders durable.
func (d *disk) syncFolders() error { return d.syncEachFolder() }

// move gives a partial file its place, never over something.
func (d *disk) move(part string, _ *os.File, dirPath, name string) error {
	return d.moveByLink(part, dirPath, name)
}

// timesOf sets the times of a partial file.
func (d *disk) timesOf(f int, mtime int64) error {
	at := time.Unix(0, mtime)
	return d.stage.Chtimes(partName(f), at, at)
}
