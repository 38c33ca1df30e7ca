package command

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/netcore/wire"
)

// intruder is an asker that says what the test says.
type intruder struct {
	w *world
	*end
	conn *wire.Conn
}

// intrude opens a stream to the owner.
func (w *world) intrude(kind string, f any) *intruder {
	w.t.Helper()
	near, err := w.dial(w.asker.id, w.owner)
	if err != nil {
		w.t.Fatal(err)
	}
	i := &intruder{w, near, wire.NewConn(near)}
	i.say(kind, f, nil)
	return i
}

// say sends a frame; it may fail once the owner has left.
func (i *intruder) say(kind string, f any, body []byte) { _ = i.conn.Write(kind, f, body) }

// hears returns the kinds that the owner says until one of the last ones, or
// the end.
func (i *intruder) hears(until ...string) (kinds []string, last fields) {
	_ = i.SetReadDeadline(time.Now().Add(time.Minute))
	for {
		frame, err := i.conn.Next(1 << 20)
		if err != nil {
			return append(kinds, "the end"), last
		}
		last = fields{}
		_ = json.Unmarshal(frame.Raw, &last)
		_ = i.conn.Discard()
		kinds = append(kinds, frame.Kind)
		for _, kind := range until {
			if frame.Kind == kind {
				return kinds, last
			}
		}
	}
}

// good is a "run" frame for a program.
func good(args ...string) runFields { return runFields{ID: newID(), Argv: args} }

func TestRequestsThatCanRunNowhere(t *testing.T) {
	many := make([]string, maxArgv+1)
	for i := range many {
		many[i] = "x"
	}
	for name, f := range map[string]any{
		"no argv":               runFields{ID: newID()},
		"no program":            good("", "x"),
		"NUL in the program":    good("tr\x00ue"),
		"NUL in an argument":    good("true", "a\x00b"),
		"too many arguments":    good(many...),
		"too long":              good("true", strings.Repeat("x", maxArgvLen)),
		"argv and a button":     runFields{ID: newID(), Argv: []string{"true"}, Button: "go"},
		"button with input":     runFields{ID: newID(), Button: "go", Stdin: true},
		"button in a folder":    runFields{ID: newID(), Button: "go", Dir: "/"},
		"parameters, no button": runFields{ID: newID(), Argv: []string{"true"}, Args: map[string]string{"a": "b"}},
		"relative folder":       runFields{ID: newID(), Argv: []string{"true"}, Dir: "../x"},
		"NUL in the folder":     runFields{ID: newID(), Argv: []string{"true"}, Dir: "/tmp\x00"},
		"long folder":           runFields{ID: newID(), Argv: []string{"true"}, Dir: "/" + strings.Repeat("x", maxDirLen)},
		"no ID":                 runFields{Argv: []string{"true"}},
		"upper-case ID":         runFields{ID: strings.ToUpper(newID()[:31]) + "F", Argv: []string{"true"}},
		"long ID":               runFields{ID: newID() + "00", Argv: []string{"true"}},
		"negative time":         runFields{ID: newID(), Argv: []string{"true"}, WallMS: -1},
		"endless time":          runFields{ID: newID(), Argv: []string{"true"}, WallMS: 1 << 62},
		"flat terminal":         runFields{ID: newID(), Argv: []string{"true"}, Terminal: &Size{0, 0}},
		"vast terminal":         runFields{ID: newID(), Argv: []string{"true"}, Terminal: &Size{1 << 30, 1}},
		"argv no list":          map[string]any{"id": newID(), "argv": "true"},
		"argv of numbers":       map[string]any{"id": newID(), "argv": []int{1}},
		"time a string":         map[string]any{"id": newID(), "argv": []string{"true"}, "wall_ms": "1"},
	} {
		t.Run(name, func(t *testing.T) {
			run(t, LevelAlways, func(w *world) {
				kinds, last := w.intrude(KindRun, f).hears(kindDenied)
				if len(kinds) != 1 || kinds[0] != kindDenied || last.Reason != ReasonBadRequest {
					t.Errorf("heard %q, %q", kinds, last.Reason)
				}
				if len(w.owner.runner.seen()) > 0 {
					t.Error("something was started")
				}
			})
		})
	}
}

func TestOwnRequestsAreLookedAtFirst(t *testing.T) {
	run(t, LevelAlways, func(w *world) {
		for _, r := range []Request{{}, argv(""), argv("a\x00"), argv("x", strings.Repeat("<", maxArgvLen-10)), {Argv: []string{"x"}, Wall: -1}} {
			if _, err := w.asker.Start(t.Context(), w.owner.id, r, nil); err == nil {
				t.Errorf("%.40q is sent", r.Argv)
			}
		}
	})
}

