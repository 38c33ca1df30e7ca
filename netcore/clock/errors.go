package clock

import (
	"errors"
	"fmt"
	"io"

	"lanyard/netcore/wire"
)

var (
	// ErrRefused says that the other side does not let this device ask.
	ErrRefused = errors.New("their side does not tell its time to this one")
	// ErrBusy says that the other side was asked too much.
	ErrBusy = errors.New("their side was asked for the time too often")
	// ErrAbsurd says that an answer cannot be: it breaks the protocol, answers
	// another request, or names times that no clock has.
	ErrAbsurd = errors.New("an answer about the time that cannot be")
	// ErrFailed says that the other side could not answer, or does not know how.
	ErrFailed = errors.New("their side could not tell the time")
	// ErrLost says that there is no link, or that it was lost, or that no
	// answer came in time.
	ErrLost = errors.New("no link for asking the time")
	// ErrClosed says that the Service was closed.
	ErrClosed = errors.New("the clock service is closed")
)

// broken puts an error of a stream in the terms of this package.
func broken(err error) error {
	remote := &wire.RemoteError{}
	switch {
	case errors.As(err, &remote):
		return fmt.Errorf("%w: %w", meaning(remote.Code), remote)
	case errors.Is(err, wire.ErrMalformed), errors.Is(err, wire.ErrTooLarge):
		return fmt.Errorf("%w: %w", ErrAbsurd, err)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("the answer did not come: %w: %w", ErrLost, err)
	}
	return fmt.Errorf("%w: %w", ErrLost, err)
}

// meaning returns what the code of an error frame means.
func meaning(code string) error {
	switch code {
	case wire.CodeRefused, wire.CodeUnverified:
		return ErrRefused
	case wire.CodeBusy:
		return ErrBusy
	}
	return ErrFailed
}

// absurd says what is wrong with an answer.
func absurd(format string, args ...any) error {
	return fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), ErrAbsurd)
}
