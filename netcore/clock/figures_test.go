package clock

import (
	"math"
	"testing"
	"time"
)

func TestFigures(t *testing.T) {
	const ms, us = time.Millisecond, time.Microsecond
	for _, c := range []struct {
		off, bound time.Duration
		want       Figure
	}{
		{1284 * ms, 400 * us, Figure{Short: "1.284 s"}},
		{-1284 * ms, 20 * ms, Figure{Short: "1.28 s"}},
		{1284 * ms, 2 * time.Second, Figure{Short: "1 s"}},
		{12340 * us, 400 * us, Figure{Short: "12.3 ms"}},
		{340 * us, 30 * us, Figure{Short: "0.34 ms"}},
		{0, 30 * ms, Figure{Short: "0 ms"}},
		{90 * time.Second, ms, Figure{Short: "90.000 s"}},
		{3*time.Minute + 4200*ms, ms, Figure{Minutes: 3, Seconds: "4.2"}},
		{13*time.Hour + 59_960*ms, ms, Figure{Hours: 13, Minutes: 1, Seconds: "0.0"}},
		{-49 * time.Hour, ms, Figure{Days: 2, Hours: 1, Seconds: "0.0"}},
		{math.MinInt64, ms, Figure{Days: 106751, Hours: 23, Minutes: 47, Seconds: "0.0"}},
	} {
		if got := OffsetFigure(c.off, c.bound); got != c.want {
			t.Errorf("%v ± %v: got %+v, want %+v", c.off, c.bound, got, c.want)
		}
	}
	for d, want := range map[time.Duration]string{
		400 * us: "0.4 ms", 401 * us: "0.5 ms", 31 * us: "0.04 ms", 12100 * us: "13 ms", 1210 * ms: "1.3 s",
	} {
		if got := BoundText(d); got != want {
			t.Errorf("the bound %v is %q, want %q", d, got, want)
		}
	}
	if got := TripText(840 * us); got != "0.8 ms" {
		t.Errorf("the round trip is %q", got)
	}
}
