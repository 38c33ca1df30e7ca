package command

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"lanyard/netcore/wire"
)

// stall is how long a write may take. Output goes out only when the other side
// has room for it, so one that takes longer is not read at all.
const stall = 20 * time.Second

// talk is the frames of one stream. One goroutine reads, any may write: one that
// reads must not, or two sides could wait for each other.
type talk struct {
	stream Stream
	conn   *wire.Conn

	mu     sync.Mutex // held while a frame is written
	broken error      // of the first write that failed
}

func newTalk(stream Stream) *talk {
	return &talk{stream: stream, conn: wire.NewConn(stream)}
}

// next reads a header.
func (t *talk) next() (wire.Frame, fields, error) {
	frame, err := t.conn.Next(maxFrame)
	if err != nil {
		return frame, fields{}, broken(err)
	}
	var f fields
	if err := frame.Decode(&f); err != nil {
		return frame, f, broken(err)
	}
	return frame, f, nil
}

// broken tells a side that breaks the protocol from a stream that ends.
func broken(err error) error {
	if errors.Is(err, wire.ErrMalformed) || errors.Is(err, wire.ErrTooLarge) {
		return fmt.Errorf("%w: %w", ErrProtocol, err)
	}
	return err
}

// bare insists that a frame has no body.
func bare(frame wire.Frame) error {
	if frame.BodySize != 0 {
		return fmt.Errorf("%w: %.40q with a body", ErrProtocol, frame.Kind)
	}
	return nil
}

// body reads the body of the last frame into a queue.
func (t *talk) body(frame wire.Frame, from Pipe, into *queue) error {
	buf, err := into.room(frame.BodySize)
	if err != nil {
		return err
	}
	if buf == nil {
		return t.conn.Discard()
	}
	if err := t.conn.ReadFull(buf); err != nil {
		return err
	}
	into.put(piece{from, buf})
	return nil
}

// say sends a frame now.
func (t *talk) say(kind string, f any) error { return t.write(kind, f, nil, true) }

// write sends a frame; without now it may be gathered with others for a moment.
func (t *talk) write(kind string, f any, body []byte, now bool) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.broken != nil {
		return t.broken
	}
	_ = t.stream.SetWriteDeadline(time.Now().Add(stall)) // on failure the stream is dead
	err := t.conn.Write(kind, f, body)
	if err == nil && now {
		err = t.stream.Flush()
	}
	if err != nil {
		t.broken = fmt.Errorf("sending %s: %w", kind, err)
	}
	return t.broken
}

// close ends the stream in good order, if nothing failed before.
func (t *talk) close() {
	t.mu.Lock()
	failed := t.broken != nil
	_ = t.stream.SetWriteDeadline(time.Now().Add(stall)) // as in write
	t.mu.Unlock()
	if failed || t.stream.Close() != nil {
		_ = t.stream.Reset()
	}
}
