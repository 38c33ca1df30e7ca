//go:build linux

package transfer

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"
)

// relay stands between the two sides: it counts what passes, and lets a fault
// happen at a byte. All conversations of a pair go through it.
type relay struct {
	listeners map[string]net.Listener // by what comes there: offers, data, or what the receiver says by itself
	tasks     sync.WaitGroup
	there     atomic.Int64           // bytes to the receiver, in this transfer
	back      atomic.Int64           // bytes to the sender
	data      atomic.Int64           // data streams
	again     atomic.Pointer[func()] // called before a data stream but the first
	strike    atomic.Pointer[blow]

	mu      sync.Mutex
	ends    map[string]string // addresses, by role; empty: it is not there
	couples map[*couple]bool
	open    chan struct{} // closed while connections are let through
}

// blow is a fault that is due when so many bytes have passed in a direction.
type blow struct {
	at   int64
	back bool
	do   func()        // in the middle of what passes
	hit  chan struct{} // closed after it
	done atomic.Bool
}

// couple is a connection through the relay: its two ends.
type couple struct {
	near, far *net.TCPConn
	frozen    atomic.Bool
	over      chan struct{} // closed to end one that is frozen
	once      sync.Once
}

// newRelay listens for both sides.
func newRelay() (*relay, error) {
	r := &relay{listeners: map[string]net.Listener{}, ends: map[string]string{}, couples: map[*couple]bool{}, open: make(chan struct{})}
	close(r.open)
	for _, what := range []string{"offers", "data", "back"} {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, errors.Join(err, r.close())
		}
		r.listeners[what] = listener
		r.tasks.Go(func() { r.accept(listener, what) })
	}
	return r, nil
}

func (r *relay) addr(what string) string { return r.listeners[what].Addr().String() }

// close ends everything.
func (r *relay) close() error {
	var errs []error
	for _, l := range r.listeners {
		errs = append(errs, l.Close())
	}
	r.let(true)
	r.reset()
	r.tasks.Wait()
	return errors.Join(errs...)
}

// moved says where a side listens now.
func (r *relay) moved(role, addr string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ends[role] = addr
}

// begin starts to count for another transfer.
func (r *relay) begin() {
	r.there.Store(0)
	r.back.Store(0)
	r.data.Store(0)
}

// let says whether connections are let through; if not, they wait.
func (r *relay) let(through bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	select {
	case <-r.open:
		if !through {
			r.open = make(chan struct{})
		}
	default:
		if through {
			close(r.open)
		}
	}
}

func (r *relay) accept(listener net.Listener, what string) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		r.tasks.Go(func() { r.join(conn.(*net.TCPConn), what) }) //nolint:errcheck,forcetypeassert // of a TCP listener
	}
}

// join joins a connection to the side that it is for, once it is let through.
func (r *relay) join(near *net.TCPConn, what string) {
	r.mu.Lock()
	open := r.open
	r.mu.Unlock()
	<-open
	role := "receiver"
	if what == "back" {
		role = "sender"
	}
	r.mu.Lock()
	to := r.ends[role]
	r.mu.Unlock()
	conn, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", to)
	if err != nil {
		_ = near.SetLinger(0)
		_ = near.Close()
		return
	}
	if what == "data" {
		if again := r.again.Load(); r.data.Add(1) > 1 && again != nil {
			(*again)()
		}
	}
	c := &couple{near: near, far: conn.(*net.TCPConn), over: make(chan struct{})} //nolint:errcheck,forcetypeassert // dialled as such
	for _, end := range []*net.TCPConn{c.near, c.far} {
		_ = end.SetReadBuffer(tcpBuffer)
		_ = end.SetWriteBuffer(tcpBuffer)
	}
	r.mu.Lock()
	r.couples[c] = true
	r.mu.Unlock()
	var both sync.WaitGroup
	both.Go(func() { r.pump(c, c.near, c.far, what == "back") })
	both.Go(func() { r.pump(c, c.far, c.near, what != "back") })
	both.Wait()
	c.end(false)
	r.mu.Lock()
	delete(r.couples, c)
	r.mu.Unlock()
}

// end closes both ends, orderly or with a reset.
func (c *couple) end(reset bool) {
	c.once.Do(func() {
		close(c.over)
		for _, end := range []*net.TCPConn{c.near, c.far} {
			if reset {
				_ = end.SetLinger(0)
			}
			_ = end.Close()
		}
	})
}

// pump passes on what one end says.
func (r *relay) pump(c *couple, from, to *net.TCPConn, back bool) {
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		if c.frozen.Load() {
			<-c.over
			return
		}
		if n > 0 && !r.pass(c, to, buf[:n], back) {
			return
		}
		switch {
		case errors.Is(err, io.EOF):
			_ = to.CloseWrite()
			return
		case err != nil:
			c.end(true)
			return
		}
	}
}

// pass passes bytes on up to the fault that is due, lets that happen, and then
// passes the rest on, if there is anybody left.
func (r *relay) pass(c *couple, to *net.TCPConn, p []byte, back bool) bool {
	count := &r.there
	if back {
		count = &r.back
	}
	now := count.Load()
	if s := r.strike.Load(); s != nil && s.back == back && now+int64(len(p)) >= s.at && s.done.CompareAndSwap(false, true) {
		before := p[:min(max(s.at-now, 0), int64(len(p)))]
		p = p[len(before):]
		count.Add(int64(len(before)))
		_, _ = to.Write(before)
		s.do()
		close(s.hit)
	}
	if c.frozen.Load() {
		<-c.over
		return false
	}
	_, err := to.Write(p)
	if err != nil {
		c.end(true)
		return false
	}
	count.Add(int64(len(p)))
	return true
}

// all returns the connections there are.
func (r *relay) all() []*couple {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := make([]*couple, 0, len(r.couples))
	for c := range r.couples {
		list = append(list, c)
	}
	return list
}

// reset breaks all connections, so that both ends know.
func (r *relay) reset() {
	for _, c := range r.all() {
		c.end(true)
	}
}

// freeze has all connections pass nothing any more, and nobody is told. It
// returns what has that noticed.
func (r *relay) freeze() (thaw func()) {
	frozen := r.all()
	for _, c := range frozen {
		c.frozen.Store(true)
	}
	return func() {
		for _, c := range frozen {
			c.end(true)
		}
	}
}

// thaw ends the connections that are frozen.
func (r *relay) thaw() {
	for _, c := range r.all() {
		if c.frozen.Load() {
			c.end(true)
		}
	}
}

// live is how many connections there are, but those that are frozen.
func (r *relay) live() (n int) {
	for _, c := range r.all() {
		if !c.frozen.Load() {
			n++
		}
	}
	return n
}
