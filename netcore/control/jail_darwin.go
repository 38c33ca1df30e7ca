package control

import (
	"fmt"
	"net"

	"golang.org/x/sys/unix"
)

// clientProcess is the process at the other end of a connection.
type clientProcess struct{ pid int }

// newClientProcess asks the kernel which process connected. It must be closed.
func newClientProcess(conn net.Conn) (*clientProcess, error) {
	client := &clientProcess{}
	err := onSocket(conn, func(fd int) (err error) {
		client.pid, err = unix.GetsockoptInt(fd, unix.SOL_LOCAL, unix.LOCAL_PEERPID)
		return err
	})
	if err != nil {
		return nil, err
	}
	if client.pid <= 0 {
		return nil, fmt.Errorf("process %d", client.pid)
	}
	return client, nil
}

// close has nothing to give back.
func (*clientProcess) close() {}

// alive fails if the process has ended.
func (c *clientProcess) alive() error {
	_, err := c.look(c.pid)
	return err
}

// look asks the kernel about a process.
func (*clientProcess) look(pid int) (process, error) {
	info, err := unix.SysctlKinfoProc("kern.proc.pid", pid)
	if err != nil {
		return process{}, fmt.Errorf("asking about process %d: %w", pid, err)
	}
	if int(info.Proc.P_pid) != pid {
		return process{}, fmt.Errorf("asked about process %d, told about %d", pid, info.Proc.P_pid)
	}
	session, err := unix.Getsid(pid)
	if err != nil {
		// Those of other users may not be asked for; their parent still is.
		session = 0
	}
	return process{parent: int(info.Eproc.Ppid), group: int(info.Eproc.Pgid), session: session}, nil
}
