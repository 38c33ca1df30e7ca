package run

import (
	"bytes"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// longestStart is more than the command line of a supervisor can be: a path, and
// its one argument.
const longestStart = 8 << 10

// Supervises reports whether a process supervises a command of this user,
// whichever copy of this program it belongs to: a command of another copy is no
// more this user than one of this copy. It is told by how it was started, so
// that any program of this user may pass for a supervisor, to its own harm
// alone. It is false where the system does not tell.
func Supervises(pid int) bool {
	dir := "/proc/" + strconv.Itoa(pid)
	fd, err := unix.Open(dir+"/cmdline", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return false // it has ended since
	}
	line := make([]byte, longestStart)
	n, err := unix.Read(fd, line)
	_ = unix.Close(fd)
	if err != nil || !isSupervisor(line[:max(n, 0)]) {
		return false
	}
	var info unix.Stat_t
	return unix.Stat(dir, &info) == nil && int(info.Uid) == os.Geteuid()
}

// isSupervisor reports whether a command line is that of a supervisor.
func isSupervisor(line []byte) bool {
	args := bytes.Split(bytes.TrimSuffix(line, []byte{0}), []byte{0})
	return len(args) == 2 && string(args[1]) == superviseArgument
}
