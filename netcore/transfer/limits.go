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

// New offers: bursts, and how many a second after it. Each costs the disk some
// syncs before anybody has decided.
const (
	strangerBurst  = 10 // of one device that this user does not know
	strangerRate   = 1
	strangersBurst = 100 // of all of those together: identities cost nothing
	strangersRate  = 5
	knownBurst     = 100 // of one that the user knows
	knownRate      = 5
	ratesKept      = 1024 // devices
)

// How often the other side may hold a transfer or let it go on, in bursts, and a
// second after it. More waits.
const (
	holdBurst = 60
	holdRate  = 2
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

// rates limits how fast new offers may come.
type rates struct {
	of        map[who]*rate.Limiter
	strangers *rate.Limiter // all together
}

// who is a device as a stranger's or as that of somebody known.
type who struct {
	device   identity.DeviceID
	stranger bool
}

func newRates() rates {
	return rates{of: map[who]*rate.Limiter{}, strangers: rate.NewLimiter(strangersRate, strangersBurst)}
}

// allow takes one from the device's allowance and reports whether it was
// there. The caller holds a lock.
func (r *rates) allow(device identity.DeviceID, stranger bool, now time.Time) bool {
	mine := who{device, stranger}
	if len(r.of) >= ratesKept && r.of[mine] == nil {
		clear(r.of) // forgets: many devices at once are rare, and all strangers have a rate
	}
	if r.of[mine] == nil {
		r.of[mine] = rate.NewLimiter(knownRate, knownBurst)
		if stranger {
			r.of[mine] = rate.NewLimiter(strangerRate, strangerBurst)
		}
	}
	return r.of[mine].AllowN(now, 1) && (!stranger || r.strangers.AllowN(now, 1))
}
