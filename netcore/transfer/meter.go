package transfer

import "time"

// The window of the speed shown, how fine it is, and how much of it there must be:
// the first bytes are those that fill buffers, or trickle from a link that has just
// been made, and say nothing of how long the rest takes.
const (
	meterWindow = 3 * time.Second
	meterStep   = 100 * time.Millisecond
	meterFirst  = time.Second
)

// meter smooths a speed: it keeps where the count was over the last seconds.
type meter struct {
	marks []mark // oldest first
	last  int64  // the count that was noted last
}

type mark struct {
	at    time.Time
	count int64
}

// speed notes the count at now and returns how fast it grew, per second, over
// the window; 0 if nothing moves, or has not moved for long enough to tell.
func (m *meter) speed(now time.Time, count int64) float64 {
	if n := len(m.marks); n > 0 && count < m.marks[n-1].count {
		m.marks = m.marks[:0] // another try began
	}
	for len(m.marks) > 1 && now.Sub(m.marks[1].at) >= meterWindow {
		m.marks = m.marks[1:]
	}
	if len(m.marks) > 0 && m.marks[0].count == count {
		m.marks = m.marks[:0] // it stands still: what comes is measured from here
	}
	if n := len(m.marks); n == 0 || now.Sub(m.marks[n-1].at) >= meterStep {
		m.marks = append(m.marks, mark{now, count})
	}
	m.last = count
	first := m.marks[0]
	if passed := now.Sub(first.at); passed >= meterFirst {
		return float64(count-first.count) / passed.Seconds()
	}
	return 0
}

// moving reports whether the count grew in the window.
func (m *meter) moving() bool {
	return len(m.marks) > 0 && m.marks[0].count != m.last
}

// jump forgets what was measured: the count goes on from elsewhere, with what an
// earlier try brought.
func (m *meter) jump() { m.marks = nil }