func TestAnIDRunsOnce(t *testing.T) {
	run(t, LevelAlways, func(w *world) {
		f := good("sleep")
		first := w.intrude(KindRun, f)
		first.hears(kindStarted)
		if _, last := w.intrude(KindRun, f).hears(kindDenied); last.Reason != ReasonDuplicate {
			t.Errorf("while it runs: %q", last.Reason)
		}
		first.say(kindStop, nil, nil)
		first.hears(kindExit)
		if _, last := w.intrude(KindRun, f).hears(kindDenied); last.Reason != ReasonDuplicate {
			t.Errorf("after it ran: %q", last.Reason)
		}
		if n := len(w.owner.runner.seen()); n != 1 {
			t.Errorf("it ran %d times", n)
		}
	})
}

func TestIDsAreNotRememberedForEver(t *testing.T) {
	run(t, LevelAlways, func(w *world) {
		g := w.owner.guest(w.asker.id)
		for range 3 * knownIDs {
			if reason := w.owner.takes(g, newID()); reason != "" {
				t.Fatal(reason)
			}
			g.runs--
		}
		if len(g.ids) != knownIDs || len(g.order) != knownIDs {
			t.Errorf("%d IDs, %d in order", len(g.ids), len(g.order))
		}
		if reason := w.owner.takes(g, g.order[0]); reason != ReasonDuplicate {
			t.Errorf("one that is known: %q", reason)
		}
	})
}

// An asker that breaks the protocol ends its run, and nothing else.
func TestAskersThatBreakTheProtocol(t *testing.T) {
	withInput := good("sleep")
	withInput.Stdin = true
	for name, tc := range map[string]struct {
		f    runFields
		said func(i *intruder)
	}{
		"unknown frame":      {good("sleep"), func(i *intruder) { i.say("hello", nil, nil) }},
		"run again":          {good("sleep"), func(i *intruder) { i.say(KindRun, good("true"), nil) }},
		"input without":      {good("sleep"), func(i *intruder) { i.say(kindStdin, nil, []byte("x")) }},
		"input end without":  {good("sleep"), func(i *intruder) { i.say(kindStdinEnd, nil, nil) }},
		"empty input":        {withInput, func(i *intruder) { i.say(kindStdin, nil, nil) }},
		"body too large":     {withInput, func(i *intruder) { i.say(kindStdin, nil, make([]byte, maxBody+1)) }},
		"over the credit":    {withInput, func(i *intruder) { i.pour(make([]byte, maxBody), 5) }},
		"crumbs":             {withInput, func(i *intruder) { i.pour([]byte("x"), inWindow/frameCost) }},
		"input after end":    {withInput, func(i *intruder) { i.say(kindStdinEnd, nil, nil); i.say(kindStdin, nil, []byte("x")) }},
		"body on a stop":     {good("sleep"), func(i *intruder) { i.say(kindStop, nil, []byte("x")) }},
		"credit from above":  {good("sleep"), func(i *intruder) { i.say(kindMore, fields{N: 1}, nil) }},
		"negative credit":    {good("sleep"), func(i *intruder) { i.say(kindMore, map[string]int64{"n": -1 << 63}, nil) }},
		"credit a float":     {good("sleep"), func(i *intruder) { i.say(kindMore, map[string]float64{"n": 1.5}, nil) }},
		"size of nothing":    {good("sleep"), func(i *intruder) { i.say(kindResize, fields{Cols: 80, Rows: 24}, nil) }},
		"owner's frames":     {good("sleep"), func(i *intruder) { i.say(kindExit, fields{State: "exited"}, nil) }},
		"error frame":        {good("sleep"), func(i *intruder) { _ = i.conn.WriteError("busy", "x") }},
		"header of 64 KiB":   {good("sleep"), func(i *intruder) { _, _ = i.Write([]byte{0, 0, 1, 0}) }},
		"no header":          {good("sleep"), func(i *intruder) { _, _ = i.Write([]byte{0, 0, 0, 0}) }},
		"header of noughts":  {good("sleep"), func(i *intruder) { _, _ = i.Write(make([]byte, 100)) }},
		"a deep header":      {good("sleep"), func(i *intruder) { i.say(kindStop, map[string]any{"x": deep(20)}, nil) }},
		"body of 2^62 bytes": {withInput, func(i *intruder) { _ = wire.WriteHeader(i, []byte(`{"kind":"stdin","body_size":4611686018427387904}`)) }},
	} {
		t.Run(name, func(t *testing.T) {
			run(t, LevelAlways, func(w *world) {
				bystander := w.start(argv("sleep"), nil)
				synctest.Wait()
				i := w.intrude(KindRun, tc.f)
				i.hears(kindStarted)
				tc.said(i)
				kinds, last := i.hears(kindExit)
				if last.State != exitKilledByOwner || last.Reason != ReasonProtocol {
					t.Errorf("heard %q, %q (%q)", kinds, last.State, last.Reason)
				}
				synctest.Wait()
				if here := w.owner.lastAudit(t, tc.f.ID); here.State != StateKilledHere || here.Reason != ReasonProtocol {
					t.Errorf("the owner sees %s (%s)", here.State, here.Reason)
				}
				if bystander.Info().State != StateRunning {
					t.Error("another run has ended, too")
				}
			})
		})
	}
}

