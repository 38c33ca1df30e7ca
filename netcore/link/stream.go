package link

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"lanyard/netcore/wire"
)

const (
	// lingerBytes is how much of what still comes after Close is dropped
	// before the stream is reset.
	lingerBytes = 1 << 20
	// settle is how long the reset of a bulk link waits for the end of the
	// control link: a program that was killed takes both down together, and
	// that is no cancelling.
	settle = 100 * time.Millisecond
)

// Stream is one exchange with a peer. One goroutine may read while another
// writes; Reset, Close and the deadlines may be called from anywhere.
//
// Errors: io.EOF after the other side's CloseWrite or Close, ErrReset when it
// cancelled, ErrLinkLost when the link died, ErrGoodbye when its program
// ended, os.ErrDeadlineExceeded, net.ErrClosed after the own Close or Reset.
type Stream struct {
	frames *wire.Conn
	below  exchange
	peer   Peer
	bulk   bool
	export exporter
	linger time.Duration
	spawn  func(func()) bool // starts a goroutine of the Manager

	ctx      context.Context // of the handler; ends with the link
	cancel   context.CancelCauseFunc
	served   bool          // a handler runs, and cancels ctx when it returns
	reading  chan struct{} // holds one while somebody reads: the mux wakes only one reader
	done     atomic.Bool
	eof      atomic.Bool
	failure  atomic.Pointer[error] // why reading or writing failed first; final
	freeOnce sync.Once
	free     func() // gives back what the stream was counted for
}

// newStream returns a stream of a link whose life is ctx.
func (m *Manager) newStream(ctx context.Context, peer Peer, below exchange, free func()) *Stream {
	s := &Stream{
		below: below, peer: peer, free: free, reading: make(chan struct{}, 1),
		linger: m.config.Timeouts.Linger, spawn: m.spawn,
	}
	s.frames = wire.NewConn(s)
	s.ctx, s.cancel = context.WithCancelCause(ctx)
	return s
}

// Wire returns the frame codec on the stream, always the same. The first frame
// was written, or read, by the Manager.
func (s *Stream) Wire() *wire.Conn { return s.frames }

// Read reads raw bytes: of a body, if it stands beside use of Wire.
func (s *Stream) Read(p []byte) (int, error) {
	s.reading <- struct{}{}
	defer func() { <-s.reading }()
	if s.done.Load() {
		return 0, net.ErrClosed
	}
	n, err := s.below.Read(p)
	if err != nil {
		return n, s.explain(err)
	}
	return n, nil
}

// Write writes raw bytes. On a bulk link small writes are gathered and leave
// after a millisecond or two, with the next Flush, or when this side starts to
// wait in a read. A write that makes no progress for Timeouts.Stall fails with
// os.ErrDeadlineExceeded, and the stream is useless.
func (s *Stream) Write(p []byte) (int, error) {
	if s.done.Load() {
		return 0, net.ErrClosed
	}
	n, err := s.below.Write(p)
	if err != nil {
		err = s.explain(err)
	}
	return n, err
}

// Flush sends what was gathered, now. It needs to be called only where a
// millisecond matters.
func (s *Stream) Flush() error {
	if err := s.below.Flush(); err != nil {
		return s.explain(err)
	}
	return nil
}

// CloseWrite flushes and tells the other side that nothing more comes; its
// reads then end with io.EOF. Reading goes on.
func (s *Stream) CloseWrite() error {
	if err := s.below.CloseWrite(); err != nil {
		return s.explain(err)
	}
	return nil
}

// Close ends the stream in good order: what was written arrives, and a read
// that waits here ends. The other side is given a moment to end its side too;
// if it goes on writing, its writes fail. Close does not wait for that.
func (s *Stream) Close() error {
	if s.done.Swap(true) {
		return nil
	}
	_ = s.below.SetReadDeadline(time.Unix(1, 0)) // wakes a reader; on failure it is awake
	if err := s.below.CloseWrite(); err != nil {
		s.below.abort()
		err = s.describe(err)
		s.finish(net.ErrClosed)
		return err
	}
	if s.eof.Load() || !s.spawn(s.seeOff) {
		s.below.end()
		s.finish(net.ErrClosed)
	}
	return nil
}

