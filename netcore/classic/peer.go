package classic

import (
	"errors"
	"net"
	"os"
)

// errNotTold says that this system does not tell whose a connection is.
var errNotTold = errors.New("the system does not tell the user")

// errGone says that the other end of a connection on this PC has no owner any
// more.
var errGone = errors.New("the connection has no owner any more")

// checkUser refuses the conversation with a process of another user of this PC,
// where the system can tell. Root may be whoever it likes.
func (c *conn) checkUser() error {
	var user int
	var err error
	switch local := c.LocalAddr().(type) {
	case *net.UnixAddr:
		user, err = unixUser(c.Conn)
	case *net.TCPAddr:
		remote, _ := c.RemoteAddr().(*net.TCPAddr)
		if remote == nil || !samePC(remote.IP) {
			return nil
		}
		user, _, err = ownerOf(tcpTables(), remote.AddrPort(), local.AddrPort())
	default:
		return nil
	}
	return judgeUser(user, err)
}

// judgeUser says whether a user may be the other end.
func judgeUser(user int, err error) error {
	switch {
	case errors.Is(err, errNotTold):
		return nil
	case errors.Is(err, errGone):
		return problem(UnknownUser, "")
	case err != nil:
		return &Problem{Reason: UnknownUser, Err: err}
	case user != os.Geteuid() && user != 0:
		return problem(OtherUser, "user %d", user)
	}
	return nil
}

// samePC reports whether an address is one of this PC's, seen from a socket that
// it talks to: connections to oneself need not be over loopback.
func samePC(ip net.IP) bool {
	if ip.IsLoopback() {
		return true
	}
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		return false
	}
	for _, address := range addresses {
		if own, is := address.(*net.IPNet); is && own.IP.Equal(ip) {
			return true
		}
	}
	return false
}
