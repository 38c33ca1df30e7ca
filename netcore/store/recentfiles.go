package store

import (
	"slices"
	"sort"
	"sync"
)

// maxRecent is how many rows are kept in memory, about 1 MiB.
const maxRecent = 4096

// recentFiles are the rows of transfer_files that were added last. Whoever tells
// of files as they end asks for what is new all the time: to read each row back
// took longer than to write it. It is safe for use by several goroutines.
type recentFiles struct {
	adding sync.Mutex // held from before rows get their numbers until they are here

	mu    sync.Mutex
	after int64 // no row with a higher number is missing here
	rows  []TransferFile
}

// add takes rows that were committed, in the order of their numbers. Those whose
// MD5 was pending go when they have another row.
func (r *recentFiles) add(rows []TransferFile) {
	if len(rows) == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.dropPending(rows)
	r.rows = append(r.rows, rows...)
	if over := len(r.rows) - maxRecent; over > 0 {
		over = min(over+maxRecent/4, len(r.rows)) // not with each batch
		r.after = r.rows[over-1].Seq
		r.rows = slices.Clone(r.rows[over:])
	}
}

// dropPending removes the rows in whose place others come. The lock is held.
func (r *recentFiles) dropPending(fresh []TransferFile) {
	type place struct {
		transfer int64
		index    int
	}
	pending := map[place]bool{}
	for i := range r.rows {
		if f := &r.rows[i]; f.Pending {
			pending[place{f.Transfer, f.Index}] = true
		}
	}
	if len(pending) == 0 {
		return
	}
	gone := map[place]bool{}
	for i := range fresh {
		if at := (place{fresh[i].Transfer, fresh[i].Index}); pending[at] {
			gone[at] = true
		}
	}
	r.rows = slices.DeleteFunc(r.rows, func(f TransferFile) bool {
		return f.Pending && gone[place{f.Transfer, f.Index}]
	})
}

// following returns up to limit rows after a number that fit, or false if some of them
// may be in the table only.
func (r *recentFiles) following(seq int64, limit int, fits func(f *TransferFile) bool) ([]TransferFile, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if seq < r.after {
		return nil, false
	}
	var found []TransferFile
	first := sort.Search(len(r.rows), func(i int) bool { return r.rows[i].Seq > seq })
	for i := first; i < len(r.rows) && len(found) < limit; i++ {
		if fits(&r.rows[i]) {
			found = append(found, r.rows[i])
		}
	}
	return found, true
}

// drop drops the rows of transfers that were forgotten, and whose keys no other
// gets. What was committed before is here by then, so that none stays behind.
func (r *recentFiles) drop(transfers []int64) {
	r.adding.Lock()
	defer r.adding.Unlock()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.rows = slices.DeleteFunc(r.rows, func(f TransferFile) bool { return slices.Contains(transfers, f.Transfer) })
}

// forget drops all rows: some are in the table no more.
func (r *recentFiles) forget() {
	r.adding.Lock()
	defer r.adding.Unlock()
	r.mu.Lock()
	defer r.mu.Unlock()
	if n := len(r.rows); n > 0 {
		r.after, r.rows = r.rows[n-1].Seq, nil
	}
}
