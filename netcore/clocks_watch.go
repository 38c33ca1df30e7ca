package netcore

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

const (
	// watchSamples is how often a clock is asked in the background.
	watchSamples = 3
	// watchAgain is when it is asked again.
	watchAgain = 30 * time.Minute
	// watchSoon is when one is asked again that did not answer; each time in
	// vain doubles it.
	watchSoon = time.Second
	// watchTick is how often it is looked whether this PC's own clock was set.
	watchTick = time.Minute
	// watchJump is by how much this PC's own clock must have been set for all
	// to be asked anew.
	watchJump = time.Second
	// watchAtOnce is how many are asked at a time.
	watchAtOnce = 4
)

// clockWatch looks at the clocks of verified people in the background, so that
// a conversation can warn of one that is wrong.
type clockWatch struct {
	wall func() time.Time
	mono func() time.Duration
	ask  func(ctx context.Context, id DeviceID) error
	wake chan struct{} // one is due now
	log  *slog.Logger

	mu     sync.Mutex
	linked map[DeviceID]*watched
	ahead  time.Duration // what wall was ahead of mono at the last look
}

// watched is a device that is linked.
type watched struct {
	due    time.Duration // when it is asked next, by mono
	failed int           // how often in a row it did not answer
}

// newClockWatch returns a watch over nobody.
func newClockWatch(n *Node) *clockWatch {
	w := &clockWatch{
		wall: n.config.Now, mono: n.config.Mono, log: n.config.Logger,
		ask:  n.lookAtClock,
		wake: make(chan struct{}, 1), linked: map[DeviceID]*watched{},
	}
	if w.mono == nil {
		begin := time.Now()
		w.mono = func() time.Duration { return time.Since(begin) }
	}
	w.ahead = w.aheadNow()
	return w
}

// lookAtClock asks a verified device for its time.
func (n *Node) lookAtClock(ctx context.Context, id DeviceID) error {
	if !n.guard.verified(id) {
		return nil
	}
	row, err := n.roster.ByDevice(ctx, id)
	if err != nil {
		return err
	}
	_, err = n.askClock(ctx, id, PersonID(row.ID), watchSamples)
	return err
}

// up has a device asked soon that is linked now.
func (w *clockWatch) up(id DeviceID) {
	w.mu.Lock()
	w.linked[id] = &watched{due: w.mono()}
	w.mu.Unlock()
	w.hurry()
}

// verified has a device asked soon if it is linked.
func (w *clockWatch) verified(id DeviceID) {
	w.mu.Lock()
	_, linked := w.linked[id]
	w.mu.Unlock()
	if linked {
		w.up(id)
	}
}

// down drops a device that is gone.
func (w *clockWatch) down(id DeviceID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.linked, id)
}

// hurry has run look now.
func (w *clockWatch) hurry() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// run asks who is due, until ctx ends.
func (w *clockWatch) run(ctx context.Context) {
	timer := time.NewTimer(watchTick)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-w.wake:
		case <-timer.C:
		}
		w.look(ctx)
		timer.Reset(w.rest())
	}
}

// rest is how long there is nothing to do, at most watchTick.
func (w *clockWatch) rest() time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	now, rest := w.mono(), watchTick
	for _, one := range w.linked {
		rest = min(rest, one.due-now)
	}
	return max(rest, time.Millisecond)
}

// look asks who is due.
func (w *clockWatch) look(ctx context.Context) {
	var group errgroup.Group
	group.SetLimit(watchAtOnce)
	for id, one := range w.due() {
		group.Go(func() error {
			err := w.ask(ctx, id)
			w.asked(one, err != nil)
			if err != nil && ctx.Err() == nil {
				w.log.Debug("a clock could not be looked at", "device", id.Short(), "error", err)
			}
			return nil
		})
	}
	_ = group.Wait() // none fails
}

// due returns who is due.
func (w *clockWatch) due() map[DeviceID]*watched {
	w.mu.Lock()
	defer w.mu.Unlock()
	now, ahead := w.mono(), w.aheadNow()
	set := (ahead - w.ahead).Abs() >= watchJump
	w.ahead = ahead
	due := map[DeviceID]*watched{}
	for id, one := range w.linked {
		if set || now >= one.due {
			due[id] = one
		}
	}
	return due
}

// asked notes that a device was asked. One that did not answer is asked again
// sooner: while two users verify each other, one side is ready first.
func (w *clockWatch) asked(one *watched, failed bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	wait := watchAgain
	if failed {
		wait = min(watchAgain, watchSoon<<min(one.failed, 16))
		one.failed++
	} else {
		one.failed = 0
	}
	one.due = w.mono() + wait
}

// aheadNow is what this PC's clock is ahead of its monotonic one: it stays what
// it is, but for drift, until the clock is set or the PC has slept.
func (w *clockWatch) aheadNow() time.Duration {
	return time.Duration(w.wall().UnixNano()) - w.mono()
}
