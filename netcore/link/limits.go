package link

import (
	"container/list"
	"hash/maphash"
	"net"
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

// doorman decides which incoming connections may begin a handshake.
type doorman struct {
	total   int
	perHost int
	all     *rate.Limiter
	hosts   *rates

	mu     sync.Mutex
	order  *list.List     // of *visitor, the oldest first
	counts map[string]int // by host
}

// visitor is a connection whose handshake is under way.
type visitor struct {
	conn net.Conn
	host string
	here *list.Element // nil once it has left
}

// newDoorman returns a doorman that follows the limits.
func newDoorman(limits Limits) *doorman {
	return &doorman{
		total:   limits.HalfOpen,
		perHost: limits.HalfOpenPerIP,
		all:     rate.NewLimiter(rate.Limit(limits.HandshakesPerS), 2*limits.HandshakesPerS),
		hosts:   newRates(hostRate, hostBurst),
		order:   list.New(),
		counts:  make(map[string]int),
	}
}

// admit lets a connection in, or returns nil. When all places are taken the
// oldest visitor is shown out: an honest handshake takes milliseconds, so under
// a flood it is over long before its turn to leave comes.
func (d *doorman) admit(conn net.Conn) *visitor {
	host := hostOf(conn)
	local := isLoopback(host)
	if !local && !d.hosts.allow(host) || !d.all.Allow() {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if !local && d.counts[host] >= d.perHost {
		return nil
	}
	if d.order.Len() >= d.total {
		oldest := d.order.Front().Value.(*visitor)
		_ = oldest.conn.Close() // its handshake fails and says so
		d.remove(oldest)
	}
	v := &visitor{conn: conn, host: host}
	v.here = d.order.PushBack(v)
	d.counts[host]++
	return v
}

// leave frees the place of a visitor. It may be called twice.
func (d *doorman) leave(v *visitor) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.remove(v)
}

// remove frees the place of a visitor. The lock is held.
func (d *doorman) remove(v *visitor) {
	if v.here == nil {
		return
	}
	d.order.Remove(v.here)
	v.here = nil
	if d.counts[v.host]--; d.counts[v.host] == 0 {
		delete(d.counts, v.host)
	}
}
