package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// LastFileSeq returns the highest position of a file that ended so far, 0 if
// none did.
func (db *DB) LastFileSeq(ctx context.Context) (int64, error) {
	var seq int64
	err := db.read.QueryRowContext(ctx, "SELECT seq FROM sqlite_sequence WHERE name = 'transfer_files'").Scan(&seq)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("reading the last position of files: %w", err)
	}
	return seq, nil
}

// FilesOfTransfer returns up to limit files of one transfer that ended after
// the one numbered after, in the order of their ending.
func (db *DB) FilesOfTransfer(ctx context.Context, key, after int64, limit int) ([]TransferFile, error) {
	return db.SelectFiles(ctx, FileFilter{Transfer: key, Settled: true, After: after, Limit: limit})
}