// seeOff waits for the other side's end of a closed stream.
func (s *Stream) seeOff() {
	defer s.finish(net.ErrClosed)
	s.reading <- struct{}{} // the user's reader has left
	defer func() { <-s.reading }()
	_ = s.below.SetReadDeadline(time.Now().Add(s.linger)) // on failure the read fails, too
	_, err := io.CopyN(io.Discard, readerOf(s.below), lingerBytes)
	if err == io.EOF { // as it is; see explain
		s.below.end()
		return
	}
	s.below.abort()
}

// readerOf hides everything but Read.
func readerOf(r io.Reader) io.Reader { return struct{ io.Reader }{r} }

// Reset cancels the stream: blocked and later reads and writes on both sides
// fail at once. Data under way is lost; what had arrived already can still be
// read on the other side. After Close it does nothing.
func (s *Stream) Reset() error {
	if !s.done.Swap(true) {
		s.cancel(net.ErrClosed)
		s.below.abort()
		s.finish(net.ErrClosed)
	}
	return nil
}

// kill ends the stream because its link has ended.
func (s *Stream) kill(cause error) {
	s.cancel(cause)
	s.below.abort()
	s.finish(cause)
}

// finish gives back what the stream was counted for, once.
func (s *Stream) finish(cause error) {
	s.freeOnce.Do(func() {
		s.free()
		if !s.served {
			s.cancel(cause)
		}
	})
}

// explain puts an error of the exchange in the terms of Stream.
func (s *Stream) explain(err error) error {
	if s.done.Load() {
		return net.ErrClosed
	}
	if err == io.EOF { // as it is: the end of a link may wrap one
		s.eof.Store(true)
		return io.EOF
	}
	return s.describe(err)
}

// describe says why reading or writing failed. A failure is final: the system
// reports a reset only once, and later a plain end.
func (s *Stream) describe(err error) error {
	err = s.below.explain(err)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return err
	}
	if s.bulk && errors.Is(err, ErrReset) {
		s.settle()
	}
	if s.ctx.Err() != nil {
		err = context.Cause(s.ctx)
	}
	s.failure.CompareAndSwap(nil, &err)
	return *s.failure.Load()
}

// settle gives the end of the control link a moment to be noticed.
func (s *Stream) settle() {
	timer := time.NewTimer(settle)
	defer timer.Stop()
	select {
	case <-s.ctx.Done():
	case <-timer.C:
	}
}

// SetDeadline sets both deadlines, as in net.Conn. On a bulk link a write that
// ran into its deadline makes the stream useless.
func (s *Stream) SetDeadline(t time.Time) error {
	return errors.Join(s.SetReadDeadline(t), s.SetWriteDeadline(t))
}

// SetReadDeadline sets the deadline of reads, as in net.Conn.
func (s *Stream) SetReadDeadline(t time.Time) error {
	if s.done.Load() {
		return net.ErrClosed
	}
	return s.below.SetReadDeadline(t)
}

// SetWriteDeadline sets the deadline of writes, as in net.Conn.
func (s *Stream) SetWriteDeadline(t time.Time) error {
	if s.done.Load() {
		return net.ErrClosed
	}
	return s.below.SetWriteDeadline(t)
}

// Peer returns who is at the other end.
func (s *Stream) Peer() Peer { return s.peer }

// Exporter returns length bytes that only the two ends of the TLS session below
// the stream can know (its exporter, RFC 8446, 7.5). All streams of one link
// get the same for the same label and context; a nil context is an empty one.
func (s *Stream) Exporter(label string, context []byte, length int) ([]byte, error) {
	out, err := s.export(label, context, length)
	if err != nil {
		return nil, fmt.Errorf("exporting keying material: %w", err)
	}
	return out, nil
}

// Bulk reports whether the stream has a link of its own.
func (s *Stream) Bulk() bool { return s.bulk }
