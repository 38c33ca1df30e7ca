package control

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"lanyard/netcore/wire"
)

// Limits of the door, in bytes unless said otherwise.
const (
	// MaxArgs caps the arguments of one command: a shell's longest command
	// line, which may name thousands of files, is 2 MiB.
	MaxArgs = 4 << 20
	// MaxLine caps one line of output: a text of netcore.MaxText in which
	// every byte had to be escaped fits.
	MaxLine = 1 << 20

	maxHeader   = wire.MaxHeader
	maxClients  = 64               // connections at once
	requestTime = 5 * time.Second  // for a whole request to arrive
	answerTime  = 10 * time.Second // for a copy to say that it has begun
	lastWords   = 5 * time.Second  // for what is still to be said after the end of a command's context
)

// Kinds of frames at the door.
const (
	kindRequest = "request"
	kindBegun   = "begun"
	kindEvent   = "event"
	kindCancel  = "cancel"
	kindExit    = "exit"

	kindData     = "data"
	kindInput    = "input"
	kindInputEnd = "input-end"
	kindMore     = "more"
	kindResize   = "resize"
)

var (
	// ErrHeld says that another copy has the profile open.
	ErrHeld = errors.New("another copy has this profile open")
	// ErrNoCopy says that no copy answers at the door of the profile.
	ErrNoCopy = errors.New("no copy is running with this profile")
	// ErrUnsafe says that the door's folder or the other end of it is not
	// this user's alone.
	ErrUnsafe = errors.New("the local door is not safe")
)

// Request asks for one command.
type Request struct {
	Command string          // one of the Command constants
	Args    json.RawMessage // the command's argument struct; empty for its zero value
	// Pipes are the raw bytes of the command, for the Backend; nil: it has none.
	Pipes Pipes
}

// NewRequest encodes args, a struct of lines.go or nil.
func NewRequest(command string, args any) (Request, error) {
	if args == nil {
		return Request{Command: command}, nil
	}
	raw, err := json.Marshal(args)
	if err != nil {
		return Request{}, fmt.Errorf("encoding the arguments of %s: %w", command, err)
	}
	return Request{Command: command, Args: raw}, nil
}

// Decode parses the arguments into v.
func (r Request) Decode(v any) error {
	if len(r.Args) == 0 {
		return nil
	}
	if err := json.Unmarshal(r.Args, v); err != nil {
		return Fail(ExitUsage, WordBadArguments, r.Command)
	}
	return nil
}

// Emit takes one line of output, something that encodes as a JSON object. It
// waits for a slow reader. An error means that nobody listens any more.
type Emit func(line any) error

// Backend runs commands. The result is nil for exit code 0, a *Failure for
// another code, or any other error for code 1. Run is called from many
// goroutines; emit only from within one call, by one goroutine at a time.
type Backend interface {
	Run(ctx context.Context, request Request, emit Emit) error
}

// requestFrame, exitFrame are the fields of those frames.
type requestFrame struct {
	Command string `json:"command"`
}

// moreFrame lets the client send so many more bytes of input.
type moreFrame struct {
	N int `json:"n"`
}

type exitFrame struct {
	Code  int      `json:"code"`
	Word  string   `json:"word,omitempty"`
	Args  []string `json:"args,omitempty"`
	Error string   `json:"error,omitempty"`
}
