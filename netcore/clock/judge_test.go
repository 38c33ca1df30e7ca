package clock

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

func span(low, high int) Interval { return Interval{time.Duration(low), time.Duration(high)} }

func TestIntersect(t *testing.T) {
	for _, c := range []struct {
		name    string
		all     []Interval
		agree   Interval
		members []bool
	}{
		{"nobody", nil, Interval{}, []bool{}},
		{"one alone", []Interval{span(3, 5)}, span(3, 5), []bool{true}},
		{"two that agree", []Interval{span(0, 10), span(5, 20)}, span(5, 10), []bool{true, true}},
		{"two that touch", []Interval{span(0, 10), span(10, 20)}, span(10, 10), []bool{true, true}},
		{"two that differ", []Interval{span(0, 1), span(5, 6)}, Interval{}, []bool{false, false}},
		{"a liar among three", []Interval{span(0, 10), span(100, 101), span(8, 12)}, span(8, 10), []bool{true, false, true}},
		{"this PC is wrong", []Interval{span(0, 0), span(60, 64), span(61, 65), span(59, 62)}, span(61, 62), []bool{false, true, true, true}},
		{"a lie that is sure of itself", []Interval{span(-5, 5), span(7, 7), span(-4, 6), span(-6, 3)}, span(-4, 3), []bool{true, false, true, true}},
		{"a wide one proves nothing", []Interval{span(0, 100), span(10, 11), span(80, 81)}, span(10, 81), []bool{true, true, true}},
		{"two camps", []Interval{span(0, 1), span(0, 1), span(9, 10), span(9, 10)}, Interval{}, []bool{false, false, false, false}},
		{"three against two liars", []Interval{span(0, 4), span(9, 9), span(1, 5), span(9, 9), span(2, 6)}, span(2, 4), []bool{true, false, true, false, true}},
		{"one upside down", []Interval{span(5, 0), span(1, 2), span(1, 3)}, span(1, 2), []bool{false, true, true}},
		{"all upside down", []Interval{span(5, 0)}, Interval{}, []bool{false}},
		{"the whole range", []Interval{{math.MinInt64, math.MaxInt64}, span(0, 1)}, span(0, 1), []bool{true, true}},
		{"the same twice", []Interval{span(2, 2), span(2, 2)}, span(2, 2), []bool{true, true}},
	} {
		agree, members := Intersect(c.all)
		if agree != c.agree || !slices.Equal(members, c.members) {
			t.Errorf("%s: got %v %v, want %v %v", c.name, agree, members, c.agree, c.members)
		}
	}
}

// As long as most are honest, the truth is agreed on, and no honest one is accused.
func TestIntersectWithLiars(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	for range 2000 {
		truth := time.Duration(r.Int64N(1e12) - 5e11)
		n := 3 + r.IntN(20)
		liars := r.IntN((n + 1) / 2)
		var all []Interval
		for i := range n {
			center, bound := truth, time.Duration(r.Int64N(1e9)+1)
			if i < liars {
				center += time.Duration(r.Int64N(4e12) - 2e12)
			} else {
				center += time.Duration(r.Int64N(2*int64(bound)+1)) - bound
			}
			all = append(all, Interval{center - bound, center + bound})
		}
		agree, members := Intersect(all)
		if truth < agree.Low || truth > agree.High {
			t.Fatalf("%d liars of %d: %v is not in %v", liars, n, truth, agree)
		}
		for i := liars; i < n; i++ {
			if !members[i] && all[i].Overlaps(agree) {
				t.Fatalf("%d liars of %d: %d is accused", liars, n, i)
			}
		}
		if count(members) <= n/2 {
			t.Fatalf("%d members of %d", count(members), n)
		}
	}
}

func count(members []bool) (n int) {
	for _, m := range members {
		if m {
			n++
		}
	}
	return n
}

// series returns estimates once a minute of a clock that drifts.
func series(n int, ppm float64, bound time.Duration, r *rand.Rand) []Estimate {
	var all []Estimate
	for i := range n {
		passed := time.Duration(i) * time.Minute
		offset := time.Hour + time.Duration(float64(passed)*ppm/1e6)
		offset += time.Duration((2*r.Float64() - 1) * float64(bound))
		all = append(all, Estimate{At: start.Add(passed), Offset: offset, Bound: bound})
	}
	return all
}

func TestDrift(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, ppm := range []float64{0, 12.5, -40, 300, -1e5} {
		for _, n := range []int{2, 3, 10, 100, 300} {
			all := series(n, ppm, time.Millisecond, r)
			if n <= maxHistory {
				slices.Reverse(all[:n/2]) // the order does not count
			}
			got, ok := Drift(all)
			over := time.Duration(min(n, maxHistory)-1) * time.Minute
			if !ok || got.Jumped || math.Abs(got.PPM-ppm) > got.Bound+1e-6 || got.Over > over {
				t.Errorf("%v ppm by %d: got %+v, %v", ppm, n, got, ok)
			}
			if most := 2.001e12 / float64(got.Over); got.Bound > most {
				t.Errorf("%v ppm by %d: ± %v, more than %v", ppm, n, got.Bound, most)
			}
		}
	}
	none := func(name string, all []Estimate) {
		if got, ok := Drift(all); ok || got != (Rate{}) {
			t.Errorf("%s: got %+v", name, got)
		}
	}
	none("nothing", nil)
	none("one", series(1, 5, time.Second, r))
	none("one twice", append(series(1, 5, time.Second, r), series(1, 5, time.Second, r)...))
	jump := series(20, 5, time.Millisecond, r)
	for i := range jump[10:] {
		jump[10+i].Offset -= time.Minute
	}
	if got, ok := Drift(jump); !ok || !got.Jumped || got.PPM != 0 || got.Over != 19*time.Minute {
		t.Errorf("a clock that was set: got %+v, %v", got, ok)
	}
}

func TestJudge(t *testing.T) {
	const ms = time.Millisecond
	for _, c := range []struct {
		name          string
		offset, bound time.Duration
		want          Verdict
	}{
		{"right", 0, ms, Good},
		{"nearly right", 900 * ms, ms, Good},
		{"perhaps right", -1400 * ms, 500 * ms, Good},
		{"off", 1284 * ms, 4 * ms / 10, Off},
		{"slow", -time.Minute, ms, Off},
		{"summer", time.Hour, ms, WrongZone},
		{"New York", -13*time.Hour + 300*ms, ms, WrongZone},
		{"Kathmandu", -(2*time.Hour + 15*time.Minute), ms, WrongZone},
		{"an hour and some", time.Hour + 5*time.Second, ms, Off},
		{"two days", 48 * time.Hour, ms, Off},
		{"hardly known", time.Hour, 20 * time.Minute, Off},
		{"1970", -56 * 365 * 24 * time.Hour, ms, Off},
		{"the end of time", math.MinInt64, ms, Off},
	} {
		e := Estimate{Offset: c.offset, Bound: c.bound}
		if got := e.Judge(time.Second); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
	e := Estimate{Offset: 1284 * ms, Bound: ms}
	if e.Interval() != (Interval{1283 * ms, 1285 * ms}) {
		t.Errorf("the interval is %v", e.Interval())
	}
}
