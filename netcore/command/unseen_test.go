package command

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"

	"lanyard/netcore/wire"
)

// Somebody who may ask cannot fill the owner's conversation and profile with
// what the owner was never asked about: it goes to the audit log alone, which
// limits itself.
func TestWhatNobodyWasAskedAboutIsOnlyLogged(t *testing.T) {
	long := argv(strings.Repeat("x", 30<<10))
	for name, ask := range map[string]func(w *world){
		"too long": func(w *world) { w.ends(long, StateDenied, StateDenied, ReasonTooLong) },
		"too many": func(w *world) {
			for range w.owner.config.Limits.AsksPerDevice {
				w.start(argv("true"), nil)
			}
			synctest.Wait()
			w.owner.mu.Lock()
			w.owner.changes = nil
			w.owner.mu.Unlock()
			w.ends(argv("true"), StateDenied, StateDenied, ReasonBusy)
		},
		"too long, and taken back at once": func(w *world) {
			near, err := w.dial(w.asker.id, w.owner)
			if err != nil {
				t.Fatal(err)
			}
			conn := wire.NewConn(near)
			if err := conn.Write(KindRun, long.encode(newID()), nil); err != nil {
				t.Fatal(err)
			}
			if err := conn.Write(kindStop, nil, nil); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			_ = near.Reset()
			synctest.Wait()
		},
	} {
		t.Run(name, func(t *testing.T) {
			run(t, LevelAsk, func(w *world) {
				ask(w)
				w.owner.mu.Lock()
				defer w.owner.mu.Unlock()
				if len(w.owner.changes) > 0 || len(w.owner.audits) == 0 {
					t.Errorf("told of %d changes, %d entries logged: %+v", len(w.owner.changes), len(w.owner.audits), w.owner.changes)
				}
			})
		})
	}
}

// What the owner was asked about is told to its end, whatever that is.
func TestWhatSomebodyWasAskedAboutIsTold(t *testing.T) {
	run(t, LevelAsk, func(w *world) {
		r := w.start(argv("true"), nil)
		w.ask()
		r.Stop()
		if _, err := r.Wait(context.Background()); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		w.owner.mu.Lock()
		defer w.owner.mu.Unlock()
		if n := len(w.owner.changes); n != 2 || w.owner.changes[1].State != StateKilledThere {
			t.Errorf("%d changes: %+v", n, w.owner.changes)
		}
	})
}
