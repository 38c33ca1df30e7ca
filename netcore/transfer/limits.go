package transfer

import (
	"context"
	"errors"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
	"golang.org/x/time/rate"

	"lanyard/netcore/identity"
)

// sendingToOne is how many transfers are sent to one device at a time.
const sendingToOne = 4

// New offers of one device: a burst, and how many a second after it.
const (
	offerBurst = 100
	offerRate  = 2
	ratesKept  = 1024 // devices
)

// errBusy says that the other side may try again later.
var errBusy = errors.New("busy")

// turns lets a few transfers at a time send to each device.
type turns struct {
	mu   sync.Mutex
	used map[identity.DeviceID]*turn
}

type turn struct {
	free  *semaphore.Weighted
	users int
}

// wait waits for a turn, and returns what gives it back.
func (t *turns) wait(ctx context.Context, device identity.DeviceID) (func(), error) {
	mine := t.enter(device)
	if err := mine.free.Acquire(ctx, 1); err != nil {
		t.leave(device, mine)
		return nil, err
	}
	return func() {
		mine.free.Release(1)
		t.leave(device, mine)
	}, nil
}

// enter returns the turn of a device, made at its first use.
func (t *turns) enter(device identity.DeviceID) *turn {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.used == nil {
		t.used = map[identity.DeviceID]*turn{}
	}
	if t.used[device] == nil {
		t.used[device] = &turn{free: semaphore.NewWeighted(sendingToOne)}
	}
	t.used[device].users++
	return t.used[device]
}

// leave forgets a turn that nobody uses.
func (t *turns) leave(device identity.DeviceID, mine *turn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if mine.users--; mine.users == 0 {
		delete(t.used, device)
	}
}

// rates limits how fast each device may make new offers.
type rates struct {
	of map[identity.DeviceID]*rate.Limiter
}

// allow takes one from the device's allowance and reports whether it was
// there. The caller holds a lock.
func (r *rates) allow(device identity.DeviceID, now time.Time) bool {
	if r.of == nil || len(r.of) >= ratesKept && r.of[device] == nil {
		r.of = map[identity.DeviceID]*rate.Limiter{} // forgets: many devices at once are rare
	}
	if r.of[device] == nil {
		r.of[device] = rate.NewLimiter(offerRate, offerBurst)
	}
	return r.of[device].AllowN(now, 1)
}
