package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"lanyard/netcore/identity"
)

// What an item can be, as kept in its kind.
const (
	KindText  = "text"
	KindFile  = "file"
	KindRun   = "command"
	KindClock = "clock"
)

// The states of a text, as kept in its state. Those of files are the
// transfers' business.
const (
	StateQueued    = "queued"    // outgoing: here only
	StateDelivered = "delivered" // outgoing: committed on their PC
	StateSeen      = "seen"      // outgoing: shown to them
	StateReceived  = "received"  // incoming: committed here
	StateFailed    = "failed"    // outgoing: their PC will never take it
)

// Item is one entry of a conversation.
type Item struct {
	Seq      int64             // position; grows for good, never used again
	Person   int64             // whose conversation
	Device   identity.DeviceID // the other side's device
	ID       string            // the author's name for it
	Outgoing bool
	Kind     string // KindText, KindFile, KindRun, KindClock
	Text     string // of a text as it was written; of files the name to show
	Transfer int64  // of files: the key of their transfer; else 0
	Run      int64  // of a command: the key of its run; else 0
	Data     string // JSON, of kinds that have no table of their own
	State    string
	Reason   string    // why, for states that need one
	Sent     time.Time // by the author's clock
	Added    time.Time // by this PC's clock
	Unread   bool      // incoming, and not yet shown to this user
}

// itemColumns are what scanItem reads.
const itemColumns = `i.seq, i.person, i.device, i.id, i.outgoing, i.kind, i.text,
	coalesce(i.transfer, 0), coalesce(i.run, 0), i.data, i.state, i.reason, i.sent, i.added, i.unread`

// most keeps SQLite from taking a negative limit for none.
func most(limit int) int { return max(limit, 0) }

// Items returns up to limit items of a person, the newest ones below the
// position before (0: the newest of all), in the order of their positions.
func (db *DB) Items(ctx context.Context, person, before int64, limit int) ([]Item, error) {
	rows, err := db.read.QueryContext(ctx, `SELECT `+itemColumns+` FROM items i
		WHERE i.person = ?1 AND (?2 = 0 OR i.seq < ?2) ORDER BY i.seq DESC LIMIT ?3`, person, before, most(limit))
	items, err := collect(rows, err, scanItem)
	if err != nil {
		return nil, fmt.Errorf("reading a conversation: %w", err)
	}
	slices.Reverse(items)
	return items, nil
}

// ItemsAfter returns up to limit items of all persons above the position seq,
// in the order of their positions. Positions become visible in their order, so
// that whoever goes on from the last one misses none.
func (db *DB) ItemsAfter(ctx context.Context, seq int64, limit int) ([]Item, error) {
	rows, err := db.read.QueryContext(ctx,
		`SELECT `+itemColumns+` FROM items i WHERE i.seq > ? ORDER BY i.seq LIMIT ?`, seq, most(limit))
	items, err := collect(rows, err, scanItem)
	if err != nil {
		return nil, fmt.Errorf("reading new items: %w", err)
	}
	return items, nil
}

// LastSeq returns the highest position given out so far, 0 if none was.
func (db *DB) LastSeq(ctx context.Context) (int64, error) {
	var seq int64
	err := db.read.QueryRowContext(ctx, `SELECT coalesce(max(seq), 0) FROM items`).Scan(&seq)
	if err != nil {
		return 0, fmt.Errorf("reading the last position: %w", err)
	}
	return seq, nil
}

// Item returns one item, or ErrNotFound.
func (db *DB) Item(ctx context.Context, seq int64) (Item, error) {
	return db.item(ctx, `SELECT `+itemColumns+` FROM items i WHERE i.seq = ?`, seq)
}

// ItemByTransfer returns the item that shows a transfer, or ErrNotFound.
func (db *DB) ItemByTransfer(ctx context.Context, key int64) (Item, error) {
	return db.item(ctx, `SELECT `+itemColumns+` FROM items i WHERE i.transfer = ? ORDER BY i.seq LIMIT 1`, key)
}

func (db *DB) item(ctx context.Context, query string, args ...any) (Item, error) {
	item, err := scanItem(db.read.QueryRowContext(ctx, query, args...))
	if err != nil {
		return Item{}, fmt.Errorf("reading an item: %w", found(err))
	}
	return item, nil
}

// Queued returns up to limit texts that wait for a device, oldest first, above
// the position after.
func (db *DB) Queued(ctx context.Context, device identity.DeviceID, after int64, limit int) ([]Item, error) {
	rows, err := db.read.QueryContext(ctx, `SELECT `+itemColumns+` FROM items i INDEXED BY items_outbox
		WHERE i.device = ? AND i.outgoing = 1 AND i.state = 'queued' AND i.kind = 'text' AND i.seq > ?
		ORDER BY i.seq LIMIT ?`, device[:], after, most(limit))
	items, err := collect(rows, err, scanItem)
	if err != nil {
		return nil, fmt.Errorf("reading the outbox: %w", err)
	}
	return items, nil
}

// Receipts returns up to limit texts whose author, a device, is still to be
// told that they were seen, oldest first.
func (db *DB) Receipts(ctx context.Context, device identity.DeviceID, limit int) ([]Item, error) {
	rows, err := db.read.QueryContext(ctx, `SELECT `+itemColumns+` FROM items i
		WHERE i.device = ? AND i.receipt = 1 ORDER BY i.seq LIMIT ?`, device[:], most(limit))
	items, err := collect(rows, err, scanItem)
	if err != nil {
		return nil, fmt.Errorf("reading the receipts due: %w", err)
	}
	return items, nil
}

// scanItem reads a row of itemColumns.
func scanItem(row scanner) (Item, error) {
	var item Item
	var device []byte
	var sent, added int64
	err := row.Scan(&item.Seq, &item.Person, &device, &item.ID, &item.Outgoing, &item.Kind, &item.Text,
		&item.Transfer, &item.Run, &item.Data, &item.State, &item.Reason, &sent, &added, &item.Unread)
	if err != nil {
		return Item{}, err
	}
	item.Sent, item.Added = fromMillis(sent), fromMillis(added)
	item.Device, err = deviceID(device)
	return item, err
}

// nullKey is a transfer key as a column: NULL for none.
func nullKey(key int64) sql.NullInt64 { return sql.NullInt64{Int64: key, Valid: key != 0} }
