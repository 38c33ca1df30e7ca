package transfer

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strconv"
	"time"

	"lanyard/netcore/safename"
	"lanyard/netcore/store"
)

// reserve returns what a transfer leaves free, in bytes, on a disk of a size.
func reserve(disk int64) int64 { return min(32<<20, disk/20) }

// handles is how many target folders are kept open.
const handles = 64

// tries is how many names are tried for one file or folder.
const tries = 10_000

// errExists says that a name is taken.
var errExists = fs.ErrExist

// disk writes what arrives: first into a hidden staging folder in the save
// folder, then, complete and durable, to its place.
type disk struct {
	root     *os.Root // the save folder: nothing leaves it
	stage    *os.Root
	stageDir *os.File
	staging  string
	plan     *plan
	journal  *journal
	claims   map[int]*claim     // what an earlier try left
	open     map[int32]*os.File // target folders
	touched  map[int32]bool     // target folders with entries that are not durable yet
}

// stagingName begins so, and ends with so many hex digits.
const (
	stagingPrefix = ".lanyard-"
	stagingDigits = 16
)

// stagingName is the name of the staging folder: one that no peer chooses.
func stagingName(t store.Transfer) string {
	sum := sha256.Sum256(append(t.Device[:], t.ID...))
	return stagingPrefix + hex.EncodeToString(sum[:stagingDigits/2])
}

// openDisk opens the save folder, which is made if need be, with a staging
// folder in it: a new one, or that of an earlier try if resume says so.
func openDisk(t store.Transfer, resume bool) (*disk, error) {
	if err := os.MkdirAll(t.Folder, 0o777); err != nil { // #nosec G301 -- a folder for the user's files, as their umask has it
		return nil, diskFault("making the save folder", err)
	}
	root, err := os.OpenRoot(t.Folder)
	if err != nil {
		return nil, diskFault("opening the save folder", err)
	}
	d := &disk{root: root, staging: stagingName(t), open: map[int32]*os.File{}, touched: map[int32]bool{}}
	if err := d.openStage(t, resume); err != nil {
		return nil, errors.Join(diskFault("making the staging folder", err), d.close())
	}
	return d, nil
}

// openStage opens the staging folder, or makes it anew. A link that somebody
// planted under its name is removed, not followed.
func (d *disk) openStage(t store.Transfer, resume bool) error {
	info, err := d.root.Lstat(d.staging)
	if err != nil || !resume || !info.IsDir() {
		if err = removeAllIn(d.root, d.staging); err != nil {
			return err
		}
		if err = d.root.Mkdir(d.staging, 0o700); err != nil {
			return err
		}
	}
	if d.stage, err = d.root.OpenRoot(d.staging); err != nil {
		return err
	}
	if d.stageDir, err = d.stage.Open("."); err != nil {
		return err
	}
	if d.journal, d.claims, err = openJournal(d.stage, t); err != nil {
		return err
	}
	return clearStage(d.stage, d.stageDir, d.claims)
}

// close closes everything. What is in the staging folder stays, for later.
func (d *disk) close() error {
	d.closeFolders()
	var errs []error
	if d.journal != nil && d.journal.file != nil {
		errs = append(errs, d.journal.file.Close())
	}
	if d.stageDir != nil {
		errs = append(errs, d.stageDir.Close())
	}
	if d.stage != nil {
		errs = append(errs, d.stage.Close())
	}
	return errors.Join(append(errs, d.root.Close())...)
}

// partName is the name of a partial file.
func partName(f int) string { return strconv.Itoa(f) + ".part" }

// fits checks that there is room for so many bytes.
func (d *disk) fits(bytes int64) error {
	free, size, err := freeSpace(d.root.Name(), d.stageDir)
	if err != nil {
		return nil //nolint:nilerr // unknown: the disk will say when it is full
	}
	if free-reserve(size) < bytes {
		return &fault{ReasonDiskFull, fmt.Errorf("%d bytes free, %d needed and %d in reserve", free, bytes, reserve(size))}
	}
	return nil
}

// folder returns target folder i, made with its parents if need be.
func (d *disk) folder(i int32) (*os.File, error) {
	if file := d.open[i]; file != nil {
		return file, nil
	}
	if err := d.make(i); err != nil {
		return nil, err
	}
	if len(d.open) == handles {
		d.closeFolders()
	}
	file, err := d.root.Open(d.plan.dirs[i].path)
	if err != nil {
		return nil, err
	}
	d.open[i] = file
	return file, nil
}

