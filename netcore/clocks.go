package netcore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lanyard/netcore/clock"
	"lanyard/netcore/identity"
	"lanyard/netcore/link"
	"lanyard/netcore/safename"
	"lanyard/netcore/strftime"
	"lanyard/netcore/wire"
)

// maxTimeText is the longest time in words that is shown, in runes.
const maxTimeText = strftime.MaxOutput

// The errors about clocks that are not among those of package clock, for faces
// that know this package alone.
var (
	// ErrTimeServer says that a time server gave no usable answer.
	ErrTimeServer = clock.ErrTimeServer
	// ErrTimeFormat says that a format for times is too long, makes a text that
	// is, or is not UTF-8.
	ErrTimeFormat = errors.New("not a format for times")
)

// startClocks makes the service that asks for the time and tells it.
func (n *Node) startClocks() {
	n.clocks = clock.New(clock.Config{
		Open: n.openClock, Allowed: n.guard.tellsTime,
		Wall: n.config.wall, Mono: n.config.Mono, Logger: n.config.Logger,
	})
	n.onClose(n.clocks.Close)
	n.watch = newClockWatch(n)
	n.spawn(n.watch.run)
	n.links.Handle(clock.Kind, func(ctx context.Context, s *link.Stream, first wire.Frame) {
		n.clocks.Handle(ctx, s.Peer().ID, s, first)
	})
}

// tellsTime says whether a device may ask what this PC's clock says.
func (g *guard) tellsTime(id DeviceID) bool {
	row := g.of(id)
	return row.Verified && !row.Blocked && row.Clock
}

// verified says whether a device was verified, and is not blocked.
func (g *guard) verified(id DeviceID) bool {
	row := g.of(id)
	return row.Verified && !row.Blocked
}

// openClock opens the streams of the clocks.
func (n *Node) openClock(ctx context.Context, id identity.DeviceID, kind string, fields any) (clock.Stream, error) {
	s, err := n.links.Open(ctx, id, kind, fields)
	if err != nil {
		return nil, err // a nil *link.Stream would be no nil Stream
	}
	return s, nil
}

// CheckClock asks somebody's PC for its time; see Clocks.
func (n *Node) CheckClock(ctx context.Context, person PersonID, samples int) (ClockEstimate, error) {
	id, err := n.linkedDevice(ctx, person)
	if err != nil {
		return ClockEstimate{}, err
	}
	return n.askClock(ctx, id, person, samples)
}

// linkedDevice returns the device that somebody is linked with. It fails with
// ErrUnknownPerson and ErrUnreachable.
func (n *Node) linkedDevice(ctx context.Context, person PersonID) (DeviceID, error) {
	row, err := n.roster.Person(ctx, int64(person))
	if err != nil {
		return DeviceID{}, fmt.Errorf("finding whom to ask for the time: %w", err)
	}
	if _, linked := n.links.Peer(row.Device); !linked {
		return DeviceID{}, fmt.Errorf("asking for the time: %w", ErrUnreachable)
	}
	return row.Device, nil
}

// askClock asks a device, and tells what changed by that.
func (n *Node) askClock(ctx context.Context, id DeviceID, person PersonID, samples int) (ClockEstimate, error) {
	before, _ := n.clockOff(id)
	e, err := n.clocks.Query(ctx, id, samples)
	if err != nil {
		return ClockEstimate{}, lostIs(err)
	}
	n.bus.publish(Event{Kind: EventClock, Person: person})
	if after, _ := n.clockOff(id); (before == 0) != (after == 0) || (after-before).Abs() >= time.Second {
		n.bus.publish(Event{Kind: EventPerson, Person: person})
	}
	return e, nil
}

// lostIs says of a link that ended that the person cannot be reached.
func lostIs(err error) error {
	if errors.Is(err, link.ErrNotConnected) {
		return fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	return err
}

// clockOff returns how far a device's clock is ahead, if a conversation has to
// warn of it, and how exactly that is known.
func (n *Node) clockOff(id DeviceID) (off, bound time.Duration) {
	e, known := n.clocks.Last(id)
	if !known || !n.guard.verified(id) || e.Offset.Abs()-e.Bound < ClockWarning {
		return 0, 0
	}
	return e.Offset, e.Bound
}

// FormatTime asks somebody's PC for its local time in words; see Clocks.
func (n *Node) FormatTime(ctx context.Context, person PersonID, layout string) (string, error) {
	if err := strftime.Check(layout); err != nil {
		return "", fmt.Errorf("%w: %w", ErrTimeFormat, err)
	}
	id, err := n.linkedDevice(ctx, person)
	if err != nil {
		return "", err
	}
	text, err := n.clocks.Format(ctx, id, layout)
	if err != nil {
		return "", lostIs(err)
	}
	return safename.DisplayText(text, maxTimeText), nil
}

// ClockHistory returns the latest looks at somebody's clock; see Clocks.
func (n *Node) ClockHistory(person PersonID) []ClockEstimate {
	row, err := n.roster.Person(n.ctx, int64(person))
	if err != nil {
		return nil
	}
	return n.clocks.History(row.Device)
}

// ClockDrift is how fast somebody's clock drifts; see Clocks.
func (n *Node) ClockDrift(person PersonID) (ClockRate, bool) {
	return clock.Drift(n.ClockHistory(person))
}

// CheckNTP compares this PC's clock with a time server; see Clocks. It fails
// with ErrTimeServer.
func (n *Node) CheckNTP(ctx context.Context, server string) (ClockEstimate, error) {
	return clock.AskTimeServer(ctx, server, n.config.wall)
}

// FormatLocalTime writes a time in a layout of strftime, as [Clocks] has other
// PCs write theirs. It fails with ErrTimeFormat.
func FormatLocalTime(layout string, at time.Time) (string, error) {
	text, err := strftime.Format(layout, at)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrTimeFormat, err)
	}
	return safename.DisplayText(text, maxTimeText), nil
}
