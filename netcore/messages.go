package netcore

import (
	"context"
	"fmt"

	"lanyard/netcore/store"
)

// Items returns up to limit items of a conversation below the position before
// (0: the newest), oldest first.
func (n *Node) Items(ctx context.Context, person PersonID, before int64, limit int) ([]Item, error) {
	rows, err := n.db.Items(ctx, int64(person), before, limit)
	if err != nil {
		return nil, err
	}
	return n.items(ctx, rows)
}

// ItemsAfter returns up to limit items of all conversations above the position
// seq, oldest first: whoever goes on from the last one misses none.
func (n *Node) ItemsAfter(ctx context.Context, seq int64, limit int) ([]Item, error) {
	rows, err := n.db.ItemsAfter(ctx, seq, limit)
	if err != nil {
		return nil, err
	}
	return n.items(ctx, rows)
}

// Item returns one item.
func (n *Node) Item(ctx context.Context, seq int64) (Item, error) {
	row, err := n.db.Item(ctx, seq)
	if err != nil {
		return Item{}, err
	}
	return n.item(ctx, row)
}

// LastSeq returns the newest position of items and that of FilesAfter.
func (n *Node) LastSeq(ctx context.Context) (items, files int64, err error) {
	if items, err = n.db.LastSeq(ctx); err != nil {
		return 0, 0, err
	}
	files, err = n.db.LastFileSeq(ctx)
	return items, files, err
}

// Say commits a text for somebody. It is sent as soon as they can be reached.
func (n *Node) Say(ctx context.Context, person PersonID, text string) (Item, error) {
	to, err := n.db.Person(ctx, int64(person))
	if err != nil {
		return Item{}, fmt.Errorf("finding whom to write to: %w", err)
	}
	if !to.Blocked.IsZero() {
		return Item{}, fmt.Errorf("writing: %w", ErrBlocked)
	}
	row, err := n.timeline.Post(ctx, to.Device, text)
	if err != nil {
		return Item{}, err
	}
	n.acquainted(ctx, to.Device, to.ID)
	return n.item(ctx, row)
}

// Fail takes a queued text out of the queue: it will not be sent. If it was
// delivered meanwhile it stays so.
func (n *Node) Fail(ctx context.Context, seq int64, reason Reason) error {
	row, err := n.db.Item(ctx, seq)
	if err != nil {
		return err
	}
	changed, err := n.db.Failed(ctx, seq, string(reason))
	if changed {
		n.onItem(row.Person, seq)
	}
	return err
}

// MarkSeen says that this user was shown the conversation as it is now; the
// other side is told.
func (n *Node) MarkSeen(ctx context.Context, person PersonID) error {
	last, err := n.db.LastSeq(ctx)
	if err != nil {
		return err
	}
	changed, err := n.timeline.MarkSeen(ctx, int64(person), last)
	if changed {
		n.bus.publish(Event{Kind: EventPerson, Person: person})
	}
	return err
}

// items turns rows into items.
func (n *Node) items(ctx context.Context, rows []store.Item) ([]Item, error) {
	items := make([]Item, len(rows))
	for i, row := range rows {
		item, err := n.item(ctx, row)
		if err != nil {
			return nil, err
		}
		items[i] = item
	}
	return items, nil
}

// item adds its transfer or its run to a row.
func (n *Node) item(ctx context.Context, row store.Item) (Item, error) {
	item := Item{
		Seq: row.Seq, Person: PersonID(row.Person), ID: row.ID, Outgoing: row.Outgoing,
		Kind: ItemKind(row.Kind), Text: row.Text, State: State(row.State), Reason: Reason(row.Reason),
		Sent: row.Sent, Added: row.Added,
	}
	switch {
	case row.Run != 0:
		r, err := n.Run(ctx, row.Run)
		if err != nil {
			return item, fmt.Errorf("reading the command of item %d: %w", row.Seq, err)
		}
		item.Run, item.State, item.Reason = &r, State(itemState(string(r.State))), Reason(r.Reason)
		return item, nil
	case item.Kind == KindClock:
		item.Clock = clockCheck(row.Data)
		return item, nil
	case row.Transfer == 0:
		return item, nil
	}
	t, err := n.db.Transfer(ctx, row.Transfer)
	if err != nil {
		return item, fmt.Errorf("reading the files of item %d: %w", row.Seq, err)
	}
	shown := n.transfer(ctx, t, item.Person)
	item.Transfer, item.State, item.Reason = &shown, shown.State, shown.Reason
	return item, nil
}
