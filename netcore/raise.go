package netcore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lanyard/netcore/control"
)

// raiseAgain is how often a second start looks whether the first copy has
// opened its door, or has let go of the profile.
const raiseAgain = 100 * time.Millisecond

// OpenOrRaise opens a Node. If another copy holds the profile it asks that one
// to show its window and hands it the files, absolute paths; then both results
// are nil: there is nothing more to do. The error is a *control.Failure if that
// copy has no window. ctx bounds the waiting for a copy that is just starting
// or ending.
func OpenOrRaise(ctx context.Context, config Config, files []string) (*Node, error) {
	for {
		node, err := Open(ctx, config)
		if !errors.Is(err, ErrHeld) {
			return node, err
		}
		err = raise(ctx, config, files)
		if !errors.Is(err, control.ErrNoCopy) {
			return nil, err
		}
		select {
		case <-time.After(raiseAgain):
		case <-ctx.Done():
			return nil, fmt.Errorf("the copy that holds the profile does not answer: %w", err)
		}
	}
}

// raise talks to the copy that holds the profile.
func raise(ctx context.Context, config Config, files []string) error {
	config, err := config.complete()
	if err != nil {
		return err
	}
	client, err := control.Dial(ctx, config.Profile)
	if err != nil {
		return err
	}
	request, err := control.NewRequest(control.CommandRaise, control.RaiseArgs{Files: control.Paths(files)})
	if err != nil {
		return err
	}
	return client.Run(ctx, request, func([]byte) error { return nil })
}
