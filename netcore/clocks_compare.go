package netcore

import (
	"slices"
	"time"

	"lanyard/netcore/clock"
)

// ClockJury is what several clocks, this PC's among them, say of each other.
// None is trusted more than another one: what more than half of them agree on
// is right.
type ClockJury struct {
	Count    int           // clocks, this PC's too
	Agreeing int           // how many of them agree; 0: no majority does
	Wrong    []int         // of those that were given, who does not
	Here     bool          // this PC's does not
	Off      time.Duration // what the majority is ahead of this PC's clock, roughly
}

// CompareClocks finds out who is wrong among this PC and others, whose latest
// estimates are given. Clocks agree that are within ClockTolerance of each
// other, as far as can be told. Of fewer than three nobody can say who is wrong.
func CompareClocks(others []ClockEstimate) ClockJury {
	const slack = ClockTolerance / 2 // of each of two
	all := []ClockInterval{{Low: -slack, High: slack}}
	for _, e := range others {
		i := e.Interval()
		all = append(all, ClockInterval{Low: i.Low - slack, High: i.High + slack})
	}
	agree, members := clock.Intersect(all)
	jury := ClockJury{Count: len(all)}
	for _, member := range members {
		if member {
			jury.Agreeing++
		}
	}
	if jury.Agreeing == 0 {
		return jury
	}
	jury.Here = !members[0]
	jury.Off = agree.Low + (agree.High-agree.Low)/2
	for i, member := range members[1:] {
		if !member {
			jury.Wrong = append(jury.Wrong, i)
		}
	}
	return jury
}

// IsWrong reports whether the clock that was given at a place is.
func (j ClockJury) IsWrong(at int) bool { return slices.Contains(j.Wrong, at) }
