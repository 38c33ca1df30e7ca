package verify

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"lanyard/netcore/wire"
)

// farewell is how long a stream may take to end once this side ends it.
const farewell = 2 * time.Second

// Stream is one exchange with a device, inside the TLS session that proved
// which device it is.
type Stream interface {
	io.Reader
	io.Writer
	Flush() error
	Reset() error                   // at once; blocked reads and writes fail
	Close() error                   // in good order: what was written arrives; a blocked read ends
	SetDeadline(at time.Time) error // of reads and writes
	// Exporter returns keying material of the TLS session (RFC 8446, 7.5).
	Exporter(label string, context []byte, length int) ([]byte, error)
}

// talk is the frames of one stream. One goroutine uses it at a time; another
// one reads ahead by one frame, so that the end of a stream is noticed while a
// user thinks.
type talk struct {
	stream Stream
	conn   *wire.Conn
	in     chan message // what comes; nothing after an error
	quit   chan struct{}
	reader sync.WaitGroup
	leaver sync.Once
	over   chan struct{} // closed once leave is through
}

// newTalk reads a stream, whose first frame is through, until leave.
func newTalk(stream Stream) *talk {
	t := &talk{
		stream: stream, conn: wire.NewConn(stream),
		in: make(chan message), quit: make(chan struct{}), over: make(chan struct{}),
	}
	t.reader.Go(t.read)
	return t
}

// read passes on what comes until leave.
func (t *talk) read() {
	for {
		m := t.readOne()
		if !t.pass(m) || m.err != nil {
			return
		}
	}
}

// pass hands a message to whoever uses the talk. It reports false after leave.
func (t *talk) pass(m message) bool {
	select {
	case t.in <- m:
		return true
	case <-t.quit:
		return false
	}
}

// readOne reads one frame. An error is in the terms of this package.
func (t *talk) readOne() message {
	frame, err := t.conn.Next(maxFrame)
	if err != nil {
		return message{err: ended(err)}
	}
	if frame.BodySize != 0 {
		return message{err: broken("a body of %d bytes", frame.BodySize)}
	}
	switch frame.Kind {
	case kindAbort:
		return message{err: ErrAborted}
	case wire.KindError:
		remote := &wire.RemoteError{}
		if err := frame.Decode(remote); err != nil {
			return message{err: ended(err)}
		}
		return message{err: refusal(remote)}
	}
	m := message{kind: frame.Kind}
	if err := frame.Decode(&m.fields); err != nil {
		return message{err: ended(err)}
	}
	return m
}

// ended says why a stream has no more frames. A link that dies never shows as
// io.EOF alone: that is a side that closed it without a word.
func ended(err error) error {
	switch {
	case err == io.EOF:
		return fmt.Errorf("%w without a word", ErrAborted)
	case errors.Is(err, wire.ErrMalformed), errors.Is(err, wire.ErrTooLarge):
		return fmt.Errorf("%w: %w", ErrAborted, err)
	}
	return fmt.Errorf("%w: %w", ErrLost, err)
}

// broken says how the other side broke the protocol.
func broken(format string, args ...any) error {
	return fmt.Errorf("%w: %s: %w", ErrAborted, fmt.Sprintf(format, args...), wire.ErrMalformed)
}

// refusal says what an error frame means.
func refusal(remote *wire.RemoteError) error {
	if remote.Code == wire.CodeBusy {
		return fmt.Errorf("%w: %w", ErrBusy, remote)
	}
	return fmt.Errorf("%w: %w", ErrAborted, remote)
}

// next waits for a frame of one of the kinds.
func (t *talk) next(ctx context.Context, kinds ...string) (message, error) {
	select {
	case m := <-t.in:
		return m, m.check(kinds...)
	case <-ctx.Done():
		return message{}, context.Cause(ctx)
	}
}

// check returns what is wrong with a message if it is of none of the kinds.
func (m message) check(kinds ...string) error {
	if m.err == nil && !slices.Contains(kinds, m.kind) {
		return broken("%.40q where %q was due", m.kind, kinds)
	}
	return m.err
}

// write sends one frame.
func (t *talk) write(kind string, f fields) error {
	err := t.conn.Write(kind, f, nil)
	if err == nil {
		err = t.stream.Flush()
	}
	if err != nil {
		return fmt.Errorf("sending %s: %w: %w", kind, ErrLost, err)
	}
	return nil
}

// endWith bounds reads and writes once ctx has ended, until stop.
func (t *talk) endWith(ctx context.Context) (stop func() bool) {
	return context.AfterFunc(ctx, func() { _ = t.stream.SetDeadline(time.Now().Add(farewell)) })
}

// leave ends the stream because of err, nil for a good end, and tells the
// other side why. Only the first call counts; it waits for at most farewell.
func (t *talk) leave(err error) {
	t.leaver.Do(func() {
		close(t.quit)
		_ = t.stream.SetDeadline(time.Now().Add(farewell)) // on failure the stream is dead
		if t.explain(err) != nil || t.stream.Close() != nil {
			_ = t.stream.Reset()
		}
		t.reader.Wait()
		close(t.over)
	})
}

// explain tells the other side why the stream ends, unless it knows. Its error
// says that the stream is to be reset.
func (t *talk) explain(err error) error {
	remote := &wire.RemoteError{}
	switch {
	case err == nil, errors.As(err, &remote), errors.Is(err, ErrDiffer), errors.Is(err, ErrDifferThere):
		return nil
	case errors.Is(err, ErrLost):
		return err
	case errors.Is(err, wire.ErrMalformed), errors.Is(err, wire.ErrTooLarge), errors.Is(err, ErrForged):
		return t.refuse(wire.CodeMalformed, "this breaks the protocol")
	case errors.Is(err, ErrAborted):
		return nil
	case errors.Is(err, ErrBusy):
		return t.refuse(wire.CodeBusy, "not now")
	case errors.Is(err, ErrString):
		return t.refuse(wire.CodeRefused, "no such pairing string")
	case errors.Is(err, errStore):
		return t.refuse(wire.CodeFailed, "could not be saved")
	}
	return t.write(kindAbort, fields{})
}

// refuse sends an error frame.
func (t *talk) refuse(code, message string) error {
	if err := t.conn.WriteError(code, message); err != nil {
		return err
	}
	return t.stream.Flush()
}

// exporter returns what binds an exchange to the TLS session of its stream and
// to both devices in their roles.
func (t *talk) exporter(label string, caller, answerer []byte) ([]byte, error) {
	material, err := t.stream.Exporter(label, slices.Concat(caller, answerer), exporterSize)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrLost, err)
	}
	if len(material) != exporterSize {
		return nil, fmt.Errorf("exporter of %d bytes: %w", len(material), ErrLost)
	}
	return material, nil
}
