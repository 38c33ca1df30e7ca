package shell

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"lanyard/netcore"
)

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.Local)

// fakeNode is an engine in memory that does what it is told.
type fakeNode struct {
	fakeRuns
	events chan netcore.Event

	mu        sync.Mutex
	settings  netcore.Settings
	search    netcore.Search
	people    []netcore.Person
	items     []netcore.Item
	results   []netcore.FileResult
	accepted  []int64
	declined  []int64
	cancelled []int64
	seen      []netcore.PersonID
	refuse    error    // what Say answers
	acts      []string // what was decided about people
}

func newFake() *fakeNode {
	return &fakeNode{
		events:   make(chan netcore.Event, 256),
		settings: netcore.Settings{Name: "Ming", SaveDir: "/home/ming/Downloads/Lanyard", Language: "en", Theme: "light", Named: true},
		search:   netcore.Search{Listening: "192.168.1.7:9527", Discovery: true, Interfaces: []string{"eth0"}},
	}
}

func (f *fakeNode) Self() netcore.Self {
	return netcore.Self{ID: netcore.DeviceID{42}, Name: "Ming", Address: "192.168.1.7:9527", Dial: "192.168.1.7:9527"}
}

func (f *fakeNode) Settings() netcore.Settings {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.settings
}

func (f *fakeNode) SetSettings(_ context.Context, s netcore.Settings) error {
	f.mu.Lock()
	f.settings = s
	f.settings.Named = true
	f.mu.Unlock()
	f.events <- netcore.Event{Kind: netcore.EventSettings}
	return nil
}

func (f *fakeNode) Search() netcore.Search {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.search
}

func (f *fakeNode) People(context.Context) ([]netcore.Person, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.people), nil
}

func (f *fakeNode) AddAddress(_ context.Context, address string) (netcore.Person, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if address != "10.0.0.9" {
		return netcore.Person{}, errors.New("unreachable")
	}
	person := netcore.Person{ID: 9, Name: "Nine", Online: true}
	f.people = append(f.people, person)
	return person, nil
}

func (f *fakeNode) Items(_ context.Context, person netcore.PersonID, before int64, limit int) ([]netcore.Item, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var page []netcore.Item
	for _, item := range f.items {
		if item.Person == person && (before == 0 || item.Seq < before) {
			page = append(page, item)
		}
	}
	return page[max(len(page)-limit, 0):], nil
}

func (f *fakeNode) Say(_ context.Context, person netcore.PersonID, text string) (netcore.Item, error) {
	f.mu.Lock()
	refuse := f.refuse
	f.mu.Unlock()
	if refuse != nil {
		return netcore.Item{}, refuse
	}
	return f.add(netcore.Item{Person: person, Outgoing: true, Kind: netcore.KindText, Text: text, State: netcore.StateQueued}), nil
}

func (f *fakeNode) Send(_ context.Context, person netcore.PersonID, paths []string) (netcore.Item, error) {
	return f.add(netcore.Item{
		Person: person, Outgoing: true, Kind: netcore.KindFile, State: netcore.StateOffered,
		Transfer: &netcore.Transfer{Person: person, Outgoing: true, Name: paths[0], Count: len(paths), State: netcore.StateOffered, Paths: paths},
	}), nil
}

// add appends an item and tells of it.
func (f *fakeNode) add(item netcore.Item) netcore.Item {
	f.mu.Lock()
	item.Seq = int64(len(f.items) + 1)
	if item.Added.IsZero() {
		item.Added, item.Sent = noon, noon
	}
	if item.Transfer != nil && item.Transfer.Key == 0 {
		item.Transfer.Key = item.Seq
	}
	f.items = append(f.items, item)
	f.mu.Unlock()
	f.events <- netcore.Event{Kind: netcore.EventItem, Person: item.Person, Seq: item.Seq}
	return item
}

func (f *fakeNode) MarkSeen(_ context.Context, person netcore.PersonID) error {
	f.mu.Lock()
	f.seen = append(f.seen, person)
	for i := range f.people {
		if f.people[i].ID == person {
			f.people[i].Unread = 0
		}
	}
	f.mu.Unlock()
	f.events <- netcore.Event{Kind: netcore.EventPerson, Person: person}
	return nil
}

func (f *fakeNode) note(list *[]int64, key int64) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	*list = append(*list, key)
	return nil
}

func (f *fakeNode) Accept(_ context.Context, key int64, _ netcore.AcceptOptions) error {
	return f.note(&f.accepted, key)
}
func (f *fakeNode) Decline(_ context.Context, key int64) error { return f.note(&f.declined, key) }
func (f *fakeNode) Cancel(_ context.Context, key int64) error  { return f.note(&f.cancelled, key) }

func (f *fakeNode) Files(_ context.Context, key, after int64, limit int) ([]netcore.FileResult, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var page []netcore.FileResult
	for _, file := range f.results {
		if file.Key == key && file.Seq > after && len(page) < limit {
			page = append(page, file)
		}
	}
	return page, nil
}

// read returns a copy of a list under the lock.
func read[T any](f *fakeNode, list *[]T) []T {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(*list)
}
