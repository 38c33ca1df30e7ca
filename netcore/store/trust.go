package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"lanyard/netcore/identity"
)

var (
	// ErrNotVerified says that permissions were to be given to a device that is
	// not verified, or is blocked.
	ErrNotVerified = errors.New("the device is not verified")
	// ErrBlocked says that a device was to be verified that is blocked.
	ErrBlocked = errors.New("the device is blocked")
	// ErrPermission says that there is no such permission.
	ErrPermission = errors.New("no such permission")
)

// What permissions can be, as kept.
const (
	FilesAsk  = "ask"
	FilesAuto = "auto"

	CommandsOff     = "off"
	CommandsButtons = "buttons"
	CommandsAsk     = "ask"
	CommandsAlways  = "always"
)

// Permissions are what a device may do once it is verified.
type Permissions struct {
	Files    string // FilesAsk, FilesAuto
	FilesCap int64  // bytes of one offer that FilesAuto accepts; 0: the usual cap
	Commands string // CommandsOff, CommandsButtons, CommandsAsk, CommandsAlways
	Clock    bool   // may ask for the time
}

// DefaultPermissions are those of a device that has just been verified.
func DefaultPermissions() Permissions {
	return Permissions{Files: FilesAsk, Commands: CommandsOff, Clock: true}
}

// check returns ErrPermission for what cannot be kept.
func (p Permissions) check() error {
	switch p.Files {
	case FilesAsk, FilesAuto:
	default:
		return fmt.Errorf("files %q: %w", p.Files, ErrPermission)
	}
	switch p.Commands {
	case CommandsOff, CommandsButtons, CommandsAsk, CommandsAlways:
	default:
		return fmt.Errorf("commands %q: %w", p.Commands, ErrPermission)
	}
	if p.FilesCap < 0 {
		return fmt.Errorf("a cap of %d bytes: %w", p.FilesCap, ErrPermission)
	}
	return nil
}

// Trust is what this user decided about a device. It belongs to the key: it
// does not follow a name, an address, or the person whose device it is.
type Trust struct {
	Verified    time.Time // when; zero: not verified
	VerifiedBy  string    // how; empty if not verified
	Blocked     time.Time // when; zero: not blocked
	Permissions Permissions
	Successor   identity.DeviceID // the device that this key named as its successor; zero: none
}

// Permitted returns what the device may do: nothing at all unless it is
// verified and not blocked.
func (t Trust) Permitted() Permissions {
	if t.Verified.IsZero() || !t.Blocked.IsZero() {
		return Permissions{Files: FilesAsk, Commands: CommandsOff}
	}
	return t.Permissions
}

// trustColumns are those of devices d that trustInto reads.
const trustColumns = `d.verified, d.verified_by, d.blocked, d.files, d.files_cap, d.commands, d.clock, d.successor`

// trustInto returns where the trustColumns go.
func trustInto(t *Trust) []any {
	return []any{
		timeInto{&t.Verified},
		&t.VerifiedBy,
		timeInto{&t.Blocked},
		&t.Permissions.Files, &t.Permissions.FilesCap,
		&t.Permissions.Commands, &t.Permissions.Clock,
		idInto{&t.Successor},
	}
}

// defaults sets the permission columns to those of DefaultPermissions.
const defaults = `files = 'ask', files_cap = 0, commands = 'off', clock = 1`

// unverified sets the columns of the verification to those of no verification.
const unverified = `verified = 0, verified_by = '', verified_name = ''`

// SetVerified commits that this user verified a device, how and when: its
// person is no stranger any more. What the device calls itself at that moment is
// kept. It keeps the permissions of one that was verified before. A zero time takes the verification back, and with it, in
// the same commit, all permissions. It fails with ErrNotFound, and with
// ErrBlocked if a device is to be verified that is blocked.
func (db *DB) SetVerified(ctx context.Context, device identity.DeviceID, by string, at time.Time) error {
	err := db.update(ctx, func(tx *sql.Tx) error {
		if at.IsZero() {
			return changeDevice(ctx, tx, unverified+`, `+defaults, device)
		}
		return verify(ctx, tx, device, by, stamp(at))
	})
	if err != nil {
		return fmt.Errorf("verifying %s: %w", device.Short(), err)
	}
	return nil
}

