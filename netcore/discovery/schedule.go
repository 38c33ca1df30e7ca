package discovery

import (
	"math/rand/v2"
	"time"
)

// The times of announcing: a burst, against loss and for those who were just
// starting too, then regularly.
var bursts = [...]time.Duration{100 * time.Millisecond, 300 * time.Millisecond, 600 * time.Millisecond}

const (
	period  = 8 * time.Second
	jitter  = 500 * time.Millisecond // either way, so that PCs switched on together drift apart
	again   = time.Second            // after a turn that could not be sent everywhere
	retries = 5                      // such turns in a row
)

// ways is a set of the ways to reach those who are not known.
type ways int

// The ways. Direct addresses are always told.
const (
	byGroup     ways = 1 << iota // multicast of both IP versions
	byBroadcast                  // limited and directed
	byAll       = byGroup | byBroadcast
)

// schedule says when to announce next, and how.
type schedule struct {
	turn, failed int
	now          ways // for the next announce
}

// restart returns the wait for the first announce of a new burst.
func (s *schedule) restart() time.Duration {
	*s = schedule{now: byAll}
	return 0
}

// next returns the wait after an announce. A burst goes all ways; afterwards,
// as newcomers bring their own burst, the ways take turns, which halves what
// the others have to wake up for. A new address of IPv6 cannot send for a
// second or two, so that a failure is worth a few turns more.
func (s *schedule) next(complete bool) time.Duration {
	s.turn++
	s.now = byAll
	if s.turn <= len(bursts) {
		return bursts[s.turn-1]
	}
	if !complete && s.failed < retries {
		s.failed++
		return again
	}
	s.now = byGroup
	if s.turn%2 == 0 {
		s.now = byBroadcast
	}
	return period - jitter + rand.N(2*jitter) // #nosec G404 -- spreads the load, keeps no secret
}
