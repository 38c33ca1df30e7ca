package run

import (
	"os"

	"golang.org/x/sys/unix"
)

const (
	getTermios = unix.TIOCGETA
	setTermios = unix.TIOCSETA
)

// ownProgram returns the program that runs here.
func ownProgram() (string, error) { return os.Executable() }

// keepOrphans does nothing: this system has no such thing.
func keepOrphans() error { return nil }

// strays returns the processes of a session.
func strays(session int) []int {
	all, err := unix.SysctlKinfoProcSlice("kern.proc.all")
	if err != nil {
		return nil
	}
	var found []int
	for _, process := range all {
		pid := int(process.Proc.P_pid)
		if sid, err := unix.Getsid(pid); err == nil && sid == session && process.Proc.P_stat != zombie {
			found = append(found, pid)
		}
	}
	return found
}

// zombie is SZOMB of sys/proc.h.
const zombie = 5

// below returns the children of a process.
func below(pid int) []int {
	all, err := unix.SysctlKinfoProcSlice("kern.proc.all")
	if err != nil {
		return nil
	}
	var found []int
	for _, process := range all {
		if int(process.Eproc.Ppid) == pid {
			found = append(found, int(process.Proc.P_pid))
		}
	}
	return found
}

// terminate asks a process to end, and all that descend from it; each once.
func terminate(pid, _ int, told map[int]bool) {
	children := below(pid) // before it ends, and leaves them
	if !told[pid] {
		told[pid] = true
		_ = unix.Kill(pid, unix.SIGTERM)
		_ = unix.Kill(pid, unix.SIGCONT) // what sleeps cannot end
	}
	for _, child := range children {
		terminate(child, pid, told)
	}
}
