package netcore

import (
	"context"
	"errors"
	"math"
	"slices"
	"sync"
)

// fakeEngine is a node in memory whose other side the test plays.
type fakeEngine struct {
	bus   bus
	saves saveDirs

	mu        sync.Mutex
	settings  Settings
	people    []Person
	items     []Item
	transfers map[int64]*Transfer
	results   []FileResult
	reachErr  error
	reachErrs []error // of the next calls of Reach, before reachErr
	acceptErr error
	accepted  map[int64]string
	raised    []string
	window    bool
	onSay     func(seq int64) // played after a text was queued
	onSend    func(key int64) // played after files were offered
	cancelled []int64
	fakeTrust
	fakeRuns
	fakeClocks
	fakeTransfers
}

var bob = Person{ID: 1, Name: "bob", Device: DeviceID{1}, Online: true, Address: "127.0.0.1:1"}

func newFake() *fakeEngine {
	return &fakeEngine{
		settings: Settings{Name: "alice"}, people: []Person{bob},
		transfers: map[int64]*Transfer{}, accepted: map[int64]string{},
	}
}

func (e *fakeEngine) Self() Self {
	return Self{ID: DeviceID{9}, Name: e.Settings().Name, Address: "127.0.0.1:9527"}
}

func (e *fakeEngine) Settings() Settings {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.settings
}

func (e *fakeEngine) SetSettings(_ context.Context, settings Settings) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.settings = settings
	return nil
}

func (e *fakeEngine) People(context.Context) ([]Person, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.people), nil
}

func (e *fakeEngine) Find(_ context.Context, query string) (Person, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if query == "twins" {
		return Person{}, ErrAmbiguous
	}
	for _, person := range e.people {
		if e.reachErr != nil || len(e.reachErrs) > 0 {
			person.Online = false
		}
		if person.Name == query || person.Device.String() == query {
			return person, nil
		}
		for _, device := range person.Devices {
			if device.String() == query {
				person.Device = device
				return person, nil
			}
		}
	}
	return Person{}, ErrUnknownPerson
}

func (e *fakeEngine) Reach(ctx context.Context, query string) (Person, error) {
	e.mu.Lock()
	failed := e.reachErr
	if len(e.reachErrs) > 0 {
		failed, e.reachErrs = e.reachErrs[0], e.reachErrs[1:]
	}
	e.mu.Unlock()
	if errors.Is(failed, context.DeadlineExceeded) {
		<-ctx.Done()
		return Person{}, ctx.Err()
	}
	if failed != nil {
		return Person{}, failed
	}
	return e.Find(ctx, query)
}

func (e *fakeEngine) Items(_ context.Context, person PersonID, before int64, limit int) ([]Item, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	var page []Item
	for _, item := range slices.Backward(e.items) {
		if item.Person == person && (before == 0 || item.Seq < before) && len(page) < limit {
			page = append(page, e.whole(item))
		}
	}
	slices.Reverse(page)
	return page, nil
}

func (e *fakeEngine) ItemsAfter(_ context.Context, seq int64, limit int) ([]Item, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	var page []Item
	for _, item := range e.items {
		if item.Seq > seq && len(page) < limit {
			page = append(page, e.whole(item))
		}
	}
	return page, nil
}

func (e *fakeEngine) Item(_ context.Context, seq int64) (Item, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.whole(e.items[seq-1]), nil
}

// whole adds the transfer as it is now.
func (e *fakeEngine) whole(item Item) Item {
	if item.Transfer != nil {
		transfer := *e.transfers[item.Transfer.Key]
		item.Transfer, item.State, item.Reason = &transfer, transfer.State, transfer.Reason
	}
	return item
}

// add appends an item and tells subscribers.
func (e *fakeEngine) add(item Item) Item {
	e.mu.Lock()
	item.Seq = int64(len(e.items)) + 1
	if item.Person == 0 {
		item.Person = bob.ID
	}
	e.items = append(e.items, item)
	e.mu.Unlock()
	e.bus.publish(Event{Kind: EventItem, Person: item.Person, Seq: item.Seq})
	return item
}

// set changes the state of an item and tells subscribers.
func (e *fakeEngine) set(seq int64, state State, reason Reason) {
	e.mu.Lock()
	e.items[seq-1].State, e.items[seq-1].Reason = state, reason
	e.mu.Unlock()
	e.bus.publish(Event{Kind: EventItem, Person: bob.ID, Seq: seq})
}

