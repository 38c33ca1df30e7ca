// Package kit is what the views are made of: the one way onto the goroutine
// that draws, the theme, the words, and small widgets.
package kit

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// UI is the only way from other goroutines onto the one that draws, and from
// there to work that may take its time. It measures how long each callback
// holds the drawing goroutine.
type UI struct {
	do      func(func())
	ctx     context.Context
	cancel  context.CancelFunc
	work    sync.WaitGroup
	mu      sync.Mutex // guards closed against work.Add
	closed  bool
	count   atomic.Int64
	longest atomic.Int64
}

// Stats says what the callbacks cost so far.
type Stats struct {
	Callbacks int64         `json:"callbacks"`
	Longest   time.Duration `json:"longest_ns"` // the longest that one callback held the drawing goroutine
}

// NewUI returns a UI that hands functions to do, which must run them on the
// drawing goroutine, one after the other: [fyne.Do], or a queue in tests.
func NewUI(do func(func())) *UI {
	ctx, cancel := context.WithCancel(context.Background())
	return &UI{do: do, ctx: ctx, cancel: cancel}
}

// Post runs f on the drawing goroutine, later. After Close it does nothing.
// It may be called from any goroutine.
func (u *UI) Post(f func()) {
	if u.ctx.Err() != nil {
		return
	}
	u.do(func() {
		if u.ctx.Err() == nil {
			u.Measure(f)
		}
	})
}

// Measure runs f now and counts how long it took. The handlers of keys and
// clicks, which already stand on the drawing goroutine, run their work by it.
func (u *UI) Measure(f func()) {
	start := time.Now()
	f()
	took := int64(time.Since(start))
	u.count.Add(1)
	for {
		longest := u.longest.Load()
		if took <= longest || u.longest.CompareAndSwap(longest, took) {
			return
		}
	}
}

// Go runs work on a goroutine of its own. Its context ends with Close. After
// Close nothing is started.
func (u *UI) Go(work func(ctx context.Context)) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.closed {
		return
	}
	u.work.Go(func() { work(u.ctx) })
}

// Stats returns what was measured so far. It may be called from any goroutine.
func (u *UI) Stats() Stats {
	return Stats{Callbacks: u.count.Load(), Longest: time.Duration(u.longest.Load())}
}

// Close ends the context of all work and waits until it has returned.
// Functions that were posted and did not run yet will not.
func (u *UI) Close() {
	u.mu.Lock()
	u.closed = true
	u.mu.Unlock()
	u.cancel()
	u.work.Wait()
}

// Load runs work on a goroutine of its own and hands its result to done on
// the drawing goroutine.
func Load[T any](u *UI, work func(context.Context) (T, error), done func(T, error)) {
	u.Go(func(ctx context.Context) {
		result, err := work(ctx)
		u.Post(func() { done(result, err) })
	})
}

// Do is Load for work that returns nothing but an error.
func Do(u *UI, work func(context.Context) error, done func(error)) {
	u.Go(func(ctx context.Context) {
		err := work(ctx)
		u.Post(func() { done(err) })
	})
}
