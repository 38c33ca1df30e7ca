package timeline

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"lanyard/netcore/identity"
	"lanyard/netcore/store"
)

// Limits is what one device may do here. A flood is not refused but slowed
// down, as TCP does with a fast sender: nothing is lost and no one retries.
type Limits struct {
	StrangerRate  float64 // texts or receipts frames a second of a stranger's device
	StrangerBurst int     // as many at once
	KnownRate     float64 // of a known person's device
	KnownBurst    int
	Streams       int // at a time of one device and kind; the old and the new one when a link is replaced
	Quota         store.Quota
}

// DefaultLimits returns what the program uses: a stranger can fill at most
// 16 MB of the disk, all of them together 320 MB. Newcomers take the place of the
// oldest items of whoever has most.
func DefaultLimits() Limits {
	return Limits{
		StrangerRate: 20, StrangerBurst: 100,
		KnownRate: 200, KnownBurst: 1000,
		Streams: 2,
		Quota:   store.Quota{PerStranger: 500, Strangers: 10000},
	}
}

// maxBuckets is how many devices are watched before those that were quiet are
// dropped: a full bucket is as good as none.
const maxBuckets = 1024

// limits counts what devices do.
type limits struct {
	limits Limits
	clock  func() time.Time

	mu      sync.Mutex
	buckets map[identity.DeviceID]*rate.Limiter
	streams map[slot]int
}

// slot is a kind of streams of one device.
type slot struct {
	device identity.DeviceID
	kind   string
}

func newLimits(l Limits, clock func() time.Time) *limits {
	return &limits{
		limits:  l,
		clock:   clock,
		buckets: map[identity.DeviceID]*rate.Limiter{},
		streams: map[slot]int{},
	}
}

// enter takes a slot for one more stream; leave gives it back.
func (l *limits) enter(s slot) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.streams[s] >= l.limits.Streams {
		return false
	}
	l.streams[s]++
	return true
}

// leave ends what enter began.
func (l *limits) leave(s slot) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.streams[s]--; l.streams[s] == 0 {
		delete(l.streams, s)
	}
}

// bucket returns the bucket of a device, at the rate of strangers or not.
func (l *limits) bucket(id identity.DeviceID, stranger bool) *rate.Limiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock()
	perSecond, burst := l.limits.KnownRate, l.limits.KnownBurst
	if stranger {
		perSecond, burst = l.limits.StrangerRate, l.limits.StrangerBurst
	}
	bucket, ok := l.buckets[id]
	if !ok {
		l.sweep(now)
		bucket = rate.NewLimiter(rate.Limit(perSecond), burst)
		l.buckets[id] = bucket
		return bucket
	}
	if bucket.Burst() != burst {
		bucket.SetLimitAt(now, rate.Limit(perSecond))
		bucket.SetBurstAt(now, burst)
	}
	return bucket
}

// sweep drops full buckets when there are many.
func (l *limits) sweep(now time.Time) {
	if len(l.buckets) < maxBuckets {
		return
	}
	for id, bucket := range l.buckets {
		if bucket.TokensAt(now) >= float64(bucket.Burst()) {
			delete(l.buckets, id)
		}
	}
}

// wait takes one token, and waits until it is due.
func (l *limits) wait(ctx context.Context, bucket *rate.Limiter) error {
	now := l.clock()
	delay := bucket.ReserveN(now, 1).DelayFrom(now)
	if delay <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
