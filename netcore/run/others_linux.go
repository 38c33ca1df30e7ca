package run

import (
	"bytes"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// Supervisors returns the process IDs of all supervisors of this user's commands,
// whichever copy of this program they belong to: a command of another copy is
// no more this user than one of this copy. They are told by how they were
// started, so that any program of this user may pass for one, to its own harm
// alone. It is empty where the system does not tell.
func Supervisors() []int {
	proc, err := os.Open("/proc")
	if err != nil {
		return nil
	}
	names, _ := proc.Readdirnames(-1)
	_ = proc.Close()
	var ids []int
	buffer := make([]byte, longestStart)
	for _, name := range names {
		if id, err := strconv.Atoi(name); err == nil && supervises("/proc/"+name, buffer) {
			ids = append(ids, id)
		}
	}
	return ids
}

// longestStart is more than the command line of a supervisor can be: a path, and
// its one argument.
const longestStart = 8 << 10

// supervises reports whether a process is a supervisor of this user. It is asked
// of all processes whenever somebody comes to the door, so it takes no more
// calls to the system than it must.
func supervises(dir string, buffer []byte) bool {
	fd, err := unix.Open(dir+"/cmdline", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return false // it has ended since
	}
	n, err := unix.Read(fd, buffer)
	_ = unix.Close(fd)
	if err != nil || !isSupervisor(buffer[:n]) {
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