func (e *fakeEngine) Say(_ context.Context, person PersonID, text string) (Item, error) {
	item := e.add(Item{Person: person, Outgoing: true, Kind: KindText, Text: text, State: StateQueued, ID: "77"})
	if e.onSay != nil {
		go e.onSay(item.Seq)
	}
	return item, nil
}

func (e *fakeEngine) Fail(_ context.Context, seq int64, reason Reason) error {
	e.mu.Lock()
	queued := e.items[seq-1].State == StateQueued
	e.mu.Unlock()
	if queued {
		e.set(seq, StateFailed, reason)
	}
	return nil
}

// addFiles appends an item of files.
func (e *fakeEngine) addFiles(transfer Transfer) Item {
	e.mu.Lock()
	transfer.Key = int64(len(e.transfers)) + 1
	transfer.Person = bob.ID
	e.transfers[transfer.Key] = &transfer
	e.mu.Unlock()
	return e.add(Item{Outgoing: transfer.Outgoing, Kind: KindFile, State: transfer.State, Transfer: &transfer})
}

// move changes a transfer and tells subscribers.
func (e *fakeEngine) move(key int64, change func(*Transfer)) {
	e.mu.Lock()
	change(e.transfers[key])
	now := *e.transfers[key]
	seq := int64(0)
	for _, item := range e.items {
		if item.Transfer != nil && item.Transfer.Key == key {
			seq = item.Seq
		}
	}
	e.mu.Unlock()
	e.bus.publish(Event{Kind: EventProgress, Person: bob.ID, Update: &now})
	e.bus.publish(Event{Kind: EventItem, Person: bob.ID, Seq: seq})
}

// finish appends the result of one file and tells subscribers.
func (e *fakeEngine) finish(file FileResult) {
	e.mu.Lock()
	file.Seq, file.Person = int64(len(e.results))+1, bob.ID
	if file.State == "" {
		file.State = StateVerified
	}
	e.results = append(e.results, file)
	e.mu.Unlock()
	e.bus.publish(Event{Kind: EventFiles})
}

func (e *fakeEngine) SendWith(_ context.Context, _ PersonID, paths []string, options SendOptions) (Item, error) {
	e.wish = options.Wish
	item := e.addFiles(Transfer{Outgoing: true, Name: "src", Count: 2, Bytes: 10, State: StatePreparing, Paths: paths})
	if e.onSend != nil {
		go e.onSend(item.Transfer.Key)
	}
	return item, nil
}

func (e *fakeEngine) Accept(_ context.Context, key int64, options AcceptOptions) error {
	e.mu.Lock()
	failed := e.acceptErr
	saveDir := options.SaveDir
	if failed == nil {
		if saveDir == "" {
			saveDir = e.saves.newest("")
		}
		e.accepted[key] = saveDir
		if e.options == nil {
			e.options = map[int64]AcceptOptions{}
		}
		e.options[key] = options
	}
	e.mu.Unlock()
	if failed == nil {
		e.move(key, func(t *Transfer) { t.State = StateRunning })
	}
	return failed
}

func (e *fakeEngine) Decline(_ context.Context, key int64) error {
	e.move(key, func(t *Transfer) { t.State = StateDeclined })
	return nil
}

func (e *fakeEngine) Cancel(_ context.Context, key int64) error {
	e.mu.Lock()
	e.cancelled = append(e.cancelled, key)
	e.mu.Unlock()
	e.move(key, func(t *Transfer) { t.State, t.Reason = StateCancelled, ReasonCancelledHere })
	return nil
}

func (e *fakeEngine) Transfer(_ context.Context, key int64) (Transfer, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if t := e.transfers[key]; t != nil {
		return *t, nil
	}
	return Transfer{}, errors.New("no such transfer")
}

func (e *fakeEngine) Files(ctx context.Context, key, after int64, limit int) ([]FileResult, error) {
	all, err := e.FilesAfter(ctx, after, math.MaxInt)
	page := slices.DeleteFunc(all, func(f FileResult) bool { return f.Key != key })
	return page[:min(limit, len(page))], err
}

func (e *fakeEngine) FilesAfter(_ context.Context, seq int64, limit int) ([]FileResult, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	page := slices.Clone(e.results[seq:])
	return page[:min(limit, len(page))], nil
}

func (e *fakeEngine) LastSeq(context.Context) (items, files int64, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return int64(len(e.items)), int64(len(e.results)), nil
}

func (e *fakeEngine) Subscribe(buffer int) *Subscription { return e.bus.subscribe(buffer) }

func (e *fakeEngine) Raise(files []string) bool {
	e.raised = files
	return e.window
}

func (e *fakeEngine) SaveInto(dir string) (undo func()) { return e.saves.use(dir) }
