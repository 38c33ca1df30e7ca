package classic

import (
	"context"
	"errors"
	"io"
	"time"

	"lanyard/netcore/charset"
)

// errOver ends a conversation as it should end.
var errOver = errors.New("the conversation is over")

// part is what one role of a stream protocol does in a conversation. All of it
// runs in the goroutine of that.
type part struct {
	// ask is the size of reads between exchanges; 0: any.
	ask int
	// idle is how long the peer may say nothing between exchanges; 0: any time.
	idle time.Duration
	// greet begins the conversation; may be nil.
	greet func(ctx context.Context, t *talk) error
	// heard takes what the peer said; nil drops it.
	heard func(ctx context.Context, t *talk, data []byte) error
	// say says what the user wants, and waits for the answer; nil: there is
	// nothing to say.
	say func(ctx context.Context, t *talk, text string) error
	// ended says what it means that the peer has ended; nil: it is fine.
	ended func(t *talk, err error) error
}

// talk is one conversation over a stream.
type talk struct {
	*conn
	part     part
	requests chan request
	over     chan struct{} // closed when the conversation is over
	fault    error         // why, once it is
	text     *charset.Decoder
	guarded  bool // the first read was looked at
	wrote    int  // on a chat server: when the peer wrote last, by count
	owed     bool // and that it was not answered yet
	proved   bool // of hmac-echo: our proof was taken
}

// request is one thing to say.
type request struct {
	ctx  context.Context
	text string
	done chan error
}

func (s *Session) newTalk(c *conn, p part) *talk {
	return &talk{
		conn: c, part: p, requests: make(chan request), over: make(chan struct{}),
		text: charset.NewSteadyDecoder(s.options.Encoding, charset.UTF8),
	}
}

// run holds the conversation until it is over: nil if that is as it should be.
func (t *talk) run(ctx context.Context) error {
	defer close(t.over)
	defer t.shut()
	defer context.AfterFunc(ctx, func() { _ = t.Conn.Close() })()
	err := t.converse(ctx)
	if !errors.Is(err, errOver) && ctx.Err() == nil {
		t.fault = lost(err)
	}
	return t.fault
}

// converse goes on until somebody ends it.
func (t *talk) converse(ctx context.Context) error {
	if t.part.greet != nil {
		if err := t.part.greet(ctx, t); err != nil {
			return err
		}
	}
	for {
		if err := t.step(ctx); err != nil {
			return err
		}
	}
}

// step waits for what comes next, from the user or from the peer.
func (t *talk) step(ctx context.Context) error {
	size := t.part.ask
	if size == 0 {
		size = MaxRecvSize
	}
	var late <-chan time.Time
	if t.part.idle > 0 {
		timer := time.NewTimer(t.part.idle)
		defer timer.Stop()
		late = timer.C
	}
	select {
	case r := <-t.requests:
		return t.answer(r)
	case r := <-t.begin(size):
		return t.hear(ctx, r, size)
	case <-late:
		return problem(NoAnswer, "nothing in %v", t.part.idle)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// answer says what the user wants.
func (t *talk) answer(r request) error {
	err := lost(t.part.say(r.ctx, t, r.text))
	if errors.Is(err, errOver) {
		r.done <- nil
		return err
	}
	r.done <- err
	if soft := r.ctx.Err() != nil && t.s.protocol.Unframed; soft || ReasonOf(err) == NotInGBK {
		return nil
	}
	return err
}

// hear takes what the peer said.
func (t *talk) hear(ctx context.Context, r reading, size int) error {
	data, err := t.got(r, size)
	switch {
	case err != nil && t.part.ended != nil:
		return t.part.ended(t, err)
	case errors.Is(err, io.EOF):
		return errOver
	case err != nil:
		return err
	case t.part.heard == nil:
		return nil
	}
	return t.part.heard(ctx, t, data)
}

// say gives the conversation something to say, and waits until it is said. said
// is false if the conversation was over before.
func (t *talk) say(ctx context.Context, text string) (said bool, err error) {
	r := request{ctx, text, make(chan error, 1)}
	select {
	case t.requests <- r:
	case <-t.over:
		return false, t.gone()
	case <-ctx.Done():
		return false, ctx.Err()
	}
	select {
	case err = <-r.done:
	case <-t.over:
		select {
		case err = <-r.done:
		default:
			err = t.gone()
		}
	}
	return true, err
}

// gone says why the conversation is over.
func (t *talk) gone() error {
	if t.fault != nil {
		return t.fault
	}
	return problem(PeerClosed, "")
}

// received tells the face what came, as far as it can be read yet.
func (t *talk) received(data []byte) {
	text, _ := t.text.Write(data)
	t.s.event(Event{What: Received, Peer: t.peer, Text: text, Bytes: data})
}

// drained tells the face what was held back of a text that has ended.
func (t *talk) drained() {
	text, _ := t.text.End()
	t.text = charset.NewSteadyDecoder(t.s.options.Encoding, charset.UTF8)
	if text != "" {
		t.s.event(Event{What: Received, Peer: t.peer, Text: text})
	}
}
