package classic

import (
	"context"
	"crypto/hmac"
	"crypto/md5" // #nosec G501 -- the protocol's own
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"hash"
	"io"
	"time"
)

// hmac-echo, TCP 9999
//
//	server: 32 random bytes
//	client: HMAC-MD5 of these with the secret, 16 bytes; or HMAC-SHA-256, 32 bytes
//	client: bytes
//	server: the same with ASCII letters in upper case; and so on
//
// A wrong answer to the challenge closes the connection. So does one that is too
// short: what arrives is judged, and no client that just talks is waited for.

const (
	challengeSize = 32
	// challengeTime is how long an answer to the challenge may take.
	challengeTime = 10 * time.Second
	// proofRest is waited for the rest of a proof of which the beginning came.
	proofRest = 500 * time.Millisecond
)

// newHash returns the hash of a digest.
func (d Digest) newHash() func() hash.Hash {
	if d == SHA256 {
		return sha256.New
	}
	return md5.New
}

// proof answers a challenge.
func (s *Session) proof(challenge []byte) []byte {
	mac := hmac.New(s.options.Digest.newHash(), []byte(s.options.Secret))
	mac.Write(challenge)
	return mac.Sum(nil)
}

// hmacServer challenges its clients, and echoes those who know the secret.
func (s *Session) hmacServer() part {
	return part{
		greet: func(ctx context.Context, t *talk) error { return t.challenge(ctx) },
		heard: func(_ context.Context, t *talk, data []byte) error {
			t.received(data)
			return t.send(upper(data))
		},
	}
}

// challenge has the client prove that it knows the secret.
func (t *talk) challenge(ctx context.Context) error {
	challenge := make([]byte, challengeSize)
	_, _ = rand.Read(challenge) // never fails: it ends the program instead
	if err := t.send(challenge); err != nil {
		return err
	}
	want := t.s.proof(challenge)
	answer, err := t.take(ctx, len(want), challengeTime)
	for err == nil && len(answer) < len(want) {
		var more []byte
		more, err = t.take(ctx, len(want)-len(answer), proofRest)
		answer = append(answer[:len(answer):len(answer)], more...)
	}
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil && len(answer) == 0 && !errors.Is(err, io.EOF):
		return err
	case !hmac.Equal(answer, want):
		return problem(WrongProof, "%d bytes", len(answer))
	}
	return nil
}

// hmacClient proves that it knows the secret, and has its messages echoed.
func (s *Session) hmacClient() part {
	return part{
		greet: func(ctx context.Context, t *talk) error { return t.prove(ctx) },
		heard: func(_ context.Context, t *talk, data []byte) error {
			t.received(data)
			return nil
		},
		ended: func(t *talk, err error) error {
			if t.proved && errors.Is(err, io.EOF) {
				return errOver
			}
			return t.denied(err)
		},
		say: func(ctx context.Context, t *talk, text string) error {
			if over, err := t.sendCommand(text); over || err != nil {
				return t.denied(err)
			}
			return t.denied(t.awaitEcho(ctx, len(text)))
		},
	}
}

// prove answers the challenge. It then waits a moment: a server that reads the
// proof with one recv would get the first message with it, and one that does not
// like the proof closes.
func (t *talk) prove(ctx context.Context) error {
	challenge, err := t.takeAll(ctx, challengeSize, challengeTime)
	if err != nil {
		return err
	}
	if err := t.send(t.s.proof(challenge)); err != nil {
		return t.denied(err)
	}
	data, err := t.take(ctx, MaxRecvSize, t.s.options.QuietTime)
	switch {
	case ReasonOf(err) == NoAnswer:
		return nil
	case err != nil:
		return t.denied(err)
	}
	t.received(data)
	return nil
}

// denied says what it means that the server ended the connection: until it has
// echoed something, that it did not take the proof.
func (t *talk) denied(err error) error {
	switch {
	case err == nil, t.proved, errors.Is(err, errOver), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	}
	return &Problem{Reason: Denied, Err: err}
}

// awaitEcho waits for as many bytes as were sent. A server that strips what it
// echoes ends by quiet time.
func (t *talk) awaitEcho(ctx context.Context, size int) error {
	defer t.drained()
	patience := time.Duration(0)
	for got := 0; got < size; patience = t.s.options.QuietTime {
		data, err := t.take(ctx, MaxRecvSize, patience)
		if ReasonOf(err) == NoAnswer {
			break
		}
		if err != nil {
			return err
		}
		t.proved = true
		got += len(data)
		t.received(data)
	}
	t.answered()
	return nil
}

// upper returns a text with its ASCII letters in upper case; all other bytes are
// as they were.
func upper(text []byte) []byte {
	big := make([]byte, len(text))
	for i, b := range text {
		if b >= 'a' && b <= 'z' {
			b -= 'a' - 'A'
		}
		big[i] = b
	}
	return big
}
