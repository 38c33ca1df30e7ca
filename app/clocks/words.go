package clocks

import (
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
	figure := netcore.ClockOffset(off, bound)
	data := map[string]any{"Days": figure.Days, "Hours": figure.Hours, "Minutes": figure.Minutes, "Seconds": figure.Seconds}
	switch {
	case figure.Days > 0:
		return lang.L("{{.Days}} d {{.Hours}} h {{.Minutes}} min", data)
	case figure.Hours > 0:
		return lang.L("{{.Hours}} h {{.Minutes}} min {{.Seconds}} s", data)
	case figure.Minutes > 0:
		return lang.L("{{.Minutes}} min {{.Seconds}} s", data)
	}
	return figure.Short
}

// Bound writes a bound, rounded up: what it says holds.
func Bound(bound time.Duration) string { return netcore.ClockBound(bound) }

// Trip writes a round trip or a jitter.
func Trip(d time.Duration) string { return netcore.ClockTrip(d) }

// mostDrift is from what bound on, in ppm, a drift is not known well enough to
// be told: clocks of PCs are rarely farther from right.
const mostDrift = 50

// driftWords say how fast a clock drifts.
func driftWords(rate netcore.ClockRate, known bool) string {
	switch {
	case !known:
		return "—"
	case rate.Jumped:
		return lang.L("was set")
	case rate.Bound > mostDrift:
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

// ErrorWords say why a clock could not be looked at.
func ErrorWords(err error) string {
	switch {
	case isAny(err, netcore.ErrClockRefused):
		return lang.L("They do not tell this PC their time. On their PC you must be verified, and permitted to ask.")
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
