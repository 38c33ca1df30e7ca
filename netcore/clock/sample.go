package clock

import (
	"math"
	"time"
)

const (
	// maxResolution is how coarse a clock may be.
	maxResolution = 100 * time.Millisecond
	// wander is the part of the time that passed by which two clocks may have
	// gone apart meanwhile: 100 ppm.
	wander = 10_000
)

// The dates that a clock may show, as Unix nanoseconds: [1970, 2200). All
// differences between them fit into 64 bits.
const (
	earliest = int64(0)
	latest   = int64(7258118400) * int64(time.Second)
)

// anchor sets this PC's two clocks against each other.
type anchor struct {
	mono  time.Duration
	wall  int64         // Unix nanoseconds
	slack time.Duration // how far off that may be
}

// anchored reads both clocks until there was hardly any time between.
func anchored(config Config) anchor {
	const tries, fine = 5, 20 * time.Microsecond
	best := anchor{slack: math.MaxInt64}
	for range tries {
		before := config.Mono()
		wall := config.Wall().UnixNano()
		after := config.Mono()
		if slack := (after - before + 1) / 2; slack >= 0 && slack < best.slack {
			best = anchor{mono: before + (after-before)/2, wall: wall, slack: slack}
		}
		if best.slack <= fine {
			break
		}
	}
	return best
}

// sample is one exchange of four timestamps.
type sample struct {
	t1, t4     time.Duration // this PC's monotonic clock
	t2, t3     int64         // their clock, Unix nanoseconds
	here       anchor        // after t4
	resolution time.Duration // of this PC's clocks
	there      int64         // of theirs, nanoseconds
}

// measured is what one sample says.
type measured struct {
	at        int64 // this PC's wall clock at t4
	offset    time.Duration
	bound     time.Duration
	roundTrip time.Duration
}

// measure works out a sample. It fails with ErrAbsurd.
func (s sample) measure() (measured, error) {
	if err := s.check(); err != nil {
		return measured{}, err
	}
	passed := s.t4 - s.t1
	drifted := passed / wander
	coarse := time.Duration(s.there) + 2*s.resolution
	trip := passed - time.Duration(s.t3-s.t2)
	if trip < -coarse-drifted {
		return measured{}, absurd("a round trip of %v", trip)
	}
	trip = max(trip, 0)
	at4 := s.here.wall - int64(s.here.mono-s.t4)
	at1 := at4 - int64(passed)
	return measured{
		at:        at4,
		offset:    time.Duration(middle(s.t2-at1, s.t3-at4)),
		bound:     (trip+1)/2 + coarse + drifted + s.here.slack + 1, // and what halving dropped
		roundTrip: trip,
	}, nil
}

// check refuses what no clock shows, so that nothing can overflow.
func (s sample) check() error {
	const longest = time.Hour // far beyond every deadline
	switch {
	case !sane(s.t2), !sane(s.t3):
		return absurd("times of %d and %d", s.t2, s.t3)
	case s.t3 < s.t2:
		return absurd("answered %v before it was asked", time.Duration(s.t2-s.t3))
	case s.there < 0 || s.there > int64(maxResolution):
		return absurd("a resolution of %d ns", s.there)
	case !sane(s.here.wall):
		return absurd("this PC's own clock shows %d", s.here.wall)
	case s.t4 < s.t1 || s.t4-s.t1 > longest || s.here.mono < s.t4 || s.here.mono-s.t4 > longest:
		return absurd("this PC's monotonic clock went from %v over %v to %v", s.t1, s.t4, s.here.mono)
	}
	return nil
}

// sane reports whether a clock may show this.
func sane(unixNano int64) bool { return earliest <= unixNano && unixNano < latest }

// middle returns (a+b)/2, also where a+b would not fit.
func middle(a, b int64) int64 { return a/2 + b/2 + (a%2+b%2)/2 }
