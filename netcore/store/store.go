// Package store is what a profile remembers: one SQLite file with people,
// conversations, transfers and settings. It knows tables and queries; what they
// mean is the services' business.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite" // the driver "sqlite", pure Go
)

// fileName is the name of the database in a profile.
const fileName = "lanyard.db"

// readers is how many queries may run beside the one writer.
const readers = 2

// DB is an open database. It is safe for use by several goroutines: writes go
// one after the other, reads run beside them and see what was committed.
type DB struct {
	write *sql.DB
	read  *reader
	group *group
	files recentFiles
}

// Open opens the database of a profile folder, made at its first use, and
// brings its schema up to date. What a commit returned from is on the disk:
// it survives a killed program and a power cut.
func Open(ctx context.Context, dir string) (*DB, error) {
	path := filepath.Join(dir, fileName)
	if err := makePrivate(path); err != nil {
		return nil, fmt.Errorf("opening %s: %w", path, explain(err))
	}
	write, err := sql.Open("sqlite", dsn(path, "immediate"))
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", path, err)
	}
	write.SetMaxOpenConns(1)
	if err := migrate(ctx, write); err != nil {
		return nil, errors.Join(fmt.Errorf("opening %s: %w", path, explain(err)), write.Close())
	}
	read, err := sql.Open("sqlite", dsn(path, "deferred")+"&_pragma=query_only(1)")
	if err != nil {
		return nil, errors.Join(fmt.Errorf("opening %s: %w", path, err), write.Close())
	}
	read.SetMaxOpenConns(readers)
	db := &DB{write: write, read: newReader(read), group: newGroup()}
	if db.files.after, err = db.LastFileSeq(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("opening %s: %w", path, err), db.Close())
	}
	return db, nil
}

// makePrivate makes the file, if there is none, for this user alone; one that
// others could read is closed to them, since it holds the network password.
// SQLite gives the files beside it the same mode.
func makePrivate(path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600) // #nosec G304 -- a fixed name in this user's profile
	if errors.Is(err, fs.ErrExist) {
		for _, end := range []string{"", "-wal", "-shm"} {
			narrow(path + end)
		}
		return nil
	}
	if err != nil {
		return err
	}
	return file.Close()
}

// narrow closes a file, if it is there, to other users. Where there are no such
// modes, on some disks, the file stays as it is.
func narrow(path string) {
	if info, err := os.Lstat(path); err == nil && info.Mode().IsRegular() && info.Mode().Perm()&0o077 != 0 {
		_ = os.Chmod(path, 0o600)
	}
}

// dsn names the file with the settings of each connection: WAL so that reads
// go on beside a write, synchronous=FULL so that a commit is durable (WAL's
// default would lose acknowledged messages in a power cut), fullfsync so that
// this holds on macOS too, where a plain fsync leaves data in the drive's cache.
// Each connection may cache 1 MiB, and a log that a flood made long is cut.
// Drive letters and backslashes of Windows pass through escaped, as SQLite's
// URIs want them (https://www.sqlite.org/uri.html).
func dsn(path, lock string) string {
	query := url.Values{"_txlock": {lock}, "_pragma": {
		"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)", "fullfsync(1)", "foreign_keys(1)",
		"cache_size(-1024)", "journal_size_limit(4194304)",
	}}
	return (&url.URL{Scheme: "file", Opaque: url.PathEscape(path), RawQuery: query.Encode()}).String()
}

// Close closes the database.
func (db *DB) Close() error {
	return errors.Join(db.read.Close(), db.write.Close())
}

// update runs fn in a write transaction, and commits it if fn returns nil.
func (db *DB) update(ctx context.Context, fn func(tx *sql.Tx) error) error {
	tx, err := db.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("beginning a write: %w", explain(err))
	}
	if err := fn(tx); err != nil {
		return errors.Join(explain(err), ignoreDone(tx.Rollback()))
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("committing: %w", explain(err))
	}
	return nil
}

// ignoreDone drops the error of rolling back what a cancelled context has
// already rolled back.
func ignoreDone(err error) error {
	if errors.Is(err, sql.ErrTxDone) {
		return nil
	}
	return err
}
