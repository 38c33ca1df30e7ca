package audit

import (
	"fmt"
	"sync"
	"time"

	"lanyard/netcore/identity"
)

// The limits of what is refused.
const (
	perWindow   = time.Minute
	ofOne       = 30  // entries of one device
	ofStrangers = 120 // entries of all strangers
)

// limits counts what is refused. A stranger gets a window of their own only
// while strangers may have more entries, so there are never many.
type limits struct {
	mu      sync.Mutex
	windows map[source]*window
}

// source is whose refusals are counted together: those of a device, the zero
// one too, or those of all strangers.
type source struct {
	device    identity.DeviceID
	strangers bool
}

// window is one minute of one source.
type window struct {
	from    time.Time
	kept    int
	leftOut int
	last    Entry // the last that was left out
}

// keep reports whether a refusal is to be written, and counts it if not.
func (l *limits) keep(entry Entry, stranger bool, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	own, all := source{device: entry.Device}, source{strangers: true}
	if w := l.windows[own]; w != nil && w.kept >= ofOne {
		w.leave(entry, 1)
		return false
	}
	if stranger {
		if w := l.at(all, now); w.kept >= ofStrangers {
			w.leave(Entry{What: entry.What, Outcome: entry.Outcome}, 1)
			return false
		}
		l.windows[all].kept++
	}
	l.at(own, now).kept++
	return true
}

// at returns the window of a source, made if there is none.
func (l *limits) at(of source, now time.Time) *window {
	w := l.windows[of]
	if w == nil {
		w = &window{from: now}
		l.windows[of] = w
	}
	return w
}

// leave counts what is left out.
func (w *window) leave(last Entry, n int) {
	w.last = last
	w.leftOut += n
}

// count is how many entries of a source were left out.
type count struct {
	of   source
	n    int
	last Entry
}

// entry returns the line that says so.
func (c count) entry() Entry {
	line := c.last
	line.At, line.Detail = time.Time{}, fmt.Sprintf("left-out=%d", c.n)
	return line
}

// over ends the windows whose minute is over, or all, and returns what was left
// out in them. A clock that was set back ends them too.
func (l *limits) over(now time.Time, all bool) []count {
	l.mu.Lock()
	defer l.mu.Unlock()
	var counts []count
	for of, w := range l.windows {
		if age := now.Sub(w.from); !all && age >= 0 && age < perWindow {
			continue
		}
		delete(l.windows, of)
		if w.leftOut > 0 {
			counts = append(counts, count{of, w.leftOut, w.last})
		}
	}
	return counts
}

// again takes back counts that could not be written.
func (l *limits) again(counts []count, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range counts {
		l.at(c.of, now).leave(c.last, c.n)
	}
}
