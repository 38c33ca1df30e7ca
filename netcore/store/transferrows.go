package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// rowsAtOnce is how many files one INSERT takes: a statement costs several
// times what a row does.
const rowsAtOnce = 64

// fileValues are the values of one row of transfer_files, in order.
const fileValues = "(?,?,?,?,?,?,?,?)"

// addFiles inserts the rows that are not there yet and counts them.
func addFiles(ctx context.Context, tx *sql.Tx, key int64, files []TransferFile) error {
	fresh, err := unrecorded(ctx, tx, key, files)
	if err != nil {
		return err
	}
	for rest := fresh; len(rest) > 0; {
		now := rest[:min(len(rest), rowsAtOnce)]
		rest = rest[len(now):]
		if err := insertFiles(ctx, tx, key, now); err != nil {
			return err
		}
	}
	return countFiles(ctx, tx, key, fresh)
}

// unrecorded returns the files whose index has no row yet, each index once.
func unrecorded(ctx context.Context, tx *sql.Tx, key int64, files []TransferFile) ([]TransferFile, error) {
	if len(files) == 0 {
		return nil, nil
	}
	first, last := files[0].Index, files[0].Index
	for _, f := range files {
		first, last = min(first, f.Index), max(last, f.Index)
	}
	rows, err := tx.QueryContext(ctx, `SELECT idx FROM transfer_files WHERE transfer = ? AND idx BETWEEN ? AND ?`,
		key, first, last)
	recorded, err := collect(rows, err, func(row scanner) (int, error) {
		var index int
		return index, row.Scan(&index)
	})
	if err != nil {
		return nil, err
	}
	known := make(map[int]bool, len(recorded)+len(files))
	for _, index := range recorded {
		known[index] = true
	}
	fresh := make([]TransferFile, 0, len(files))
	for _, f := range files {
		if !known[f.Index] {
			known[f.Index] = true
			fresh = append(fresh, f)
		}
	}
	return fresh, nil
}

// insertFiles inserts rows with one statement.
func insertFiles(ctx context.Context, tx *sql.Tx, key int64, files []TransferFile) error {
	args := make([]any, 0, len(files)*strings.Count(fileValues, "?"))
	for _, f := range files {
		args = append(args, key, f.Index, f.Path, f.Saved, f.Size, f.MD5, f.State, f.Reason)
	}
	values := strings.TrimSuffix(strings.Repeat(fileValues+",", len(files)), ",")
	_, err := tx.ExecContext(ctx, `INSERT INTO transfer_files
		(transfer, idx, path, saved, size, md5, state, reason) VALUES `+values, args...)
	if err != nil {
		return fmt.Errorf("inserting %d files: %w", len(files), err)
	}
	return nil
}

// countFiles adds files to the counters of their transfer. A file that has no
// digest is one that failed.
func countFiles(ctx context.Context, tx *sql.Tx, key int64, files []TransferFile) error {
	var done, failed, size int64
	for _, f := range files {
		if f.MD5 == "" {
			failed++
			continue
		}
		done++
		size += f.Size
	}
	_, err := tx.ExecContext(ctx, `UPDATE transfers SET done = done + ?, failed = failed + ?,
		done_bytes = done_bytes + ? WHERE key = ?`, done, failed, size, key)
	return err
}
