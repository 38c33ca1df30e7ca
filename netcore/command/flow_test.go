package command

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// Endless output is slowed down to what the asker takes, and bounded memory
// holds it, on both sides and between.
func TestEndlessOutputIsSlowedDown(t *testing.T) {
	run(t, LevelAlways, func(w *world) {
		goOn := make(chan struct{})
		taken := 0
		r := w.start(argv("yes"), func(_ Pipe, p []byte) error {
			<-goOn
			taken += len(p)
			return nil
		})
		synctest.Wait()
		if held := r.in.held; held > outWindow || held < outWindow/2 {
			t.Errorf("the asker holds %d bytes", held)
		}
		if sent := w.owner.List()[0].Stdout.Bytes; sent > outWindow {
			t.Errorf("%d bytes were sent to an asker that takes none", sent)
		}
		pass(24 * time.Hour)
		if w.owner.runner.alive() != 1 {
			t.Error("an asker that takes its time lost the run")
		}
		for range 1000 {
			goOn <- struct{}{}
		}
		synctest.Wait()
		if sent := w.owner.List()[0].Stdout.Bytes; sent > int64(taken)+2*outWindow {
			t.Errorf("%d bytes were sent, %d taken", sent, taken)
		}
		r.Stop()
		close(goOn)
		there, here := w.end(r)
		w.words(there, here, StateKilledHere, StateKilledThere, "")
		if there.Stdout != here.Stdout || there.Stdout.Bytes < 1000 {
			t.Errorf("%+v, %+v", there.Stdout, here.Stdout)
		}
	})
}

func TestOutputLimits(t *testing.T) {
	const most = 3_000_001
	run(t, LevelAlways, func(w *world) { // of the asker
		var got taken
		there, here := w.end(w.start(Request{Argv: []string{"yes"}, MaxOutput: most}, got.take))
		if there.State != StateKilledHere || there.Reason != ReasonOutput || here.State != StateKilledThere {
			t.Errorf("%s (%s), %s", there.State, there.Reason, here.State)
		}
		if n := len(got.text(Stdout)); n != most {
			t.Errorf("%d bytes were taken", n)
		}
	})
	runWith(t, LevelAlways, Config{Limits: Limits{Output: most}}, func(w *world) { // of the owner
		var got taken
		there, here := w.end(w.start(argv("yes"), got.take))
		w.words(there, here, StateKilledThere, StateKilledHere, ReasonOutput)
		if n := len(got.text(Stdout)); n != most || here.Stdout.Bytes != most {
			t.Errorf("%d bytes were taken, %d sent", n, here.Stdout.Bytes)
		}
		w.ends(argv("fill", "3000001"), StateExited, StateExited, "")
		w.ends(argv("fill", "3000002"), StateExited, StateExited, "")
	})
}

func TestOutputWithoutALineEnd(t *testing.T) {
	run(t, LevelAlways, func(w *world) {
		var got taken
		there, here := w.end(w.start(argv("fill", "10000000"), got.take))
		w.words(there, here, StateExited, StateExited, "")
		if got.text(Stdout) != strings.Repeat("x", 10_000_000) {
			t.Error("it is not what was put out")
		}
	})
}

func TestASinkThatFailsStopsTheRun(t *testing.T) {
	run(t, LevelAlways, func(w *world) {
		calls := 0
		there, here := w.end(w.start(argv("yes"), func(Pipe, []byte) error { calls++; return errors.New("no") }))
		if there.State != StateKilledHere || there.Reason != ReasonSink || here.State != StateKilledThere || calls != 1 {
			t.Errorf("%s (%s), %s, %d calls", there.State, there.Reason, here.State, calls)
		}
	})
}

// The wall time is the shortest of what the asker, the button and the owner say.
func TestWallTime(t *testing.T) {
	runWith(t, LevelAlways, Config{Limits: Limits{Wall: time.Minute}}, func(w *world) {
		w.owner.buttons = []Button{{Name: "go", Argv: []string{"sleep"}, Wall: time.Second}}
		for _, tc := range []struct {
			r    Request
			want time.Duration
		}{
			{argv("sleep"), time.Minute},
			{Request{Argv: []string{"sleep"}, Wall: time.Hour}, time.Minute},
			{Request{Argv: []string{"sleep"}, Wall: time.Second}, time.Second},
			{Request{Button: "go", Wall: time.Hour}, time.Second},
			{Request{Button: "go", Wall: time.Millisecond}, time.Millisecond},
		} {
			_, here := w.ends(tc.r, StateTimeout, StateTimeout, "")
			if took := here.Ended.Sub(here.Began); took != tc.want {
				t.Errorf("%+v ran for %v, want %v", tc.r, took, tc.want)
			}
		}
	})
}
