package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"lanyard/netcore/identity"
)

// Named texts: the buttons, and the commands that were saved.
const (
	buttonsTable = `buttons (name, definition)`
	savedTable   = `saved_commands (name, request)`
)

// NamedText is a definition under a name.
type NamedText struct{ Name, Text string }

// SetButton commits a button's definition, in place of one of its name.
func (db *DB) SetButton(ctx context.Context, b NamedText) error {
	return db.setNamed(ctx, `INSERT OR REPLACE INTO `+buttonsTable+` VALUES (?, ?)`, b.Name, b.Text)
}

// RemoveButton forgets a button, or returns ErrNotFound.
func (db *DB) RemoveButton(ctx context.Context, name string) error {
	return db.setNamed(ctx, `DELETE FROM buttons WHERE name = ?`, name)
}

// Buttons returns all buttons, by name.
func (db *DB) Buttons(ctx context.Context) ([]NamedText, error) {
	return db.named(ctx, `SELECT name, definition FROM buttons ORDER BY name`)
}

// SaveCommand commits a command under a name, in place of one of its name.
func (db *DB) SaveCommand(ctx context.Context, c NamedText) error {
	return db.setNamed(ctx, `INSERT OR REPLACE INTO `+savedTable+` VALUES (?, ?)`, c.Name, c.Text)
}

// RemoveSavedCommand forgets a command, or returns ErrNotFound.
func (db *DB) RemoveSavedCommand(ctx context.Context, name string) error {
	return db.setNamed(ctx, `DELETE FROM saved_commands WHERE name = ?`, name)
}

// SavedCommands returns the commands that were saved, by name.
func (db *DB) SavedCommands(ctx context.Context) ([]NamedText, error) {
	return db.named(ctx, `SELECT name, request FROM saved_commands ORDER BY name`)
}

// setNamed commits a change of one row, or returns ErrNotFound.
func (db *DB) setNamed(ctx context.Context, query string, args ...any) error {
	err := db.update(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, query, args...)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n > 0 {
			return err
		}
		return ErrNotFound
	})
	if err != nil {
		return fmt.Errorf("changing %q: %w", args[0], err)
	}
	return nil
}

// named reads names and texts.
func (db *DB) named(ctx context.Context, query string) ([]NamedText, error) {
	rows, err := db.read.QueryContext(ctx, query)
	all, err := collect(rows, err, func(row scanner) (NamedText, error) {
		var n NamedText
		err := row.Scan(&n.Name, &n.Text)
		return n, err
	})
	if err != nil {
		return nil, fmt.Errorf("reading commands: %w", err)
	}
	return all, nil
}

// Consent is a yes that is remembered: to exactly this, of exactly this device.
type Consent struct {
	Key    [32]byte
	Device identity.DeviceID
	Argv   []string
	Dir    string
	Given  time.Time
}

// AddConsent commits a consent; one that is there already is no error. It fails
// with ErrNotVerified unless the device may ask for commands at the time of the
// commit: what a revocation takes away is not brought back by a late answer.
func (db *DB) AddConsent(ctx context.Context, c Consent) error {
	argv, err := json.Marshal(c.Argv)
	if err != nil {
		return fmt.Errorf("encoding a consent: %w", err)
	}
	err = db.update(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO consents (key, device, argv, dir, given)
			SELECT ?1, ?2, ?3, ?4, ?5 FROM devices WHERE id = ?2 AND verified <> 0 AND blocked = 0
			AND commands IN ('ask', 'always')`, c.Key[:], c.Device[:], string(argv), c.Dir, stamp(c.Given))
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n > 0 {
			return err
		}
		return ErrNotVerified
	})
	if err != nil {
		return fmt.Errorf("remembering a consent: %w", err)
	}
	return nil
}

// HasConsent reports whether a consent is there.
func (db *DB) HasConsent(ctx context.Context, key [32]byte) (bool, error) {
	var has bool
	err := db.read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM consents WHERE key = ?)`, key[:]).Scan(&has)
	if err != nil {
		return false, fmt.Errorf("looking for a consent: %w", err)
	}
	return has, nil
}

// RemoveConsent forgets a consent; that there is none is no error.
func (db *DB) RemoveConsent(ctx context.Context, key [32]byte) error {
	err := db.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM consents WHERE key = ?`, key[:])
		return err
	})
	if err != nil {
		return fmt.Errorf("forgetting a consent: %w", err)
	}
	return nil
}

// Consents returns all consents, the oldest first.
func (db *DB) Consents(ctx context.Context) ([]Consent, error) {
	rows, err := db.read.QueryContext(ctx, `SELECT key, device, argv, dir, given FROM consents ORDER BY given, key`)
	all, err := collect(rows, err, func(row scanner) (Consent, error) {
		var c Consent
		var key []byte
		var argv string
		err := row.Scan(&key, idInto{&c.Device}, &argv, &c.Dir, timeInto{&c.Given})
		if err != nil {
			return c, err
		}
		copy(c.Key[:], key)
		return c, json.Unmarshal([]byte(argv), &c.Argv)
	})
	if err != nil {
		return nil, fmt.Errorf("reading the consents: %w", err)
	}
	return all, nil
}

// dropConsents forgets the consents of a device that may not ask for commands
// any more, in the transaction that takes the permission away.
func dropConsents(ctx context.Context, tx *sql.Tx, device identity.DeviceID) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM consents WHERE device = ?1 AND NOT EXISTS (SELECT 1 FROM devices
		WHERE id = ?1 AND verified <> 0 AND blocked = 0 AND commands IN ('ask', 'always'))`, device[:])
	return err
}
