package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"lanyard/netcore/identity"
)

// maxAddresses is how many addresses of a device are kept, the newest ones.
const maxAddresses = 8

// Device is a device that this profile has met.
type Device struct {
	ID        identity.DeviceID
	Person    int64
	Name      string // as it last said; may be empty
	Added     bool   // this user added it by its address
	FirstSeen time.Time
	LastSeen  time.Time
	Trust
}

// Sighting is a device that was met.
type Sighting struct {
	ID      identity.DeviceID
	Name    string    // what it says it is called
	Address string    // host:port that it can be dialed at; empty: not known
	Added   bool      // this user asked for it
	At      time.Time // by this PC's clock
}

// Seen commits that a device was met. An unknown one becomes a new person. It
// returns the person and whether the device is new.
func (db *DB) Seen(ctx context.Context, s Sighting) (person int64, isNew bool, err error) {
	err = db.grouped(ctx, func(ctx context.Context, tx *sql.Tx) error {
		var err error
		if isNew, err = ensureDevice(ctx, tx, s.ID, s.At); err != nil {
			return err
		}
		err = tx.QueryRowContext(ctx, `UPDATE devices SET name = ?, added = max(added, ?), last_seen = ?
			WHERE id = ? RETURNING person`, s.Name, s.Added, millis(s.At), s.ID[:]).Scan(&person)
		if err != nil {
			return err
		}
		if s.Added {
			if err := acquaint(ctx, tx, person); err != nil {
				return err
			}
		}
		return saveAddress(ctx, tx, s)
	})
	if err != nil {
		return 0, false, fmt.Errorf("noting a device: %w", err)
	}
	return person, isNew, nil
}

