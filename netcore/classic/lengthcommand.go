package classic

import (
	"bytes"
	"context"
	"strconv"
	"strings"
	"time"
)

// length-command, TCP 8080
//
//	client: a command, UTF-8, unframed
//	server: the length of the output in ASCII decimal digits, unframed
//	client: recv_ready
//	server: that many bytes: stderr if there is any, else stdout

const (
	// receiveReady is what the client says when it has read the length.
	receiveReady = "recv_ready"
	// maxAnswer is the longest answer with a length that a client takes. It is
	// handed on as it comes, never kept.
	maxAnswer = 1 << 30
	// owing is how long a peer may take over what the protocol wants of it now.
	owing = time.Minute
	// restOfDigits is waited for more digits when a read was filled with them.
	restOfDigits = 200 * time.Millisecond
	// maxDigits is the longest length in digits.
	maxDigits = 10
)

// lengthServer runs what it is told.
func (s *Session) lengthServer() part {
	return part{heard: func(ctx context.Context, t *talk, data []byte) error {
		return t.heardCommand(ctx, data, func(o output) error { return t.sendWithDigits(ctx, o.either()) })
	}}
}

// sendWithDigits sends a length, waits for the client, and sends the bytes.
func (t *talk) sendWithDigits(ctx context.Context, answer []byte) error {
	if err := t.send([]byte(strconv.Itoa(len(answer)))); err != nil {
		return err
	}
	said, err := t.takeAll(ctx, len(receiveReady), owing)
	if err != nil {
		return err
	}
	if string(said) != receiveReady {
		return problem(BrokenRules, "%.40q instead of %s", said, receiveReady)
	}
	return t.send(answer)
}

// lengthClient sends commands and takes answers with a length in digits.
func (s *Session) lengthClient() part {
	return part{heard: unasked, say: func(ctx context.Context, t *talk, text string) error {
		if over, err := t.sendCommand(text); over || err != nil {
			return err
		}
		size, err := t.takeDigits(ctx)
		if err != nil {
			return err
		}
		if err := t.send([]byte(receiveReady)); err != nil {
			return err
		}
		if size == 0 { // or the next command would come glued to recv_ready
			if err := rest(ctx, s.options.QuietTime); err != nil {
				return err
			}
		}
		return t.takeAnswer(ctx, size)
	}}
}

// sendCommand sends a command, but not an empty one, nor the word that ends the
// conversation: for these over is true, and err as it is to be returned.
func (t *talk) sendCommand(text string) (over bool, err error) {
	switch text {
	case "":
		return true, nil
	case t.s.protocol.End:
		return true, errOver
	}
	if err := t.send([]byte(text)); err != nil {
		return true, err
	}
	t.s.event(Event{What: Sent, Peer: t.peer, Text: text})
	return false, nil
}

// unasked takes what a peer says that was not asked: it breaks the protocol.
func unasked(_ context.Context, t *talk, data []byte) error {
	return problem(BrokenRules, "%d bytes that belong to no answer", len(data))
}

// takeDigits reads a length in digits. Nothing says where it ends, but that it
// came in one piece: only a read that was filled may go on.
func (t *talk) takeDigits(ctx context.Context) (int, error) {
	var digits []byte
	patience := time.Duration(0)
	for {
		size := min(maxDigits+1, int(t.s.recvSize.Load()))
		data, err := t.take(ctx, size, patience)
		if ReasonOf(err) == NoAnswer {
			break
		}
		if err != nil {
			return 0, err
		}
		digits = append(digits, data...)
		if len(data) < size || len(digits) > maxDigits {
			break
		}
		patience = restOfDigits
	}
	return parseDigits(digits)
}

// parseDigits reads a length in decimal digits.
func parseDigits(digits []byte) (int, error) {
	text := string(bytes.TrimSpace(digits))
	size, err := strconv.ParseUint(text, 10, 31)
	if err != nil || strings.HasPrefix(text, "+") {
		return 0, problem(BadLength, "%.40q", digits)
	}
	if size > maxAnswer {
		return 0, problem(BadLength, "%d bytes; at most %d", size, maxAnswer)
	}
	return int(size), nil
}

// takeAnswer shows an answer of so many bytes as it comes.
func (t *talk) takeAnswer(ctx context.Context, size int) error {
	defer t.drained()
	for got := 0; got < size; {
		data, err := t.take(ctx, size-got, 0)
		if err != nil {
			if ctx.Err() == nil {
				err = problem(WrongSize, "%d bytes of %d: %v", got, size, err)
			}
			return err
		}
		got += len(data)
		t.received(data)
	}
	t.answered()
	return nil
}

// rest waits.
func rest(ctx context.Context, how time.Duration) error {
	timer := time.NewTimer(how)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