// make makes folder i. One that is there already must be a real one.
func (d *disk) make(i int32) error {
	dir := &d.plan.dirs[i]
	if dir.made {
		return nil
	}
	if err := d.make(dir.parent); err != nil {
		return err
	}
	err := d.root.Mkdir(dir.path, 0o777)
	if errors.Is(err, fs.ErrExist) {
		info, failed := d.root.Lstat(dir.path)
		if failed != nil || !info.IsDir() {
			return &fault{ReasonExists, fmt.Errorf("%q is in the way", dir.path)}
		}
		err = nil
	}
	if err == nil {
		dir.made = true
		d.touched[dir.parent] = true
	}
	return err
}

// closeFolders closes the handles of target folders.
func (d *disk) closeFolders() {
	for i, file := range d.open {
		_ = file.Close()
		delete(d.open, i)
	}
}

// place moves a durable partial file to its place, under another name if the
// one it should have is taken, and returns its path below the save folder.
func (d *disk) place(f int, resumed bool, sum digest) (string, error) {
	e := &d.plan.files[f]
	dir, err := d.folder(e.dir)
	if err != nil {
		return "", err
	}
	if e.replace {
		if saved, done, err := d.placeOver(f); done {
			return saved, err
		}
	}
	for n := range tries {
		name := safename.Increment(e.name, n)
		err := d.move(partName(f), dir, d.plan.dirs[e.dir].path, name)
		saved := path.Join(d.plan.dirs[e.dir].path, name)
		if errors.Is(err, errExists) {
			if resumed && d.mine(saved, e, sum) {
				return saved, nil
			}
			continue
		}
		d.touched[e.dir] = true
		return saved, err
	}
	return "", &fault{ReasonExists, fmt.Errorf("no name is free for %q", e.name)}
}

// placeOver moves a durable partial file over the one that the user wants
// replaced. It reports false if what stands there is no such file.
func (d *disk) placeOver(f int) (saved string, done bool, err error) {
	e := &d.plan.files[f]
	saved = path.Join(d.plan.dirs[e.dir].path, e.name)
	if info, err := d.root.Lstat(saved); err != nil || !info.Mode().IsRegular() {
		return "", false, nil //nolint:nilerr // then it has its place without
	}
	d.touched[e.dir] = true
	return saved, true, d.root.Rename(path.Join(d.staging, partName(f)), saved)
}

// mine reports whether a file in place is the one that has arrived: the last
// try was killed after it had been moved and before that was recorded. Of a
// large one, whose MD5 is not known yet, nothing is lost if it comes twice.
func (d *disk) mine(saved string, e *planned, want digest) bool {
	if want == (digest{}) {
		return false
	}
	info, err := d.root.Lstat(saved)
	if err != nil || !info.Mode().IsRegular() || info.Size() != e.size || !sameTime(info.ModTime(), e.mtime) {
		return false
	}
	file, err := d.root.Open(saved)
	if err != nil {
		return false
	}
	defer func() { _ = file.Close() }()
	sum, err := digestOf(file)
	return err == nil && sum == want
}

// sameTime reports whether a file that is there has the time that was listed, as
// far as file systems keep it that have such times: FAT every other second,
// others the second, exFAT 10 ms, NTFS 100 ns.
func sameTime(t time.Time, nanos int64) bool {
	off, part := t.Sub(time.Unix(0, nanos)).Abs(), time.Duration(t.Nanosecond())
	switch {
	case part == 0 && t.Unix()%2 == 0:
		return off <= 2*time.Second
	case part == 0:
		return off < time.Second
	case part%(10*time.Millisecond) == 0:
		return off < 10*time.Millisecond
	}
	return off < 100
}

// finish makes the listed folders that are empty and gives all of them their
// times, children before parents.
func (d *disk) finish() error {
	for i := range d.plan.dirs {
		if d.plan.dirs[i].listed {
			if err := d.make(int32(i)); err != nil { // an index of dirs
				return diskFault("making a folder", err)
			}
		}
	}
	for i := len(d.plan.dirs) - 1; i > 0; i-- {
		if dir := &d.plan.dirs[i]; dir.listed {
			at := time.Unix(0, dir.mtime)
			_ = d.root.Chtimes(dir.path, at, at) // where there are no times to set, none are kept
		}
	}
	return d.syncFolders()
}

// diskFault gives an error of the target disk its reason.
func diskFault(doing string, err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*fault](err); ok {
		return err
	}
	return &fault{diskReason(err), fmt.Errorf("%s: %w", doing, err)}
}
