package store

import (
	"context"
	"database/sql"
	"errors"

	"lanyard/netcore/identity"
)

// ErrFull says that no more may be kept of a stranger before this user has
// answered or removed them, and nothing of a device that is blocked.
var ErrFull = errors.New("too many items of strangers are kept")

// Quota caps what is kept of strangers: people to whom this user never wrote
// or sent, and whom they neither added nor named.
type Quota struct {
	PerStranger int // items of one
	Strangers   int // items of all together
}

// Where all strangers together have what they may, a new item takes the place
// of old ones, so that many identities made up by one cannot lock out others.
const (
	fewest      = 20 // items that each stranger gets in, whatever the others have
	evictAtOnce = 32 // items, so that a flood does not look for each anew
)

// evictable are the items of strangers that may give way: all but those of
// transfers that go on.
const evictable = ` items i LEFT JOIN transfers t ON t.key = i.transfer
	WHERE (i.transfer IS NULL OR t.ended <> 0)`

// blocked is true of a person s all of whose devices are blocked. What was kept
// of them stays, for this user to look at, and is no part of what strangers
// have together: else one who was blocked could keep newcomers out.
const blocked = ` NOT EXISTS (SELECT 1 FROM devices b WHERE b.person = s.id AND b.blocked = 0)`

// allowance counts what may still be kept of one person.
type allowance struct {
	person   int64
	known    bool // without a limit
	blocked  bool // nothing, whoever they are
	own, all int  // items: theirs, and those of all strangers
	quota    Quota
	gone     []int64 // keys of the transfers that gave way
}

// allowanceOf returns the allowance of the person with a known device.
func allowanceOf(ctx context.Context, tx *sql.Tx, device identity.DeviceID, quota Quota) (*allowance, error) {
	a := &allowance{quota: quota}
	err := tx.QueryRowContext(ctx, `SELECT p.id, p.known, CASE p.known WHEN 0 THEN
			(SELECT count(*) FROM items i WHERE i.person = p.id) ELSE 0 END,
		CASE p.known WHEN 0 THEN
			(SELECT count(*) FROM people s JOIN items i ON i.person = s.id WHERE s.known = 0 AND NOT`+blocked+`) ELSE 0 END,
		d.blocked <> 0 FROM devices d JOIN people p ON p.id = d.person WHERE d.id = ?`, device[:]).
		Scan(&a.person, &a.known, &a.own, &a.all, &a.blocked)
	return a, err
}

// take makes room for one more item, or returns ErrFull.
func (a *allowance) take(ctx context.Context, tx *sql.Tx) error {
	if a.known && !a.blocked {
		return nil
	}
	if a.blocked || a.own >= a.quota.PerStranger {
		return ErrFull
	}
	if a.all >= a.quota.Strangers {
		gone, err := a.evict(ctx, tx)
		if err != nil {
			return err
		}
		if gone == 0 {
			return ErrFull
		}
		a.all -= gone
	}
	a.own++
	a.all++
	return nil
}

// evict forgets the oldest items of the stranger who has most of them, if they
// have more than this one does or this one has very few, and returns how many:
// half of what they have more, so that both end up alike.
func (a *allowance) evict(ctx context.Context, tx *sql.Tx) (int, error) {
	var richest int64
	var has int
	err := tx.QueryRowContext(ctx, `SELECT i.person, count(*) AS has FROM`+evictable+`
		AND i.person <> ? AND i.person IN (SELECT id FROM people s WHERE s.known = 0 AND NOT`+blocked+`)
		GROUP BY i.person ORDER BY has DESC, min(i.seq) LIMIT 1`, a.person).Scan(&richest, &has)
	if errors.Is(err, sql.ErrNoRows) || err == nil && has <= a.own && a.own >= fewest {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	gone, keys, err := dropOldest(ctx, tx, richest, min(max((has-a.own)/2, 1), evictAtOnce))
	a.gone = append(a.gone, keys...)
	return gone, err
}

// dropOldest forgets up to count items of a person, with their transfers, and
// returns how many items there were, and the keys of the transfers.
func dropOldest(ctx context.Context, tx *sql.Tx, person int64, count int) (items int, transfers []int64, err error) {
	rows, err := tx.QueryContext(ctx, `DELETE FROM items WHERE seq IN
		(SELECT i.seq FROM`+evictable+` AND i.person = ? ORDER BY i.seq LIMIT ?)
		RETURNING coalesce(transfer, 0)`, person, count)
	keys, err := collect(rows, err, scanKey)
	if err != nil {
		return 0, nil, err
	}
	for _, key := range keys {
		if key == 0 {
			continue
		}
		if err := dropTransfer(ctx, tx, key); err != nil {
			return 0, nil, err
		}
		transfers = append(transfers, key)
	}
	return len(keys), transfers, nil
}

// dropTransfer forgets a transfer that no item shows.
func dropTransfer(ctx context.Context, tx *sql.Tx, key int64) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM transfers WHERE key = ?1
		AND NOT EXISTS (SELECT 1 FROM items WHERE transfer = ?1)`, key)
	return err
}
