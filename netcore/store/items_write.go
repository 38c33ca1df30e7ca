package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// AddItem commits a new item of a device that is known, and returns it with
// its person and position. It shares its commit with writes of the same
// moment. ErrNotFound says that the device is not known.
func (db *DB) AddItem(ctx context.Context, item Item) (Item, error) {
	added := item
	err := db.grouped(ctx, func(ctx context.Context, tx *sql.Tx) error {
		added = item
		return insertItem(ctx, tx, &added)
	})
	if err != nil {
		return Item{}, fmt.Errorf("adding an item: %w", err)
	}
	return added, nil
}

// insertItem adds an item whose device is known, and fills in its person and
// its position.
func insertItem(ctx context.Context, tx *sql.Tx, item *Item) error {
	err := tx.QueryRowContext(ctx, `SELECT person FROM devices WHERE id = ?`, item.Device[:]).Scan(&item.Person)
	if err != nil {
		return fmt.Errorf("device %s: %w", item.Device.Short(), found(err))
	}
	if item.Outgoing {
		if err := acquaint(ctx, tx, item.Person); err != nil {
			return err
		}
	}
	return tx.QueryRowContext(ctx, `INSERT INTO items
		(person, device, id, outgoing, kind, text, transfer, run, data, state, reason, sent, added, unread)
		VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?) RETURNING seq`,
		item.Person, item.Device[:], item.ID, item.Outgoing, item.Kind, item.Text, nullKey(item.Transfer),
		nullKey(item.Run), item.Data,
		item.State, item.Reason, millis(item.Sent), millis(item.Added), item.Unread).Scan(&item.Seq)
}

// Received is what became of one item that arrived.
type Received struct {
	Item Item  // as it is kept
	New  bool  // false: it was here already, and must be acknowledged again
	Err  error // ErrFull: it was not kept
}

// AddReceived commits items that arrived, all of one device and in this order,
// in one go. One whose ID is known of that device is not added again. From the
// first one that the quota refuses none is kept. An unknown device becomes a
// new person. The result has one entry for each item, up to the first refused
// one.
func (db *DB) AddReceived(ctx context.Context, items []Item, quota Quota) ([]Received, error) {
	var result []Received
	var gone []int64
	err := db.grouped(ctx, func(ctx context.Context, tx *sql.Tx) error {
		var err error
		result, gone, err = receive(ctx, tx, items, quota)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("keeping what arrived: %w", err)
	}
	if len(gone) > 0 {
		db.files.drop(gone)
	}
	return result, nil
}

// receive is AddReceived inside its transaction. It returns the keys of the
// transfers, too, that gave way to the items.
func receive(ctx context.Context, tx *sql.Tx, items []Item, quota Quota) (result []Received, gone []int64, err error) {
	if len(items) == 0 {
		return nil, nil, nil
	}
	device := items[0].Device
	if _, err := ensureDevice(ctx, tx, device, items[0].Added); err != nil {
		return nil, nil, err
	}
	room, err := allowanceOf(ctx, tx, device, quota)
	if err != nil {
		return nil, nil, err
	}
	for _, item := range items {
		one, err := receiveOne(ctx, tx, item, room)
		if err != nil {
			return nil, nil, err
		}
		if result = append(result, one); one.Err != nil {
			break
		}
	}
	return result, room.gone, nil
}

// receiveOne adds one item unless it is here already, or there is no room.
func receiveOne(ctx context.Context, tx *sql.Tx, item Item, room *allowance) (Received, error) {
	here, err := scanItem(tx.QueryRowContext(ctx, `SELECT `+itemColumns+` FROM items i
		WHERE i.device = ? AND i.outgoing = 0 AND i.id = ?`, item.Device[:], item.ID))
	if err == nil || !errors.Is(err, sql.ErrNoRows) {
		return Received{Item: here}, err
	}
	if err := room.take(ctx, tx); errors.Is(err, ErrFull) {
		return Received{Item: item, Err: ErrFull}, nil
	} else if err != nil {
		return Received{}, err
	}
	err = insertItem(ctx, tx, &item)
	return Received{Item: item, New: true}, err
}
