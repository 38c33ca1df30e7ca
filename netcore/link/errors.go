package link

import (
	"errors"
	"fmt"
	"io"
	"syscall"
)

var (
	// ErrNotConnected says that there is no live link to the device.
	ErrNotConnected = errors.New("no link to the device")
	// ErrUnreachable says that nobody answered at any of the addresses.
	ErrUnreachable = errors.New("nobody answers there")
	// ErrHungUp is ErrUnreachable: what answers there closed the connection
	// before it had said who it is. A copy whose limits are reached does so,
	// and may do better a moment later.
	ErrHungUp = fmt.Errorf("it hung up at once: %w", ErrUnreachable)
	// ErrNotLanyard says that something answered that is no Lanyard.
	ErrNotLanyard = errors.New("what answers there is not Lanyard")
	// ErrWrongDevice says that another device answered than the one dialed.
	ErrWrongDevice = errors.New("another device answers there")
	// ErrSelf says that the other side presented this device's own key.
	ErrSelf = errors.New("this device itself answers there")
	// ErrVersion says that the two sides have no protocol version in common.
	// It comes as one of the next two.
	ErrVersion = errors.New("no common protocol version")
	// ErrTheyMustUpdate is ErrVersion: the other side's program is too old.
	ErrTheyMustUpdate = fmt.Errorf("the other side must update: %w", ErrVersion)
	// ErrWeMustUpdate is ErrVersion: this program is too old.
	ErrWeMustUpdate = fmt.Errorf("this side must update: %w", ErrVersion)
	// ErrBusy says that a limit was reached, here or on the other side.
	ErrBusy = errors.New("too many links or streams")
	// ErrRefused says that the other side does not want this link.
	ErrRefused = errors.New("the other side refused the link")
	// ErrPassword says that the two sides have no network password in common:
	// the other side's is another one, or only one of them has one.
	ErrPassword = errors.New("no network password in common")
	// ErrGoodbye says that the other side's program ended in good order.
	ErrGoodbye = errors.New("the other side said goodbye")
	// ErrLinkLost says that the link below died: a pulled cable, a crash.
	ErrLinkLost = errors.New("the link was lost")
	// ErrReset says that the other side cancelled the stream.
	ErrReset = errors.New("the other side cancelled the stream")
	// ErrClosed says that the Manager was closed.
	ErrClosed = errors.New("the link manager is closed")
)

// hungUp reports whether err says that the other side closed the connection.
func hungUp(err error) bool {
	for _, end := range []error{errCut, io.EOF, io.ErrUnexpectedEOF, syscall.ECONNRESET, syscall.EPIPE} {
		if errors.Is(err, end) {
			return true
		}
	}
	return connectionAborted(err)
}
