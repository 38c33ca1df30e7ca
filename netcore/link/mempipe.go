package link

import (
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// memWindow is how many bytes one direction of a connection holds.
const memWindow = 256 << 10

// memPipe is one direction of a connection.
type memPipe struct {
	network  *Memory
	from, to string // hosts

	mu         sync.Mutex
	buf        []byte
	writerGone bool          // closed in good order: io.EOF after buf
	readerGone bool          // closed: writes fail
	reset      bool          // closed in disorder: buf is lost
	changed    chan struct{} // closed, and made anew, at every change
}

// newMemPipe returns an open direction between two hosts.
func newMemPipe(network *Memory, from, to string) *memPipe {
	return &memPipe{network: network, from: from, to: to, changed: make(chan struct{})}
}

// update applies f and wakes both ends.
func (p *memPipe) update(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f()
	p.wake()
}

// wake wakes both ends. The lock is held.
func (p *memPipe) wake() {
	close(p.changed)
	p.changed = make(chan struct{})
}

// take reads what is there into b. When it returns 0 and no error, the caller
// must wait for the channel. Nothing arrives unless the hosts are joined.
func (p *memPipe) take(b []byte, joined bool) (n int, changed <-chan struct{}, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.readerGone:
		return 0, nil, net.ErrClosed
	case !joined:
		return 0, p.changed, nil
	case p.reset:
		return 0, nil, syscall.ECONNRESET
	case len(p.buf) > 0:
		n = copy(b, p.buf)
		p.buf = p.buf[n:]
		p.wake()
		return n, nil, nil
	case p.writerGone:
		return 0, nil, io.EOF
	}
	return 0, p.changed, nil
}

// put appends as much of b as fits. When it returns 0 and no error, the caller
// must wait for the channel. That the reader has gone is seen only when joined.
func (p *memPipe) put(b []byte, joined bool) (n int, changed <-chan struct{}, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.writerGone:
		return 0, nil, net.ErrClosed
	case joined && (p.readerGone || p.reset):
		return 0, nil, syscall.ECONNRESET
	}
	n = min(memWindow-len(p.buf), len(b))
	if n == 0 {
		return 0, p.changed, nil
	}
	p.buf = append(p.buf, b[:n]...)
	p.wake()
	return n, nil, nil
}

// memDeadline is a deadline that waiting goroutines can select on.
type memDeadline struct {
	mu      sync.Mutex
	at      time.Time
	changed chan struct{}
}

// set moves the deadline; zero is none.
func (d *memDeadline) set(t time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.at = t
	if d.changed != nil {
		close(d.changed)
	}
	d.changed = make(chan struct{})
}

// passed reports whether the deadline is over.
func (d *memDeadline) passed() bool {
	at, _ := d.get()
	return !at.IsZero() && time.Until(at) <= 0
}

// get returns the deadline and a channel that is closed when it is moved.
func (d *memDeadline) get() (time.Time, <-chan struct{}) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.changed == nil {
		d.changed = make(chan struct{})
	}
	return d.at, d.changed
}

// wait returns when one of the channels is closed, or fails at the deadline.
func (d *memDeadline) wait(a, b <-chan struct{}) error {
	at, moved := d.get()
	var expired <-chan time.Time
	if !at.IsZero() {
		left := time.Until(at)
		if left <= 0 {
			return os.ErrDeadlineExceeded
		}
		timer := time.NewTimer(left)
		defer timer.Stop()
		expired = timer.C
	}
	select {
	case <-a:
	case <-b:
	case <-moved:
	case <-expired:
		return os.ErrDeadlineExceeded
	}
	return nil
}

// memConn is one end of a connection.
type memConn struct {
	in, out       *memPipe
	local, remote memAddr
	reads, writes memDeadline
	once          sync.Once
	hard          atomic.Bool // Close resets
}

// newMemPair returns the two ends of a new connection.
func newMemPair(network *Memory, a, b memAddr) (*memConn, *memConn) {
	ab, ba := newMemPipe(network, a.host(), b.host()), newMemPipe(network, b.host(), a.host())
	return &memConn{in: ba, out: ab, local: a, remote: b}, &memConn{in: ab, out: ba, local: b, remote: a}
}

// Read implements net.Conn.
func (c *memConn) Read(b []byte) (int, error) {
	return c.in.until(&c.reads, func(joined bool) (int, <-chan struct{}, error) {
		return c.in.take(b, joined)
	})
}

// Write implements net.Conn.
func (c *memConn) Write(b []byte) (int, error) {
	written := 0
	for written < len(b) {
		n, err := c.out.until(&c.writes, func(joined bool) (int, <-chan struct{}, error) {
			return c.out.put(b[written:], joined)
		})
		written += n
		if err != nil {
			return written, err
		}
	}
	return written, nil
}

// until repeats try, which is take or put, until it did something or failed.
func (p *memPipe) until(deadline *memDeadline, try func(joined bool) (int, <-chan struct{}, error)) (int, error) {
	for {
		if deadline.passed() {
			return 0, os.ErrDeadlineExceeded
		}
		joined, network := p.network.joined(p.from, p.to)
		n, changed, err := try(joined)
		if n > 0 || err != nil {
			return n, err
		}
		if err := deadline.wait(network, changed); err != nil {
			return 0, err
		}
	}
}

// SetLinger with 0 makes Close reset the connection, as in net.TCPConn.
func (c *memConn) SetLinger(seconds int) error {
	c.hard.Store(seconds == 0)
	return nil
}

// Close implements net.Conn: the other side reads what was written and then
// the end, unless this one left data unread or asked for a reset.
func (c *memConn) Close() error {
	c.once.Do(func() {
		hard := c.hard.Load()
		c.in.update(func() {
			hard = hard || len(c.in.buf) > 0
			c.in.readerGone = true
		})
		c.out.update(func() {
			c.out.writerGone = true
			c.out.reset = hard
		})
	})
	return nil
}

// LocalAddr implements net.Conn.
func (c *memConn) LocalAddr() net.Addr { return c.local }

// RemoteAddr implements net.Conn.
func (c *memConn) RemoteAddr() net.Addr { return c.remote }

// SetDeadline implements net.Conn.
func (c *memConn) SetDeadline(t time.Time) error {
	c.reads.set(t)
	c.writes.set(t)
	return nil
}

// SetReadDeadline implements net.Conn.
func (c *memConn) SetReadDeadline(t time.Time) error {
	c.reads.set(t)
	return nil
}

// SetWriteDeadline implements net.Conn.
func (c *memConn) SetWriteDeadline(t time.Time) error {
	c.writes.set(t)
	return nil
}
