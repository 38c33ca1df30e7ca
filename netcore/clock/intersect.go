package clock

import (
	"cmp"
	"slices"
	"time"
)

// Interval is where an offset lies for certain, if its clock is right: between
// Low and High, both included. This PC's own is around zero.
type Interval struct{ Low, High time.Duration }

// Overlaps reports whether two intervals have a point in common.
func (i Interval) Overlaps(other Interval) bool {
	return i.Low <= other.High && other.Low <= i.High
}

// edge is an end of an interval.
type edge struct {
	at   time.Duration
	step int // +1 at its low end, -1 behind its high end
}

// Intersect finds what most clocks agree on, and which ones do not, without
// trusting any of them, this PC's neither: give its own interval as one of the
// others. It is Marzullo's algorithm: the most that can be right at once are.
//
// agree spans all places where as many intervals as possible overlap, and
// members are those that take part in one of them; the others are wrong. If
// there are several such places, nobody who is in one of them is accused.
// Unless more than half of the intervals overlap somewhere, nobody can say who
// is right: there are no members, and agree is zero. An interval whose High is
// below its Low does not count.
func Intersect(all []Interval) (agree Interval, members []bool) {
	members = make([]bool, len(all))
	edges, count := edgesOf(all)
	places, most := busiest(edges)
	if 2*most <= count {
		return Interval{}, members
	}
	for i, interval := range all {
		members[i] = interval.Low <= interval.High && slices.ContainsFunc(places, interval.Overlaps)
	}
	return Interval{Low: places[0].Low, High: places[len(places)-1].High}, members
}

// edgesOf returns the ends of all intervals that count, in order, and how many
// count. Where one begins as another ends, both are there.
func edgesOf(all []Interval) (edges []edge, count int) {
	edges = make([]edge, 0, 2*len(all))
	for _, i := range all {
		if i.Low <= i.High {
			edges = append(edges, edge{i.Low, +1}, edge{i.High, -1})
			count++
		}
	}
	slices.SortFunc(edges, func(a, b edge) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(b.step, a.step))
	})
	return edges, count
}

// busiest returns the places where the most intervals overlap, in order, and
// how many that are.
func busiest(edges []edge) (places []Interval, most int) {
	now := 0
	for i, e := range edges {
		now += e.step
		if e.step < 0 || now < most {
			continue
		}
		if now > most {
			most, places = now, places[:0]
		}
		places = append(places, Interval{Low: e.at, High: edges[i+1].at})
	}
	return places, most
}
