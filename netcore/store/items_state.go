package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"lanyard/netcore/identity"
)

// Delivered marks queued texts of one device as committed on its PC. It
// returns the positions of those that were queued until now.
func (db *DB) Delivered(ctx context.Context, device identity.DeviceID, ids []string) ([]Change, error) {
	return db.advance(ctx, `UPDATE items SET state = 'delivered' WHERE device = ?1 AND outgoing = 1
		AND id IN (SELECT value FROM json_each(?2)) AND kind = 'text' AND state = 'queued'
		RETURNING person, seq, device`, device, ids)
}

// SeenThere marks texts to a device as shown to its user, and returns the
// positions of those that were not marked until now. What was seen there has
// arrived there, even when its acknowledgement was lost.
func (db *DB) SeenThere(ctx context.Context, device identity.DeviceID, ids []string) ([]Change, error) {
	return db.advance(ctx, `UPDATE items SET state = 'seen' WHERE device = ?1 AND outgoing = 1
		AND id IN (SELECT value FROM json_each(?2)) AND kind = 'text' AND state IN ('queued', 'delivered')
		RETURNING person, seq, device`, device, ids)
}

// ReceiptsSent notes that a device has been told which of its texts were seen.
func (db *DB) ReceiptsSent(ctx context.Context, device identity.DeviceID, ids []string) error {
	_, err := db.advance(ctx, `UPDATE items SET receipt = 0 WHERE device = ?1 AND outgoing = 0
		AND id IN (SELECT value FROM json_each(?2)) AND receipt = 1 RETURNING person, seq, device`, device, ids)
	return err
}

// Failed marks a queued text as one that its receiver will never take, for a
// reason. It returns false if it was not queued any more.
func (db *DB) Failed(ctx context.Context, seq int64, reason string) (bool, error) {
	changed, err := db.change(ctx, `UPDATE items SET state = 'failed', reason = ?
		WHERE seq = ? AND outgoing = 1 AND state = 'queued' RETURNING person, seq, device`, reason, seq)
	return len(changed) > 0, err
}

// MarkSeen notes that this user has been shown the items of a person up to a
// position, and that the authors of its texts are to be told. It returns the
// positions of those that were unread, and the devices that they came from.
func (db *DB) MarkSeen(ctx context.Context, person, upTo int64) ([]Change, error) {
	return db.change(ctx, `UPDATE items SET unread = 0, receipt = (kind = 'text')
		WHERE person = ? AND seq <= ? AND unread = 1 RETURNING person, seq, device`, person, upTo)
}

// SetTransferState gives the item that shows a transfer another state. It
// returns ErrNotFound if no item shows it.
func (db *DB) SetTransferState(ctx context.Context, key int64, state, reason string) (Change, error) {
	changed, err := db.change(ctx, `UPDATE items SET state = ?, reason = ?
		WHERE transfer = ? RETURNING person, seq, device`, state, reason, key)
	if err == nil && len(changed) == 0 {
		err = fmt.Errorf("item of transfer %d: %w", key, ErrNotFound)
	}
	if err != nil {
		return Change{}, err
	}
	return changed[0], nil
}

// Change is an item that a write has changed.
type Change struct {
	Person int64
	Seq    int64
	Device identity.DeviceID
}

// advance runs an update whose parameters are a device and a list of IDs.
func (db *DB) advance(ctx context.Context, query string, device identity.DeviceID, ids []string) ([]Change, error) {
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, fmt.Errorf("encoding item names: %w", err)
	}
	return db.change(ctx, query, device[:], string(list))
}

// change runs an update that returns person, seq and device of what it
// changed, in a commit shared with others.
func (db *DB) change(ctx context.Context, query string, args ...any) ([]Change, error) {
	var changed []Change
	err := db.grouped(ctx, func(ctx context.Context, tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, query, args...)
		changed, err = collect(rows, err, scanChange)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("changing items: %w", err)
	}
	return changed, nil
}

func scanChange(row scanner) (Change, error) {
	var c Change
	var device []byte
	if err := row.Scan(&c.Person, &c.Seq, &device); err != nil {
		return Change{}, err
	}
	var err error
	c.Device, err = deviceID(device)
	return c, err
}
