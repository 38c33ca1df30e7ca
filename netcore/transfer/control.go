package transfer

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"lanyard/netcore/wire"
)

// farewell is how long the last frame of a stream may take.
const farewell = 2 * time.Second

// control is an offer stream: it stays open as long as the transfer goes on,
// and carries decisions past the data.
type control struct {
	stream Stream
	conn   *wire.Conn
	write  sync.Mutex
	heard  atomic.Bool // the other side has said something
}

func newControl(stream Stream) *control {
	return &control{stream: stream, conn: wire.NewConn(stream)}
}

// say sends one frame.
func (c *control) say(kind string, fields any) error {
	c.write.Lock()
	defer c.write.Unlock()
	return errors.Join(c.conn.Write(kind, fields, nil), c.stream.Flush())
}

// attach makes c the offer stream of the job in place of an older one.
func (j *job) attach(c *control) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.ctl != nil {
		_ = j.ctl.stream.Reset() // it is dead or superseded
	}
	j.ctl = c
	j.judge()
}

// detach is the reverse of attach, unless another stream took its place.
func (j *job) detach(c *control) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.ctl == c {
		j.ctl = nil
		j.judge()
	}
}

// converse listens to the other side until the stream or the job ends, and
// tells it the outcome in the latter case.
func (j *job) converse(ctx context.Context, c *control) error {
	heard := make(chan error, 1)
	go func() { heard <- j.listen(c) }()
	select {
	case err := <-heard:
		_ = c.stream.Reset()
		return err
	case <-ctx.Done():
		_ = c.stream.Reset()
	case <-j.ctx.Done():
		j.bid(c)
	}
	return <-heard
}

// bid tells the outcome and closes the stream.
func (j *job) bid(c *control) {
	j.mu.Lock()
	out := j.outcome
	j.mu.Unlock()
	_ = c.stream.SetWriteDeadline(time.Now().Add(farewell))
	if out != nil && out.tell != "" {
		reason := out.reason
		if out.tell == kindCancel {
			reason = ReasonNone
		}
		if err := c.say(out.tell, endFrame{Reason: reason}); err != nil {
			j.s.log.Debug("telling the end of a transfer", "key", j.key, "error", err)
		}
	}
	_ = c.stream.Close()
}

// listen acts on the frames of the other side until the stream ends.
func (j *job) listen(c *control) error {
	for {
		frame, err := c.conn.Next(wire.MaxHello)
		if err != nil {
			return err
		}
		if err := c.conn.Discard(); err != nil {
			return err
		}
		if !c.heard.Swap(true) {
			_ = c.stream.SetReadDeadline(time.Time{}) // see offerOnce
		}
		if err := j.heard(c, frame); err != nil {
			return err
		}
	}
}

// heard acts on one frame of an offer stream. It returns an error to end the
// stream.
func (j *job) heard(c *control, frame wire.Frame) error {
	var end endFrame
	if err := frame.Decode(&end); err != nil {
		return err
	}
	switch frame.Kind {
	case kindCancel:
		j.finish(outcome{state: StateCancelled, reason: ReasonCancelledThere})
		return nil
	case kindStop:
		j.finish(outcome{state: StateFailed, reason: known(end.Reason)})
		return nil
	case wire.KindError:
		remote := &wire.RemoteError{}
		return errors.Join(frame.Decode(remote), remote)
	case kindPause, kindResume:
		return j.hold(j.ctx, pausedThere, frame.Kind == kindPause)
	}
	if j.outgoing {
		return j.answered(frame, end)
	}
	return c.conn.WriteError(wire.CodeUnknownKind, "in an offer")
}
