package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// ErrSamePerson says that a person was to be merged with themselves.
var ErrSamePerson = errors.New("that is the same person")

// Merge commits that two people are one: the devices and items of from become
// those of into, at the positions that they have, read or unread as they are,
// and from is no more. The name that this user gave to into stays, or else is
// that of from; whoever knows one of them knows both. Trust and permissions
// stay with the devices. A text that waits for a device goes on waiting for
// that one: it was written to its key. It fails with ErrNotFound and
// ErrSamePerson.
func (db *DB) Merge(ctx context.Context, from, into int64) error {
	err := ErrSamePerson
	if from != into {
		err = db.update(ctx, func(tx *sql.Tx) error { return merge(ctx, tx, from, into) })
	}
	if err != nil {
		return fmt.Errorf("merging person %d into %d: %w", from, into, err)
	}
	return nil
}

// merge is Merge inside its transaction.
func merge(ctx context.Context, tx *sql.Tx, from, into int64) error {
	var alias string
	var known bool
	err := tx.QueryRowContext(ctx, `SELECT alias, known FROM people WHERE id = ?`, from).Scan(&alias, &known)
	if err != nil {
		return found(err)
	}
	var id int64
	err = tx.QueryRowContext(ctx, `UPDATE people SET alias = CASE alias WHEN '' THEN ? ELSE alias END,
		known = max(known, ?) WHERE id = ? RETURNING id`, alias, known, into).Scan(&id)
	if err != nil {
		return found(err)
	}
	for _, query := range []string{
		`UPDATE devices SET person = ?2 WHERE person = ?1`,
		`UPDATE items SET person = ?2 WHERE person = ?1`,
		`DELETE FROM people WHERE id = ?1 AND id <> ?2`,
	} {
		if _, err := tx.ExecContext(ctx, query, from, into); err != nil {
			return err
		}
	}
	return nil
}