// StillHere commits that devices are linked now.
func (db *DB) StillHere(ctx context.Context, devices []identity.DeviceID, at time.Time) error {
	err := db.update(ctx, func(tx *sql.Tx) error {
		for _, id := range devices {
			if _, err := tx.ExecContext(ctx, `UPDATE devices SET last_seen = ? WHERE id = ?`, millis(at), id[:]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("noting who is still here: %w", err)
	}
	return nil
}

// ensureDevice makes a person for a device that is not known, and reports
// whether it did.
func ensureDevice(ctx context.Context, tx *sql.Tx, id identity.DeviceID, at time.Time) (bool, error) {
	var person int64
	err := tx.QueryRowContext(ctx, `SELECT person FROM devices WHERE id = ?`, id[:]).Scan(&person)
	if !errors.Is(err, sql.ErrNoRows) {
		return false, err
	}
	err = tx.QueryRowContext(ctx, `INSERT INTO people (created) VALUES (?) RETURNING id`, millis(at)).Scan(&person)
	if err != nil {
		return false, err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO devices (id, person, name, first_seen, last_seen)
		VALUES (?1, ?2, '', ?3, ?3)`, id[:], person, millis(at))
	return true, err
}

// acquaint notes that this user knows a person: no stranger any more.
func acquaint(ctx context.Context, tx *sql.Tx, person int64) error {
	_, err := tx.ExecContext(ctx, `UPDATE people SET known = 1 WHERE id = ? AND known = 0`, person)
	return err
}

// saveAddress notes where a device was met, and forgets its oldest addresses.
func saveAddress(ctx context.Context, tx *sql.Tx, s Sighting) error {
	if s.Address == "" {
		return nil
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO addresses (device, address, last_ok) VALUES (?, ?, ?)
		ON CONFLICT (device, address) DO UPDATE SET last_ok = excluded.last_ok`, s.ID[:], s.Address, millis(s.At))
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `DELETE FROM addresses WHERE device = ?1 AND address NOT IN
		(SELECT address FROM addresses WHERE device = ?1 ORDER BY last_ok DESC, address LIMIT ?2)`,
		s.ID[:], maxAddresses)
	return err
}

// Left commits when a device was linked last.
func (db *DB) Left(ctx context.Context, id identity.DeviceID, at time.Time) error {
	err := db.grouped(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE devices SET last_seen = ? WHERE id = ?`, millis(at), id[:])
		return err
	})
	if err != nil {
		return fmt.Errorf("noting that a device left: %w", err)
	}
	return nil
}

// Device returns one device, or ErrNotFound.
func (db *DB) Device(ctx context.Context, id identity.DeviceID) (Device, error) {
	row := db.read.QueryRowContext(ctx, `SELECT `+deviceColumns+` FROM devices d WHERE id = ?`, id[:])
	device, err := scanDevice(row)
	if err != nil {
		return Device{}, fmt.Errorf("reading device %s: %w", id.Short(), found(err))
	}
	return device, nil
}

// Devices returns all devices, those seen last first.
func (db *DB) Devices(ctx context.Context) ([]Device, error) {
	rows, err := db.read.QueryContext(ctx, `SELECT `+deviceColumns+` FROM devices d ORDER BY last_seen DESC, id`)
	devices, err := collect(rows, err, scanDevice)
	if err != nil {
		return nil, fmt.Errorf("reading the devices: %w", err)
	}
	return devices, nil
}

// DevicesOf returns the devices of a person, the one that they are shown with
// first.
func (db *DB) DevicesOf(ctx context.Context, person int64) ([]Device, error) {
	rows, err := db.read.QueryContext(ctx,
		`SELECT `+deviceColumns+` FROM devices d WHERE person = ? ORDER BY `+shownFirst, person)
	devices, err := collect(rows, err, scanDevice)
	if err != nil {
		return nil, fmt.Errorf("reading the devices of person %d: %w", person, err)
	}
	return devices, nil
}

// shownFirst orders the devices of one person: one that may be linked before
// one that is blocked, a verified one before one that nobody has compared, so
// that no other key steps in front of it, and then the one that was seen last.
const shownFirst = `blocked <> 0, verified = 0, last_seen DESC, id`

// deviceColumns are those of devices d that scanDevice reads.
const deviceColumns = `d.id, d.person, d.name, d.added, d.first_seen, d.last_seen, ` + trustColumns

func scanDevice(row scanner) (Device, error) {
	var d Device
	err := row.Scan(append([]any{
		idInto{&d.ID}, &d.Person, &d.Name, &d.Added, timeInto{&d.FirstSeen}, timeInto{&d.LastSeen},
	}, trustInto(&d.Trust)...)...)
	return d, err
}

// Addresses returns where a device was met, the newest first, at most 8.
func (db *DB) Addresses(ctx context.Context, id identity.DeviceID) ([]string, error) {
	rows, err := db.read.QueryContext(ctx,
		`SELECT address FROM addresses WHERE device = ? ORDER BY last_ok DESC, address`, id[:])
	addresses, err := collect(rows, err, scanText)
	if err != nil {
		return nil, fmt.Errorf("reading the addresses of %s: %w", id.Short(), err)
	}
	return addresses, nil
}

func scanText(row scanner) (string, error) {
	var text string
	err := row.Scan(&text)
	return text, err
}

// DeviceAt returns the device that was met last at an address, or ErrNotFound.
func (db *DB) DeviceAt(ctx context.Context, address string) (Device, error) {
	row := db.read.QueryRowContext(ctx, `SELECT `+deviceColumns+` FROM devices d JOIN addresses ON device = id
		WHERE address = ? ORDER BY last_ok DESC, id LIMIT 1`, address)
	device, err := scanDevice(row)
	if err != nil {
		return Device{}, fmt.Errorf("reading who is at %q: %w", address, found(err))
	}
	return device, nil
}

// Contact is a device to stay in touch with.
type Contact struct {
	ID        identity.DeviceID
	Addresses []string // the newest first; may be empty
}

// Contacts returns the devices of people who are no strangers, that this user
// added or that are verified, but none that is blocked, those seen last first, at most limit.
func (db *DB) Contacts(ctx context.Context, limit int) ([]Contact, error) {
	rows, err := db.read.QueryContext(ctx, `SELECT d.id, coalesce(a.address, '') FROM
		(SELECT id, last_seen FROM devices WHERE blocked = 0 AND (added = 1 OR verified <> 0
			OR EXISTS (SELECT 1 FROM people p WHERE p.id = devices.person AND p.known = 1))
			ORDER BY last_seen DESC, id LIMIT ?) d
		LEFT JOIN addresses a ON a.device = d.id ORDER BY d.last_seen DESC, d.id, a.last_ok DESC, a.address`, most(limit))
	if err != nil {
		return nil, fmt.Errorf("reading the contacts: %w", err)
	}
	contacts, err := gatherContacts(rows)
	if err != nil {
		return nil, fmt.Errorf("reading the contacts: %w", err)
	}
	return contacts, nil
}

// gatherContacts joins the rows of one device, which follow each other.
func gatherContacts(rows *sql.Rows) ([]Contact, error) {
	defer rows.Close()
	var contacts []Contact
	for rows.Next() {
		var raw []byte
		var address string
		if err := rows.Scan(&raw, &address); err != nil {
			return nil, err
		}
		id, err := deviceID(raw)
		if err != nil {
			return nil, err
		}
		if n := len(contacts); n == 0 || contacts[n-1].ID != id {
			contacts = append(contacts, Contact{ID: id})
		}
		if address != "" {
			last := &contacts[len(contacts)-1]
			last.Addresses = append(last.Addresses, address)
		}
	}
	return contacts, rows.Err()
}
