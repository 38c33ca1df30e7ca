package link

import (
	"hash/maphash"
	"sync"
	"time"
)

// guesses bounds how often others may be wrong about the network password, each
// address and all together, in bounded memory: addresses with the same hash
// share one count. The hash is seeded, so nobody can choose whom to share with.
type guesses struct {
	seed maphash.Seed

	mu    sync.Mutex
	each  [rateBuckets]wrongs
	all   wrongs
	perIP float64 // a minute, and at once
	inAll float64
}

// newGuesses returns counts of nothing.
func newGuesses(limits Limits) *guesses {
	return &guesses{
		seed:  maphash.MakeSeed(),
		perIP: float64(limits.WrongProofsPerIP), inAll: float64(limits.WrongProofs),
	}
}

// begin counts a proof that is to be looked at as a wrong one, or returns false
// if there were too many. Exempt ones do not count among all.
func (g *guesses) begin(host string, exempt bool) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	now, own := time.Now(), g.of(host)
	if !own.room(now, g.perIP) || !exempt && !g.all.room(now, g.inAll) {
		return false
	}
	own.count++
	if !exempt {
		g.all.count++
	}
	return true
}

// right takes begin back: the proof was right.
func (g *guesses) right(host string, exempt bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	own := g.of(host)
	own.count = max(0, own.count-1)
	if !exempt {
		g.all.count = max(0, g.all.count-1)
	}
}

// forget begins anew: the password is another one.
func (g *guesses) forget() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.each, g.all = [rateBuckets]wrongs{}, wrongs{}
}

// of returns the count of an address. The lock is held.
func (g *guesses) of(host string) *wrongs {
	return &g.each[maphash.String(g.seed, host)%rateBuckets]
}

// wrongs counts wrong proofs and forgets them by and by.
type wrongs struct {
	count float64
	at    time.Time // when it was last brought up to date
}

// room reports whether one more may be counted, of perMinute a minute and at
// once.
func (w *wrongs) room(now time.Time, perMinute float64) bool {
	w.count = max(0, w.count-now.Sub(w.at).Minutes()*perMinute)
	w.at = now
	return w.count+1 <= perMinute
}
