package link

import (
	"net"
	"sync/atomic"
	"time"
)

// parting is the connection of a control link, which can end in good order.
// A system that closes a connection with unread data in it resets it, and many
// then throw away at the other side what that had not read yet (RFC 2525,
// 2.17; RFC 9112, 9.6): a goodbye, for instance.
type parting struct {
	*frugal
	lingers atomic.Bool
}

// newParting returns conn, watched as by frugal.
func newParting(conn net.Conn) *parting { return &parting{frugal: newFrugal(conn)} }

// linger makes Close leave the connection to farewell: yamux closes under a lock
// that its own goroutines want, too, and is not to wait there for the other side.
func (p *parting) linger() { p.lingers.Store(true) }

// Close implements net.Conn. After linger it only ends all reading.
func (p *parting) Close() error {
	if p.lingers.Load() {
		return p.SetReadDeadline(time.Unix(1, 0))
	}
	return p.Conn.Close()
}

// farewell closes the connection when the other side has answered the last
// frame by its own, or by its end. Nobody else may be reading any more.
func (p *parting) farewell() {
	defer func() { _ = p.Conn.Close() }() // the link ends either way
	if err := p.SetReadDeadline(time.Time{}); err != nil {
		return
	}
	unread := make([]byte, 4<<10)
	for !p.goAway {
		if _, err := p.Read(unread); err != nil {
			return
		}
	}
}
