package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// TransferSet is a part of all transfers.
type TransferSet int

// The sets.
const (
	AllTransfers     TransferSet = iota
	QueuedTransfers              // not begun
	RunningTransfers             // under way, or held
	DoneTransfers                // ended, and no file failed
	FailedTransfers              // ended otherwise
)

// conditions are the sets in SQL, without those that were cleared, which have
// all ended. Each has what one of the indices knows.
var conditions = map[TransferSet]string{
	AllTransfers:     `cleared = 0`,
	QueuedTransfers:  `ended = 0 AND state NOT IN ('running', 'paused')`,
	RunningTransfers: `ended = 0 AND state IN ('running', 'paused')`,
	DoneTransfers:    `cleared = 0 AND ended <> 0 AND state = 'verified' AND failed = 0`,
	FailedTransfers:  `cleared = 0 AND ended <> 0 AND NOT (state = 'verified' AND failed = 0)`,
}

// TransferFilter says which transfers are wanted.
type TransferFilter struct {
	Set    TransferSet
	Person int64 // 0: anybody
	Before int64 // only keys below; 0: all
	Limit  int
}

// SelectTransfers returns transfers that were not cleared, the newest first.
func (db *DB) SelectTransfers(ctx context.Context, f TransferFilter) ([]Transfer, error) {
	where, args := conditions[f.Set], []any{}
	if f.Before > 0 {
		where, args = where+` AND key < ?`, append(args, f.Before)
	}
	if f.Person != 0 {
		where, args = where+` AND device IN (SELECT id FROM devices WHERE person = ?)`, append(args, f.Person)
	}
	// #nosec G202 -- where is made of the constants above
	rows, err := db.read.QueryContext(ctx, `SELECT `+transferColumns+` FROM transfers WHERE `+where+
		` ORDER BY key DESC LIMIT ?`, append(args, f.Limit)...)
	found, err := collect(rows, err, scanTransfer)
	if err != nil {
		return nil, fmt.Errorf("finding transfers: %w", err)
	}
	return found, nil
}

