package transfer

import (
	"context"
	"sync/atomic"
	"time"
)

// How long one who gives way rests, for each time that it waited for the processor
// because others wanted it: while bytes of its transfer move, and when none do.
// Behind a slow link, which takes little of the processor, it so keeps up. A
// transfer counts as moving for a moment after its last byte.
const (
	restMoving = 16
	restIdle   = 2
	restMost   = 100 * time.Millisecond
	stillAfter = 50 * time.Millisecond
)

// manners keep one who hashes behind a transfer from holding it up. It has a
// thread of usual priority: one of a low priority, stopped in the middle of a
// block, would hold up the collector of garbage, and with it all. So it looks
// after each piece whether it had the processor to itself, and rests if not.
type manners struct {
	moved *atomic.Int64 // bytes of the transfer

	last  int64
	since time.Time // when last was seen first
	began time.Time
	used  time.Duration
	known bool
}

// begin is called before a piece of work, on the same thread as rest.
func (m *manners) begin() {
	m.used, m.known = threadTime()
	m.began = time.Now()
}

// rest is called after it, and waits if others want the processor.
func (m *manners) rest(ctx context.Context) {
	now := time.Now()
	wall := now.Sub(m.began)
	used, known := threadTime()
	lost := wall - (used - m.used)
	if !known || !m.known || lost <= wall/8 {
		return
	}
	times := restIdle * lost
	if m.moving(now) {
		times = restMoving * lost
	}
	pause := time.NewTimer(min(times, restMost))
	defer pause.Stop()
	select {
	case <-pause.C:
	case <-ctx.Done():
	}
}

// moving reports whether bytes of the transfer moved lately.
func (m *manners) moving(now time.Time) bool {
	if moved := m.moved.Load(); moved != m.last {
		m.last, m.since = moved, now
	}
	return now.Sub(m.since) < stillAfter
}
