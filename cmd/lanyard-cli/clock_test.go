package main

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"lanyard/netcore/control"
)

// clockLines are what a copy answers that looked at three clocks.
func clockLines() []any {
	ppm, fine := 12.54, 0.31
	zone := control.ClockZone{Name: "CST", Offset: 28800}
	return []any{
		control.TimeServer{Event: control.EventTimeServer, Server: "ntp.example", Offset: -1500e6, Bound: 12e6},
		control.Clock{
			Event: control.EventClock, Person: "Bob", Offset: 1284e6, Bound: 4e5, RoundTrip: 8e5, Zone: zone,
			Verdict: "good", Time: "2026-05-06T14:03:21.284+08:00", Drift: &ppm, DriftBound: &fine,
		},
		control.Clock{
			Event: control.EventClock, Person: "Ca\u202erol", Offset: -3600e9, Bound: 4e5, RoundTrip: 8e5, Zone: zone,
			Verdict: "wrong-zone", Wrong: true, Time: "2026-05-06T13:03:20.000+08:00",
		},
		control.Clock{
			Event: control.EventClock, Person: "Dan", Offset: 1000, Bound: 2e7, RoundTrip: 4e7, Zone: zone,
			Verdict: "good", Time: "2026-05-06T13:03:20.000+08:00", Text: "14时\x1b[31m03分",
		},
		control.NoClock{Event: control.EventNoClock, Person: "Eve", Reason: "stranger", Word: "clock-stranger", Args: []string{"Eve"}},
		control.Clocks{Event: control.EventClocks, Count: 4, Agreeing: 3, Wrong: []string{"Carol"}},
		map[string]string{"event": "of a later version"},
	}
}

func TestWhatClockPrints(t *testing.T) {
	for _, c := range []struct {
		words    lexicon
		out, err string
	}{
		{lexicon{}, `This PC's clock is 1.50 s fast ± 12 ms, by ntp.example.
Bob  14:03:21 CST UTC+08:00  1.284 s fast ± 0.4 ms  round trip 0.8 ms  drift 12.5 ± 0.3 ppm
Ca\u202erol  2026-05-06 13:03:20 CST UTC+08:00  1 h 0 min 0.0 s slow ± 0.4 ms  round trip 0.8 ms  [wrong zone?]
Dan  14时\x1b[31m03分  as this PC ± 20 ms  round trip 40 ms
3 of 4 clocks agree, this PC's among them. Wrong: Carol.
`, "Eve is not verified"},
		{lexicon{chinese: true}, `按 ntp.example，本机的时钟快 1.50 s ± 12 ms。
Bob  14:03:21 CST UTC+08:00  他的钟快 1.284 s ± 0.4 ms  往返 0.8 ms  漂移 12.5 ± 0.3 ppm
Ca\u202erol  2026-05-06 13:03:20 CST UTC+08:00  他的钟慢 1 小时 0 分 0.0 秒 ± 0.4 ms  往返 0.8 ms  [时区不对？]
Dan  14时\x1b[31m03分  与本机一致 ± 20 ms  往返 40 ms
4 个时钟中有 3 个一致，包括本机。不准的是：Carol。
`, "Eve 还没有验证"},
	} {
		s := newStage(playing(nil, clockLines()...))
		s.words = c.words
		if code := s.run(t.Context(), []string{"clock"}); code != 0 {
			t.Errorf("exit %d", code)
		}
		if got := s.out.String(); got != c.out {
			t.Errorf("got\n%s\nwant\n%s", got, c.out)
		}
		if !strings.Contains(s.err.String(), c.err) {
			t.Errorf("stderr says %q", s.err.String())
		}
	}
}

func TestWhoIsWrongInWords(t *testing.T) {
	for _, c := range []struct {
		line control.Clocks
		en   string
	}{
		{control.Clocks{Count: 3, Agreeing: 3}, "All 3 clocks agree, this PC's among them."},
		{control.Clocks{Count: 3}, "Of 3 clocks, this PC's among them, no majority agrees: nobody can say who is wrong."},
		{control.Clocks{Count: 4, Agreeing: 3, Here: true, Off: 61e9}, "This PC's clock is wrong: about 61 s slow, as 3 of 4 clocks agree."},
		{
			control.Clocks{Count: 5, Agreeing: 3, Here: true, Off: -7260e9, Wrong: []string{"Bob"}},
			"This PC's clock is wrong: about 2 h 1 min 0 s fast, as 3 of 5 clocks agree. Wrong: Bob.",
		},
	} {
		r := clockReport{program: &program{}}
		if got := r.juryText(c.line); got != c.en {
			t.Errorf("got %q, want %q", got, c.en)
		}
	}
}

// What was typed arrives at the copy.
func TestClockArguments(t *testing.T) {
	var command string
	var got control.ClockArgs
	s := newStage(func(_ context.Context, name string, args json.RawMessage, _ func(any)) error {
		command = name
		return json.Unmarshal(args, &got)
	})
	args := []string{"clock", "bob", "carol", "--samples", "3", "--format", "%H时", "--ntp", "ntp.example", "--watch"}
	if code := s.run(t.Context(), args); code != 0 {
		t.Fatalf("exit %d: %s", code, s.err.String())
	}
	if command != control.CommandClockWatch || strings.Join(got.People, " ") != "bob carol" || got.Samples != 3 ||
		got.Format != "%H时" || got.TimeServer != "ntp.example" || got.WaitMillis != 0 || !s.opened[0].stays {
		t.Errorf("%s %+v, %+v", command, got, s.opened)
	}
	for _, wrong := range [][]string{
		{"clock", ""},
		{"clock", "bob", "--samples", "0"},
		{"clock", "--samples", "65"},
		{"clock", "--format", ""},
		{"clock", "--ntp", " "},
		{"clock", "--bogus"},
	} {
		if code := newStage(playing(nil)).run(t.Context(), wrong); code != control.ExitUsage {
			t.Errorf("%q: exit %d", wrong, code)
		}
	}
}