// ClearTransfers leaves those of a set that have ended out of SelectTransfers
// from now on, and returns how many that are.
func (db *DB) ClearTransfers(ctx context.Context, set TransferSet) (int, error) {
	var cleared int64
	err := db.update(ctx, func(tx *sql.Tx) error {
		// #nosec G202 -- one of the constants above
		result, err := tx.ExecContext(ctx, `UPDATE transfers SET cleared = 1 WHERE ended <> 0 AND `+conditions[set])
		if err == nil {
			cleared, err = result.RowsAffected()
		}
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("clearing transfers: %w", err)
	}
	return int(cleared), nil
}

// FileFilter says which ended files of a transfer are wanted.
type FileFilter struct {
	Transfer int64
	Failed   bool     // only those that failed
	Settled  bool     // without those whose MD5 is pending
	Parts    []string // what the path has in it, in this order; ASCII letters of both cases are the same
	After    int64    // only positions above
	Limit    int
}

// SelectFiles returns files of a transfer that ended, in the order of their
// ending. An index in that order would cost more with each file than it saves:
// those of one transfer are close together, so that what is between its first
// and its last is read in the order in which it is there.
func (db *DB) SelectFiles(ctx context.Context, f FileFilter) ([]TransferFile, error) {
	if found, ok := db.recentOf(f); ok {
		return found, nil
	}
	if f.Failed { // few, mostly
		return db.selectFiles(ctx, `WHERE f.transfer = ? AND f.seq > ? AND f.state = 'failed'`+f.more(),
			f.args(f.Transfer, f.After)...)
	}
	var first, last int64
	err := db.read.QueryRowContext(ctx, `SELECT coalesce(min(seq), 0), coalesce(max(seq), 0) FROM transfer_files
		WHERE transfer = ?`, f.Transfer).Scan(&first, &last)
	if err != nil {
		return nil, fmt.Errorf("finding the files of transfer %d: %w", f.Transfer, err)
	}
	return db.selectFiles(ctx, inOrder+f.more(), f.args(max(first, f.After+1), last, f.Transfer)...)
}

// recentOf returns files that ended lately, if these are all that fit.
func (db *DB) recentOf(f FileFilter) ([]TransferFile, bool) {
	if f.Failed || len(f.Parts) > 0 {
		return nil, false
	}
	return db.files.following(f.After, f.Limit, func(row *TransferFile) bool {
		return row.Transfer == f.Transfer && !(f.Settled && row.Pending)
	})
}

// inOrder reads files of a transfer one after the other. The sign keeps the
// database from reading them by their index in the list, and sorting them.
const inOrder = `WHERE f.seq BETWEEN ? AND ? AND +f.transfer = ?`

// more is what a filter adds to a query, and args its arguments after others.
func (f *FileFilter) more() string {
	where := ""
	if f.Settled {
		where += ` AND f.pending = 0`
	}
	if len(f.Parts) > 0 {
		where += ` AND f.path LIKE ? ESCAPE '!'`
	}
	return where + ` ORDER BY f.seq LIMIT ?`
}

func (f *FileFilter) args(others ...any) []any {
	if len(f.Parts) > 0 {
		others = append(others, pattern(f.Parts))
	}
	return append(others, f.Limit)
}

// pattern is what LIKE, with ESCAPE '!', takes for a text that has these parts.
func pattern(parts []string) string {
	literal := strings.NewReplacer("!", "!!", "%", "!%", "_", "!_")
	pattern := "%"
	for _, part := range parts {
		pattern += literal.Replace(part) + "%"
	}
	return pattern
}

// FailedBytes returns how large the files of a transfer are together that failed.
func (db *DB) FailedBytes(ctx context.Context, key int64) (int64, error) {
	var size int64
	err := db.read.QueryRowContext(ctx, `SELECT coalesce(sum(size), 0) FROM transfer_files
		WHERE transfer = ? AND state = 'failed'`, key).Scan(&size)
	if err != nil {
		return 0, fmt.Errorf("adding up what failed of transfer %d: %w", key, err)
	}
	return size, nil
}

// FailedOtherwise reports whether a file of a transfer failed for another reason
// than these.
func (db *DB) FailedOtherwise(ctx context.Context, key int64, reasons ...string) (bool, error) {
	args, marks := []any{key}, strings.TrimSuffix(strings.Repeat("?, ", len(reasons)), ", ")
	for _, reason := range reasons {
		args = append(args, reason)
	}
	var other bool
	// #nosec G202 -- marks is made of question marks
	err := db.read.QueryRowContext(ctx, `SELECT EXISTS(SELECT 1 FROM transfer_files
		WHERE transfer = ? AND state = 'failed' AND reason NOT IN (`+marks+`))`, args...).Scan(&other)
	if err != nil {
		return false, fmt.Errorf("looking why files of transfer %d failed: %w", key, err)
	}
	return other, nil
}

// EachVerifiedFile calls each for the verified files of a transfer, sorted by
// their path, or in no order if sorted is not set. Links, which have no digest,
// are none of them. However many they are, few are in memory. It ends with the
// first error.
func (db *DB) EachVerifiedFile(ctx context.Context, key int64, sorted bool, each func(TransferFile) error) error {
	order := ""
	if sorted {
		order = ` ORDER BY f.path`
	}
	// #nosec G202 -- order is one of the constants above
	rows, err := db.read.QueryContext(ctx, fileColumns+`WHERE f.transfer = ? AND f.state = 'verified' AND f.md5 <> ''`+order, key)
	if err != nil {
		return fmt.Errorf("reading the verified files of transfer %d: %w", key, err)
	}
	defer rows.Close()
	for rows.Next() {
		f, err := scanTransferFile(rows)
		if err == nil {
			err = each(f)
		}
		if err != nil {
			return err
		}
	}
	return rows.Err()
}
