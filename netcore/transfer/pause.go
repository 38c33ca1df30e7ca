package transfer

import (
	"context"
	"errors"

	"lanyard/netcore/store"
)

// Who holds a transfer, in store.Transfer.Paused.
const (
	pausedHere  = 1
	pausedThere = 2
)

// Pause holds a transfer, in either direction, until Resume; across restarts,
// too. The other side hears of it and shows it. What has arrived stays, data
// stops at once. An incoming one must have been accepted. It returns when it is
// recorded, with ErrState if the transfer cannot be held.
func (s *Service) Pause(ctx context.Context, key int64) error {
	return s.holdHere(ctx, key, true)
}

// Resume undoes Pause. Data goes on when the other side does not hold it
// either.
func (s *Service) Resume(ctx context.Context, key int64) error {
	return s.holdHere(ctx, key, false)
}

func (s *Service) holdHere(ctx context.Context, key int64, on bool) error {
	j := s.job(key)
	if j == nil {
		return ErrState
	}
	rec := j.record()
	if State(rec.State) == StatePreparing || !j.outgoing && !rec.Accepted || on == (rec.Paused&pausedHere != 0) {
		return ErrState
	}
	if err := j.hold(ctx, pausedHere, on); err != nil {
		return err
	}
	if j.ctx.Err() != nil {
		return ErrState
	}
	j.mu.Lock()
	c := j.ctl
	j.mu.Unlock()
	kind := kindResume
	if on {
		kind = kindPause
	}
	if c != nil {
		_ = c.say(kind, nil) // lost: said with the next offer stream
	}
	return nil
}

// hold notes that one side holds the transfer, or does so no more.
func (j *job) hold(ctx context.Context, who int, on bool) error {
	if rec := j.record(); on == (rec.Paused&who != 0) || !on && rec.Paused == 0 {
		return nil
	}
	if who == pausedThere {
		if err := j.holds.Wait(ctx); err != nil {
			return err
		}
	}
	_, err := j.change(ctx, func(t *store.Transfer) {
		t.Paused &^= who
		if on {
			t.Paused |= who
		}
		j.show(t)
	})
	if err != nil && j.ctx.Err() != nil {
		return errors.Join(ErrState, err)
	}
	if on {
		j.halt()
	}
	j.kick()
	return err
}

// show puts what holds a transfer into its state.
func (j *job) show(t *store.Transfer) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if state := State(t.State); state != StatePaused && state != StatePreparing && !t.Accepted {
		j.before = state
	}
	switch {
	case t.Paused&pausedHere != 0:
		t.State, t.Reason = string(StatePaused), string(ReasonPausedHere)
	case t.Paused != 0:
		t.State, t.Reason = string(StatePaused), string(ReasonPausedThere)
	default:
		t.State, t.Reason = string(j.before), ""
	}
}

// halt stops the data stream under way.
func (j *job) halt() {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, stop := range []func(){j.sent, j.newer} {
		if stop != nil {
			stop()
		}
	}
}

// held reports whether one of the two holds the transfer.
func (j *job) held() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.rec.Paused != 0
}
