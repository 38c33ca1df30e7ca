package netcore

import (
	"context"
	"time"

	"lanyard/netcore/clock"
)

// The words of package clock that faces need too.
type (
	ClockEstimate = clock.Estimate
	ClockRate     = clock.Rate
	ClockInterval = clock.Interval
	ClockVerdict  = clock.Verdict
	ClockZone     = clock.Zone
)

// ClockCheck is one look at somebody's clock, as the conversation keeps it.
type ClockCheck struct {
	Estimate ClockEstimate
	Verdict  ClockVerdict
}

// ClockTolerance is what a clock may be off before it is called wrong.
const ClockTolerance = 2 * time.Second

// ClockWarning is from what on a conversation warns of its person's clock.
const ClockWarning = time.Minute

// Clocks is what a face asks of the Node about clocks; *Node is one. The errors
// are those of package clock, ErrUnknownPerson and ErrUnreachable.
type Clocks interface {
	// CheckClock asks somebody's PC for its time; samples 0: the usual number.
	CheckClock(ctx context.Context, person PersonID, samples int) (ClockEstimate, error)
	// CheckClockCard does so too, and puts the result into the conversation.
	CheckClockCard(ctx context.Context, person PersonID) (Item, error)
	// FormatTime asks somebody's PC for its local time in a layout of strftime.
	// The answer is ready to be shown.
	FormatTime(ctx context.Context, person PersonID, layout string) (string, error)
	// ClockHistory returns the latest looks at somebody's clock since this copy
	// started, oldest first, at most 256.
	ClockHistory(person PersonID) []ClockEstimate
	// ClockDrift is how fast it drifts, by that history; false: not known yet.
	ClockDrift(person PersonID) (ClockRate, bool)
	// CheckNTP compares this PC's clock with a server of the network time
	// protocol that the user named, host or host:port. Offset is theirs minus
	// this PC's.
	CheckNTP(ctx context.Context, server string) (ClockEstimate, error)
}
