package netcore

import (
	"time"

	"lanyard/netcore/clock"
)

// ClockFigure is a time in figures, of which each face makes words in its
// language; see [clock.Figure].
type ClockFigure = clock.Figure

// ClockOffset writes what a clock is off, no finer than its bound allows.
func ClockOffset(off, bound time.Duration) ClockFigure { return clock.OffsetFigure(off, bound) }

// ClockBound writes a bound, rounded up: "0.4 ms".
func ClockBound(bound time.Duration) string { return clock.BoundText(bound) }

// ClockTrip writes a round trip or a jitter.
func ClockTrip(d time.Duration) string { return clock.TripText(d) }
