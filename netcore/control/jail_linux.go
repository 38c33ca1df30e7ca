package control

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// clientProcess is the process at the other end of a connection.
type clientProcess struct {
	pid    int
	handle int   // a pidfd; -1 where the kernel is older than those of sockets
	gone   error // why there is no handle although the kernel has some
}

// newClientProcess asks the kernel which process connected. It must be closed.
func newClientProcess(conn net.Conn) (*clientProcess, error) {
	client := &clientProcess{handle: -1}
	err := onSocket(conn, func(fd int) error {
		credentials, err := unix.GetsockoptUcred(fd, unix.SOL_SOCKET, unix.SO_PEERCRED)
		if err != nil {
			return err
		}
		client.pid = int(credentials.Pid)
		client.handle, err = unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_PEERPIDFD)
		if err != nil {
			client.handle = -1
		}
		if err != nil && !errors.Is(err, unix.ENOPROTOOPT) && client.pid > 0 {
			client.gone = fmt.Errorf("it has ended: %w", err)
		}
		return nil
	})
	if err == nil && client.pid <= 0 {
		err = errors.New("it is in a process namespace that this one does not see")
	}
	if err != nil {
		client.close()
		return nil, err
	}
	return client, nil
}

// close gives the handle back.
func (c *clientProcess) close() {
	if c.handle >= 0 {
		_ = unix.Close(c.handle)
		c.handle = -1
	}
}

// alive fails if the process has ended.
func (c *clientProcess) alive() error {
	if c.gone != nil {
		return c.gone
	}
	if c.handle < 0 {
		_, err := c.look(c.pid)
		return err
	}
	polled := []unix.PollFd{{Fd: int32(c.handle), Events: unix.POLLIN}} // #nosec G115 -- file descriptors are ints of C
	for {
		n, err := unix.Poll(polled, 0)
		switch {
		case errors.Is(err, unix.EINTR):
		case err != nil:
			return err
		case n > 0:
			return errGone
		default:
			return nil
		}
	}
}

// look reads what the kernel says of a process.
func (c *clientProcess) look(pid int) (process, error) {
	raw, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return process{}, err
	}
	return parseStat(string(raw))
}

// parseStat reads the parent, group and session in /proc/PID/stat. The name
// before them is the process's own choice, and may hold blanks and brackets.
func parseStat(stat string) (process, error) {
	fields := strings.Fields(stat[strings.LastIndexByte(stat, ')')+1:])
	if len(fields) < 4 {
		return process{}, fmt.Errorf("%d fields in %q", len(fields), stat)
	}
	var ids [3]int
	for i, field := range fields[1:4] {
		var err error
		if ids[i], err = strconv.Atoi(field); err != nil {
			return process{}, fmt.Errorf("reading %q: %w", stat, err)
		}
	}
	return process{parent: ids[0], group: ids[1], session: ids[2]}, nil
}
