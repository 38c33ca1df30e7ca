package store

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"modernc.org/sqlite"
)

var (
	// ErrNotFound says that there is no such row.
	ErrNotFound = errors.New("not found")
	// ErrDiskFull says that the profile's disk has no room. Nothing was
	// changed; it works again once there is room.
	ErrDiskFull = errors.New("the disk of the profile is full")
	// ErrReadOnly says that the profile cannot be written to.
	ErrReadOnly = errors.New("the profile cannot be written to")
	// ErrDamaged says that the database is none, or is damaged.
	ErrDamaged = errors.New("the profile's database is damaged")
)

// The result codes of SQLite that a person can do something about
// (https://www.sqlite.org/rescode.html), without their extended part.
const (
	codeReadOnly = 8
	codeCorrupt  = 11
	codeFull     = 13
	codeCantOpen = 14
	codeNotADB   = 26
	codeMask     = 0xff
)

// explain puts a name to what a person can do something about.
func explain(err error) error {
	switch {
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return fmt.Errorf("%w: %w", ErrReadOnly, err)
	case errors.Is(err, syscall.ENOSPC):
		return fmt.Errorf("%w: %w", ErrDiskFull, err)
	}
	var result *sqlite.Error
	if !errors.As(err, &result) {
		return err
	}
	switch result.Code() & codeMask {
	case codeFull:
		return fmt.Errorf("%w: %w", ErrDiskFull, err)
	case codeReadOnly, codeCantOpen:
		return fmt.Errorf("%w: %w", ErrReadOnly, err)
	case codeCorrupt, codeNotADB:
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return err
}
