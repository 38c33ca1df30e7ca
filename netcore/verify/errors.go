package verify

import (
	"context"
	"errors"
	"fmt"
	"time"
)

var (
	// ErrBusy says that another attempt is open, here or on the other side.
	ErrBusy = errors.New("another verification is under way")
	// ErrBackoff says that too many attempts failed. It comes as a *BackoffError.
	ErrBackoff = errors.New("too many verifications failed")
	// ErrTimeout says that it was not finished in time.
	ErrTimeout = errors.New("the time for the verification is over")
	// ErrDiffer says that this user saw different digits.
	ErrDiffer = errors.New("the digits differ, this user says")
	// ErrDifferThere says that the other user saw different digits.
	ErrDifferThere = errors.New("the digits differ, the other user says")
	// ErrAborted says that the other side gave up, or broke the protocol.
	ErrAborted = errors.New("the other side gave up the verification")
	// ErrCanceled says that this user gave up. It is context.Canceled.
	ErrCanceled = fmt.Errorf("this user gave up the verification: %w", context.Canceled)
	// ErrForged says that the other side's commitment does not fit its nonce,
	// or that it could not prove the secret of a pairing string: an attack.
	ErrForged = errors.New("the other side's proof is forged")
	// ErrLost says that there is no link, or that it was lost.
	ErrLost = errors.New("the link was lost during the verification")
	// ErrString says that a pairing string is unknown there, used, expired or dead.
	ErrString = errors.New("the pairing string is not valid")
	// ErrClosed says that the Service was closed.
	ErrClosed = errors.New("the verification service is closed")
)

var (
	// errUnopened ends a request that this user did not take up.
	errUnopened = fmt.Errorf("nobody opened it here: %w", ErrBusy)
	// errUnlinked says that not even a stream could be opened.
	errUnlinked = fmt.Errorf("no stream to the device: %w", ErrLost)
	// errStore says that a success could not be committed.
	errStore = errors.New("the verification could not be saved")
	// errBlocked says that the device was blocked meanwhile.
	errBlocked = errors.New("the device is blocked")
)

// BackoffError says until when no comparison can be opened.
type BackoffError struct {
	Until time.Time
}

// Error says it in words.
func (e *BackoffError) Error() string {
	return fmt.Sprintf("%v; the next may begin at %s", ErrBackoff, e.Until.Format(time.TimeOnly))
}

// Is reports whether target is ErrBackoff.
func (e *BackoffError) Is(target error) bool { return target == ErrBackoff }
