package classic

import (
	"net"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	// perSource is how many datagrams a second one source may send, after a
	// first burst.
	perSource      = 50
	perSourceBurst = 100
	// altogether is how many all sources may send together: their addresses are
	// easily forged.
	altogether      = 1000
	altogetherBurst = 2000
	// maxLimits is how many sources are counted at once.
	maxLimits = 4096
	// tellEvery is the time between two events about refusals of one kind.
	tellEvery = time.Second
)

// limiter limits how many datagrams are answered.
type limiter struct {
	mu     sync.Mutex
	all    *rate.Limiter
	each   map[string]*rate.Limiter
	before map[string]*rate.Limiter // the generation before
	told   map[Reason]time.Time
}

func newLimiter() *limiter {
	return &limiter{
		all: rate.NewLimiter(altogether, altogetherBurst), each: map[string]*rate.Limiter{}, told: map[Reason]time.Time{},
	}
}

// allow counts a datagram, and reports whether it may be answered.
func (l *limiter) allow(from net.Addr) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	key := sourceKey(from)
	one := l.each[key]
	if one == nil {
		if one = l.before[key]; one == nil {
			one = rate.NewLimiter(perSource, perSourceBurst)
		}
		if len(l.each) >= maxLimits/2 {
			l.before, l.each = l.each, map[string]*rate.Limiter{}
		}
		l.each[key] = one
	}
	return one.Allow() && l.all.Allow()
}

// mayTell reports whether a refusal may be shown: a flood of them is one line a
// second.
func (l *limiter) mayTell(why Reason, _ string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if now.Sub(l.told[why]) < tellEvery {
		return false
	}
	l.told[why] = now
	return true
}

// sourceKey is what counts as one source: an address of IPv4, a network of IPv6,
// since every host there has one to itself, or a path.
func sourceKey(from net.Addr) string {
	udp, is := from.(*net.UDPAddr)
	if !is {
		return addressOf(from)
	}
	addr := udp.AddrPort().Addr().Unmap().WithZone("")
	if addr.Is6() {
		return netip.PrefixFrom(addr, 64).Masked().String()
	}
	return addr.String()
}
