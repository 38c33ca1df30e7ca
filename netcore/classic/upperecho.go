package classic

import (
	"bytes"
	"context"
	"errors"
	"io"
	"time"
)

// upper-echo, TCP 9999
//
//	client: some bytes
//	server: what the first recv brought, without blanks around it, ASCII letters
//	        in upper case; the connection ends

// firstWord is how long a client of upper-echo may take to say something.
const firstWord = time.Minute

// blanks are what Python's bytes.strip takes away.
const blanks = " \t\n\r\x0b\x0c"

// upperServer answers one read.
func (s *Session) upperServer() part {
	return part{idle: firstWord, heard: func(_ context.Context, t *talk, data []byte) error {
		t.received(data)
		if err := t.send(upper(bytes.Trim(data, blanks))); err != nil {
			return err
		}
		return errOver
	}}
}

// upperClient is the part of one call.
func (s *Session) upperClient() part {
	return part{say: func(ctx context.Context, t *talk, text string) error {
		if over, err := t.sendCommand(text); over || err != nil {
			return err
		}
		defer t.drained()
		for {
			data, err := t.take(ctx, MaxRecvSize, 0)
			if errors.Is(err, io.EOF) {
				t.answered()
				return errOver
			}
			if err != nil {
				return err
			}
			t.received(data)
		}
	}}
}

// upperCalls opens a connection for each message.
type upperCalls struct{ s *Session }

func (u upperCalls) say(ctx context.Context, _, text string) error {
	switch text {
	case "":
		return nil
	case u.s.protocol.End:
		u.s.end(nil)
		return nil
	}
	c, err := u.s.connect(ctx)
	if err != nil {
		return err
	}
	u.s.event(Event{What: Connected, Peer: c.peer})
	t := u.s.newTalk(c, u.s.clientPart())
	u.s.work.Go(func() { _ = t.run(u.s.ctx) }) // say tells
	_, err = t.say(ctx, text)
	if err != nil {
		_ = c.Conn.Close()
	}
	<-t.over
	u.s.failed(c.peer, err)
	u.s.event(Event{What: Closed, Peer: c.peer})
	return err
}
