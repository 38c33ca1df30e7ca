package netcore

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"

	"lanyard/netcore/control"
)

// feed turns what happens into lines. Events only say where to look: texts,
// offers and files are read from the store, from where the last look ended, so
// that none is missing however slowly the lines are taken, and nothing piles
// up in memory meanwhile.
type feed struct {
	door      *Door
	emit      control.Emit
	acceptAll bool
	clash     Clash // with acceptAll; empty: the setting
	limit     int64 // bytes a second, of each transfer that comes in; 0: none
	names     directory
	notes     transferNotes
	thinner   thinner
	vigil     vigil
	runs      runVigil
	lines     fileLines

	item    int64              // the last item that was read
	file    int64              // the last file that was printed
	open    map[int64]State    // of the items that are not at their end, as last read
	moving  map[int64]Transfer // transfers with progress to print, by key
	changed map[int64]struct{} // items to read again
	all     bool               // read everything again
}

func newFeed(door *Door, emit control.Emit) *feed {
	return &feed{
		door: door, emit: emit, names: directory{node: door.node},
		open: map[int64]State{}, moving: map[int64]Transfer{},
		changed: map[int64]struct{}{}, vigil: newVigil(door), runs: newRunVigil(door),
	}
}

// start sets the feed to now. What is not at its end yet is looked at again:
// an offer that came before is printed as if it came now, since it still
// waits.
func (f *feed) start(ctx context.Context) error {
	var err error
	if f.item, f.file, err = f.door.node.LastSeq(ctx); err != nil {
		return err
	}
	people, err := f.door.node.People(ctx)
	if err != nil {
		return err
	}
	f.vigil.start(people)
	if err := f.runs.start(ctx); err != nil {
		return err
	}
	for _, person := range people {
		items, err := f.door.node.Items(ctx, person.ID, 0, pageSize)
		if err != nil {
			return err
		}
		for _, item := range items {
			if item.Seq <= f.item && !item.State.Ended() {
				f.pick(item)
			}
		}
	}
	return nil
}

// pick takes up an item that was open when the feed began. Its state is
// forgotten where a line is due for it.
func (f *feed) pick(item Item) {
	if undecided(item) {
		f.changed[item.Seq] = struct{}{}
		item.State = StatePreparing
	}
	f.open[item.Seq] = item.State
	if item.Transfer != nil {
		f.notes.learn(*item.Transfer)
		f.slow(*item.Transfer)
	}
}

// slow limits a transfer that comes in.
func (f *feed) slow(transfer Transfer) {
	if f.limit > 0 && !transfer.Outgoing && !transfer.State.Ended() {
		_ = f.door.node.SetTransferBandwidth(transfer.Key, f.limit) // it may have ended meanwhile
	}
}

// note remembers where an event says to look.
func (f *feed) note(event Event) {
	f.vigil.note(event)
	f.runs.note(event)
	switch event.Kind {
	case EventOverflow:
		f.all, f.names.stale = true, true
	case EventPerson:
		f.names.stale = true
	case EventItem:
		f.changed[event.Seq] = struct{}{}
	case EventProgress:
		if event.Update != nil {
			f.moving[event.Update.Key] = *event.Update
		}
	}
}

// look prints everything that is new.
func (f *feed) look(ctx context.Context) error {
	ended, err := f.again(ctx)
	if err != nil {
		return err
	}
	if err := f.newItems(ctx); err != nil {
		return err
	}
	// What has ended was read before its files, so they are all there.
	if err := f.files(ctx); err != nil {
		return err
	}
	if err := f.progress(ctx); err != nil {
		return err
	}
	if err := f.vigil.look(ctx, f.emit); err != nil {
		return err
	}
	if err := f.runs.look(ctx, f.emit); err != nil {
		return err
	}
	return f.ends(ctx, ended)
}

// again reads the items that changed and prints what became of them. It
// returns those with files that have ended.
func (f *feed) again(ctx context.Context) ([]Item, error) {
	seqs := maps.Clone(f.changed)
	if f.all {
		for seq := range f.open {
			seqs[seq] = struct{}{}
		}
	}
	clear(f.changed)
	f.all = false
	var ended []Item
	for _, seq := range slices.Sorted(maps.Keys(seqs)) {
		before, open := f.open[seq]
		if !open {
			continue // at its end already, or new: newItems prints that
		}
		item, err := f.door.node.Item(ctx, seq)
		if err != nil {
			return nil, err
		}
		if err := f.step(ctx, before, item); err != nil {
			return nil, err
		}
		if item.State.Ended() && item.Kind == KindFile {
			ended = append(ended, item)
		}
	}
	return ended, nil
}

