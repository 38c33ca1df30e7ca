package trust

import (
	"context"
	"time"

	"lanyard/app/kit"
)

// after runs f on the drawing goroutine when some time has passed.
func after(ui *kit.UI, delay time.Duration, f func()) {
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

// everySecond runs f on the drawing goroutine each second until it is stopped.
// Stopping twice does nothing.
func everySecond(ui *kit.UI, f func()) (stop func()) {
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
