package clock

import (
	"fmt"
	"math"
	"time"
)

// Estimate is what is known of another device's clock.
type Estimate struct {
	At        time.Time     // when, by this PC's clock
	Offset    time.Duration // theirs minus this PC's: positive when theirs is ahead
	Bound     time.Duration // the true offset is in Offset ± Bound
	RoundTrip time.Duration // under way in all, of the sample that counts
	Jitter    time.Duration // of the other samples' offsets against it, as a root mean square
	Samples   int           // how many there were
	Zone      Zone          // what their clock goes by
}

// Zone is the time zone of a clock.
type Zone struct {
	Name   string        // its abbreviation there, such as CST; harmless, may be empty
	Offset time.Duration // east of UTC
	DST    bool          // it is daylight saving time there
}

// String returns the zone in words for a terminal or a table: "CST UTC+08:00",
// with "DST" behind it in summer.
func (z Zone) String() string {
	sign, minutes := '+', int(z.Offset/time.Minute)
	if minutes < 0 {
		sign, minutes = '-', -minutes
	}
	text := fmt.Sprintf("UTC%c%02d:%02d", sign, minutes/60, minutes%60)
	if z.Name != "" && z.Name != "UTC" && z.Name[0] != '+' && z.Name[0] != '-' {
		text = z.Name + " " + text
	}
	if z.DST {
		text += " DST"
	}
	return text
}

// Interval returns where the true offset lies.
func (e Estimate) Interval() Interval {
	return Interval{Low: e.Offset - e.Bound, High: e.Offset + e.Bound}
}

// There returns what their clock shows when this PC's shows now, in their zone.
func (e Estimate) There(now time.Time) time.Time {
	return now.Add(e.Offset).In(time.FixedZone(e.Zone.Name, int(e.Zone.Offset/time.Second)))
}

// Verdict is what is to be thought of a clock, beside this PC's.
type Verdict string

// The verdicts.
const (
	Good      Verdict = "good"       // it cannot be told from right
	Off       Verdict = "off"        // it is off for certain
	WrongZone Verdict = "wrong-zone" // it is off by just what another zone, or summer, makes
)

// Judge compares the clock with this PC's. Good is what may be within tolerance.
func (e Estimate) Judge(tolerance time.Duration) Verdict {
	const (
		step     = 15 * time.Minute // zones differ by multiples of it
		farthest = 26 * time.Hour   // from UTC−12 to UTC+14
		fine     = time.Minute      // with a wider bound every offset would look like a zone
	)
	slack := tolerance + e.Bound
	zones := e.Offset.Round(step)
	switch {
	case e.Offset.Abs() <= slack:
		return Good
	case slack <= fine && zones != 0 && zones.Abs() <= farthest && (e.Offset-zones).Abs() <= slack:
		return WrongZone
	}
	return Off
}

// estimate takes the sample with the least bound, and what the others say.
func estimate(all []measured, zone Zone) Estimate {
	best := all[0]
	for _, m := range all {
		if m.bound < best.bound {
			best = m
		}
	}
	return Estimate{
		At: time.Unix(0, best.at), Offset: best.offset, Bound: best.bound, RoundTrip: best.roundTrip,
		Jitter: jitter(all, best), Samples: len(all), Zone: zone,
	}
}

// jitter returns the root mean square of the offsets' distances from the best
// one's.
func jitter(all []measured, best measured) time.Duration {
	if len(all) < 2 {
		return 0
	}
	sum := 0.0
	for _, m := range all {
		d := float64(m.offset) - float64(best.offset)
		sum += d * d
	}
	root := math.Sqrt(sum / float64(len(all)-1))
	return time.Duration(min(root, float64(math.MaxInt64/2)))
}
