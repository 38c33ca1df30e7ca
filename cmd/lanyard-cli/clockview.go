package main

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"lanyard/netcore"
	"lanyard/netcore/control"
	"lanyard/netcore/safename"
)

// clockReport shows the lines of clock to a person.
type clockReport struct {
	program *program
	named   int // people who were named
}

// clockReporter returns what --json asks for, or a person's view.
func (p *program) clockReporter(named int) reporter {
	if p.global.json {
		return &jsonReporter{program: p}
	}
	return clockReport{p, named}
}

func (clockReport) begin(*session) {}
func (clockReport) finish()        {}

// line shows one line. Those that this version does not know are left out.
func (r clockReport) line(raw []byte) error {
	var head struct {
		Event string `json:"event"`
	}
	if err := json.Unmarshal(raw, &head); err != nil {
		return fmt.Errorf("reading a line of the running copy: %w", err)
	}
	switch head.Event {
	case control.EventClock:
		return showClock(r, raw, r.clockText)
	case control.EventClocks:
		return showClock(r, raw, r.juryText)
	case control.EventTimeServer:
		return showClock(r, raw, r.serverText)
	case control.EventNoClock:
		return r.problem(raw)
	}
	return nil
}

// showClock prints what a line of a kind says.
func showClock[L any](r clockReport, raw []byte, text func(L) string) error {
	var l L
	if err := json.Unmarshal(raw, &l); err != nil {
		return fmt.Errorf("reading a line of the running copy: %w", err)
	}
	if _, err := fmt.Fprintln(r.program.out, text(l)); err != nil {
		return fmt.Errorf("writing a line: %w", err)
	}
	return nil
}

// problem says whose clock could not be looked at. Of one who was named alone
// the end of the command says it.
func (r clockReport) problem(raw []byte) error {
	var l control.NoClock
	if err := json.Unmarshal(raw, &l); err != nil {
		return fmt.Errorf("reading a line of the running copy: %w", err)
	}
	if r.named != 1 {
		r.program.complain(r.program.words.failure(&control.Failure{Word: l.Word, Args: l.Args, Text: l.Error}))
	}
	return nil
}

// clockText is the line about somebody's clock: "Bob  14:03:21 CST UTC+08:00
// 1.284 s fast ± 0.4 ms  round trip 0.8 ms".
func (r clockReport) clockText(l control.Clock) string {
	words := r.program.words
	parts := []string{name(l.Person), clockTime(l), words.clockOff(l), words.say("round-trip", netcore.ClockTrip(time.Duration(l.RoundTrip)))}
	if l.Drift != nil && l.DriftBound != nil && *l.DriftBound < mostDrift {
		parts = append(parts, words.say("clock-drift", driftNumber(*l.Drift), driftNumber(*l.DriftBound)))
	}
	switch {
	case l.Verdict == string(netcore.ClockWrongZone):
		parts = append(parts, words.say("clock-wrong-zone"))
	case l.Wrong:
		parts = append(parts, words.say("clock-wrong"))
	case l.Verdict == string(netcore.ClockOff):
		parts = append(parts, words.say("clock-differs"))
	}
	return strings.Join(parts, "  ")
}

// mostDrift is from what bound on, in ppm, a drift is not known well enough to
// be told.
const mostDrift = 50

// driftNumber writes a drift in ppm.
func driftNumber(ppm float64) string { return strconv.FormatFloat(ppm, 'f', 1, 64) }

// clockTime is their time in their zone, or as they wrote it.
func clockTime(l control.Clock) string {
	if l.Text != "" {
		return safename.Display(l.Text, maxPath)
	}
	at, err := time.Parse(time.RFC3339, l.Time)
	if err != nil {
		return "?"
	}
	layout := time.TimeOnly
	if l.Verdict != string(netcore.ClockGood) {
		layout = time.DateTime
	}
	zone := netcore.ClockZone{Name: name(l.Zone.Name), Offset: time.Duration(l.Zone.Offset) * time.Second, DST: l.Zone.DST}
	return at.Format(layout) + " " + zone.String()
}

// clockOff says how far a clock is off.
func (w lexicon) clockOff(l control.Clock) string {
	offset, bound := time.Duration(l.Offset), time.Duration(l.Bound)
	switch {
	case offset.Abs() <= bound:
		return w.say("clock-same", netcore.ClockBound(bound))
	case offset > 0:
		return w.say("clock-fast", w.clockFigure(offset, bound), netcore.ClockBound(bound))
	}
	return w.say("clock-slow", w.clockFigure(offset, bound), netcore.ClockBound(bound))
}

// clockFigure writes what a clock is off.
func (w lexicon) clockFigure(offset, bound time.Duration) string {
	f := netcore.ClockOffset(offset, bound)
	minutes, hours := strconv.Itoa(f.Minutes), strconv.Itoa(f.Hours)
	switch {
	case f.Days > 0:
		return w.say("figure-days", strconv.Itoa(f.Days), hours, minutes)
	case f.Hours > 0:
		return w.say("figure-hours", hours, minutes, f.Seconds)
	case f.Minutes > 0:
		return w.say("figure-minutes", minutes, f.Seconds)
	}
	return f.Short
}

// juryText says who is wrong.
func (r clockReport) juryText(l control.Clocks) string {
	words, count, agreeing := r.program.words, strconv.Itoa(l.Count), strconv.Itoa(l.Agreeing)
	if l.Agreeing == 0 {
		return words.say("clocks-no-majority", count)
	}
	var parts []string
	off := words.clockFigure(time.Duration(l.Off).Round(time.Second), time.Second)
	switch {
	case l.Here && l.Off > 0:
		parts = append(parts, words.say("clocks-here-slow", off, agreeing, count))
	case l.Here:
		parts = append(parts, words.say("clocks-here-fast", off, agreeing, count))
	case len(l.Wrong) > 0:
		parts = append(parts, words.say("clocks-some", agreeing, count))
	default:
		parts = append(parts, words.say("clocks-all", count))
	}
	if len(l.Wrong) > 0 {
		names := make([]string, len(l.Wrong))
		for i, person := range l.Wrong {
			names[i] = name(person)
		}
		parts = append(parts, words.say("clocks-wrong", words.list(names)))
	}
	return strings.Join(parts, "")
}

// serverText says how far this PC's clock is off by a time server.
func (r clockReport) serverText(l control.TimeServer) string {
	words, offset, bound := r.program.words, time.Duration(l.Offset), time.Duration(l.Bound)
	server, exact := safename.Display(l.Server, maxPath), netcore.ClockBound(bound)
	switch {
	case offset.Abs() <= bound:
		return words.say("ntp-same", server, exact)
	case offset > 0: // the server's is ahead
		return words.say("ntp-slow", server, words.clockFigure(offset, bound), exact)
	}
	return words.say("ntp-fast", server, words.clockFigure(offset, bound), exact)
}
