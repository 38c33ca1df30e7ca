package kit

import (
	"context"
	"time"
)

// After runs f on the drawing goroutine when some time has passed.
func After(ui *UI, delay time.Duration, f func()) {
	ui.Go(func(ctx context.Context) {
		timer := time.NewTimer(delay)
		defer timer.Stop()
		select {
		case <-timer.C:
			ui.Post(f)
		case <-ctx.Done():
		}
	})
}

// EverySecond runs f on the drawing goroutine each second until it is stopped.
// Stopping twice does nothing.
func EverySecond(ui *UI, f func()) (stop func()) {
	stopped := make(chan struct{})
	ui.Go(func(ctx context.Context) {
		ticker := time.NewTicker(time.Second)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				ui.Post(f)
			case <-stopped:
				return
			case <-ctx.Done():
				return
			}
		}
	})
	done := false
	return func() {
		if !done {
			done = true
			close(stopped)
		}
	}
}

// Debounce returns a function that has f run on the drawing goroutine once it
// has not been called for some time: for what is typed letter by letter. It
// belongs to the drawing goroutine.
func Debounce(ui *UI, delay time.Duration, f func()) (again func()) {
	round := 0
	return func() {
		round++
		mine := round
		After(ui, delay, func() {
			if mine == round {
				f()
			}
		})
	}
}
