package transfer

import (
	"context"
	"sync"
	"time"
)

// wish is what a receiver wants: files, or chunks of one.
type wish struct {
	first, last int
	part        *partWant
	anew        bool // what was aside: some of it may have come in this try
}

// maxWishes caps what may wait to be sent again, in files and ranges of chunks: a
// receiver can ask faster than any disk reads.
const maxWishes = 1 << 20

// wishes are what is still to be sent.
type wishes struct {
	mu     sync.Mutex
	list   []wish
	asked  []bool // by index
	spans  int    // of chunks, in list
	closed bool   // there will be no more
	news   chan struct{}
	given  map[int]bool    // files that were skipped
	anew   map[int]version // what files are of which the receiver was told that they begin anew
	aside  map[int]aside   // files that begin anew later
	ended  map[int]bool    // large files whose trailer was or is being made: the receiver may have all of them
}

func newWishes(files int) *wishes {
	return &wishes{asked: make([]bool, files), news: make(chan struct{}, 1), given: map[int]bool{}, anew: map[int]version{}, ended: map[int]bool{}, aside: map[int]aside{}}
}

// add queues a wish. One for a file that was asked for before must say so.
func (w *wishes) add(one wish, again bool) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return broken("a want after the last")
	}
	if one.part != nil {
		w.spans += len(one.part.C)
	}
	if len(w.list)+w.spans > len(w.asked)+maxWishes {
		return broken("more is wanted again than there is")
	}
	for f := one.first; f <= one.last; f++ {
		if w.asked[f] && !again {
			return broken("file %d wanted twice", f)
		}
		w.asked[f] = true
	}
	w.list = append(w.list, one)
	w.wake()
	return nil
}

// giveUp notes that a file was skipped: the receiver wants nothing more of it.
func (w *wishes) giveUp(f int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.given[f] = true
}

// isGiven reports whether a file was skipped.
func (w *wishes) isGiven(f int) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.given[f]
}

// begunAnew notes that a file comes as a whole, as it is now.
func (w *wishes) begunAnew(f int, is version) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.anew[f] = is
	delete(w.ended, f)
	delete(w.aside, f)
}

// end notes that all that was wanted of a large file was sent.
func (w *wishes) end(f int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ended[f] = true
}

// hasEnded reports whether a large file may be whole at the receiver, so that it
// can begin anew only where the receiver wants that.
func (w *wishes) hasEnded(f int) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.ended[f]
}

// isVoid reports whether a wish was overtaken: it was said before the receiver
// heard that the file is skipped, or that it begins anew, and is no wish any more;
// or the file will begin anew.
// To meet it would bring what is not due.
func (w *wishes) isVoid(one wish) bool {
	if one.first != one.last {
		return false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, later := w.aside[one.first]; later || w.given[one.first] {
		return true
	}
	if one.part == nil {
		return false
	}
	is, anew := w.anew[one.first]
	return anew && (one.part.Size != is.size || one.part.MTime != is.mtime)
}

// close says that there will be no more.
func (w *wishes) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed = true
	w.wake()
}

func (w *wishes) wake() {
	select {
	case w.news <- struct{}{}:
	default:
	}
}

// next returns the next wish, waiting for one, or else a file that was aside for
// long enough. It returns false at the end.
func (w *wishes) next(ctx context.Context) (wish, bool, error) {
	for {
		w.mu.Lock()
		one, found, wait := w.pop()
		closed := w.closed
		w.mu.Unlock()
		if found || closed {
			return one, found, nil
		}
		if err := w.sleep(ctx, wait); err != nil {
			return wish{}, false, err
		}
	}
}

// sleep waits for news, or for as long as given; 0: for news only.
func (w *wishes) sleep(ctx context.Context, wait time.Duration) error {
	var due <-chan time.Time
	if wait > 0 {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		due = timer.C
	}
	select {
	case <-w.news:
	case <-due:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	return nil
}

// poke has next return without a wish, for one who waits for something else.
func (w *wishes) poke() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.list = append(w.list, wish{first: 0, last: -1})
	w.wake()
}
