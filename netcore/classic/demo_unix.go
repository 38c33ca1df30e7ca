//go:build unix

package classic

import (
	"errors"
	"net"
	"syscall"

	"golang.org/x/sys/unix"
)

// waiting returns how many bytes wait to be read.
func waiting(c *net.TCPConn) (int, bool) {
	raw, err := c.SyscallConn()
	if err != nil {
		return 0, false
	}
	there := 0
	var failed error
	err = raw.Control(func(fd uintptr) { there, failed = unix.IoctlGetInt(int(fd), readable) })
	return there, err == nil && failed == nil
}

// oneSend is one send that does not wait, and takes what there is room for.
func (d *demoStage) oneSend(c *net.TCPConn, data []byte) (int, error) {
	raw, err := c.SyscallConn()
	if err != nil {
		return 0, err
	}
	n := 0
	var failed error
	err = raw.Write(func(fd uintptr) bool {
		n, failed = syscall.Write(int(fd), data)
		return !errors.Is(failed, syscall.EAGAIN)
	})
	d.note(StepSend, Record{
		Direction: Write, Local: addressOf(c.LocalAddr()), Peer: addressOf(c.RemoteAddr()), Asked: len(data), Size: max(n, 0), Bytes: data,
	}, failed)
	return max(n, 0), errors.Join(err, failed)
}
