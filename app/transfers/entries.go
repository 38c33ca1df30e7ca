package transfers

import (
	"context"
	"strings"

	"lanyard/netcore"
)

// How much of the list of an offer is read at once, and how much of it is held.
const (
	entryPage = 200
	scanPage  = 4000
	pagesHeld = 8
)

// entries is the list of an offer, of which only what is near the rows on the
// screen is held.
type entries struct {
	key     int64
	actions Actions
	pages   map[int][]netcore.OfferFile // by the index of their first entry
	asked   map[int]bool
}

func newEntries(actions Actions, key int64) *entries {
	return &entries{key: key, actions: actions, pages: map[int][]netcore.OfferFile{}, asked: map[int]bool{}}
}

// at returns an entry, unless it must be read: need says from which index on,
// once for each page, else it is -1.
func (e *entries) at(index int) (entry netcore.OfferFile, need int, held bool) {
	first := index / entryPage * entryPage
	if page, ok := e.pages[first]; ok {
		if index-first < len(page) {
			return page[index-first], -1, true
		}
		return entry, -1, false
	}
	if e.asked[first] {
		return entry, -1, false
	}
	e.asked[first] = true
	return entry, first, false
}

// read returns a page.
func (e *entries) read(ctx context.Context, first int) ([]netcore.OfferFile, error) {
	return e.actions.OfferFiles(ctx, e.key, first, entryPage)
}

// put keeps a page, and lets go of the one farthest from it if there are too many.
func (e *entries) put(first int, page []netcore.OfferFile) {
	delete(e.asked, first)
	e.pages[first] = page
	if len(e.pages) <= pagesHeld {
		return
	}
	farthest := first
	for other := range e.pages {
		if distance(other, first) > distance(farthest, first) {
			farthest = other
		}
	}
	delete(e.pages, farthest)
}

// missed says that a page could not be read.
func (e *entries) missed(first int) { delete(e.asked, first) }

func distance(a, b int) int { return max(a-b, b-a) }

// scan reads the whole list once and hands on each entry. It stands on a
// goroutine of its own.
func (e *entries) scan(ctx context.Context, each func(netcore.OfferFile)) error {
	for from := 0; ; {
		page, err := e.actions.OfferFiles(ctx, e.key, from, scanPage)
		if err != nil {
			return err
		}
		for _, entry := range page {
			each(entry)
		}
		if from += len(page); len(page) < scanPage {
			return nil
		}
	}
}

// survey reads what must be known of all entries.
func (e *entries) survey(ctx context.Context) (*selection, error) {
	s := &selection{}
	var above []folder // the folders that the next entry may be below
	close := func(until int) {
		for _, one := range above[until:] {
			s.ends[one.index] = int32(len(s.sizes)) // #nosec G115 -- an offer has a million entries at most
		}
		above = above[:until]
	}
	err := e.scan(ctx, func(entry netcore.OfferFile) {
		inside := 0
		for inside < len(above) && strings.HasPrefix(entry.Path, above[inside].path) {
			inside++
		}
		close(inside)
		if entry.Folder {
			above = append(above, folder{len(s.sizes), entry.Path + "/"})
		}
		s.add(entry.Size, entry.Reason != "")
	})
	close(0)
	return s, err
}

// folder is one whose entries are being surveyed.
type folder struct {
	index int
	path  string // with a slash behind it
}

// find returns the indices of the entries whose paths hold a text, in any case.
func (e *entries) find(ctx context.Context, text string) ([]int32, error) {
	text = strings.ToLower(text)
	found := []int32{}
	err := e.scan(ctx, func(entry netcore.OfferFile) {
		if strings.Contains(strings.ToLower(entry.Path), text) {
			found = append(found, int32(entry.Index)) // #nosec G115 -- an offer has a million entries at most
		}
	})
	return found, err
}
