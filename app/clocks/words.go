package clocks

import (
	"math"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// Words says how far somebody's clock is off: "Their clock is 1.284 s fast
// ± 0.4 ms".
func Words(off, bound time.Duration) string {
	data := map[string]any{"Offset": Offset(off.Abs(), bound), "Bound": Bound(bound)}
	switch {
	case off.Abs() <= bound:
		return lang.L("Their clock is as this PC's ± {{.Bound}}", data)
	case off > 0:
		return lang.L("Their clock is {{.Offset}} fast ± {{.Bound}}", data)
	}
	return lang.L("Their clock is {{.Offset}} slow ± {{.Bound}}", data)
}

// Warning is what a conversation says of its person's clock before anything
// else; nothing if there is nothing to say.
func Warning(person netcore.Person) string {
	if person.ClockOff == 0 {
		return ""
	}
	off := Offset(person.ClockOff.Abs().Round(time.Second), time.Second)
	if person.ClockOff > 0 {
		return lang.L("Their clock is {{.Offset}} fast, compared with this PC's. Times that they write or send may be wrong.", map[string]any{"Offset": off})
	}
	return lang.L("Their clock is {{.Offset}} slow, compared with this PC's. Times that they write or send may be wrong.", map[string]any{"Offset": off})
}

// VerdictWords is what is to be thought of a clock, in a word or two.
func VerdictWords(verdict netcore.ClockVerdict) string {
	switch verdict {
	case netcore.ClockGood:
		return lang.L("Good")
	case netcore.ClockOff:
		return lang.L("Off")
	case netcore.ClockWrongZone:
		return lang.L("Wrong zone")
	}
	return ""
}

// verdictColor is the colour that goes with the word.
func verdictColor(verdict netcore.ClockVerdict) fyne.ThemeColorName {
	switch verdict {
	case netcore.ClockGood:
		return theme.ColorNameSuccess
	case netcore.ClockOff:
		return theme.ColorNameError
	}
	return theme.ColorNameWarning
}

// Offset writes what a clock is off, no finer than its bound allows.
func Offset(off, bound time.Duration) string {
	off = off.Abs()
	switch {
	case off < time.Second && bound < time.Second:
		return decimals(off, time.Millisecond, milliDigits(bound)) + " ms"
	case off < 2*time.Minute:
		return decimals(off, time.Second, secondDigits(bound)) + " s"
	}
	return long(off, bound)
}

// long writes what is two minutes or more, in two or three units.
func long(off, bound time.Duration) string {
	const day = 24 * time.Hour
	fine := time.Duration(float64(time.Second) / math.Pow10(min(secondDigits(bound), 1)))
	if off >= day {
		fine = time.Minute
	}
	off = off.Round(fine)
	data := map[string]any{
		"Days": int(off / day), "Hours": int(off % day / time.Hour), "Minutes": int(off % time.Hour / time.Minute),
		"Seconds": decimals(off%time.Minute, time.Second, min(secondDigits(bound), 1)),
	}
	switch {
	case off >= day:
		return lang.L("{{.Days}} d {{.Hours}} h {{.Minutes}} min", data)
	case off >= time.Hour:
		return lang.L("{{.Hours}} h {{.Minutes}} min {{.Seconds}} s", data)
	}
	return lang.L("{{.Minutes}} min {{.Seconds}} s", data)
}

// Bound writes a bound, rounded up: what it says holds.
func Bound(bound time.Duration) string {
	switch {
	case bound < 100*time.Microsecond:
		return decimals(up(bound, 10*time.Microsecond), time.Millisecond, 2) + " ms"
	case bound < 10*time.Millisecond:
		return decimals(up(bound, 100*time.Microsecond), time.Millisecond, 1) + " ms"
	case bound < time.Second:
		return decimals(up(bound, time.Millisecond), time.Millisecond, 0) + " ms"
	}
	return decimals(up(bound, 100*time.Millisecond), time.Second, 1) + " s"
}

// up rounds up to a multiple of step.
func up(d, step time.Duration) time.Duration {
	if rest := d % step; rest > 0 {
		d += step - rest
	}
	return d
}

// Trip writes a round trip or a jitter.
func Trip(d time.Duration) string {
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

func decimals(d, unit time.Duration, digits int) string {
	return strconv.FormatFloat(float64(d)/float64(unit), 'f', digits, 64)
}

// driftWords say how fast a clock drifts.
func driftWords(rate netcore.ClockRate, known bool) string {
	switch {
	case !known:
		return "—"
	case rate.Jumped:
		return lang.L("was set")
	case rate.Bound > 1000:
		return lang.L("not known yet")
	}
	digits := 1
	if rate.Bound >= 10 {
		digits = 0
	}
	number := func(f float64) string { return strconv.FormatFloat(f, 'f', digits, 64) }
	sign := ""
	if rate.PPM > 0 {
		sign = "+"
	}
	return strings.Replace(sign+number(rate.PPM), "-", "−", 1) + " ± " + number(rate.Bound) + " ppm"
}

// problemWords say why a clock could not be looked at.
func problemWords(err error) string {
	switch {
	case isAny(err, netcore.ErrClockRefused):
		return lang.L("They do not tell this PC their time. On their PC you must be verified, with the permission “clock”.")
	case isAny(err, netcore.ErrUnreachable, netcore.ErrClockLost):
		return lang.L("Cannot be reached now.")
	case isAny(err, netcore.ErrClockBusy):
		return lang.L("Their PC was asked too often. It is tried again.")
	case isAny(err, netcore.ErrClockAbsurd):
		return lang.L("Their PC gave an answer that cannot be.")
	case isAny(err, netcore.ErrClockFailed):
		return lang.L("Their PC cannot tell its time; its Lanyard may be too old.")
	case isAny(err, netcore.ErrTimeServer):
		return lang.L("The server gave no usable answer.")
	case isAny(err, netcore.ErrTimeFormat):
		return lang.L("This format is too long.")
	}
	return kit.ErrorWords(err)
}
