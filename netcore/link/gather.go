package link

import (
	"net"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// bulkBuffer is the size in bytes of the socket writes and reads of a
	// bulk link. TLS alone makes one of each per 16 KiB record, which costs
	// more than the encryption.
	bulkBuffer = 256 << 10
	// gatherDelay is how long a small leftover waits for more.
	gatherDelay = time.Millisecond
)

// gather collects writes to a connection. Nothing but its own Write and Flush
// ever waits for the other side: a reader only wakes the timer, so that two
// sides that both write much and read little cannot block each other.
type gather struct {
	conn  net.Conn
	stall time.Duration

	// lock is held, by having sent, while writing to conn. That can be long,
	// and a goroutine that waits for a channel counts as idle in a synctest
	// bubble, where one that waits for a sync.Mutex would stop the clock.
	lock    chan struct{}
	buf     []byte // cap bulkBuffer; nil: writes go through
	err     error  // of the first failed write; final
	timer   *time.Timer
	armed   bool
	flushes uint64 // counted, so that the timer sees whether one came first
	armedAt uint64

	waiting atomic.Bool // buf is not empty and nobody is writing it out
	urgent  atomic.Bool // the reader waits: the timer is not to hesitate

	deadlineMu sync.Mutex
	deadline   time.Time // the user's, for writes
}

// start begins to collect.
func (g *gather) start(stall time.Duration) {
	g.lock <- struct{}{}
	defer func() { <-g.lock }()
	g.stall = stall
	g.buf = make([]byte, 0, bulkBuffer)
	g.timer = time.AfterFunc(gatherDelay, g.expire)
	g.timer.Stop()
}

// Write takes p, and writes to the connection whenever the buffer is full.
func (g *gather) Write(p []byte) (int, error) {
	g.lock <- struct{}{}
	defer func() { <-g.lock }()
	if g.buf == nil {
		return g.conn.Write(p)
	}
	if g.err != nil {
		return 0, g.err
	}
	taken := 0
	for taken < len(p) {
		n := min(cap(g.buf)-len(g.buf), len(p)-taken)
		g.buf = append(g.buf, p[taken:taken+n]...)
		taken += n
		if len(g.buf) == cap(g.buf) {
			if err := g.flush(); err != nil {
				return taken, err
			}
		}
	}
	g.arm()
	return taken, nil
}

// Flush writes out what was collected.
func (g *gather) Flush() error {
	g.lock <- struct{}{}
	defer func() { <-g.lock }()
	return g.flush()
}

// through flushes and ends collecting.
func (g *gather) through() error {
	g.lock <- struct{}{}
	defer func() { <-g.lock }()
	err := g.flush()
	if err == nil && g.buf != nil {
		g.timer.Stop()
		g.buf = nil
	}
	return err
}

// hurry has what was collected written out soon; it does not wait.
func (g *gather) hurry() {
	if g.waiting.Load() {
		g.urgent.Store(true)
		g.timer.Reset(0)
	}
}

// stop ends the timer.
func (g *gather) stop() {
	g.waiting.Store(false)
	if timer := g.timer; timer != nil {
		timer.Stop()
	}
}

// flush writes the buffer out. The lock is held.
func (g *gather) flush() error {
	if len(g.buf) == 0 || g.err != nil {
		return g.err
	}
	g.waiting.Store(false)
	g.applyDeadline()
	_, g.err = g.conn.Write(g.buf)
	g.buf = g.buf[:0]
	g.flushes++
	return g.err
}

// arm starts the timer for what is left in the buffer. The lock is held.
func (g *gather) arm() {
	if len(g.buf) == 0 {
		return
	}
	g.waiting.Store(true)
	if !g.armed {
		g.armed, g.armedAt = true, g.flushes
		g.timer.Reset(gatherDelay)
	}
}

// expire is the timer: it writes out what has waited since it was armed, and
// lets what came after a flush wait for its own millisecond.
func (g *gather) expire() {
	g.lock <- struct{}{}
	defer func() { <-g.lock }()
	g.armed = false
	if g.urgent.Swap(false) || g.flushes == g.armedAt {
		_ = g.flush() // kept in g.err for the next Write or Flush
		return
	}
	g.arm()
}

// setDeadline sets the user's deadline for writes.
func (g *gather) setDeadline(t time.Time) error {
	g.deadlineMu.Lock()
	defer g.deadlineMu.Unlock()
	g.deadline = t
	return g.conn.SetWriteDeadline(t)
}

// applyDeadline bounds the coming write by the user's deadline and by stall.
func (g *gather) applyDeadline() {
	g.deadlineMu.Lock()
	defer g.deadlineMu.Unlock()
	_ = g.conn.SetWriteDeadline(sooner(g.deadline, time.Now().Add(g.stall))) // the write fails on a closed conn
}

// sooner returns the earlier deadline; a zero first one is none.
func sooner(user, own time.Time) time.Time {
	if user.IsZero() || own.Before(user) {
		return own
	}
	return user
}