// verify is SetVerified with a time.
func verify(ctx context.Context, tx *sql.Tx, device identity.DeviceID, by string, at int64) error {
	var person int64
	var blocked bool
	err := tx.QueryRowContext(ctx, `SELECT person, blocked <> 0 FROM devices WHERE id = ?`, device[:]).
		Scan(&person, &blocked)
	if err != nil {
		return found(err)
	}
	if blocked {
		return ErrBlocked
	}
	if err := acquaint(ctx, tx, person); err != nil {
		return err
	}
	return changeDevice(ctx, tx, `verified = ?, verified_by = ?, verified_name = name`, device, at, by)
}

// changeDevice sets columns of a device, or returns ErrNotFound. Consents that
// it has no permission for any more go with it.
func changeDevice(ctx context.Context, tx *sql.Tx, set string, device identity.DeviceID, values ...any) error {
	// #nosec G202 -- set is a constant of the caller, the values are apart
	result, err := tx.ExecContext(ctx, `UPDATE devices SET `+set+` WHERE id = ?`, append(values, device[:])...)
	if err != nil {
		return err
	}
	changed, err := result.RowsAffected()
	if err != nil {
		return err
	}
	if changed == 0 {
		return ErrNotFound
	}
	return dropConsents(ctx, tx, device)
}

// SetPermissions commits what a device may do. It fails with ErrNotVerified
// unless the device is verified and not blocked at the time of the commit, with
// ErrPermission for values that do not exist, and with ErrNotFound.
func (db *DB) SetPermissions(ctx context.Context, device identity.DeviceID, p Permissions) error {
	err := p.check()
	if err == nil {
		err = db.update(ctx, func(tx *sql.Tx) error { return permit(ctx, tx, device, p) })
	}
	if err != nil {
		return fmt.Errorf("setting the permissions of %s: %w", device.Short(), err)
	}
	return nil
}

// permit is SetPermissions inside its transaction.
func permit(ctx context.Context, tx *sql.Tx, device identity.DeviceID, p Permissions) error {
	var trusted bool
	err := tx.QueryRowContext(ctx, `SELECT verified <> 0 AND blocked = 0 FROM devices WHERE id = ?`, device[:]).
		Scan(&trusted)
	if err != nil {
		return found(err)
	}
	if !trusted {
		return ErrNotVerified
	}
	return changeDevice(ctx, tx, `files = ?, files_cap = ?, commands = ?, clock = ?`, device,
		p.Files, p.FilesCap, p.Commands, p.Clock)
}

// SetBlocked commits that this user blocked a device, and takes from it in the
// same commit that it is verified, and all permissions; a zero time takes the
// block back, and nothing else: whoever was verified has to be verified anew.
// It fails with ErrNotFound.
func (db *DB) SetBlocked(ctx context.Context, device identity.DeviceID, at time.Time) error {
	err := db.update(ctx, func(tx *sql.Tx) error {
		if at.IsZero() {
			return changeDevice(ctx, tx, `blocked = 0`, device)
		}
		return changeDevice(ctx, tx, `blocked = ?, `+unverified+`, `+defaults, device, stamp(at))
	})
	if err != nil {
		return fmt.Errorf("blocking %s: %w", device.Short(), err)
	}
	return nil
}

// SetSuccessor commits that the key of one device named another device as its
// successor: a hint for this user, who has to verify the other one all the
// same. It fails with ErrNotFound.
func (db *DB) SetSuccessor(ctx context.Context, old, next identity.DeviceID) error {
	err := db.update(ctx, func(tx *sql.Tx) error {
		return changeDevice(ctx, tx, `successor = ?`, old, next[:])
	})
	if err != nil {
		return fmt.Errorf("noting the successor of %s: %w", old.Short(), err)
	}
	return nil
}
