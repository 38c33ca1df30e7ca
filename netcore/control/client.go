package control

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
	"time"

	"lanyard/netcore/wire"
)

// Client talks to the running copy of a profile. It may be used from many
// goroutines; each command has a connection of its own.
type Client struct {
	profile string
}

// Dial asks whether a copy runs with the profile. It fails with ErrNoCopy when
// none does and with ErrUnsafe when what is there is not this user's.
func Dial(ctx context.Context, profile string) (*Client, error) {
	conn, err := dialChecked(ctx, profile)
	if err != nil {
		return nil, err
	}
	_ = conn.Close()
	return &Client{profile: profile}, nil
}

// Run runs one command in the running copy. When ctx ends the command is
// cancelled there, and Run still waits a little for its last words. ErrNoCopy
// means that nothing was done: the copy is ending and takes no command.
func (c *Client) Run(ctx context.Context, request Request, emit func(line []byte) error) error {
	return c.RunWith(ctx, request, emit, Ends{})
}

// RunWith is Run for a command with raw bytes beside its lines.
func (c *Client) RunWith(ctx context.Context, request Request, emit func(line []byte) error, ends Ends) error {
	conn, err := dialChecked(ctx, c.profile)
	if err != nil {
		return err
	}
	defer conn.Close()
	frames := wire.NewConn(buffered(conn))
	if err := begin(conn, frames, request); err != nil {
		return err
	}
	say := newSpeaker(frames)
	stop := context.AfterFunc(ctx, func() {
		_ = conn.SetDeadline(time.Now().Add(lastWords))
		_ = say.write(kindCancel, nil, nil)
	})
	defer stop()
	ended, end := context.WithCancel(context.Background())
	defer end()
	say.start(ended, ends)
	return (&relay{frames, emit, ends.Output, ends.Paused, say}).run()
}

// begin sends the request and waits until the copy has taken it.
func begin(conn net.Conn, frames *wire.Conn, request Request) error {
	if len(request.Args) > MaxArgs {
		return fmt.Errorf("arguments of %d bytes: %w", len(request.Args), wire.ErrTooLarge)
	}
	_ = conn.SetDeadline(time.Now().Add(answerTime))
	sent := frames.Write(kindRequest, requestFrame{request.Command}, request.Args)
	// A client that is refused at the door is told so unread.
	frame, err := frames.Expect(maxHeader, kindBegun, kindExit)
	if err == nil && frame.Kind == kindExit {
		return refusal(frame)
	}
	if sent != nil {
		err = sent
	}
	if gone(err) {
		return ErrNoCopy
	}
	if err != nil {
		return fmt.Errorf("asking the running copy: %w", err)
	}
	return conn.SetDeadline(time.Time{})
}

// refusal returns why the copy did not even begin.
func refusal(frame wire.Frame) error {
	if err := exitOf(frame); err != nil {
		return err
	}
	return Fail(ExitFailed, WordWentAway)
}

// gone reports whether err says that the other end closed the connection.
func gone(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET)
}

// exitOf returns the result that an exit frame names.
func exitOf(frame wire.Frame) error {
	var fields exitFrame
	if err := frame.Decode(&fields); err != nil {
		return err
	}
	if fields.Code == ExitDone {
		return nil
	}
	if Word(fields.Word) == WordClosing {
		return ErrNoCopy
	}
	return &Failure{Exit: fields.Code, Word: Word(fields.Word), Args: fields.Args, Text: fields.Error}
}

// dialChecked connects to the door and checks who is there.
func dialChecked(ctx context.Context, profile string) (net.Conn, error) {
	conn, err := dial(ctx, profile)
	if err != nil {
		return nil, err
	}
	if err := checkPeer(conn); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return conn, nil
}
