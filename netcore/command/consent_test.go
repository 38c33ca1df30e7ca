package command

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestConsent(t *testing.T) {
	for _, tc := range []struct {
		name     string
		answer   func(w *world)
		asker    State
		owner    State
		reason   Reason
		decision Decision
	}{
		{"once", func(w *world) { w.answer(AllowOnce) }, StateExited, StateExited, "", DecidedOnce},
		{"no", func(w *world) { w.answer(Deny) }, StateDenied, StateDenied, ReasonDenied, ""},
		{"silence", func(*world) { pass(time.Minute) }, StateDenied, StateDenied, ReasonExpired, ""},
		{"stopped by the owner", func(w *world) { _ = w.owner.Stop(w.ask().Run.Number) }, StateDenied, StateDenied, ReasonDenied, ""},
		{"taken back", func(w *world) { synctest.Wait(); w.asker.List(); _ = w.asker.Stop(1) }, StateKilledHere, StateKilledThere, ReasonWithdrawn, ""},
		{"revoked", func(w *world) { w.ask(); w.owner.set(LevelOff) }, StateDenied, StateDenied, ReasonRevoked, ""},
		{"owner quits", func(w *world) { w.ask(); _ = w.owner.Close() }, StateDenied, StateDenied, ReasonClosing, ""},
		{"lost", func(w *world) { w.ask(); w.cut() }, StateLost, StateLost, "", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			run(t, LevelAsk, func(w *world) {
				r := w.start(argv("true"), nil)
				tc.answer(w)
				there, here := w.end(r)
				if tc.asker == StateKilledHere {
					there.Reason = tc.reason // of its own Stop
				}
				w.words(there, here, tc.asker, tc.owner, tc.reason)
				if here.Decision != tc.decision {
					t.Errorf("decided %q, want %q", here.Decision, tc.decision)
				}
				if ran := len(w.owner.runner.seen()) > 0; ran != (tc.decision != "") {
					t.Errorf("it ran: %v", ran)
				}
				if len(w.owner.opened) != 1 || len(w.owner.shut) != 1 || len(w.owner.Asks()) != 0 {
					t.Errorf("%d cards, %d taken away", len(w.owner.opened), len(w.owner.shut))
				}
			})
		})
	}
}

func TestTheAskerKnowsThatItWaits(t *testing.T) {
	run(t, LevelAsk, func(w *world) {
		r := w.start(argv("true"), nil)
		ask := w.ask()
		if until := r.Info().Until; !until.Equal(ask.Run.Until) || time.Until(until) != time.Minute {
			t.Errorf("until %v, the owner says %v", until, ask.Run.Until)
		}
		w.answer(Deny)
		w.end(r)
		if err := w.owner.Answer(context.Background(), ask.Run.Number, AllowOnce); err != ErrNoAsk {
			t.Errorf("an answer that comes late: %v", err)
		}
	})
}

func TestRememberedConsentMeansExactlyThis(t *testing.T) {
	keep := &memory{kept: map[Key]Consent{}}
	for _, answer := range []Answer{AllowQuarter, AllowForever} {
		runWith(t, LevelAsk, Config{Consents: keep}, func(w *world) {
			first := Request{Argv: []string{"echo", "a b"}, Dir: "/tmp"}
			r := w.start(first, nil)
			w.answer(answer)
			w.end(r)
			if _, here := w.ends(first, StateExited, StateExited, ""); here.Decision != DecidedRemembered {
				t.Errorf("%s: decided %q", answer, here.Decision)
			}
			for name, other := range map[string]Request{
				"another argument": {Argv: []string{"echo", "a", "b"}, Dir: "/tmp"},
				"one more":         {Argv: []string{"echo", "a b", ""}, Dir: "/tmp"},
				"another folder":   {Argv: []string{"echo", "a b"}, Dir: "/"},
				"no folder":        {Argv: []string{"echo", "a b"}},
				"with input":       {Argv: []string{"echo", "a b"}, Dir: "/tmp", Stdin: true},
				"moved border":     {Argv: []string{"echo", "a b/tmp"}},
			} {
				r := w.start(other, nil)
				synctest.Wait()
				if asks := w.owner.Asks(); len(asks) != 1 {
					t.Errorf("%s, %s: it is not asked for", answer, name)
				}
				r.Stop()
				w.end(r)
				pass(5 * time.Second)
			}
		})
	}
}

