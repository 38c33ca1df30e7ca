package command

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/netcore/identity"
)

func TestWhoMayRunWhat(t *testing.T) {
	button := Request{Button: "go"}
	terminal := Request{Argv: []string{"tty"}, Terminal: &Size{80, 24}}
	for _, tc := range []struct {
		level  Level
		r      Request
		reason Reason
	}{
		{LevelOff, argv("true"), ReasonNotPermitted},
		{LevelOff, button, ReasonNotPermitted},
		{"", argv("true"), ReasonNotPermitted},
		{"ALWAYS", argv("true"), ReasonNotPermitted},
		{LevelButtons, argv("true"), ReasonNotPermitted},
		{LevelButtons, terminal, ReasonNotPermitted},
		{LevelButtons, Request{Button: "stop"}, ReasonNoButton},
		{LevelButtons, Request{Button: "go", Args: map[string]string{"x": "y"}}, ReasonBadArgument},
		{LevelAsk, terminal, ReasonNotPermitted},
		{LevelAlways, Request{Argv: []string{"true"}, Dir: "tmp"}, ReasonBadRequest},
	} {
		t.Run(fmt.Sprint(tc.level, " ", tc.reason), func(t *testing.T) {
			run(t, tc.level, func(w *world) {
				w.owner.buttons = []Button{{Name: "go", Argv: []string{"true"}}}
				there, _ := w.end(w.start(tc.r, nil))
				if there.State != StateDenied || there.Reason != tc.reason || len(w.owner.runner.seen()) > 0 {
					t.Errorf("%s (%s), %d started", there.State, there.Reason, len(w.owner.runner.seen()))
				}
				if len(w.owner.opened) > 0 || len(w.owner.changes) > 0 {
					t.Error("the owner was bothered")
				}
				if here := w.owner.lastAudit(t, there.ID); here.State != StateDenied || here.Device != w.asker.id {
					t.Errorf("logged as %+v", here)
				}
			})
		})
	}
}

func TestButtonsNeedNoConsent(t *testing.T) {
	for _, level := range []Level{LevelButtons, LevelAsk, LevelAlways} {
		run(t, level, func(w *world) {
			w.owner.buttons = []Button{{
				Name: "greet", Argv: []string{"echo", "hello", "{who}"}, Params: []Param{{Name: "who", Kind: Text}},
			}}
			var got taken
			there, here := w.end(w.start(Request{Button: "greet", Args: map[string]string{"who": "$(id); `id` && \"x\" | 'y' %PATH% ^ *"}}, got.take))
			w.words(there, here, StateExited, StateExited, "")
			if got.text(Stderr) != "$(id); `id` && \"x\" | 'y' %PATH% ^ *\n" || here.Decision != DecidedButton {
				t.Errorf("%s: %q", here.Decision, got.text(Stderr))
			}
		})
	}
}

// A level that falls stops what it no longer covers, and nothing else.
func TestRevokedInMidRun(t *testing.T) {
	for _, tc := range []struct {
		from, to Level
		stopped  bool
	}{
		{LevelAlways, LevelOff, true},
		{LevelAlways, LevelAsk, true},
		{LevelAlways, LevelAlways, false},
		{LevelAsk, LevelButtons, true},
		{LevelAsk, LevelAlways, false},
	} {
		run(t, tc.from, func(w *world) {
			r := w.start(argv("stubborn"), nil)
			if tc.from == LevelAsk {
				w.answer(AllowOnce)
			}
			synctest.Wait()
			w.owner.set(tc.to)
			pass(5 * time.Second)
			if ended := r.Info().State.Ended(); ended != tc.stopped {
				t.Errorf("from %s to %s: ended %v", tc.from, tc.to, ended)
			}
			if tc.stopped {
				there, here := w.end(r)
				w.words(there, here, StateKilledThere, StateKilledHere, ReasonRevoked)
			}
		})
	}
}

// The level falls after the question and before the start, at the worst moments.
func TestRevokedBetweenAskAndStart(t *testing.T) {
	run(t, LevelAsk, func(w *world) { // together with the answer
		r := w.start(argv("sleep"), nil)
		ask := w.ask()
		w.owner.mu.Lock()
		w.owner.level = LevelButtons
		w.owner.mu.Unlock()
		if err := w.owner.Answer(context.Background(), ask.Run.Number, AllowOnce); err != nil {
			t.Error(err)
		}
		there, here := w.end(r)
		w.words(there, here, StateDenied, StateDenied, ReasonRevoked)
		if len(w.owner.runner.seen()) > 0 {
			t.Error("it was started")
		}
	})
	run(t, LevelAlways, func(w *world) { // while the runner starts it
		w.owner.runner.starts = func() { w.owner.set(LevelOff) }
		there, here := w.ends(argv("sleep"), StateKilledThere, StateKilledHere, ReasonRevoked)
		if there.Began.IsZero() != here.Began.IsZero() {
			t.Error("the two sides do not agree whether it began")
		}
	})
	run(t, LevelAsk, func(w *world) { // the remembered consent is forgotten while it is looked up
		r := w.start(argv("sleep"), nil)
		w.answer(AllowQuarter)
		synctest.Wait()
		r.Stop()
		w.end(r)
		key := keyOf(w.asker.id, []string{"sleep"}, "")
		w.owner.runner.starts = func() { _ = w.owner.Forget(context.Background(), key) }
		w.ends(argv("sleep"), StateKilledThere, StateKilledHere, ReasonRevoked)
	})
}

