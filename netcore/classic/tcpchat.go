package classic

import (
	"bytes"
	"context"
	"errors"
	"io"
)

// tcp-chat, TCP 8001
//
//	client: a text, UTF-8, unframed
//	server: a text, UTF-8, unframed
//
// and so on, in turns. byebye of the client ends the conversation; the server
// goes on with the next.

// chatServer shows what its clients write; what to answer comes from turns.
func (s *Session) chatServer() part {
	return part{
		heard: func(_ context.Context, t *talk, data []byte) error {
			t.received(data)
			if string(bytes.TrimRight(data, "\r\n")) == s.protocol.End {
				return errOver
			}
			s.turnsOf().wroteNow(t)
			return nil
		},
		say: func(_ context.Context, t *talk, text string) error {
			if text == "" {
				return nil
			}
			if err := t.send([]byte(text)); err != nil {
				return err
			}
			s.event(Event{What: Sent, Peer: t.peer, Text: text})
			return nil
		},
	}
}

// chatClient writes, and waits until it is written to.
func (s *Session) chatClient() part {
	return part{
		heard: func(_ context.Context, t *talk, data []byte) error {
			t.received(data)
			return nil
		},
		say: func(ctx context.Context, t *talk, text string) error {
			if text == "" {
				return nil
			}
			if err := t.send([]byte(text)); err != nil {
				return err
			}
			s.event(Event{What: Sent, Peer: t.peer, Text: text})
			if text == s.protocol.End {
				return errOver
			}
			data, err := t.take(ctx, MaxRecvSize, 0)
			if err != nil {
				if errors.Is(err, io.EOF) {
					return problem(PeerClosed, "")
				}
				return err
			}
			t.received(data)
			t.answered()
			return nil
		},
	}
}
