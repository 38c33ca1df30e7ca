package classic

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"time"
)

// stall is how long a peer may take none of what is sent to it.
const stall = 30 * time.Second

// sendPiece is how much one write gives at most, so that a peer that reads
// slowly is told from one that does not read.
const sendPiece = 256 << 10

// conn is a stream whose every call the face can see. But for close it is used by
// one goroutine at a time.
type conn struct {
	net.Conn
	s           *Session
	local, peer string
	pending     chan reading // a read that is under way, or nil
	queue       []reading    // what was read and not taken yet
	ready       chan reading // the first of queue, on offer, or nil
}

// reading is what one read returned.
type reading struct {
	data []byte
	err  error // io.EOF: the peer has ended its direction
}

// newConn takes a stream over, which the end of ctx closes.
func (s *Session) newConn(raw net.Conn, how Direction) *conn {
	c := &conn{Conn: raw, s: s, local: addressOf(raw.LocalAddr()), peer: addressOf(raw.RemoteAddr())}
	if c.peer == unixPrefix { // a client without a path; still each has a name
		c.peer = fmt.Sprintf("%s#%d", unixPrefix, s.count.Add(1))
	}
	c.note(Record{Direction: how})
	return c
}

// note records a call.
func (c *conn) note(r Record) {
	r.Local, r.Peer = c.local, c.peer
	c.s.record(r)
}

// recv is one read, as a program of the courses does it.
func (c *conn) recv(size int) ([]byte, error) {
	buf := make([]byte, size)
	n, err := c.Conn.Read(buf)
	r := Record{Direction: Read, Asked: size, Size: n, Bytes: buf[:n], End: n == 0 && errors.Is(err, io.EOF)}
	if n > 0 {
		err = nil // it comes again
	} else if err != nil && !r.End {
		r.Err = err.Error()
	}
	if !errors.Is(err, net.ErrClosed) {
		c.note(r)
	}
	return buf[:n], err
}

// begin starts a read of at most size bytes, unless one is under way, and
// returns where it arrives. What arrives is to be given to got.
func (c *conn) begin(size int) <-chan reading {
	if c.ready == nil && len(c.queue) > 0 {
		c.ready = make(chan reading, 1)
		c.ready <- c.queue[0]
		c.queue = c.queue[1:]
	}
	if c.ready != nil {
		return c.ready
	}
	if c.pending != nil {
		return c.pending
	}
	size = min(size, int(c.s.recvSize.Load()))
	arrived := make(chan reading, 1)
	c.pending = arrived
	go func() {
		data, err := c.recv(size)
		arrived <- reading{data, err}
	}()
	return arrived
}

// got takes what arrived, at most size bytes of it; more is kept for later.
func (c *conn) got(r reading, size int) ([]byte, error) {
	if c.ready != nil {
		c.ready = nil
	} else {
		c.pending = nil
	}
	if len(r.data) > size {
		c.queue = append([]reading{{r.data[size:], r.err}}, c.queue...)
		r.data, r.err = r.data[:size], nil
	}
	return r.data, r.err
}

// putBack has reads arrive once more, before all others.
func (c *conn) putBack(reads []reading) {
	if c.ready != nil {
		reads = append(reads, <-c.ready)
		c.ready = nil
	}
	c.queue = append(reads, c.queue...)
}

// take reads at most size bytes. It fails with a Problem of NoAnswer if nothing
// comes within patience; 0 is any time.
func (c *conn) take(ctx context.Context, size int, patience time.Duration) ([]byte, error) {
	var late <-chan time.Time
	if patience > 0 {
		timer := time.NewTimer(patience)
		defer timer.Stop()
		late = timer.C
	}
	select {
	case r := <-c.begin(size):
		return c.got(r, size)
	case <-late:
		return nil, problem(NoAnswer, "nothing in %v", patience)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// takeAll is take for exactly size bytes, in as many reads as it needs.
func (c *conn) takeAll(ctx context.Context, size int, patience time.Duration) ([]byte, error) {
	var all []byte
	for len(all) < size {
		data, err := c.take(ctx, size-len(all), patience)
		if err != nil {
			return all, err
		}
		all = append(all, data...)
	}
	return all, nil
}

// reader reads a conn as a stream.
type reader struct {
	ctx      context.Context
	c        *conn
	patience time.Duration
}

// Read is one take.
func (r reader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	data, err := r.c.take(r.ctx, len(p), r.patience)
	return copy(p, data), err
}

// send writes all of p, which is nothing on the wire if p is empty.
func (c *conn) send(p []byte) error {
	for len(p) > 0 {
		piece := p[:min(len(p), sendPiece)]
		_ = c.SetWriteDeadline(time.Now().Add(stall)) // a fault shows in the write
		n, err := c.Conn.Write(piece)
		r := Record{Direction: Write, Asked: len(piece), Size: n, Bytes: piece[:n]}
		if err != nil {
			r.Err = err.Error()
		}
		c.note(r)
		if err != nil {
			return err
		}
		p = p[len(piece):]
	}
	return nil
}

// halfClose ends this end's direction; the other goes on.
func (c *conn) halfClose() {
	if half, can := c.Conn.(interface{ CloseWrite() error }); can && half.CloseWrite() == nil {
		c.note(Record{Direction: HalfClose})
	}
}

// shut closes the stream.
func (c *conn) shut() {
	if c.Conn.Close() == nil {
		c.note(Record{Direction: Close})
	}
}

// lost turns an error of a stream into a Problem; the end of the stream is told
// as PeerClosed.
func lost(err error) error {
	var known *Problem
	switch {
	case err == nil, errors.Is(err, errOver), errors.As(err, &known), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return problem(PeerClosed, "")
	}
	return &Problem{Reason: Lost, Err: err}
}
