package netcore

import (
	"context"
	"errors"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"lanyard/netcore/roster"
	"lanyard/netcore/safename"
	"lanyard/netcore/store"
)

const (
	usualFound = 100  // transfers or files, where no limit is asked for
	mostFound  = 1000 // with one call
	lookAtOnce = 500  // rows that are looked at for a text at a time
)

// foundLimit is a limit as it counts.
func foundLimit(limit int) int {
	if limit <= 0 {
		return usualFound
	}
	return min(limit, mostFound)
}

// setOf is a group as the store knows it.
func setOf(group TransferGroup) (store.TransferSet, bool) {
	switch group {
	case GroupAll:
		return store.AllTransfers, true
	case GroupQueue:
		return store.QueuedTransfers, true
	case GroupRunning:
		return store.RunningTransfers, true
	case GroupDone:
		return store.DoneTransfers, true
	case GroupFailed:
		return store.FailedTransfers, true
	}
	return 0, false
}

// FindTransfers is [TransferActs].FindTransfers.
func (n *Node) FindTransfers(ctx context.Context, query TransferQuery) ([]Transfer, error) {
	set, ok := setOf(query.Group)
	if !ok {
		return nil, nil
	}
	search := transferSearch{node: n, query: query, text: safename.Key(query.Text), people: map[DeviceID]*store.Person{}}
	limit, found := foundLimit(query.Limit), []Transfer{}
	filter := store.TransferFilter{Set: set, Person: int64(query.Person), Before: query.Before, Limit: min(limit, lookAtOnce)}
	if query.Text != "" {
		filter.Limit = lookAtOnce // many will not be it
	}
	for {
		rows, err := n.db.SelectTransfers(ctx, filter)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			t, fits, err := search.look(ctx, row)
			if err != nil {
				return nil, err
			}
			if fits {
				found = append(found, t)
			}
			if len(found) == limit {
				return found, nil
			}
		}
		if len(rows) < filter.Limit {
			return found, nil
		}
		filter.Before = rows[len(rows)-1].Key
	}
}

// transferSearch is one search for transfers. A text is looked for in what a
// user sees, whatever was sent: so it is not the database that compares.
type transferSearch struct {
	node   *Node
	query  TransferQuery
	text   string // as safename.Key writes it
	people map[DeviceID]*store.Person
}

// look returns a transfer, and whether it is wanted.
func (s *transferSearch) look(ctx context.Context, row store.Transfer) (Transfer, bool, error) {
	person, err := s.person(ctx, row.Device)
	if err != nil || person == nil { // with a stranger who has been forgotten
		return Transfer{}, false, err
	}
	if !s.named(row, person) {
		return Transfer{}, false, nil
	}
	t := s.node.transfer(ctx, row, PersonID(person.ID))
	return t, s.query.Group == GroupAll || GroupOf(t) == s.query.Group, nil
}

// person returns whose device it is, nil for nobody's.
func (s *transferSearch) person(ctx context.Context, id DeviceID) (*store.Person, error) {
	if person, ok := s.people[id]; ok {
		return person, nil
	}
	var known *store.Person
	switch person, err := s.node.roster.ByDevice(ctx, id); {
	case err == nil:
		known = &person
	case !errors.Is(err, store.ErrNotFound) && !errors.Is(err, ErrUnknownPerson):
		return nil, err
	}
	s.people[id] = known
	return known, nil
}

// named reports whether a transfer has the text in one of its names.
func (s *transferSearch) named(row store.Transfer, person *store.Person) bool {
	if s.text == "" || s.has(shownName(row)) || s.has(roster.Shown(*person)) || s.has(person.Name) {
		return true
	}
	for _, root := range row.Roots {
		if s.has(safename.DisplayName(root.Name, nameRunes)) {
			return true
		}
	}
	return false
}

func (s *transferSearch) has(name string) bool { return strings.Contains(safename.Key(name), s.text) }

// ClearTransfers is [TransferActs].ClearTransfers.
func (n *Node) ClearTransfers(ctx context.Context, group TransferGroup) (int, error) {
	set, ok := setOf(group)
	if !ok {
		return 0, nil
	}
	count, err := n.db.ClearTransfers(ctx, set)
	if count > 0 {
		n.bus.publish(Event{Kind: EventTransfers})
	}
	return count, err
}

// FindFiles is [TransferActs].FindFiles.
func (n *Node) FindFiles(ctx context.Context, query FileQuery) ([]FileResult, error) {
	limit, text, found := foundLimit(query.Limit), safename.Key(query.Text), []FileResult{}
	filter := store.FileFilter{
		Transfer: query.Key, Failed: query.Failed, Parts: surely(query.Text), After: query.After, Limit: limit,
	}
	for {
		rows, err := n.db.SelectFiles(ctx, filter)
		if err != nil {
			return nil, err
		}
		results, err := n.fileResults(ctx, rows)
		if err != nil {
			return nil, err
		}
		for _, result := range results {
			if strings.Contains(safename.Key(result.Raw), text) {
				found = append(found, result)
			}
			if len(found) == limit {
				return found, nil
			}
		}
		if len(rows) < filter.Limit {
			return found, nil
		}
		filter.After = rows[len(rows)-1].Seq
	}
}

// surely returns what a path has in it, byte for byte but for the case of ASCII
// letters, if the text is a part of it in any case and in either form of
// composed letters. Of hundreds of thousands of files few are then to be looked
// at more closely.
func surely(text string) []string {
	var parts []string
	runes := []rune(norm.NFC.String(text))
	begin := 0
	cut := func(end int) {
		if begin < end && len(parts) < mostParts {
			parts = append(parts, string(runes[begin:end]))
		}
		begin = end + 1
	}
	for i, r := range runes {
		composes := i+1 < len(runes) && unicode.Is(unicode.M, runes[i+1])
		if !unicode.Is(unicode.Han, r) && r > unicode.MaxASCII || composes {
			cut(i)
		}
	}
	cut(len(runes))
	return parts
}

// mostParts bounds what the database has to look for: each part more costs time.
const mostParts = 8
