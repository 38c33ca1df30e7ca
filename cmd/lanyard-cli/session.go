package main

import (
	"context"
	"errors"
	"time"

	"lanyard/netcore"
	"lanyard/netcore/control"
)

// runner runs commands in a copy; a *control.Client is one.
type runner interface {
	Run(ctx context.Context, request control.Request, emit func(line []byte) error) error
	RunWith(ctx context.Context, request control.Request, emit func(line []byte) error, ends control.Ends) error
}

// session is a copy to run commands in: one that runs already, or one of this
// process.
type session struct {
	runner
	attached bool // the copy was running already
	close    func(ctx context.Context) error
}

// Times of opening a session.
const (
	// heldTime is how long a copy is waited for that holds the profile and
	// does not answer: one that is starting or ending.
	heldTime  = 10 * time.Second
	retryTime = 50 * time.Millisecond
)

// openSession attaches to the running copy, or opens the profile itself. When
// two programs begin at once one of them gets the profile, and the other one
// gets in at its door a moment later.
func openSession(ctx context.Context, o options) (*session, error) {
	if o.profile == "" {
		o.profile = netcore.DefaultProfile()
	}
	deadline := time.Now().Add(heldTime)
	for {
		s, err := openOnce(ctx, o)
		if !errors.Is(err, control.ErrHeld) || time.Now().After(deadline) {
			return s, err
		}
		if !pause(ctx, retryTime) {
			return nil, control.Fail(control.ExitFailed, control.WordCancelled)
		}
	}
}

// pause waits; false: ctx ended first.
func pause(ctx context.Context, wait time.Duration) bool {
	select {
	case <-time.After(wait):
		return true
	case <-ctx.Done():
		return false
	}
}

// openOnce tries both ways once.
func openOnce(ctx context.Context, o options) (*session, error) {
	client, err := control.Dial(ctx, o.profile)
	switch {
	case err == nil:
		return attach(ctx, client, o)
	case !errors.Is(err, control.ErrNoCopy):
		return nil, err
	case o.attachOnly:
		return nil, control.Fail(control.ExitFailed, control.WordNoCopy)
	}
	return openNode(ctx, o)
}

// attach makes a session of the running copy. A name that was given is given
// to that copy, as it would be to one of this process.
func attach(ctx context.Context, client *control.Client, o options) (*session, error) {
	s := &session{runner: client, attached: true, close: func(context.Context) error { return nil }}
	if o.name == "" {
		return s, nil
	}
	err := order(ctx, s, control.CommandRename, control.RenameArgs{Name: o.name})
	if errors.Is(err, control.ErrNoCopy) {
		return nil, control.ErrHeld // it has just ended: try again
	}
	return s, err
}

// order runs a command that says nothing.
func order(ctx context.Context, in runner, command string, args any) error {
	request, err := control.NewRequest(command, args)
	if err != nil {
		return err
	}
	return in.Run(ctx, request, func([]byte) error { return nil })
}

// openNode makes a copy in this process. Its commands go through its own local
// door, as those of others that attach to it meanwhile.
func openNode(ctx context.Context, o options) (*session, error) {
	config := netcore.Config{
		Profile: o.profile, Name: o.name, Listen: o.listen,
		Quiet: o.quiet, Interfaces: o.interfaces, Logger: o.log,
	}
	if o.offline {
		config.Network = nowhere{}
	}
	node, err := netcore.Open(ctx, config)
	if err != nil {
		return nil, err
	}
	client, err := control.Dial(ctx, o.profile)
	if err != nil {
		return nil, errors.Join(err, node.Close())
	}
	if o.stays {
		return &session{runner: client, close: func(context.Context) error { return node.Close() }}, nil
	}
	return host(client, node.Close), nil
}

// host makes a session of a copy that lives for one command only. When that
// command has ended, those of others that have come in meanwhile are waited
// for.
func host(client runner, end func() error) *session {
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = order(ctx, client, control.CommandHost, nil)
	}()
	return &session{runner: client, close: func(ctx context.Context) error {
		defer func() { stop(); <-ended }()
		_ = order(ctx, client, control.CommandDrain, nil) // a signal ends the waiting
		return end()
	}}
}
