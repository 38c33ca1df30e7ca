package clock

import (
	"testing"
	"time"
)

// trial is one estimate between two PCs of which the test knows the truth.
type trial struct {
	ann, bob *pc
	estimate Estimate
}

// try makes an estimate with clocks and ways drawn at random.
func try(t *testing.T, seed uint64, tick time.Duration) trial {
	t.Helper()
	w := newWorld(seed)
	offsets := []time.Duration{0, time.Microsecond, time.Millisecond, time.Second, time.Hour, 40 * 365 * 24 * time.Hour}
	span := offsets[seed%uint64(len(offsets))]
	draw := func() float64 { return 2*w.random.Float64() - 1 }
	ann := &pc{world: w, ppm: 50 * draw(), tick: tick}
	bob := &pc{world: w, ppm: 50 * draw(), tick: tick, offset: time.Duration(draw() * float64(span))}
	w.pass(time.Duration(w.random.Int64N(int64(time.Minute))))
	l := two(t, ann, bob)
	defer l.close()
	ways := []time.Duration{0, 100 * time.Microsecond, 2 * time.Millisecond, 20 * time.Millisecond, 300 * time.Millisecond}
	there, back := ways[w.random.IntN(len(ways))], ways[w.random.IntN(len(ways))]
	l.delay[annID] = func() { w.pass(there/4 + w.upTo(there)) }
	l.delay[bobID] = func() { w.pass(back/4 + w.upTo(back)) }
	e, err := l.services[annID].Query(t.Context(), bobID, 0)
	if err != nil {
		t.Fatalf("trial %d: %v", seed, err)
	}
	return trial{ann, bob, e}
}

// truth returns by how much Bob's clock was ahead when Ann's showed At.
func (r trial) truth() time.Duration {
	shown := r.estimate.At.Sub(start)
	now := time.Duration(float64(shown-r.ann.offset) / (1 + r.ann.ppm/1e6))
	return r.bob.shows(now) - r.ann.shows(now)
}

// The true offset lies within the bound, however unequal and uneven the ways
// are, however the clocks drift and however coarse they are, and the bound is hardly wider than half of the round trip.
func TestTheTruthIsWithinTheBound(t *testing.T) {
	trials := 10_000
	if testing.Short() {
		trials = 500
	}
	inside, widest, sum := 0, time.Duration(0), time.Duration(0)
	for seed := range trials {
		tick := []time.Duration{0, 100 * time.Nanosecond, time.Microsecond, 50 * time.Microsecond}[seed%4]
		r := try(t, uint64(seed), tick)
		e, truth := r.estimate, r.truth()
		if wrong := (e.Offset - truth).Abs(); wrong <= e.Bound {
			inside++
		} else {
			t.Errorf("trial %d: %v ± %v, but it is %v", seed, e.Offset, e.Bound, truth)
		}
		extra := e.Bound - e.RoundTrip/2
		widest, sum = max(widest, extra), sum+extra
		if extra > time.Millisecond {
			t.Errorf("trial %d: the bound is %v, the round trip %v", seed, e.Bound, e.RoundTrip)
		}
		if e.Samples != DefaultSamples || e.RoundTrip < 0 || e.Jitter < 0 {
			t.Errorf("trial %d: %+v", seed, e)
		}
	}
	t.Logf("%d of %d inside; beyond half a round trip: %v at most, %v on average",
		inside, trials, widest, sum/time.Duration(trials))
}

// A coarse clock says so, and the truth is still within.
func TestCoarseClocks(t *testing.T) {
	for _, tick := range []time.Duration{time.Microsecond, time.Millisecond, 15625 * time.Microsecond} {
		for seed := range 300 {
			r := try(t, uint64(seed), tick)
			e, truth := r.estimate, r.truth()
			if (e.Offset - truth).Abs() > e.Bound {
				t.Errorf("trial %d by %v: %v ± %v, but it is %v", seed, tick, e.Offset, e.Bound, truth)
			}
			if e.Bound > e.RoundTrip/2+5*tick+time.Millisecond {
				t.Errorf("trial %d by %v: the bound is %v, the round trip %v", seed, tick, e.Bound, e.RoundTrip)
			}
		}
	}
}

// The quickest of the samples counts: a way that is slow now and then does not
// widen the bound.
func TestTheQuickestSampleCounts(t *testing.T) {
	ann, bob := still(3 * time.Second)
	l := two(t, ann, bob)
	defer l.close()
	n := 0
	l.delay[annID] = func() {
		n++
		ann.world.pass([]time.Duration{80, 60, 90, 2, 70, 100, 95, 65, 85}[n%9] * time.Millisecond)
	}
	e, err := l.services[annID].Query(t.Context(), bobID, 8)
	if err != nil {
		t.Fatal(err)
	}
	if e.RoundTrip != 2*time.Millisecond || (e.Offset-bob.offset).Abs() > e.Bound || e.Bound > 2*time.Millisecond {
		t.Errorf("got %+v", e)
	}
	if e.Jitter < 20*time.Millisecond || e.Jitter > 50*time.Millisecond {
		t.Errorf("the jitter is %v", e.Jitter)
	}
}
