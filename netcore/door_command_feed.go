package netcore

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"

	"lanyard/netcore/control"
	"lanyard/netcore/store"
)

// runVigil turns what happens about commands on this PC into lines: who waits
// for a consent, what runs here for others, and how it ended.
type runVigil struct {
	door    *Door
	asks    map[int64]struct{} // consents that are waited for
	open    map[int64]bool     // runs that have not ended: whether it was told that they began
	over    map[int64]struct{} // runs that have ended, above floor
	floor   int64              // runs up to here that are not open have ended before
	changed map[int64]struct{} // runs to read again
	due     bool               // consents may have changed
	all     bool               // events were lost
}

func newRunVigil(door *Door) runVigil {
	return runVigil{
		door: door, due: true,
		asks: map[int64]struct{}{}, open: map[int64]bool{}, over: map[int64]struct{}{}, changed: map[int64]struct{}{},
	}
}

// start takes the runs as they are now. What runs, and who waits, is told of at
// the first look.
func (v *runVigil) start(ctx context.Context) error {
	newest, err := v.door.node.Runs(ctx, RunQuery{Limit: 1})
	if err != nil {
		return err
	}
	for _, r := range newest {
		v.floor = r.Key
	}
	for _, r := range v.door.node.Running() {
		v.open[r.Key] = false
		v.changed[r.Key] = struct{}{}
	}
	return nil
}

// note remembers that an event says to look.
func (v *runVigil) note(event Event) {
	switch event.Kind {
	case EventOverflow:
		v.due, v.all = true, true
	case EventAsk:
		v.due = true
	case EventRun:
		v.changed[event.Seq] = struct{}{}
	}
}

// look prints what is new.
func (v *runVigil) look(ctx context.Context, emit control.Emit) error {
	if v.all {
		if err := v.missed(ctx); err != nil {
			return err
		}
		v.all = false
	}
	if v.due {
		v.due = false
		if err := v.lookAtAsks(emit); err != nil {
			return err
		}
	}
	keys := slices.Sorted(maps.Keys(v.changed))
	clear(v.changed)
	for _, key := range keys {
		r, err := v.door.node.Run(ctx, key)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err == nil && r.Here {
			err = v.step(r, emit)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// missed finds the runs that lost events may have been about.
func (v *runVigil) missed(ctx context.Context) error {
	for key := range v.open {
		v.changed[key] = struct{}{}
	}
	newest, err := v.door.node.Runs(ctx, RunQuery{Limit: pageSize})
	for _, r := range newest {
		if r.Key > v.floor {
			v.changed[r.Key] = struct{}{}
		}
	}
	return err
}

// lookAtAsks prints who waits for a consent now and did not before, and the
// reverse.
func (v *runVigil) lookAtAsks(emit control.Emit) error {
	now := map[int64]struct{}{}
	for _, ask := range v.door.node.Asks() {
		now[ask.Number] = struct{}{}
		if _, known := v.asks[ask.Number]; !known {
			if err := emit(consentLine(ask)); err != nil {
				return err
			}
		}
	}
	for _, number := range slices.SortedFunc(maps.Keys(v.asks), cmp.Compare) {
		if _, waits := now[number]; !waits {
			if err := emit(control.ConsentOver{Event: control.EventConsentOver, Number: number}); err != nil {
				return err
			}
		}
	}
	v.asks = now
	return nil
}

// step prints what is new about one run.
func (v *runVigil) step(r Run, emit control.Emit) error {
	told, open := v.open[r.Key]
	if _, over := v.over[r.Key]; over || !open && r.Key <= v.floor {
		return nil
	}
	v.open[r.Key] = told || !r.Began.IsZero()
	if !told && !r.Began.IsZero() {
		if err := emit(startedLine(r)); err != nil {
			return err
		}
	}
	if !r.State.Ended() {
		return nil
	}
	v.close(r.Key)
	if r.Began.IsZero() {
		return nil // the consent was answered, which was told of
	}
	return emit(exitLine(r))
}

// close notes that a run has ended, so that a late event is not taken for a
// new one.
func (v *runVigil) close(key int64) {
	delete(v.open, key)
	v.over[key] = struct{}{}
	if len(v.over) > pageSize {
		v.floor = slices.Max(slices.Collect(maps.Keys(v.over)))
		clear(v.over)
	}
}
