package store

import (
	"database/sql"
	"errors"
	"time"

	"lanyard/netcore/identity"
)

// millis is how times are kept: milliseconds since 1970, UTC.
func millis(t time.Time) int64 { return t.UnixMilli() }

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
