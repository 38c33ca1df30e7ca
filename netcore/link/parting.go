package link

import (
	"net"
	"sync"
	"sync/atomic"
)

// parting is the connection of a control link, which can end in good order.
// A system that closes a connection with unread data in it resets it, and many
// then throw away at the other side what that had not read yet (RFC 2525,
// 2.17; RFC 9112, 9.6): a goodbye, for instance.
type parting struct {
	*frugal
	lingers atomic.Bool
	once    sync.Once
	last    chan struct{} // closed by heardAll
}

// newParting returns conn, watched as by frugal.
func newParting(conn net.Conn) *parting {
	return &parting{frugal: newFrugal(conn), last: make(chan struct{})}
}

// Read implements net.Conn.
func (p *parting) Read(b []byte) (int, error) {
	n, err := p.frugal.Read(b)
	if err != nil || p.goAway {
		p.heardAll()
	}
	return n, err
}

// linger makes Close wait for heardAll: until the other side has answered the
// last frame by its end, or whoever called linger loses patience.
func (p *parting) linger() { p.lingers.Store(true) }

// heardAll says that nothing more is to be waited for.
func (p *parting) heardAll() { p.once.Do(func() { close(p.last) }) }

// Close implements net.Conn. Somebody must be reading, as yamux does.
func (p *parting) Close() error {
	if p.lingers.Load() {
		<-p.last
	}
	return p.Conn.Close()
}
