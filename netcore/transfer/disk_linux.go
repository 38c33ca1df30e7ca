package transfer

import (
	"errors"
	"io"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// manyFiles is from how many files on one sync of the whole file system costs
// less than one of each.
const manyFiles = 8

// writeSmall writes a whole partial file, with few system calls.
func (d *disk) writeSmall(f int, data []byte, mtime int64, perm uint32) error {
	dir, name := int(d.stageDir.Fd()), partName(f)
	fd, err := unix.Openat(dir, name, unix.O_WRONLY|unix.O_CREAT|unix.O_EXCL|unix.O_NOFOLLOW|unix.O_CLOEXEC, perm)
	if err != nil {
		return os.NewSyscallError("openat", err)
	}
	for len(data) > 0 && err == nil {
		var n int
		n, err = unix.Write(fd, data)
		if errors.Is(err, unix.EINTR) {
			n, err = 0, nil
		} else if n == 0 && err == nil {
			err = io.ErrShortWrite
		}
		data = data[max(n, 0):]
	}
	if err = errors.Join(err, unix.Close(fd)); err != nil {
		return os.NewSyscallError("write", err)
	}
	at := unix.NsecToTimespec(mtime)
	return os.NewSyscallError("utimensat", unix.UtimesNanoAt(dir, name, []unix.Timespec{at, at}, unix.AT_SYMLINK_NOFOLLOW))
}

// preallocate reserves the blocks of a large file, where the file system can:
// a full disk shows before the first byte, and the file does not get scattered.
// Not so in memory, where it would be filled with zeros first, which takes as
// long as to write it.
func preallocate(file *os.File, size int64) error {
	if isInMemory(file) {
		return nil
	}
	err := unix.Fallocate(int(file.Fd()), unix.FALLOC_FL_KEEP_SIZE, 0, size)
	if errors.Is(err, unix.ENOSPC) || errors.Is(err, unix.EDQUOT) {
		return os.NewSyscallError("fallocate", err)
	}
	return nil
}

// isInMemory reports whether a file is on a file system without a disk (statfs(2)).
func isInMemory(file *os.File) bool {
	var stat unix.Statfs_t
	err := unix.Fstatfs(int(file.Fd()), &stat)
	return err == nil && stat.Type == unix.TMPFS_MAGIC
}

// syncContent makes the data of a file durable, and what is needed to read it.
func syncContent(file *os.File) error {
	return os.NewSyscallError("fdatasync", unix.Fdatasync(int(file.Fd())))
}

// writeBehind has the disk begin to write a range, so that the sync at the end
// of a large file finds little left to do.
func writeBehind(file *os.File, from, n int64) {
	_ = unix.SyncFileRange(int(file.Fd()), from, n, unix.SYNC_FILE_RANGE_WRITE)
}

// syncData makes the data of partial files durable.
func (d *disk) syncData(files []int) error {
	if len(files) >= manyFiles {
		return os.NewSyscallError("syncfs", unix.Syncfs(int(d.stageDir.Fd())))
	}
	return d.syncEach(files)
}

// syncFolders makes the entries of the touched folders durable.
func (d *disk) syncFolders() error {
	if len(d.touched) >= manyFiles {
		clear(d.touched)
		return os.NewSyscallError("syncfs", unix.Syncfs(int(d.stageDir.Fd())))
	}
	return d.syncEachFolder()
}

// move renames a partial file into a target folder, never over something.
func (d *disk) move(part string, dir *os.File, dirPath, name string) error {
	err := unix.Renameat2(int(d.stageDir.Fd()), part, int(dir.Fd()), name, unix.RENAME_NOREPLACE)
	if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOSYS) {
		return d.moveByLink(part, dirPath, name) // a file system without the flag
	}
	return os.NewSyscallError("renameat2", err)
}

// freeSpace returns how many bytes this user may still write, and how many the
// disk has.
func freeSpace(_ string, dir *os.File) (free, size int64, err error) {
	var stat unix.Statfs_t
	if err := unix.Fstatfs(int(dir.Fd()), &stat); err != nil {
		return 0, 0, os.NewSyscallError("fstatfs", err)
	}
	blocks := func(n uint64) int64 { return int64(min(n, 1<<40)) * stat.Bsize } // capped
	return blocks(stat.Bavail), blocks(stat.Blocks), nil
}

// timesOf sets the times of a partial file.
func (d *disk) timesOf(f int, mtime int64) error {
	at := time.Unix(0, mtime)
	return d.stage.Chtimes(partName(f), at, at)
}
