package control

import "golang.org/x/sys/unix"

// peerUser returns the user of the process that opened the other end of fd.
func peerUser(fd int) (uint32, error) {
	credentials, err := unix.GetsockoptXucred(fd, unix.SOL_LOCAL, unix.LOCAL_PEERCRED)
	if err != nil {
		return 0, err
	}
	return credentials.Uid, nil
}
