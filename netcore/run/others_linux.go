package run

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// Supervisors returns the process IDs of all supervisors of this user's commands,
// whichever copy of this program they belong to: a command of another copy is
// no more this user than one of this copy. They are told by how they were
// started, so that any program of this user may pass for one, to its own harm
// alone. It is empty where the system does not tell.
func Supervisors() []int {
	found, _ := filepath.Glob("/proc/[0-9]*/cmdline") // the pattern is sound
	var ids []int
	for _, name := range found {
		line, err := os.ReadFile(name) // #nosec G304 -- /proc
		if err != nil || !isSupervisor(line) {
			continue
		}
		info, err := os.Stat(filepath.Dir(name))
		if err != nil {
			continue // it has ended since
		}
		owner, known := info.Sys().(*syscall.Stat_t)
		id, err := strconv.Atoi(filepath.Base(filepath.Dir(name)))
		if err == nil && known && int(owner.Uid) == os.Geteuid() {
			ids = append(ids, id)
		}
	}
	return ids
}

// isSupervisor reports whether a command line is that of a supervisor.
func isSupervisor(line []byte) bool {
	args := bytes.Split(bytes.TrimSuffix(line, []byte{0}), []byte{0})
	return len(args) == 2 && string(args[1]) == superviseArgument
}
