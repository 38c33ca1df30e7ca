package timeline

import (
	"lanyard/netcore"
)

// How much of a conversation is held.
const (
	pageItems = 30  // read at a time
	mostItems = 200 // shown at a time
)

// window is the piece of a conversation that is shown: items one after the
// other, oldest first.
type window struct {
	items    []netcore.Item
	atEnd    bool // the newest item is among them
	complete bool // the oldest is
}

// limit is how many items to read so that all that are held are read again.
func (w *window) limit() int { return min(max(pageItems, len(w.items)), mostItems) }

// before is the position before which to read them.
func (w *window) before() int64 {
	if w.atEnd || len(w.items) == 0 {
		return 0
	}
	return w.items[len(w.items)-1].Seq + 1
}

// newest puts in a page that was read from the end of what is held. Items
// older than the page stay if they join it. While the user reads further up,
// keep is set, and what is over the bound is cut at the new end.
func (w *window) newest(page []netcore.Item, limit int, keep bool) {
	if len(page) < limit {
		w.complete = true
	}
	if len(page) == 0 {
		w.items = nil
		return
	}
	older := w.items
	for at, item := range w.items {
		if item.Seq >= page[0].Seq {
			older = w.items[:at]
			break
		}
	}
	if len(older) == len(w.items) { // nothing joins
		older = nil
		w.complete = len(page) < limit
	}
	w.items = append(append([]netcore.Item{}, older...), page...)
	w.trim(keep)
}

func (w *window) trim(keep bool) {
	over := len(w.items) - mostItems
	switch {
	case over <= 0:
	case keep:
		w.items = w.items[:mostItems]
		w.atEnd = false
	default:
		w.items = w.items[over:]
		w.complete = false
	}
}

// older puts a page before what is held.
func (w *window) older(page []netcore.Item, limit int) {
	if len(page) < limit {
		w.complete = true
	}
	w.items = append(append([]netcore.Item{}, page...), w.items...)
	w.trim(true)
}