func TestInputIsNeverRemembered(t *testing.T) {
	runWith(t, LevelAsk, Config{Consents: &memory{kept: map[Key]Consent{}}}, func(w *world) {
		r := w.start(Request{Argv: []string{"cat"}, Stdin: true}, nil)
		ask := w.ask()
		if ask.Quarter || ask.Forever || !ask.Run.Stdin {
			t.Errorf("the card offers %+v", ask)
		}
		for _, answer := range []Answer{AllowQuarter, AllowForever} {
			if err := w.owner.Answer(context.Background(), ask.Run.Number, answer); err != ErrNotRemembered {
				t.Errorf("%s: %v", answer, err)
			}
		}
		w.answer(AllowOnce)
		synctest.Wait()
		_ = r.CloseInput()
		there, here := w.end(r)
		w.words(there, here, StateExited, StateExited, "")
	})
}

func TestAQuarterOfAnHourEnds(t *testing.T) {
	run(t, LevelAsk, func(w *world) {
		r := w.start(argv("true"), nil)
		if ask := w.ask(); ask.Forever || !ask.Quarter {
			t.Errorf("without a place to keep it the card offers %+v", ask)
		}
		w.answer(AllowQuarter)
		w.end(r)
		pass(15*time.Minute - time.Second)
		w.ends(argv("true"), StateExited, StateExited, "")
		pass(time.Second)
		r = w.start(argv("true"), nil)
		w.answer(Deny)
		w.end(r)
	})
}

func TestForgettingAConsentStopsWhatRunsByIt(t *testing.T) {
	for _, answer := range []Answer{AllowQuarter, AllowForever} {
		runWith(t, LevelAsk, Config{Consents: &memory{kept: map[Key]Consent{}}}, func(w *world) {
			first := w.start(argv("sleep"), nil)
			w.answer(answer)
			synctest.Wait()
			second, other := w.start(argv("sleep"), nil), w.start(argv("sleep", "2"), nil)
			w.answer(AllowOnce)
			synctest.Wait()
			list, err := w.owner.Remembered(context.Background())
			if err != nil || len(list) != 1 || !slices.Equal(list[0].Argv, []string{"sleep"}) {
				t.Fatalf("%+v, %v", list, err)
			}
			if err := w.owner.Forget(context.Background(), list[0].Key); err != nil {
				t.Error(err)
			}
			for _, r := range []*Run{first, second} {
				there, here := w.end(r)
				w.words(there, here, StateKilledThere, StateKilledHere, ReasonRevoked)
			}
			if other.Info().State != StateRunning {
				t.Error("another run was stopped, too")
			}
			again := w.start(argv("sleep"), nil)
			w.answer(Deny)
			w.end(again)
		})
	}
}

func TestAConsentThatCannotBeKeptIsForOnce(t *testing.T) {
	keep := &memory{kept: map[Key]Consent{}}
	runWith(t, LevelAsk, Config{Consents: keep}, func(w *world) {
		keep.fail = errors.New("the disk is full")
		r := w.start(argv("true"), nil)
		ask := w.ask()
		if err := w.owner.Answer(context.Background(), ask.Run.Number, AllowForever); !errors.Is(err, keep.fail) {
			t.Errorf("Answer = %v", err)
		}
		there, here := w.end(r)
		w.words(there, here, StateExited, StateExited, "")
		if here.Decision != DecidedOnce {
			t.Errorf("decided %q", here.Decision)
		}
	})
}

func TestTheCardShowsAllOfIt(t *testing.T) {
	run(t, LevelAsk, func(w *world) {
		evil := Request{
			Argv: []string{"sh", "-c", "echo hi\n\x1b[2J\u202erm -rf ~", "  ", "a\u200bb", "删除 \u3164"},
			Dir:  "/tmp/\x1b]0;x\a\u2066",
		}
		r := w.start(evil, nil)
		ask := w.ask()
		want := `sh -c "echo hi\n\x1b[2J\u202erm -rf ~" " \x20" "a\u200bb" "删除 \u3164"`
		if ask.Line != want {
			t.Errorf("the line is  %s\nwant %s", ask.Line, want)
		}
		if ask.Folder != `"/tmp/\x1b]0;x\a\u2066"` {
			t.Errorf("the folder is %s", ask.Folder)
		}
		w.answer(Deny)
		w.end(r)
		long := argv("sh", "-c", "true"+strings.Repeat(" ", MaxLine)+"; rm -rf ~")
		w.ends(long, StateDenied, StateDenied, ReasonTooLong)
		long = argv("sh", strings.Repeat("\u202e", MaxLine/6))
		w.ends(long, StateDenied, StateDenied, ReasonTooLong)
	})
}
