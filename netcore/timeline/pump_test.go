package timeline

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"
)

// TestPausesGrow lets a pump fail for some minutes.
func TestPausesGrow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		var tries []time.Time
		p := &pump{
			drain: func(context.Context) error {
				tries = append(tries, time.Now())
				return errors.New("busy")
			},
			more: make(chan struct{}, 1), anew: make(chan struct{}, 1),
			logger: slog.New(slog.DiscardHandler),
		}
		done := make(chan struct{})
		go func() {
			defer close(done)
			p.run(ctx)
		}()
		<-time.After(10 * time.Minute) // virtual
		synctest.Wait()
		if n := len(tries); n < 12 || n > 20 {
			t.Errorf("%d tries in 10 minutes", n)
		}
		for i := 1; i < len(tries); i++ {
			pause := tries[i].Sub(tries[i-1])
			if least := min(firstPause<<(i-1), lastPause) * 3 / 4; pause < least || pause > 75*time.Second {
				t.Errorf("pause %d was %v, want at least %v", i, pause, least)
			}
		}
		before := len(tries)
		signal(p.more)
		synctest.Wait()
		if len(tries) != before {
			t.Error("something new cut the pause short")
		}
		signal(p.anew)
		synctest.Wait()
		if len(tries) != before+1 {
			t.Error("a new link did not cut the pause short")
		}
		cancel()
		<-done
	})
}
