package transfer

import "time"

// The window of the speed shown, and how fine it is.
const (
	meterWindow = 3 * time.Second
	meterStep   = 100 * time.Millisecond
)

// meter smooths a speed: it keeps where the count was over the last seconds.
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
	for len(m.marks) > 1 && now.Sub(m.marks[1].at) >= meterWindow {
		m.marks = m.marks[1:]
	}
	if n := len(m.marks); n == 0 || now.Sub(m.marks[n-1].at) >= meterStep {
		m.marks = append(m.marks, mark{now, count})
	}
	first := m.marks[0]
	if passed := now.Sub(first.at).Seconds(); passed > 0 {
		return float64(count-first.count) / passed
	}
	return 0
}
