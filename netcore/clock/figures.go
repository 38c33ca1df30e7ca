package clock

import (
	"math"
	"strconv"
	"time"
)

// Figure is a time in figures, of which each language makes words.
type Figure struct {
	Short   string // "12.3 ms", "1.284 s"; empty for two minutes and more
	Days    int    // with these, in place of Short
	Hours   int
	Minutes int
	Seconds string
}

// OffsetFigure writes what a clock is off, whichever way, no finer than its
// bound allows.
func OffsetFigure(off, bound time.Duration) Figure {
	off = off.Abs()
	switch {
	case off < time.Second && bound < time.Second:
		return Figure{Short: decimals(off, time.Millisecond, milliDigits(bound)) + " ms"}
	case off < 2*time.Minute:
		return Figure{Short: decimals(off, time.Second, secondDigits(bound)) + " s"}
	}
	return long(off, bound)
}

// long writes what is two minutes or more.
func long(off, bound time.Duration) Figure {
	const day = 24 * time.Hour
	digits := min(secondDigits(bound), 1)
	fine := time.Duration(float64(time.Second) / math.Pow10(digits))
	if off >= day {
		fine = time.Minute
	}
	off = off.Round(fine)
	return Figure{
		Days: int(off / day), Hours: int(off % day / time.Hour), Minutes: int(off % time.Hour / time.Minute),
		Seconds: decimals(off%time.Minute, time.Second, digits),
	}
}

// BoundText writes a bound, rounded up, so that what it says holds: "0.4 ms".
func BoundText(bound time.Duration) string { return TripText(up(bound)) }

// TripText writes a round trip or a jitter.
func TripText(d time.Duration) string {
	switch {
	case d < 100*time.Microsecond:
		return decimals(d, time.Millisecond, 2) + " ms"
	case d < 10*time.Millisecond:
		return decimals(d, time.Millisecond, 1) + " ms"
	case d < time.Second:
		return decimals(d, time.Millisecond, 0) + " ms"
	}
	return decimals(d, time.Second, 1) + " s"
}

// up rounds up to the last figure that TripText writes.
func up(d time.Duration) time.Duration {
	step := 100 * time.Millisecond
	switch {
	case d < 100*time.Microsecond:
		step = 10 * time.Microsecond
	case d < 10*time.Millisecond:
		step = 100 * time.Microsecond
	case d < time.Second:
		step = time.Millisecond
	}
	if rest := d % step; rest > 0 {
		d += step - rest
	}
	return d
}

// milliDigits is how many decimals of a millisecond a bound leaves.
func milliDigits(bound time.Duration) int {
	switch {
	case bound < 100*time.Microsecond:
		return 2
	case bound < 10*time.Millisecond:
		return 1
	}
	return 0
}

// secondDigits is how many decimals of a second a bound leaves.
func secondDigits(bound time.Duration) int {
	switch {
	case bound < 10*time.Millisecond:
		return 3
	case bound < 100*time.Millisecond:
		return 2
	case bound < time.Second:
		return 1
	}
	return 0
}

// decimals writes a time in a unit.
func decimals(d, unit time.Duration, digits int) string {
	return strconv.FormatFloat(float64(d)/float64(unit), 'f', digits, 64)
}
