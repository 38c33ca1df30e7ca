package transfer

import "time"

// The window of the speed shown, how fine it is, and how much of it there must be:
// the first bytes are those that fill buffers, or trickle from a link that has just
// been made, and say nothing of how long the rest takes. It is taken from so many
// marks at least: a slow link brings a chunk in longer than the window.
const (
	meterWindow = 3 * time.Second
	meterStep   = 100 * time.Millisecond
	meterFirst  = time.Second
	meterMarks  = 3
)

// meterPatience is for how many times what a step took lately nothing may come,
// until nothing moves.
const meterPatience = 3

// meter smooths a speed: it keeps when the count grew over the last seconds.
type meter struct {
	marks []mark // oldest first
}

type mark struct {
	at    time.Time
	count int64
}

// speed notes the count at now and returns how fast it grew, per second, over
// the window.
func (m *meter) speed(now time.Time, count int64) float64 {
	if n := len(m.marks); n > 0 && count < m.marks[n-1].count {
		m.marks = m.marks[:0] // another try began
	}
	if n := len(m.marks); n == 0 || count > m.marks[n-1].count && now.Sub(m.marks[n-1].at) >= meterStep {
		m.marks = append(m.marks, mark{now, count})
	}
	for len(m.marks) > meterMarks && now.Sub(m.marks[1].at) >= meterWindow {
		m.marks = m.marks[1:]
	}
	steps := len(m.marks) - 1
	first, last := m.marks[0], m.marks[steps]
	if steps == 0 || now.Sub(first.at) < meterFirst {
		return 0
	}
	passed := last.at.Sub(first.at)
	if now.Sub(last.at) > max(meterWindow, meterPatience*passed/time.Duration(steps)) {
		return 0
	}
	return float64(last.count-first.count) / passed.Seconds()
}

// moving reports whether the count grew lately, though its speed may not be known.
func (m *meter) moving(now time.Time) bool {
	n := len(m.marks)
	return n > 1 && now.Sub(m.marks[n-1].at) < meterWindow
}

// beginAt notes how much is there when a try begins. That did not come now: the
// speed is measured anew, from here on and not from when somebody first looks.
func (j *job) beginAt(bytes int64) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.moved.Store(bytes)
	j.meter = meter{marks: []mark{{j.s.cfg.Now(), bytes}}}
}
