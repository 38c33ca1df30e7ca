package transfer

import (
	"sync"
	"sync/atomic"
	"time"
)

// Limit is what keeps a transfer from being faster.
type Limit string

// The limits.
const (
	LimitNone      Limit = ""          // not known, or nothing moves
	LimitDisk      Limit = "disk"      // reading or writing files, on this side or the other
	LimitNetwork   Limit = "network"   // the link
	LimitBandwidth Limit = "bandwidth" // a limit that this user set
	LimitThere     Limit = "there"     // a limit that the user of the other side set
	LimitProcessor Limit = "processor" // hashing
)

// gaugeEvery is how long is looked at before a limit is named.
const gaugeEvery = time.Second

// gauge adds up, in nanoseconds, for how long the queues of a pipeline were
// full or empty, and what its stages took. Only waits are timed, and those of
// large pieces: a small file costs nothing.
type gauge struct {
	full      atomic.Int64 // the queue between disk and network had no room for who fills it
	empty     atomic.Int64 // it had nothing for who empties it
	disk      atomic.Int64 // spent in reading or writing files
	processor atomic.Int64 // spent in hashing
	held      atomic.Int64 // spent, by the one who moves the data, in waiting for a bandwidth that this user limits

	mu     sync.Mutex
	at     time.Time
	last   [5]int64
	limit  Limit
	own    Limit // what of this side limits, none if nothing does
	theirs Limit // what of the other side does
}

// since adds the time since then to one of the sums.
func since(sum *atomic.Int64, then time.Time) { sum.Add(int64(time.Since(then))) }

// look returns what limits. The queue of a sender is filled from the disk; of a
// receiver, from the network.
func (g *gauge) look(now time.Time, outgoing bool) Limit {
	g.mu.Lock()
	defer g.mu.Unlock()
	if now.Sub(g.at) < gaugeEvery {
		return g.limit
	}
	sums := [5]int64{g.full.Load(), g.empty.Load(), g.disk.Load(), g.processor.Load(), g.held.Load()}
	full, empty := sums[0]-g.last[0], sums[1]-g.last[1]
	disk, processor, held := sums[2]-g.last[2], sums[3]-g.last[3], sums[4]-g.last[4]
	passed := now.Sub(g.at)
	if g.at.IsZero() {
		passed = gaugeEvery
	}
	g.at, g.last = now, sums
	g.own = LimitNone
	switch waits := outgoing && full >= empty || !outgoing && empty >= full; {
	case 2*held > int64(passed): // those waits are among the others, which are added up later
		g.own = LimitBandwidth
		g.limit = g.own
	case waits && g.theirs != LimitNone:
		g.limit = g.theirs // the link is full, or empty, because of the other side
	case full == 0 && empty == 0:
		g.limit = LimitNone
	case full > empty == outgoing:
		g.limit = LimitNetwork
	default:
		g.own = LimitDisk
		if processor > disk {
			g.own = LimitProcessor
		}
		g.limit = g.own
	}
	return g.limit
}

// tell returns what of this side limits, for the other side to know.
func (g *gauge) tell(now time.Time, outgoing bool) Limit {
	g.look(now, outgoing)
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.own
}

// hear notes what of the other side limits.
func (g *gauge) hear(theirs Limit) {
	switch theirs {
	case LimitDisk, LimitProcessor:
	case LimitBandwidth:
		theirs = LimitThere
	default:
		theirs = LimitNone
	}
	g.mu.Lock()
	g.theirs = theirs
	g.mu.Unlock()
}
