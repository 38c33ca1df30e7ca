package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// rowsAtOnce is how many files one INSERT takes: a statement costs several
// times what a row does.
const rowsAtOnce = 64

// goodValues and fileValues are the values of one row of transfer_files, the
// transfer first: of a file that is verified for good, which most are, and of any.
// To bind a value costs nearly as much as to store it.
const (
	goodValues = "(?1,?,?,?,?,?,'" + stateVerified + "','',0)"
	fileValues = "(?1,?,?,?,?,?,?,?,?)"
)

// addFiles inserts the rows that are not there yet and counts them. It returns
// them as they are in the table.
func addFiles(ctx context.Context, tx *sql.Tx, key int64, files []TransferFile) ([]TransferFile, error) {
	if err := dropPending(ctx, tx, key, files); err != nil {
		return nil, err
	}
	fresh, err := unrecorded(ctx, tx, key, files)
	if err != nil || len(fresh) == 0 {
		return nil, err
	}
	last, err := insertAll(ctx, tx, key, fresh)
	if err != nil {
		return nil, err
	}
	if err := countFiles(ctx, tx, key, fresh); err != nil {
		return nil, err
	}
	return fresh, number(ctx, tx, key, fresh, last)
}

// number fills in what the table knows of rows that were inserted one after the
// other, the last of them with that number.
func number(ctx context.Context, tx *sql.Tx, key int64, files []TransferFile, last int64) error {
	var raw []byte
	var outgoing bool
	err := tx.QueryRowContext(ctx, `SELECT device, outgoing FROM transfers WHERE key = ?`, key).Scan(&raw, &outgoing)
	if err != nil {
		return fmt.Errorf("finding whose files they are: %w", err)
	}
	device, err := deviceID(raw)
	for i := range files {
		f := &files[i]
		f.Seq, f.Transfer, f.Device, f.Outgoing = last-int64(len(files)-1-i), key, device, outgoing
	}
	return err
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

// insertAll inserts rows, most of them with one statement again and again:
// parsing it takes as long as running it. It returns the number of the last one;
// they are numbered without gaps, as nobody else writes.
func insertAll(ctx context.Context, tx *sql.Tx, key int64, files []TransferFile) (last int64, err error) {
	for len(files) > 0 {
		n := alike(files)
		if last, err = insertAlike(ctx, tx, key, files[:n]); err != nil {
			return 0, fmt.Errorf("inserting %d files: %w", n, err)
		}
		files = files[n:]
	}
	return last, nil
}

// good reports whether a file is verified and nothing is to be added.
func (f *TransferFile) good() bool { return f.State == stateVerified && f.Reason == "" && !f.Pending }

// alike is how many of the files, from the first on, are good or are not.
func alike(files []TransferFile) int {
	for i := range files {
		if files[i].good() != files[0].good() {
			return i
		}
	}
	return len(files)
}

// insertAlike inserts rows that are all good, or all not.
func insertAlike(ctx context.Context, tx *sql.Tx, key int64, files []TransferFile) (last int64, err error) {
	whole := len(files) / rowsAtOnce * rowsAtOnce
	for _, part := range [][]TransferFile{files[:whole], files[whole:]} {
		if len(part) == 0 {
			continue
		}
		if last, err = insertEvenly(ctx, tx, key, part, min(len(part), rowsAtOnce)); err != nil {
			return 0, err
		}
	}
	return last, nil
}

// insertEvenly inserts rows that are alike, so many at a time, and returns the number
// of the last.
func insertEvenly(ctx context.Context, tx *sql.Tx, key int64, files []TransferFile, atOnce int) (last int64, err error) {
	good := files[0].good()
	row := fileValues
	if good {
		row = goodValues
	}
	values := strings.TrimSuffix(strings.Repeat(row+",", atOnce), ",")
	// #nosec G202 -- values is made of question marks and constants
	insert, err := tx.PrepareContext(ctx, `INSERT INTO transfer_files
		(transfer, idx, path, saved, size, md5, state, reason, pending) VALUES `+values)
	if err != nil {
		return 0, err
	}
	defer insert.Close()
	args := make([]any, 0, 1+atOnce*strings.Count(row, "?"))
	for part := range slices.Chunk(files, atOnce) {
		args = append(args[:0], key)
		for i := range part {
			f := &part[i]
			args = append(args, f.Index, f.Path, f.Saved, f.Size, f.MD5)
			if !good {
				args = append(args, f.State, f.Reason, f.Pending)
			}
		}
		result, err := insert.ExecContext(ctx, args...)
		if err == nil {
			last, err = result.LastInsertId()
		}
		if err != nil {
			return 0, err
		}
	}
	return last, nil
}

// countFiles adds files to the counters of their transfer.
func countFiles(ctx context.Context, tx *sql.Tx, key int64, files []TransferFile) error {
	var done, failed, skipped, size int64
	for _, f := range files {
		switch f.State {
		case stateVerified:
			done++
			size += f.Size
		case stateSkipped:
			skipped++
		default:
			failed++
		}
	}
	_, err := tx.ExecContext(ctx, `UPDATE transfers SET done = done + ?, failed = failed + ?, skipped = skipped + ?,
		done_bytes = done_bytes + ? WHERE key = ?`, done, failed, skipped, size, key)
	return err
}

// dropPending removes the rows whose MD5 was pending of files that have a new
// one, and takes them out of the counters.
func dropPending(ctx context.Context, tx *sql.Tx, key int64, files []TransferFile) error {
	var pending int
	err := tx.QueryRowContext(ctx, `SELECT count(*) FROM transfer_files WHERE transfer = ? AND pending = 1`, key).Scan(&pending)
	if err != nil || pending == 0 {
		return err
	}
	for _, f := range files {
		var size int64
		err := tx.QueryRowContext(ctx, `DELETE FROM transfer_files WHERE transfer = ? AND idx = ? AND pending = 1
			RETURNING size`, key, f.Index).Scan(&size)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err == nil {
			_, err = tx.ExecContext(ctx, `UPDATE transfers SET done = done - 1, done_bytes = done_bytes - ? WHERE key = ?`, size, key)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
