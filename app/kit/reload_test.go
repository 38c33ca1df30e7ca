package kit_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/app/kit"
)

func TestReloadGathersWhatIsAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var loads, shows atomic.Int32
		ui := kit.NewUI(func(f func()) { f() })
		reload := kit.NewReload(ui, 100*time.Millisecond, func(context.Context) func() {
			loads.Add(1)
			return func() { shows.Add(1) }
		})
		for range 1000 {
			reload.Trigger()
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if loads.Load() != 2 || shows.Load() != 2 {
			t.Errorf("%d readings and %d callbacks for a flood, want 2 and 2", loads.Load(), shows.Load())
		}
		reload.Trigger()
		time.Sleep(time.Second)
		synctest.Wait()
		if loads.Load() != 3 {
			t.Errorf("%d readings, want 3", loads.Load())
		}
		ui.Close()
	})
}