func TestQuartersEndWithThePermission(t *testing.T) {
	run(t, LevelAsk, func(w *world) {
		r := w.start(argv("true"), nil)
		w.answer(AllowQuarter)
		w.end(r)
		w.owner.set(LevelOff)
		w.owner.set(LevelAsk)
		r = w.start(argv("true"), nil)
		w.answer(Deny)
		w.end(r)
	})
}

func TestRunsAreBounded(t *testing.T) {
	runWith(t, LevelAlways, Config{Limits: Limits{RunsPerDevice: 3}}, func(w *world) {
		var runs []*Run
		for range 3 {
			runs = append(runs, w.start(argv("sleep"), nil))
		}
		synctest.Wait()
		w.ends(argv("true"), StateDenied, StateDenied, ReasonBusy)
		runs[0].Stop()
		w.end(runs[0])
		w.ends(argv("true"), StateExited, StateExited, "")
	})
	runWith(t, LevelAlways, Config{Limits: Limits{Runs: 1}}, func(w *world) {
		w.start(argv("sleep"), nil)
		synctest.Wait()
		w.ends(argv("true"), StateDenied, StateDenied, ReasonBusy)
	})
}

// A flood of requests meets limits at every level, and leaves no mark.
func TestFloods(t *testing.T) {
	for _, tc := range []struct {
		level     Level
		most      int
		cards     int
		bystander bool
	}{
		{LevelOff, 0, 0, false},
		{LevelButtons, othersBurst, 0, false},
		{LevelAsk, 0, 4, false},
		{LevelAlways, alwaysBurst, 0, false},
	} {
		run(t, tc.level, func(w *world) {
			w.owner.buttons = []Button{{Name: "go", Argv: []string{"true"}}}
			var denied, ran int
			for range 1000 {
				r := argv("true")
				if tc.level == LevelButtons {
					r = Request{Button: "go"}
				}
				run := w.start(r, nil)
				synctest.Wait()
				switch info := run.Info(); info.State {
				case StateDenied:
					denied++
				case StateExited:
					ran++
				}
			}
			if ran > tc.most || len(w.owner.opened) > tc.cards || ran+denied+len(w.owner.Asks()) != 1000 {
				t.Errorf("%s: %d ran, %d denied, %d cards", tc.level, ran, denied, len(w.owner.opened))
			}
			if n := len(w.owner.guests); tc.level == LevelOff && n > 0 {
				t.Error("a stranger is remembered")
			}
		})
	}
}

func TestCardsAreBounded(t *testing.T) {
	runWith(t, LevelAsk, Config{Limits: Limits{Asks: 5, AsksPerDevice: 2}}, func(w *world) {
		first, second := w.start(argv("true", "1"), nil), w.start(argv("true", "2"), nil)
		synctest.Wait()
		w.ends(argv("true", "3"), StateDenied, StateDenied, ReasonBusy)
		asks := w.owner.Asks()
		if len(asks) != 2 || asks[0].Run.Number > asks[1].Run.Number {
			t.Fatalf("%+v", asks)
		}
		for _, ask := range asks {
			_ = w.owner.Answer(context.Background(), ask.Run.Number, Deny)
		}
		w.end(first)
		w.end(second)
		for i := range 2 * askBurst { // one after the other, each denied at once
			r := w.start(argv("true", fmt.Sprint(i)), nil)
			synctest.Wait()
			for _, ask := range w.owner.Asks() {
				_ = w.owner.Answer(context.Background(), ask.Run.Number, Deny)
			}
			w.end(r)
		}
		if n := len(w.owner.opened); n > askBurst {
			t.Errorf("%d cards were shown at once", n)
		}
	})
}

func TestButtonsAreTold(t *testing.T) {
	run(t, LevelButtons, func(w *world) {
		w.owner.buttons = []Button{
			{Name: "打印", Argv: []string{"lp", "{file}"}, Params: []Param{{Name: "file", Kind: File, Folder: "/srv"}}},
			{Name: "not sound", Argv: []string{"sh", "-c", "{x}"}, Params: []Param{{Name: "x", Kind: Text}}},
			{Name: "size", Argv: []string{"size", "{n}"}, Params: []Param{{Name: "n", Kind: Choice, Choices: []string{"A4", "A5"}}}},
		}
		list, err := w.asker.Service.Buttons(context.Background(), w.owner.id)
		if err != nil || len(list) != 2 || list[0].Name != "打印" || len(list[0].Argv) != 0 || list[0].Params[0].Folder != "" {
			t.Fatalf("%+v, %v", list, err)
		}
		if list[1].Params[0].Choices[1] != "A5" {
			t.Errorf("%+v", list[1])
		}
		w.owner.set(LevelOff)
		if _, err := w.asker.Service.Buttons(context.Background(), w.owner.id); !errors.Is(err, ErrRefused) {
			t.Errorf("without a permission: %v", err)
		}
		if _, err := w.asker.Service.Buttons(context.Background(), identity.DeviceID{9}); !errors.Is(err, errNoLink) {
			t.Errorf("without a link: %v", err)
		}
	})
}
