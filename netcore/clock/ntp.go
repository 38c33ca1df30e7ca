package clock

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/beevik/ntp"
)

const (
	// timeServerSamples is how often a time server is asked: such servers take
	// more in a row as an attack.
	timeServerSamples = 4
	// timeServerPatience is how long the first answer of one may take, and
	// timeServerAgain how long each other one.
	timeServerPatience = 4 * time.Second
	timeServerAgain    = time.Second
)

// ErrTimeServer says that a server of the network time protocol gave no usable
// answer: none at all, one to another question, or one that says itself that
// the server does not know the time.
var ErrTimeServer = errors.New("no usable answer of the time server")

// AskTimeServer compares this PC's clock with a server of the network time
// protocol, host or host:port; nil for wall means the system's clock. Offset is
// theirs minus this PC's. The bound holds what the server says of its own
// distance from a reference clock, besides half of the round trip. Such answers
// are not authenticated: whoever is on the way can make up any time.
//
// It fails with ErrTimeServer, or why ctx ended.
func AskTimeServer(ctx context.Context, server string, wall func() time.Time) (Estimate, error) {
	var all []measured
	patience := timeServerPatience
	for range timeServerSamples {
		m, err := askOnce(ctx, server, wall, patience)
		if ctx.Err() != nil {
			return Estimate{}, context.Cause(ctx)
		}
		if err != nil && len(all) == 0 {
			return Estimate{}, fmt.Errorf("asking %q for the time: %w: %w", server, ErrTimeServer, err)
		}
		if err != nil {
			break // it has had enough of this PC
		}
		all = append(all, m)
		patience = timeServerAgain
	}
	return estimate(all, Zone{}), nil
}

// askOnce makes one exchange with a time server.
func askOnce(ctx context.Context, server string, wall func() time.Time, patience time.Duration) (measured, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	options := ntp.QueryOptions{Timeout: patience, GetSystemTime: wall, Dialer: dialer(ctx)}
	r, err := ntp.QueryWithOptions(server, options)
	if err != nil {
		return measured{}, err
	}
	if err := r.Validate(); err != nil {
		return measured{}, err
	}
	return measuredBy(r)
}

// dialer makes the sockets of one exchange, which end with ctx.
func dialer(ctx context.Context) func(local, remote string) (net.Conn, error) {
	return func(_, remote string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, "udp", remote)
		if err != nil {
			return nil, err
		}
		context.AfterFunc(ctx, func() { _ = conn.Close() })
		return conn, nil
	}
}

// measuredBy is what one answer of a time server says. The distance that the
// server is from a reference clock widens the bound.
func measuredBy(r *ntp.Response) (measured, error) {
	times := r.Timestamps
	for _, at := range []time.Time{times.ClientXmit, times.ServerRecv, times.ServerXmit, times.ClientRecv} {
		if at.Year() < 1970 || at.Year() > 2199 {
			return measured{}, absurd("a time in the year %d", at.Year())
		}
	}
	if r.Precision < 0 || r.Precision > maxResolution {
		return measured{}, absurd("a precision of %v", r.Precision)
	}
	passed := times.ClientRecv.Sub(times.ClientXmit)
	held := times.ServerXmit.Sub(times.ServerRecv)
	coarse := 2*systemResolution + r.Precision
	if passed < 0 || held < 0 || passed-held < -coarse {
		return measured{}, absurd("a round trip of %v, of which the server held it %v", passed, held)
	}
	there, back := times.ServerRecv.Sub(times.ClientXmit), times.ServerXmit.Sub(times.ClientRecv)
	return measured{
		at:        times.ClientRecv.UnixNano(),
		offset:    time.Duration(middle(int64(there), int64(back))),
		bound:     r.RootDistance + coarse + passed/wander + 1,
		roundTrip: r.RTT,
	}, nil
}
