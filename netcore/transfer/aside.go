package transfer

import (
	"fmt"
	"time"
)

// maxAside is how many large files may be aside that have begun at the receiver: it
// keeps each of them open, and takes maxOpen of them. As many as the sender has under
// way itself, and those that the receiver is not done with, have their place besides.
const maxAside = 3

// aside is a file that waits for its next beginning.
type aside struct {
	at    time.Time
	large bool
}

// later puts a file aside that changed while it was sent: it comes anew behind all
// else that is wanted, and not before the wait is over. It reports false if too
// many wait.
func (w *wishes) later(f int, wait time.Duration, large bool) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	waiting := 0
	for _, one := range w.aside {
		if one.large {
			waiting++
		}
	}
	if large && waiting >= maxAside {
		return false
	}
	w.aside[f] = aside{time.Now().Add(wait), large}
	w.wake()
	return true
}

// pop takes the next wish, if there is one. Else it returns how long to wait for
// the first file that is aside; 0: there is none. The caller holds w.mu.
func (w *wishes) pop() (one wish, found bool, wait time.Duration) {
	if len(w.list) > 0 {
		one, w.list = w.list[0], w.list[1:]
		if one.part != nil {
			w.spans -= len(one.part.C)
		}
		return one, true, 0
	}
	first := -1
	for f, each := range w.aside {
		if first < 0 || each.at.Before(w.aside[first].at) {
			first = f
		}
	}
	if first < 0 {
		return wish{}, false, 0
	}
	if wait = time.Until(w.aside[first].at); wait > 0 {
		return wish{}, false, wait
	}
	delete(w.aside, first)
	return wish{first: first, last: first, anew: true}, true, 0
}

// settling is how long the source of a file is left alone before it is read anew,
// or the error of one that changed too often.
func (j *job) settling(f int) (time.Duration, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	n := j.renewals[f]
	if n >= maxRenewals {
		return 0, &fault{ReasonChanged, fmt.Errorf("it changed again after %d new beginnings", n)}
	}
	return j.s.cfg.Settle << n, nil
}
