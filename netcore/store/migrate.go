package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
)

// The schema, one file a step, in the order of their names. A step that has
// been released is never changed: a new one is added.
//
//go:embed schema/*.sql
var steps embed.FS

// ErrNewer says that a later version of the program has written the profile.
var ErrNewer = errors.New("the profile was written by a newer version of Lanyard")

// migrate runs the steps that the database has not seen, each in a transaction
// with its number in user_version, so that a killed migration goes on where
// it was.
func migrate(ctx context.Context, db *sql.DB) error {
	names, err := fs.Glob(steps, "schema/*.sql")
	if err != nil {
		return err
	}
	var done int
	if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&done); err != nil {
		return fmt.Errorf("reading the schema version: %w", err)
	}
	if done > len(names) {
		return fmt.Errorf("schema %d, this program knows %d: %w", done, len(names), ErrNewer)
	}
	for ; done < len(names); done++ {
		if err := step(ctx, db, names[done], done+1); err != nil {
			return fmt.Errorf("migrating to schema %d: %w", done+1, err)
		}
	}
	return nil
}

// step runs one file.
func step(ctx context.Context, db *sql.DB, name string, version int) error {
	text, err := steps.ReadFile(name)
	if err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, fmt.Sprintf("%s; PRAGMA user_version = %d", text, version)); err != nil {
		return errors.Join(err, ignoreDone(tx.Rollback()))
	}
	return tx.Commit()
}
