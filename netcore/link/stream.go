package link

import (
	"time"

	"lanyard/netcore/wire"
)

// Stream is one exchange with a peer. One goroutine may read while another
// writes; Reset, Close and the deadlines may be called from anywhere.
//
// Errors: io.EOF after the other side's CloseWrite or Close, ErrReset when it
// cancelled, ErrLinkLost when the link died, ErrGoodbye when its program
// ended, os.ErrDeadlineExceeded, net.ErrClosed after the own Close or Reset.
type Stream struct {
	frames *wire.Conn
}

// Wire returns the frame codec on the stream, always the same. The first frame
// was written, or read, by the Manager.
func (s *Stream) Wire() *wire.Conn { return s.frames }

// Read reads raw bytes: of a body, if it stands beside use of Wire.
func (s *Stream) Read(p []byte) (int, error) { return 0, ErrClosed }

// Write writes raw bytes. On a bulk link small writes are gathered and leave
// after a millisecond at the latest, with the next Flush, or when this side
// starts to wait in a read. A write that makes no progress for
// Timeouts.Stall fails with os.ErrDeadlineExceeded, and the stream is useless.
func (s *Stream) Write(p []byte) (int, error) { return 0, ErrClosed }

// Flush sends what was gathered, now. It needs to be called only where a
// millisecond matters.
func (s *Stream) Flush() error { return nil }

// CloseWrite flushes and tells the other side that nothing more comes; its
// reads then end with io.EOF. Reading goes on.
func (s *Stream) CloseWrite() error { return nil }

// Close ends the stream in good order: what was written arrives. The other
// side is given a moment to end its side too; if it goes on writing, its
// writes fail. Close does not wait for that.
func (s *Stream) Close() error { return nil }

// Reset cancels the stream: blocked and later reads and writes on both sides
// fail at once; data under way may be lost. After Close it does nothing.
func (s *Stream) Reset() error { return nil }

// SetDeadline sets both deadlines, as in net.Conn. On a bulk link a write that
// ran into its deadline makes the stream useless.
func (s *Stream) SetDeadline(t time.Time) error { return nil }

// SetReadDeadline sets the deadline of reads, as in net.Conn.
func (s *Stream) SetReadDeadline(t time.Time) error { return nil }

// SetWriteDeadline sets the deadline of writes, as in net.Conn.
func (s *Stream) SetWriteDeadline(t time.Time) error { return nil }

// Peer returns who is at the other end.
func (s *Stream) Peer() Peer { return Peer{} }

// Bulk reports whether the stream has a link of its own.
func (s *Stream) Bulk() bool { return false }
