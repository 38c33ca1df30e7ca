package link

import (
	"hash/maphash"
	"sync"

	"golang.org/x/time/rate"
)

const (
	hostRate    = 20   // handshakes a second from one remote IP
	hostBurst   = 60   // the same at once
	rateBuckets = 1024 // rate limits by hash: bounded, whatever the network sends
)

// rates is a rate limit for each key, in bounded memory: keys with the same
// hash share one. The hash is seeded, so nobody can choose whom to share with.
type rates struct {
	seed  maphash.Seed
	limit rate.Limit
	burst int

	mu      sync.Mutex
	buckets [rateBuckets]*rate.Limiter
}

// newRates returns limits of perSecond events a second and burst at once.
func newRates(perSecond float64, burst int) *rates {
	return &rates{seed: maphash.MakeSeed(), limit: rate.Limit(perSecond), burst: burst}
}

// allow reports whether one more event of key may happen now.
func (r *rates) allow(key string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	bucket := &r.buckets[maphash.String(r.seed, key)%rateBuckets]
	if *bucket == nil {
		*bucket = rate.NewLimiter(r.limit, r.burst)
	}
	return (*bucket).Allow()
}
