package classic

import (
	"errors"
	"net"

	"golang.org/x/sys/windows"
)

// cutByRead knows the error of Windows for a datagram that did not fit: its
// beginning was read all the same. A write that is too long fails with it too.
func cutByRead(err error) bool { return errors.Is(err, windows.WSAEMSGSIZE) }

// heedDestination has the socket receive no broadcasts: this system does not tell
// a program where a datagram was sent to.
func (p *packets) heedDestination() {
	if udp, is := p.conn.(*net.UDPConn); is {
		if raw, err := udp.SyscallConn(); err == nil {
			deaf(raw)
		}
	}
}