// deep nests lists.
func deep(n int) any {
	if n == 0 {
		return 1
	}
	return []any{deep(n - 1)}
}

// pour sends input n times.
func (i *intruder) pour(p []byte, n int) {
	for range n {
		i.say(kindStdin, nil, p)
	}
}

func TestFramesBeforeTheStart(t *testing.T) {
	for name, said := range map[string]func(i *intruder){
		"input":  func(i *intruder) { i.say(kindStdin, nil, []byte("rm -rf ~\n")) },
		"end":    func(i *intruder) { i.say(kindStdinEnd, nil, nil) },
		"credit": func(i *intruder) { i.say(kindMore, fields{N: 1 << 40}, nil) },
	} {
		run(t, LevelAsk, func(w *world) {
			f := good("cat")
			f.Stdin = true
			i := w.intrude(KindRun, f)
			i.hears(kindAsked)
			said(i)
			if _, last := i.hears(kindDenied); last.Reason != ReasonProtocol {
				t.Errorf("%s: %q", name, last.Reason)
			}
			synctest.Wait()
			if len(w.owner.Asks()) > 0 || len(w.owner.runner.seen()) > 0 {
				t.Errorf("%s: the card is still there, or it ran", name)
			}
		})
	}
}

// An asker that goes away takes its run with it, whatever that does.
func TestAskersThatVanish(t *testing.T) {
	for name, leave := range map[string]func(i *intruder){
		"closes":  func(i *intruder) { _ = i.Close() },
		"resets":  func(i *intruder) { _ = i.Reset() },
		"is lost": func(i *intruder) { i.w.cut() },
	} {
		for _, program := range []string{"sleep", "yes", "stubborn"} {
			run(t, LevelAlways, func(w *world) {
				f := good(program)
				i := w.intrude(KindRun, f)
				i.hears(kindStarted)
				leave(i)
				pass(5 * time.Second)
				if n := w.owner.runner.alive(); n != 0 {
					t.Errorf("%s, %s: it runs on", name, program)
				}
				if here := w.owner.lastAudit(t, f.ID); here.State != StateLost {
					t.Errorf("%s, %s: %s", name, program, here.State)
				}
			})
		}
	}
}

// An asker that gives credit and does not read is lost; one that gives none
// waits, and both hold no more memory than a window.
func TestAskersThatStall(t *testing.T) {
	run(t, LevelAlways, func(w *world) {
		f := good("yes")
		i := w.intrude(KindRun, f)
		i.hears(kindStarted)
		pass(time.Hour) // the credit is for more than the stream holds
		if here := w.owner.lastAudit(t, f.ID); here.State != StateLost || w.owner.runner.alive() != 0 {
			t.Errorf("%s", here.State)
		}
	})
	run(t, LevelAlways, func(w *world) {
		f := good("yes")
		i := w.intrude(KindRun, f)
		i.hears(kindStarted)
		got := 0
		go func() { // reads, but gives nothing back
			for {
				frame, err := i.conn.Next(1 << 20)
				if err != nil {
					return
				}
				got += int(frame.BodySize)
				_ = i.conn.Discard()
			}
		}()
		pass(time.Hour)
		if got > outWindow || got < outWindow/2 {
			t.Errorf("%d bytes were sent without credit", got)
		}
		if list := w.owner.List(); len(list) != 1 || list[0].Stdout.Bytes != int64(got) {
			t.Fatalf("%+v", list)
		}
		if err := w.owner.Stop(w.owner.List()[0].Number); err != nil {
			t.Error(err)
		}
		pass(time.Second)
		if here := w.owner.lastAudit(t, f.ID); here.State != StateKilledHere || here.Stdout.Bytes != int64(got) {
			t.Errorf("%+v", here)
		}
	})
}
