package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"lanyard/netcore/identity"
)

// ErrFull says that no more may be kept of strangers before this user has
// answered or removed them.
var ErrFull = errors.New("too many items of strangers are kept")

// Quota caps what is kept of strangers: people to whom this user never wrote
// or sent, and whom they neither added nor named.
type Quota struct {
	PerStranger int // items of one
	Strangers   int // items of all together
}

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
		(person, device, id, outgoing, kind, text, transfer, state, reason, sent, added, unread)
		VALUES (?,?,?,?,?,?,?,?,?,?,?,?) RETURNING seq`,
		item.Person, item.Device[:], item.ID, item.Outgoing, item.Kind, item.Text, nullKey(item.Transfer),
		item.State, item.Reason, millis(item.Sent), millis(item.Added), item.Unread).Scan(&item.Seq)
}

// Received is what became of one text that arrived.
type Received struct {
	Item Item
	New  bool  // false: it was here already, and must be acknowledged again
	Err  error // ErrFull: it was not kept
}

// AddReceived commits texts that arrived, all of one device and in this order,
// in one go. A text whose ID is known of that device is not added again. From
// the first one that the quota refuses none is kept. An unknown device becomes
// a new person. The result has one entry for each text, up to the first
// refused one.
func (db *DB) AddReceived(ctx context.Context, texts []Item, quota Quota) ([]Received, error) {
	var result []Received
	err := db.grouped(ctx, func(ctx context.Context, tx *sql.Tx) error {
		var err error
		result, err = receive(ctx, tx, texts, quota)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("keeping what arrived: %w", err)
	}
	return result, nil
}

// receive is AddReceived inside its transaction.
func receive(ctx context.Context, tx *sql.Tx, texts []Item, quota Quota) ([]Received, error) {
	var result []Received
	for _, item := range texts {
		if len(result) == 0 {
			if _, err := ensureDevice(ctx, tx, item.Device, item.Added); err != nil {
				return nil, err
			}
		}
		one, err := receiveOne(ctx, tx, item, quota)
		if err != nil {
			return nil, err
		}
		if result = append(result, one); one.Err != nil {
			break
		}
	}
	return result, nil
}

// receiveOne adds one text unless it is here or over the quota.
func receiveOne(ctx context.Context, tx *sql.Tx, item Item, quota Quota) (Received, error) {
	here, err := scanItem(tx.QueryRowContext(ctx, `SELECT `+itemColumns+` FROM items i
		WHERE i.device = ? AND i.outgoing = 0 AND i.id = ?`, item.Device[:], item.ID))
	if err == nil || !errors.Is(err, sql.ErrNoRows) {
		return Received{Item: here}, err
	}
	full, err := overQuota(ctx, tx, item.Device, quota)
	if err != nil || full {
		return Received{Item: item, Err: ErrFull}, err
	}
	err = insertItem(ctx, tx, &item)
	return Received{Item: item, New: true}, err
}

// overQuota reports whether a device belongs to a stranger of whom no more may
// be kept.
func overQuota(ctx context.Context, tx *sql.Tx, device identity.DeviceID, quota Quota) (bool, error) {
	var person int64
	err := tx.QueryRowContext(ctx, `SELECT p.id FROM devices d JOIN people p ON p.id = d.person
		WHERE d.id = ? AND p.known = 0`, device[:]).Scan(&person)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	var own, all int
	err = tx.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM items WHERE person = ?),
		(SELECT count(*) FROM people p JOIN items i ON i.person = p.id WHERE p.known = 0)`, person).Scan(&own, &all)
	return own >= quota.PerStranger || all >= quota.Strangers, err
}
