package clock

import (
	"sync"
	"time"

	"golang.org/x/time/rate"

	"lanyard/netcore/identity"
)

// Limits is what one device may ask here.
type Limits struct {
	Rate    float64 // requests a second
	Burst   int     // as many at once
	Streams int     // at a time
}

// DefaultLimits returns what the program uses: several screens that ask eight
// times each second. Streams that ended may still count for a moment.
func DefaultLimits() Limits { return Limits{Rate: 50, Burst: 200, Streams: 16} }

// maxBuckets is how many devices are watched before those that were quiet are
// dropped: a full bucket is as good as none.
const maxBuckets = 256

// limits counts what devices ask.
type limits struct {
	limits Limits
	mono   func() time.Duration

	mu      sync.Mutex
	buckets map[identity.DeviceID]*rate.Limiter
	streams map[identity.DeviceID]int
}

func newLimits(l Limits, mono func() time.Duration) *limits {
	return &limits{
		limits: l, mono: mono,
		buckets: map[identity.DeviceID]*rate.Limiter{}, streams: map[identity.DeviceID]int{},
	}
}

// enter takes a place for one more stream; leave gives it back.
func (l *limits) enter(id identity.DeviceID) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.streams[id] >= l.limits.Streams {
		return false
	}
	l.streams[id]++
	return true
}

// leave ends what enter began.
func (l *limits) leave(id identity.DeviceID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.streams[id]--; l.streams[id] == 0 {
		delete(l.streams, id)
	}
}

// allow reports whether a device may ask once more now.
func (l *limits) allow(id identity.DeviceID) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Unix(0, 0).Add(l.mono())
	bucket, ok := l.buckets[id]
	if !ok {
		l.sweep(now)
		bucket = rate.NewLimiter(rate.Limit(l.limits.Rate), l.limits.Burst)
		l.buckets[id] = bucket
	}
	return bucket.AllowN(now, 1)
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
