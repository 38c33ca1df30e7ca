package control

import (
	"errors"
	"fmt"
	"net"
	"unsafe"

	"golang.org/x/sys/windows"
)

// clientProcess is the process at the other end of a pipe.
type clientProcess struct {
	pid     int
	parents map[int]int // of all processes there are
}

// newClientProcess asks the system which process opened the pipe, and for a
// picture of all that run. It must be closed.
func newClientProcess(conn net.Conn) (*clientProcess, error) {
	pipe, ok := conn.(interface{ Fd() uintptr })
	if !ok {
		return nil, fmt.Errorf("%T is no pipe", conn)
	}
	var pid uint32
	if err := windows.GetNamedPipeClientProcessId(windows.Handle(pipe.Fd()), &pid); err != nil {
		return nil, fmt.Errorf("asking which process opened the pipe: %w", err)
	}
	parents, err := allParents()
	if err != nil {
		return nil, fmt.Errorf("listing the processes: %w", err)
	}
	return &clientProcess{pid: int(pid), parents: parents}, nil
}

// allParents returns the parent of every process.
func allParents() (map[int]int, error) {
	snapshot, err := windows.CreateToolhelp32Snapshot(windows.TH32CS_SNAPPROCESS, 0)
	if err != nil {
		return nil, err
	}
	defer func() { _ = windows.CloseHandle(snapshot) }()
	parents := map[int]int{}
	entry := windows.ProcessEntry32{Size: uint32(unsafe.Sizeof(windows.ProcessEntry32{}))}
	for err = windows.Process32First(snapshot, &entry); err == nil; err = windows.Process32Next(snapshot, &entry) {
		parents[int(entry.ProcessID)] = int(entry.ParentProcessID)
	}
	if !errors.Is(err, windows.ERROR_NO_MORE_FILES) {
		return nil, err
	}
	return parents, nil
}

// close has nothing to give back.
func (*clientProcess) close() {}

// alive has nothing to add: a client that has ended is not in the picture.
func (*clientProcess) alive() error { return nil }

// look finds a process in the picture. Windows keeps the ID of a parent that
// has ended.
func (c *clientProcess) look(pid int) (process, error) {
	parent, known := c.parents[pid]
	if !known {
		return process{}, fmt.Errorf("process %d is not there", pid)
	}
	_, running := c.parents[parent]
	return process{parent: parent, parentGone: !running}, nil
}