// newItems prints the items that were not there at the last look.
func (f *feed) newItems(ctx context.Context) error {
	for {
		items, err := f.door.node.ItemsAfter(ctx, f.item, pageSize)
		if err != nil {
			return err
		}
		for _, item := range items {
			if err := f.newItem(ctx, item); err != nil {
				return err
			}
			f.item = item.Seq
		}
		if len(items) < pageSize {
			return nil
		}
	}
}

// newItem prints one new item.
func (f *feed) newItem(ctx context.Context, item Item) error {
	if item.Kind == KindText && !item.Outgoing {
		return f.emit(messageLine(f.names.get(ctx, item.Person), item))
	}
	if item.Transfer != nil {
		f.notes.begin(item.Transfer.Key)
		f.slow(*item.Transfer)
	}
	err := f.step(ctx, StatePreparing, item)
	if err == nil && item.Kind == KindFile && item.State.Ended() {
		// Its files are printed first; the next look prints the end.
		f.open[item.Seq] = item.State
		f.changed[item.Seq] = struct{}{}
	}
	return err
}

// step prints what an item's change of state means, and keeps it as long as
// more can become of it.
func (f *feed) step(ctx context.Context, before State, item Item) error {
	if item.State.Ended() {
		delete(f.open, item.Seq)
	} else {
		f.open[item.Seq] = item.State
	}
	person := f.names.get(ctx, item.Person)
	if before != item.State {
		if err := f.became(ctx, person, item); err != nil {
			return err
		}
	}
	if item.Transfer == nil {
		return nil
	}
	return f.notes.look(person, *item.Transfer, f.emit)
}

// became prints a state that is new.
func (f *feed) became(ctx context.Context, person Person, item Item) error {
	files := item.Transfer
	switch {
	case item.Kind == KindText && (item.State == StateDelivered || item.State == StateSeen):
		return f.emit(textLine(control.EventDelivered, person, item))
	case undecided(item) && f.notes.first(files.Key):
		return f.offer(ctx, person, *files)
	}
	return nil
}

// undecided reports whether an item is an offer that waits for this user, be it
// held by its sender or not.
func undecided(item Item) bool {
	return item.Transfer != nil && !item.Outgoing && !item.Transfer.Accepted &&
		(item.State == StateOffered || item.State == StatePaused)
}

// offer prints an offer, and accepts it if all are. One that cannot be
// accepted is declined, since nobody is there who could do better.
func (f *feed) offer(ctx context.Context, person Person, transfer Transfer) error {
	if !f.acceptAll {
		return f.emit(offerLine(person, transfer, false))
	}
	clash := f.clash
	if clash == "" {
		clash = f.door.quietClash(transfer)
	}
	failed := f.door.node.Accept(ctx, transfer.Key, AcceptOptions{Clash: clash})
	if err := f.emit(offerLine(person, transfer, failed == nil)); err != nil || failed == nil {
		return err
	}
	_ = f.door.node.Decline(ctx, transfer.Key) // it may be gone already
	return f.emit(control.NewProblem(failed))
}

// files prints the files that ended since the last look.
func (f *feed) files(ctx context.Context) error {
	for {
		files, err := f.door.node.FilesAfter(ctx, f.file, filePage)
		if err != nil {
			return err
		}
		for _, file := range files {
			if err := f.emit(f.lines.line(f.names.get(ctx, file.Person), file)); err != nil {
				return err
			}
			f.file = file.Seq
		}
		if len(files) < filePage {
			return nil
		}
	}
}

// progress prints how far transfers are, if that is due.
func (f *feed) progress(ctx context.Context) error {
	byKey := func(a, b Transfer) int { return cmp.Compare(a.Key, b.Key) }
	for _, transfer := range slices.SortedFunc(maps.Values(f.moving), byKey) {
		if transfer.State.Ended() || !f.notes.has(transfer.Key) {
			continue
		}
		if err := f.notes.moved(f.names.get(ctx, transfer.Person), transfer, f.emit); err != nil {
			return err
		}
		if transfer.State != StateRunning || transfer.Away || !f.thinner.due(transfer.Key) {
			continue
		}
		if err := f.emit(progressLine(f.names.get(ctx, transfer.Person), transfer)); err != nil {
			return err
		}
	}
	clear(f.moving)
	return nil
}

// ends prints the transfers that have ended.
func (f *feed) ends(ctx context.Context, items []Item) error {
	for _, item := range items {
		if item.Transfer == nil {
			continue
		}
		f.thinner.forget(item.Transfer.Key)
		f.notes.forget(item.Transfer.Key)
		delete(f.open, item.Seq)
		if err := f.emit(endedLine(f.names.get(ctx, item.Person), *item.Transfer)); err != nil {
			return err
		}
	}
	return nil
}

func keyText(key int64) string { return strconv.FormatInt(key, 10) }
