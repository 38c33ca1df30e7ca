package netcore

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"lanyard/netcore/control"
)

// clockStage is a door of a copy that is linked with Bob, Carol and Dan, who are
// verified, and with Eve, who is not; Fay is verified and not there.
func clockStage(offsets ...time.Duration) (*fakeEngine, *Door) {
	node := newFake()
	at := time.Date(2026, 5, 6, 6, 3, 21, 284e6, time.UTC)
	node.people, node.clocks, node.errs = nil, map[PersonID]ClockEstimate{}, map[PersonID]error{}
	for i, name := range []string{"bob", "carol", "dan", "eve", "fay"} {
		p := Person{ID: PersonID(i + 1), Name: name, Device: DeviceID{byte(i + 1)}, Online: name != "fay", Trust: TrustVerified}
		if name == "eve" {
			p.Trust = TrustStranger
		}
		node.people = append(node.people, p)
		if i < len(offsets) {
			node.clocks[p.ID] = ClockEstimate{
				At: at, Offset: offsets[i], Bound: 400 * time.Microsecond, RoundTrip: 800 * time.Microsecond,
				Jitter: 100 * time.Microsecond, Zone: ClockZone{Name: "CST", Offset: 8 * time.Hour},
			}
		}
	}
	return node, NewDoor(node)
}

func TestDoorClock(t *testing.T) {
	node, door := clockStage(1284*time.Millisecond, 0, 90*time.Second)
	node.rates = map[PersonID]ClockRate{1: {PPM: 12.5, Bound: 0.5, Over: time.Hour}, 3: {Jumped: true}}
	lines, exit, err := do(t, t.Context(), door, control.CommandClock, control.ClockArgs{Format: "%H时%M分"})
	want := []string{
		`{"event":"clock","person":"bob","id":"` + DeviceID{1}.String() + `","offset_ns":1284000000,"bound_ns":400000,` +
			`"round_trip_ns":800000,"jitter_ns":100000,"samples":8,"zone":{"name":"CST","offset":28800,"dst":false},` +
			`"verdict":"good","drift_ppm":12.5,"drift_bound_ppm":0.5,"time":"2026-05-06T14:03:22.568+08:00","text":"14时03分"}`,
		`"person":"carol"`,
		`"person":"dan","id":"` + DeviceID{3}.String() + `","offset_ns":90000000000`,
		`{"event":"no-clock","person":"eve","id":"` + DeviceID{4}.String() + `","reason":"stranger","word":"clock-stranger","args":["eve"]`,
		`{"event":"clocks","count":4,"agreeing":3,"here":false,`,
	}
	got := strings.Split(strings.TrimSpace(lines), "\n")
	if exit != 0 || err != nil || len(got) != len(want) {
		t.Fatalf("exit %d, %v, got\n%s", exit, err, lines)
	}
	for i := range want {
		if !strings.Contains(got[i], want[i]) {
			t.Errorf("line %d is\n%s\nwant\n%s", i, got[i], want[i])
		}
	}
	if !strings.Contains(got[2], `"wrong":true,"jumped":true`) || !strings.Contains(got[4], `"wrong":["dan"]`) || strings.Contains(got[0], "wrong") {
		t.Errorf("who is wrong is not said:\n%s", lines)
	}
}

func TestDoorClockOfSomebody(t *testing.T) {
	node, door := clockStage(time.Second, 0)
	node.errs[2] = ErrClockRefused
	for _, c := range []struct {
		args control.ClockArgs
		exit int
		word control.Word
	}{
		{control.ClockArgs{People: []string{"bob"}, Samples: 3}, 0, ""},
		{control.ClockArgs{People: []string{"bob", "carol"}}, control.ExitRefused, wordClockRefused},
		{control.ClockArgs{People: []string{"dan"}}, control.ExitUnreachable, wordClockLost},
		{control.ClockArgs{People: []string{"nobody"}}, control.ExitUnreachable, wordNobodySeen},
		{control.ClockArgs{People: []string{" "}}, control.ExitUsage, wordNoPerson},
		{control.ClockArgs{Format: strings.Repeat("x", 257)}, control.ExitUsage, wordTimeFormat},
		{control.ClockArgs{TimeServer: "ntp.example"}, control.ExitUnreachable, wordTimeServer},
	} {
		lines, _, err := do(t, t.Context(), door, control.CommandClock, c.args)
		if c.word == "" {
			if err != nil || !strings.Contains(lines, `"samples":3`) {
				t.Errorf("%+v: %v\n%s", c.args, err, lines)
			}
			continue
		}
		wantWord(t, err, c.exit, c.word)
	}
	node.errs[1], node.errs[3] = ErrClockBusy, ErrClockAbsurd
	_, _, err := do(t, t.Context(), door, control.CommandClock, control.ClockArgs{})
	wantWord(t, err, control.ExitFailed, wordClockBusy)
	node.people = nil
	_, _, err = do(t, t.Context(), door, control.CommandClock, control.ClockArgs{})
	wantWord(t, err, control.ExitUnreachable, wordClockNobody)
	node.servers = map[string]ClockEstimate{"ntp.example": {Offset: -5, Bound: 7, Samples: 4}}
	lines, _, err := do(t, t.Context(), door, control.CommandClock, control.ClockArgs{TimeServer: "ntp.example"})
	if err != nil || lines != `{"event":"time-server","server":"ntp.example","offset_ns":-5,"bound_ns":7,"round_trip_ns":0,"samples":4}`+"\n" {
		t.Errorf("a time server: %v\n%s", err, lines)
	}
}

// Each second there is a line for each, until the command is cancelled; what is
// wrong is said once.
func TestDoorClockWatch(t *testing.T) {
	node, door := clockStage(0, time.Second, -time.Second)
	ctx, cancel := context.WithCancel(t.Context())
	node.onLook = func(look int) {
		switch look {
		case 4:
			node.errs[2] = ErrClockLost
		case 9:
			cancel()
		}
	}
	lines, exit, err := do(t, ctx, door, control.CommandClockWatch, control.ClockArgs{})
	if exit != 0 || err != nil {
		t.Fatalf("exit %d, %v", exit, err)
	}
	count := map[string]int{}
	for line := range strings.Lines(lines) {
		var l struct{ Event, Person string }
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Fatal(err)
		}
		count[l.Event+" "+l.Person]++
	}
	if count["clock bob"] != 2 || count["clock carol"] != 1 || count["no-clock carol"] != 1 || count["no-clock eve"] != 1 || count["clocks "] != 2 {
		t.Errorf("got %v of\n%s", count, lines)
	}
	node.onLook = nil
	node.errs[1], node.errs[3] = ErrClockRefused, ErrClockRefused
	_, _, err = do(t, t.Context(), door, control.CommandClockWatch, control.ClockArgs{People: []string{"bob"}})
	wantWord(t, err, control.ExitRefused, wordClockRefused)
}

// Somebody who is named twice, in two ways, has one vote about who is wrong.
func TestAClockIsCountedOnce(t *testing.T) {
	bob, eve := Person{ID: 1, Name: "bob"}, Person{ID: 2, Name: "eve"}
	missing := looked{person: Person{Name: "x"}, err: errors.New("not found")}
	got := eachOnce([]looked{{person: bob}, {person: eve}, missing, {person: bob}, missing})
	if len(got) != 4 || got[0].person.ID != 1 || got[1].person.ID != 2 || got[2].err == nil || got[3].err == nil {
		t.Errorf("looked at %+v", got)
	}
}
