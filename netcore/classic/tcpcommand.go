package classic

import (
	"context"
	"errors"
	"io"
	"time"
)

// tcp-command, TCP 8888
//
//	client: a command, UTF-8, unframed
//	server: what it wrote to stderr, then what it wrote to stdout, raw
//
// Nothing says where an answer ends. The client takes it as ended when nothing
// has come for the quiet time after its first byte. A command that writes nothing
// has no answer: after a while the client ends its direction, upon which a server
// that is done with it ends the connection.

// silence is how long a client waits for the first byte before it ends its
// direction, or takes the answer as empty.
const silence = 5 * time.Second

// commandServer runs what it is told and answers with both streams.
func (s *Session) commandServer() part {
	return part{heard: func(ctx context.Context, t *talk, data []byte) error {
		return t.heardCommand(ctx, data, func(o output) error {
			if err := t.send(o.stderr); err != nil {
				return err
			}
			return t.send(o.stdout)
		})
	}}
}

// heardCommand runs a command that came in one read, and answers.
func (t *talk) heardCommand(ctx context.Context, data []byte, answer func(output) error) error {
	if err := t.guard(data); err != nil {
		return err
	}
	command, wrong := commandOf(data, t.s.options.Encoding)
	if wrong != "" {
		t.s.event(Event{What: Refused, Peer: t.peer, Reason: NotText, Detail: wrong})
		var o output
		o.complain(wrong)
		return answer(o)
	}
	if command == "" {
		return nil
	}
	o, err := t.attended(ctx, command)
	if err != nil {
		return err
	}
	return answer(o)
}

// commandClient sends commands and shows what comes.
func (s *Session) commandClient() part {
	return part{
		heard: func(_ context.Context, t *talk, data []byte) error {
			t.received(data) // late, of an answer that was taken as ended
			return nil
		},
		say: func(ctx context.Context, t *talk, text string) error {
			if text == s.protocol.End {
				return errOver
			}
			if text == "" {
				return nil
			}
			if err := t.send([]byte(text)); err != nil {
				return err
			}
			s.event(Event{What: Sent, Peer: t.peer, Text: text})
			return t.awaitQuiet(ctx)
		},
	}
}

// awaitQuiet shows an answer that has no end but quiet. A client that has nothing
// more to say ends its direction when there is silence instead of an answer: the
// server's end of the connection is then that of the answer, however late.
func (t *talk) awaitQuiet(ctx context.Context) error {
	defer t.drained()
	patience := silence
	for {
		data, err := t.take(ctx, MaxRecvSize, patience)
		switch {
		case err == nil:
			t.received(data)
			patience = t.s.options.QuietTime
			continue
		case ReasonOf(err) == NoAnswer && patience == silence && t.s.role == RoleDial && t.lastWord():
			t.halfClose()
			patience = 0
			continue
		case ReasonOf(err) == NoAnswer:
			err = nil
		case errors.Is(err, io.EOF):
			t.answered()
			return errOver
		}
		if err == nil {
			t.answered()
		}
		return err
	}
}

// answered tells the face that an answer is complete.
func (t *talk) answered() { t.s.event(Event{What: Answered, Peer: t.peer}) }

// lastWord reports whether nothing will be said any more.
func (t *talk) lastWord() bool {
	select {
	case <-t.s.silent:
		return true
	default:
		return false
	}
}
