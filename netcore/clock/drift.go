package clock

import (
	"math"
	"time"
)

// Rate is how much faster another clock goes than this PC's.
type Rate struct {
	PPM   float64 // microseconds a second; positive when theirs goes faster
	Bound float64 // the true rate is in PPM ± Bound
	Over  time.Duration
	// Jumped says that no steady rate explains the estimates, since one of the
	// clocks was set meanwhile; PPM and Bound are 0 then.
	Jumped bool
}

// Drift returns how fast another clock drifts, from estimates of it in whatever
// order; of a longer list the last 256 count. It reports false if they are not
// of at least two times.
//
// A steady rate has to pass through the interval of every estimate. For that
// it is enough that it passes through those of each two, which leaves a range
// of rates; PPM is its middle.
func Drift(estimates []Estimate) (Rate, bool) {
	if len(estimates) > maxHistory {
		estimates = estimates[len(estimates)-maxHistory:]
	}
	low, high, over := math.Inf(-1), math.Inf(1), time.Duration(0)
	for i, a := range estimates {
		for _, b := range estimates[:i] {
			passed := a.At.Sub(b.At)
			if passed == 0 {
				continue
			}
			over = max(over, passed.Abs())
			least, most := rates(a, b, passed)
			low, high = max(low, least), min(high, most)
		}
	}
	switch {
	case over == 0:
		return Rate{}, false
	case low > high:
		return Rate{Over: over, Jumped: true}, true
	}
	return Rate{PPM: (low + high) / 2, Bound: (high - low) / 2, Over: over}, true
}

// rates returns which rates, in ppm, fit two estimates.
func rates(a, b Estimate, passed time.Duration) (least, most float64) {
	const million = 1e6
	moved := float64(a.Offset) - float64(b.Offset)
	slack := math.Abs(float64(a.Bound)) + math.Abs(float64(b.Bound))
	one, other := (moved-slack)/float64(passed), (moved+slack)/float64(passed)
	return min(one, other) * million, max(one, other) * million
}
