package output

import (
	"context"
	"sort"
)

const (
	// finderStep is how much of the output one Step of a Finder looks through.
	finderStep = 8 << 20
	// maxHits is how many lines are remembered; more are only counted.
	maxHits = 1 << 20
)

// Finder counts the lines in which a query is found, in bounded steps, as long
// as a Document grows. It is to be used by one goroutine at a time.
type Finder struct {
	document *Document
	query    Query
	round    int
	next     int64 // the line to go on with
	hits     []int // in order
	count    int
	open     bool // it is found in the line that is open
}

// NewFinder returns a Finder that has not looked at anything.
func NewFinder(document *Document, query Query) *Finder {
	return &Finder{document: document, query: query}
}

// Count returns in how many lines the query was found so far.
func (f *Finder) Count() int {
	if f.open {
		return f.count + 1
	}
	return f.count
}

// Place returns how many of the lines found are not behind a line, and whether
// that is known: of very many, the later ones are not remembered.
func (f *Finder) Place(line int) (place int, known bool) {
	place = sort.SearchInts(f.hits, line+1)
	if len(f.hits) == f.count && f.open && int64(line) >= f.next {
		place++
	}
	return place, place < maxHits
}

// Step looks through the next part, and reports whether there is more.
func (f *Finder) Step(ctx context.Context) (more bool, err error) {
	if f.query.Empty() {
		return false, nil
	}
	if round := f.document.State().Round; round != f.round {
		*f = Finder{document: f.document, query: f.query, round: round}
	}
	v := f.document.now()
	if v.lines == 0 {
		return false, nil
	}
	block, from := v.before(f.next), f.next
	closed := v.closed()
	f.open = false
	for begin := v.places[block].at; block < len(v.places) && v.places[block].at-begin < finderStep; block++ {
		err := v.hits(ctx, f.query, block, func(line int64) bool {
			f.add(line, from, closed)
			return true
		})
		if err != nil {
			return false, err
		}
		_, end := v.blockEnd(block)
		f.next = min(max(end, f.next), closed)
	}
	return block < len(v.places), nil
}

// add counts a line unless that has been done.
func (f *Finder) add(line, from, closed int64) {
	switch {
	case line < from:
	case line >= closed:
		f.open = true
	default:
		f.count++
		if len(f.hits) < maxHits {
			f.hits = append(f.hits, int(line))
		}
	}
}
