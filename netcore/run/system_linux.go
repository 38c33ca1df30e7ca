package run

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

const (
	getTermios = unix.TCGETS
	setTermios = unix.TCSETS
)

// ownProgram returns the program that runs here, even if another has been put
// into its place.
func ownProgram() (string, error) {
	const self = "/proc/self/exe"
	if _, err := os.Stat(self); err != nil {
		return os.Executable()
	}
	return self, nil
}

// keepOrphans makes this process the parent of all orphans below it, and
// withholds from commands what this program inherited itself.
func keepOrphans() error {
	_ = unix.CloseRange(supervisorSocket, 1<<31, unix.CLOSE_RANGE_CLOEXEC) // Linux 5.11; Go's own are closed anyway
	return unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
}

// strays returns the processes of a session that are not below this one: none,
// where orphans are kept.
func strays(int) []int { return nil }

// below returns the children of a process.
func below(pid int) []int {
	lists, err := filepath.Glob("/proc/" + strconv.Itoa(pid) + "/task/*/children")
	if err != nil || len(lists) == 0 {
		return scanForChildren(pid) // a kernel without these lists
	}
	var found []int
	for _, list := range lists {
		text, err := os.ReadFile(list) // #nosec G304 -- /proc
		if err != nil {
			continue // a thread that has just ended
		}
		for field := range strings.FieldsSeq(string(text)) {
			if child, err := strconv.Atoi(field); err == nil {
				found = append(found, child)
			}
		}
	}
	return found
}

// scanForChildren finds the children of a process among all.
func scanForChildren(pid int) []int {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil
	}
	var found []int
	for _, entry := range entries {
		if child, err := strconv.Atoi(entry.Name()); err == nil && parentOf(child) == pid {
			found = append(found, child)
		}
	}
	return found
}

// parentOf returns the parent of a process, 0 if it is not there.
func parentOf(pid int) int {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return 0
	}
	text := string(stat)
	fields := strings.Fields(text[strings.LastIndexByte(text, ')')+1:])
	if len(fields) < 2 {
		return 0
	}
	parent, _ := strconv.Atoi(fields[1])
	return parent
}

// terminate asks a process to end, which has a parent, and all that descend
// from it; each once. Unlike our children those below may be reaped by somebody
// else, so a handle makes sure that an ID is not another process's by now.
func terminate(pid, parent int, told map[int]bool) {
	handle, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		return
	}
	defer func() { _ = unix.Close(handle) }()
	if parentOf(pid) != parent {
		return
	}
	children := below(pid) // before it ends, and leaves them
	if !told[pid] {
		told[pid] = true
		_ = unix.PidfdSendSignal(handle, unix.SIGTERM, nil, 0)
		_ = unix.PidfdSendSignal(handle, unix.SIGCONT, nil, 0) // what sleeps cannot end
	}
	for _, child := range children {
		terminate(child, pid, told)
	}
}
