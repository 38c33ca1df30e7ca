package kit

import (
	"context"
	"sync"
	"time"
)

// Reload reads something again when it may have changed and shows it: at most
// one reading and one pending callback at a time, however often it is asked.
type Reload struct {
	ui   *UI
	gap  time.Duration
	load func(context.Context) (show func())

	mu    sync.Mutex
	busy  bool
	again bool
}

// NewReload returns a Reload. The function load runs on a goroutine of its
// own; what it returns runs on the drawing goroutine, unless it is nil. At
// least gap lies between two readings.
func NewReload(ui *UI, gap time.Duration, load func(context.Context) (show func())) *Reload {
	return &Reload{ui: ui, gap: gap, load: load}
}

// Trigger asks for a reading that begins after now. It may be called from any
// goroutine and never waits.
func (r *Reload) Trigger() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.busy {
		r.again = true
		return
	}
	r.busy = true
	r.ui.Go(r.run)
}

func (r *Reload) run(ctx context.Context) {
	show := r.load(ctx)
	r.ui.Post(func() {
		if show != nil {
			show()
		}
		r.ui.Go(r.finish)
	})
}

// finish waits for the gap and begins again if that was asked for meanwhile.
func (r *Reload) finish(ctx context.Context) {
	select {
	case <-time.After(r.gap):
	case <-ctx.Done():
	}
	r.mu.Lock()
	again := r.again
	r.again, r.busy = false, again
	r.mu.Unlock()
	if again && ctx.Err() == nil {
		r.run(ctx)
	}
}
