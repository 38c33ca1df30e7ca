package audit

import "lanyard/netcore"

// What of the log is held: chunks around the rows that are seen.
const (
	chunkSize  = 100
	chunksHeld = 8
)

// chunk is a run of entries, the newest first. Where it begins is kept for
// good, its entries only while they are near what is seen.
type chunk struct {
	before  int64 // only entries with a smaller Seq
	count   int
	entries []netcore.AuditEntry // nil: let go
	asked   bool                 // it is being read
}

// lines is the log as far as it was read: a list that grows at its end when
// it is scrolled there.
type lines struct {
	query  netcore.AuditQuery
	chunks []chunk
	whole  bool  // the oldest entry was read
	newest int64 // Seq of the first entry; 0: there is none
	round  int   // of restarts: what was asked for in an older one counts no more
}

// restart begins anew with the newest entries of a query.
func (l *lines) restart(query netcore.AuditQuery, entries []netcore.AuditEntry) {
	l.round++
	l.query = query
	l.newest = 0
	if len(entries) > 0 {
		l.newest = entries[0].Seq
	}
	// What is new since then does not belong into the first chunk when that is
	// read again.
	l.chunks = []chunk{{before: l.newest + 1, count: len(entries), entries: entries}}
	l.whole = len(entries) < chunkSize
}

// len is how many entries the list has so far.
func (l *lines) len() int {
	if len(l.chunks) == 0 {
		return 0
	}
	return (len(l.chunks)-1)*chunkSize + l.chunks[len(l.chunks)-1].count
}

// at returns the entry at a place, unless it was let go.
func (l *lines) at(place int) (entry netcore.AuditEntry, held bool) {
	entries := l.chunks[place/chunkSize].entries
	if place%chunkSize >= len(entries) {
		return netcore.AuditEntry{}, false
	}
	return entries[place%chunkSize], true
}

// need says how to read a chunk that is not there yet, and marks it as asked
// for. A chunk right after the last one makes the list longer.
func (l *lines) need(at int) (query netcore.AuditQuery, needed bool) {
	if at == len(l.chunks) && !l.whole && at > 0 {
		last := l.chunks[at-1].entries
		if len(last) < chunkSize {
			return query, false
		}
		l.chunks = append(l.chunks, chunk{before: last[len(last)-1].Seq})
	}
	if at >= len(l.chunks) || l.chunks[at].entries != nil || l.chunks[at].asked {
		return query, false
	}
	l.chunks[at].asked = true
	query = l.query
	query.Before, query.Limit = l.chunks[at].before, chunkSize
	return query, true
}

// put keeps the entries of a chunk and lets go of those farthest from it.
func (l *lines) put(at int, entries []netcore.AuditEntry) {
	if entries == nil {
		entries = []netcore.AuditEntry{}
	}
	c := &l.chunks[at]
	c.entries, c.asked = entries, false
	if at == len(l.chunks)-1 {
		c.count = len(entries)
		l.whole = len(entries) < chunkSize
	}
	for other := range l.chunks {
		if other < at-chunksHeld/2 || other > at+chunksHeld/2 {
			l.chunks[other].entries = nil
		}
	}
}

// missed says that a chunk could not be read; it is asked for again when it is
// seen again.
func (l *lines) missed(at int) { l.chunks[at].asked = false }
