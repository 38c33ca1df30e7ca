package store

import (
	"context"
	"fmt"

	"lanyard/netcore/identity"
)

// Standing is how a device stands, in short.
type Standing struct {
	Device   identity.DeviceID
	Known    bool // its person is no stranger
	Verified bool // never of one that is blocked
	Blocked  bool
	Commands string // what it may run here: off unless it is verified
	Clock    bool   // it may ask for the time: never unless it is verified
}

// Trusts returns how all devices stand that are known, verified or blocked.
func (db *DB) Trusts(ctx context.Context) ([]Standing, error) {
	rows, err := db.read.QueryContext(ctx, `SELECT d.id, p.known, d.verified <> 0, d.blocked <> 0,
		iif(d.verified <> 0 AND d.blocked = 0, d.commands, 'off'), d.verified <> 0 AND d.blocked = 0 AND d.clock <> 0
		FROM devices d JOIN people p ON p.id = d.person WHERE p.known OR d.verified <> 0 OR d.blocked <> 0`)
	all, err := collect(rows, err, func(row scanner) (Standing, error) {
		var s Standing
		err := row.Scan(idInto{&s.Device}, &s.Known, &s.Verified, &s.Blocked, &s.Commands, &s.Clock)
		return s, err
	})
	if err != nil {
		return nil, fmt.Errorf("reading whom to trust: %w", err)
	}
	return all, nil
}

// Named is a device by its names. What it may do is not read.
type Named struct {
	Standing
	Person    int64
	Alias     string            // the name that this user gave the person; may be empty
	Name      string            // what the device says; may be empty
	Successor identity.DeviceID // the device that its key named; zero: none
	// VerifiedName is what the device said when it was verified; empty if it
	// said nothing, or is not verified.
	VerifiedName string
}

// Names returns the names of all devices: far less than People reads.
func (db *DB) Names(ctx context.Context) ([]Named, error) {
	rows, err := db.read.QueryContext(ctx, `SELECT d.id, p.known, d.verified <> 0, d.blocked <> 0,
		p.id, p.alias, d.name, d.successor, d.verified_name FROM devices d JOIN people p ON p.id = d.person`)
	all, err := collect(rows, err, func(row scanner) (Named, error) {
		var n Named
		err := row.Scan(idInto{&n.Device}, &n.Known, &n.Verified, &n.Blocked,
			&n.Person, &n.Alias, &n.Name, idInto{&n.Successor}, &n.VerifiedName)
		return n, err
	})
	if err != nil {
		return nil, fmt.Errorf("reading the names: %w", err)
	}
	return all, nil
}
