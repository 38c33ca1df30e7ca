package store

import (
	"database/sql"
	"errors"
	"fmt"
	"time"

	"lanyard/netcore/identity"
)

// millis is how times are kept: milliseconds since 1970, UTC.
func millis(t time.Time) int64 { return t.UnixMilli() }

// stamp is millis for a time that is a mark as well: only the zero time is 0,
// however wrong the clock is.
func stamp(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	if ms := millis(t); ms != 0 {
		return ms
	}
	return 1
}

// fromMillis is the reverse of millis, in the local zone; 0 is the zero time.
func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms)
}

// deviceID reads a device ID column.
func deviceID(raw []byte) (identity.DeviceID, error) {
	if len(raw) != len(identity.DeviceID{}) {
		return identity.DeviceID{}, identity.ErrDeviceID
	}
	return identity.DeviceID(raw), nil
}

// timeInto scans a column of milliseconds, 0 as the zero time.
type timeInto struct{ to *time.Time }

// Scan is called by package sql.
func (into timeInto) Scan(value any) error {
	ms, ok := value.(int64)
	if !ok {
		return fmt.Errorf("a time of type %T", value)
	}
	*into.to = fromMillis(ms)
	return nil
}

// idInto scans a device ID column, NULL and an empty one as the zero ID.
type idInto struct{ to *identity.DeviceID }

// Scan is called by package sql.
func (into idInto) Scan(value any) error {
	raw, ok := value.([]byte)
	if !ok && value != nil {
		return fmt.Errorf("a device ID of type %T", value)
	}
	*into.to = identity.DeviceID{}
	if len(raw) == 0 {
		return nil
	}
	var err error
	*into.to, err = deviceID(raw)
	return err
}

// found turns the driver's "no rows" into ErrNotFound.
func found(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNotFound
	}
	return err
}

// scanner is a row, of one or of several.
type scanner interface{ Scan(dest ...any) error }

// collect reads all rows with scan, and closes them.
func collect[T any](rows *sql.Rows, err error, scan func(scanner) (T, error)) ([]T, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}
