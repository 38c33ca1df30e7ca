package transfer

import (
	"testing"
	"time"
)

func TestASpeedIsSmoothedHoweverSlow(t *testing.T) {
	for name, test := range map[string]struct {
		every time.Duration // a step of the count
		by    int64
		want  float64
	}{
		"fast":              {100 * time.Millisecond, 1 << 20, 10 << 20},
		"a chunk in 7 s":    {7 * time.Second, 1 << 20, float64(1<<20) / 7},
		"a chunk in 1/2 s":  {500 * time.Millisecond, 1 << 20, 2 << 20},
		"more than the eye": {10 * time.Millisecond, 1000, 100_000},
	} {
		m, start := &meter{}, time.Unix(1000, 0)
		at := func(passed time.Duration) float64 {
			return m.speed(start.Add(passed), int64(passed/test.every)*test.by)
		}
		passed := time.Duration(0)
		for ; passed < 3*test.every+time.Second; passed += meterStep {
			at(passed)
		}
		for until := passed + 3*test.every; passed <= until; passed += meterStep {
			if got := at(passed); got < 0.9*test.want || got > 1.1*test.want {
				t.Errorf("%s: %.0f after %v, want %.0f", name, got, passed, test.want)
			}
		}
		still := int64((passed-meterStep)/test.every) * test.by // as it was said last
		if got := m.speed(start.Add(passed+4*test.every+meterWindow), still); got != 0 {
			t.Errorf("%s: %.0f when nothing moves", name, got)
		}
		if got := m.speed(start.Add(passed+time.Hour), 5); got != 0 {
			t.Errorf("%s: %.0f when another try begins", name, got)
		}
	}
}

// TestASpeedIsToldOnceThereIsASecondOfIt, and that something moves before that.
func TestASpeedIsToldOnceThereIsASecondOfIt(t *testing.T) {
	m, start := &meter{}, time.Unix(1000, 0)
	for _, at := range []struct {
		after  time.Duration
		count  int64
		speed  float64
		moving bool
	}{
		{0, 0, 0, false},
		{100 * time.Millisecond, 10, 0, true}, // a trickle
		{900 * time.Millisecond, 4000, 0, true},
		{1000 * time.Millisecond, 5000, 5000, true},
		{time.Minute, 5000, 0, false},
	} {
		now := start.Add(at.after)
		if got := m.speed(now, at.count); got != at.speed || m.moving(now) != at.moving {
			t.Errorf("after %v: %v, moving %v", at.after, got, m.moving(now))
		}
	}
}
