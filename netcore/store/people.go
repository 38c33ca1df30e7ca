package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"lanyard/netcore/identity"
)

// previewRunes is how much of a text a preview carries.
const previewRunes = 200

// Person is somebody with their device, unread count and newest item.
type Person struct {
	ID       int64
	Alias    string // the name that this user gave; may be empty
	Name     string // what their device said last; may be empty
	Known    bool   // false: a stranger
	Device   identity.DeviceID
	Address  string // where the device was met last; may be empty
	LastSeen time.Time
	Unread   int
	Last     Preview
	Trust    // of Device
}

// Preview is the newest item of a person. Its zero value is none.
type Preview struct {
	Seq      int64
	Kind     string
	Text     string // its beginning
	Outgoing bool
	Added    time.Time
	State    string
}

// personQuery reads people with all that a list of them shows, each with one
// device: see shownFirst.
var personQuery = fmt.Sprintf(`SELECT p.id, p.alias, p.known, d.name, d.id, d.last_seen,
	coalesce((SELECT address FROM addresses WHERE device = d.id ORDER BY last_ok DESC, address LIMIT 1), ''),
	(SELECT count(*) FROM items u WHERE u.person = p.id AND u.unread = 1),
	coalesce(i.seq, 0), coalesce(i.kind, ''), coalesce(substr(i.text, 1, %d), ''),
	coalesce(i.outgoing, 0), coalesce(i.added, 0), coalesce(i.state, ''), %s
	FROM people p
	JOIN devices d ON d.id = (SELECT id FROM devices WHERE person = p.id ORDER BY %s LIMIT 1)
	LEFT JOIN items i ON i.seq = (SELECT max(seq) FROM items WHERE person = p.id)`,
	previewRunes, trustColumns, shownFirst)

// People returns everybody: those with the newest item first, then those
// without any, seen last first.
func (db *DB) People(ctx context.Context) ([]Person, error) {
	rows, err := db.read.QueryContext(ctx, personQuery+` ORDER BY coalesce(i.seq, 0) DESC, d.last_seen DESC, p.id`)
	people, err := collect(rows, err, scanPerson)
	if err != nil {
		return nil, fmt.Errorf("reading the people: %w", err)
	}
	return people, nil
}

// Person returns one person, or ErrNotFound.
func (db *DB) Person(ctx context.Context, id int64) (Person, error) {
	person, err := scanPerson(db.read.QueryRowContext(ctx, personQuery+` WHERE p.id = ?`, id))
	if err != nil {
		return Person{}, fmt.Errorf("reading person %d: %w", id, found(err))
	}
	return person, nil
}

func scanPerson(row scanner) (Person, error) {
	var p Person
	err := row.Scan(append([]any{
		&p.ID, &p.Alias, &p.Known, &p.Name,
		idInto{&p.Device},
		timeInto{&p.LastSeen},
		&p.Address, &p.Unread,
		&p.Last.Seq, &p.Last.Kind, &p.Last.Text, &p.Last.Outgoing,
		timeInto{&p.Last.Added},
		&p.Last.State,
	}, trustInto(&p.Trust)...)...)
	return p, err
}

// Rename commits the name that this user gives to a person; empty: none. Who
// is named is no stranger. ErrNotFound says that there is no such person.
func (db *DB) Rename(ctx context.Context, person int64, alias string) error {
	err := db.update(ctx, func(tx *sql.Tx) error {
		var id int64
		return found(tx.QueryRowContext(ctx, `UPDATE people SET alias = ?1, known = max(known, ?1 <> '')
			WHERE id = ?2 RETURNING id`, alias, person).Scan(&id))
	})
	if err != nil {
		return fmt.Errorf("naming person %d: %w", person, err)
	}
	return nil
}

// Purge forgets strangers beyond keep that have neither items nor transfers
// that go on, nor a device that is verified or blocked, those seen least
// recently first, and returns whom. What is left of their transfers goes with
// them.
func (db *DB) Purge(ctx context.Context, keep int) ([]int64, error) {
	var gone []int64
	err := db.update(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT p.id FROM people p JOIN devices d ON d.person = p.id
			WHERE p.known = 0 AND NOT EXISTS (SELECT 1 FROM items WHERE person = p.id)
			AND NOT EXISTS (SELECT 1 FROM devices t WHERE t.person = p.id AND (t.verified <> 0 OR t.blocked <> 0))
			AND NOT EXISTS (SELECT 1 FROM devices o JOIN transfers t ON t.device = o.id
				WHERE o.person = p.id AND t.ended = 0)
			GROUP BY p.id ORDER BY max(d.last_seen) DESC, p.id DESC LIMIT -1 OFFSET ?`, most(keep))
		gone, err = collect(rows, err, scanKey)
		if err != nil {
			return err
		}
		for _, id := range gone {
			if err := forget(ctx, tx, id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("forgetting strangers: %w", err)
	}
	if len(gone) > 0 {
		db.files.forget()
	}
	return gone, nil
}

func scanKey(row scanner) (int64, error) {
	var key int64
	err := row.Scan(&key)
	return key, err
}

// forget removes a person who has no items.
func forget(ctx context.Context, tx *sql.Tx, person int64) error {
	for _, query := range []string{
		`DELETE FROM transfers WHERE device IN (SELECT id FROM devices WHERE person = ?)`,
		`DELETE FROM devices WHERE person = ?`,
		`DELETE FROM people WHERE id = ?`,
	} {
		if _, err := tx.ExecContext(ctx, query, person); err != nil {
			return err
		}
	}
	return nil
}

// Stranger reports whether a device belongs to a stranger: somebody whom this
// user neither wrote nor sent anything to, nor added or named. A device that
// is not known is a stranger's.
func (db *DB) Stranger(ctx context.Context, device identity.DeviceID) (bool, error) {
	var known bool
	err := db.read.QueryRowContext(ctx, `SELECT p.known FROM devices d JOIN people p ON p.id = d.person
		WHERE d.id = ?`, device[:]).Scan(&known)
	if err = found(err); err != nil && !errors.Is(err, ErrNotFound) {
		return false, fmt.Errorf("reading who %s is: %w", device.Short(), err)
	}
	return !known, nil
}
