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
