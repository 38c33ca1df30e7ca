package discovery

import (
	"container/list"
	"net/netip"
	"time"

	"golang.org/x/time/rate"
)

// The limits on what strangers can make this PC do. An honest peer sends four
// beacons a turn; a start of 500 at once stays within the bursts.
const (
	maxEntries = 1024 // instances remembered
	maxSources = 1024 // addresses with a bucket of their own

	sourceRate, sourceBurst = 20, 60     // datagrams a second looked at, for each source
	totalRate, totalBurst   = 2000, 4000 // the same in all
	verifyRate, verifyBurst = 200, 600   // signatures checked a second, about 60 µs each
	subnetRate, subnetBurst = 32, 64     // answers a second, for each /24
	answerRate, answerBurst = 64, 256    // answers in all
)

// buckets limits a rate for each source and in all.
type buckets struct {
	each  rate.Limit
	burst int
	total *rate.Limiter
	of    *lru[netip.Prefix, *rate.Limiter]
}

// newBuckets returns full buckets.
func newBuckets(each rate.Limit, burst int, total rate.Limit, totalBurst int) *buckets {
	return &buckets{
		each: each, burst: burst,
		total: rate.NewLimiter(total, totalBurst),
		of:    newLRU[netip.Prefix, *rate.Limiter](maxSources),
	}
}

// allow takes a token of source, and then one of all.
func (b *buckets) allow(source netip.Prefix, now time.Time) bool {
	own, ok := b.of.get(source)
	if !ok {
		own = rate.NewLimiter(b.each, b.burst)
		b.of.put(source, own)
	}
	return own.AllowN(now, 1) && b.total.AllowN(now, 1)
}

// sourceOf returns what counts as one source: an IPv4 or link-local address, or
// the /64 that one host may choose addresses from.
func sourceOf(addr netip.Addr) netip.Prefix {
	addr = addr.WithZone("")
	bits := addr.BitLen()
	if addr.Is6() && !addr.IsLinkLocalUnicast() && !addr.IsLoopback() {
		bits = 64
	}
	return netip.PrefixFrom(addr, bits).Masked()
}

// subnetOf returns the /24 of an IPv4 address, else sourceOf.
func subnetOf(addr netip.Addr) netip.Prefix {
	if addr.Is4() {
		return netip.PrefixFrom(addr, 24).Masked()
	}
	return sourceOf(addr)
}

// lru is a map that forgets what was used longest ago.
type lru[K comparable, V any] struct {
	most  int
	byKey map[K]*list.Element
	order *list.List // of pair, newest first
}

// pair is an element of an lru.
type pair[K comparable, V any] struct {
	key   K
	value V
}

// newLRU returns one that holds most entries.
func newLRU[K comparable, V any](most int) *lru[K, V] {
	return &lru[K, V]{most: most, byKey: make(map[K]*list.Element), order: list.New()}
}

// get returns the value of key, which counts as a use.
func (l *lru[K, V]) get(key K) (value V, ok bool) {
	element, ok := l.byKey[key]
	if !ok {
		return value, false
	}
	l.order.MoveToFront(element)
	return element.Value.(pair[K, V]).value, true
}

// put adds a key that get did not find.
func (l *lru[K, V]) put(key K, value V) {
	for l.order.Len() >= l.most {
		oldest := l.order.Remove(l.order.Back()).(pair[K, V])
		delete(l.byKey, oldest.key)
	}
	l.byKey[key] = l.order.PushFront(pair[K, V]{key, value})
}
