package link

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/libp2p/go-yamux/v5"
)

// exchange is what carries one stream.
type exchange interface {
	io.ReadWriter
	Flush() error
	CloseWrite() error
	SetReadDeadline(time.Time) error
	SetWriteDeadline(time.Time) error
	end()                // both sides are through: free everything
	abort()              // cancel, so that both sides notice at once
	explain(error) error // in the terms of this package
}

// writePiece is how many bytes of a large write must go out within the stall
// time-out.
const writePiece = 64 << 10

// muxExchange is a stream of a control link.
type muxExchange struct {
	stream *yamux.Stream
	stall  time.Duration

	mu   sync.Mutex
	user time.Time // the user's deadline for writes
}

func (e *muxExchange) Read(p []byte) (int, error) { return e.stream.Read(p) }

func (e *muxExchange) Write(p []byte) (int, error) {
	written := 0
	for {
		piece := p[written:min(len(p), written+writePiece)]
		e.arm()
		n, err := e.stream.Write(piece)
		written += n
		if err != nil || written == len(p) {
			return written, err
		}
	}
}

// arm bounds the coming write.
func (e *muxExchange) arm() {
	e.mu.Lock()
	defer e.mu.Unlock()
	_ = e.stream.SetWriteDeadline(sooner(e.user, time.Now().Add(e.stall))) // always nil
}

func (e *muxExchange) SetWriteDeadline(t time.Time) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.user = t
	return e.stream.SetWriteDeadline(t)
}

func (e *muxExchange) SetReadDeadline(t time.Time) error { return e.stream.SetReadDeadline(t) }
func (e *muxExchange) Flush() error                      { return nil }
func (e *muxExchange) CloseWrite() error                 { return e.stream.CloseWrite() }
func (e *muxExchange) end()                              { _ = e.stream.Close() } // both halves are closed already

// abort first ends a write that waits for a place in the link's queue: Reset
// alone does not wake it.
func (e *muxExchange) abort() {
	_ = e.SetWriteDeadline(time.Unix(1, 0))
	_ = e.stream.Reset() // always nil
}

// explain tells apart time-outs, the other side's reset and the link's end.
func (e *muxExchange) explain(err error) error {
	var reset *yamux.StreamError
	switch {
	case err == yamux.ErrTimeout: // not errors.Is: the link's end may wrap one, too
		return os.ErrDeadlineExceeded
	case errors.Is(err, yamux.ErrStreamClosed):
		return net.ErrClosed
	case errors.As(err, &reset) && reset.Remote:
		return ErrReset
	case errors.As(err, &reset):
		return net.ErrClosed
	}
	return sessionError(err)
}

// bulkExchange is a link of its own.
type bulkExchange struct {
	conn *tls.Conn
	low  *lower
}

func (e *bulkExchange) Read(p []byte) (int, error)         { return e.conn.Read(p) }
func (e *bulkExchange) Write(p []byte) (int, error)        { return e.conn.Write(p) }
func (e *bulkExchange) Flush() error                       { return e.low.out.Flush() }
func (e *bulkExchange) SetReadDeadline(t time.Time) error  { return e.conn.SetReadDeadline(t) }
func (e *bulkExchange) SetWriteDeadline(t time.Time) error { return e.conn.SetWriteDeadline(t) }

// CloseWrite sends TLS's close_notify, without which the other side takes the
// end for a lost link. Collecting stops before: TLS sets a deadline in the past
// right behind it.
func (e *bulkExchange) CloseWrite() error {
	if err := e.low.out.through(); err != nil {
		return err
	}
	return e.conn.CloseWrite()
}

func (e *bulkExchange) end()   { _ = e.low.Close() } // nothing is under way any more
func (e *bulkExchange) abort() { e.low.abort() }

// explain tells apart time-outs, a reset and everything else that ends a
// connection. A connection cut off without close_notify is a lost link.
func (e *bulkExchange) explain(err error) error {
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return os.ErrDeadlineExceeded
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), connectionAborted(err):
		return ErrReset
	}
	return fmt.Errorf("%w: %w", ErrLinkLost, err)
}
