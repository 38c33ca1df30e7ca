package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// Setting returns the value of a key, and whether one was ever set.
func (db *DB) Setting(ctx context.Context, key string) (string, bool, error) {
	var value string
	err := db.read.QueryRowContext(ctx, `SELECT value FROM settings WHERE key = ?`, key).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("reading the setting %q: %w", key, err)
	}
	return value, true, nil
}

// Settings returns all settings.
func (db *DB) Settings(ctx context.Context) (map[string]string, error) {
	rows, err := db.read.QueryContext(ctx, `SELECT key, value FROM settings`)
	pairs, err := collect(rows, err, func(row scanner) ([2]string, error) {
		var pair [2]string
		err := row.Scan(&pair[0], &pair[1])
		return pair, err
	})
	if err != nil {
		return nil, fmt.Errorf("reading the settings: %w", err)
	}
	all := make(map[string]string, len(pairs))
	for _, pair := range pairs {
		all[pair[0]] = pair[1]
	}
	return all, nil
}

// SetSettings commits the values of several keys in one go; other keys keep
// theirs.
func (db *DB) SetSettings(ctx context.Context, values map[string]string) error {
	err := db.update(ctx, func(tx *sql.Tx) error {
		for key, value := range values {
			_, err := tx.ExecContext(ctx, `INSERT INTO settings (key, value) VALUES (?, ?)
				ON CONFLICT (key) DO UPDATE SET value = excluded.value`, key, value)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("saving settings: %w", err)
	}
	return nil
}

// SetSetting commits the value of one key.
func (db *DB) SetSetting(ctx context.Context, key, value string) error {
	return db.SetSettings(ctx, map[string]string{key: value})
}
