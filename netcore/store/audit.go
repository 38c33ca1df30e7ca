package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"lanyard/netcore/identity"
)

// OutcomeRefused is the outcome of what nobody here allowed. There is a place
// apart for such entries, since others decide how many come.
const OutcomeRefused = "refused"

// How many entries stay, the newest ones.
const (
	keepAudit   = 100_000 // of what was not refused
	keepRefused = 20_000
	trimEvery   = 512 // entries between two looks
)

// The limits of reading.
const (
	usualAudit   = 200  // entries, unless a limit is named
	maxAudit     = 1000 // entries at once
	maxAuditText = 200  // bytes of a text to look for
)

// AuditEntry is one line of the audit log.
type AuditEntry struct {
	Seq     int64 // position; grows for good. AddAudit gives it out
	At      time.Time
	Device  identity.DeviceID // zero: none
	Person  int64             // whose device it was then; 0: nobody
	Name    string            // what they were called then
	What    string
	Detail  string
	Outcome string
}

// AddAudit commits an entry at the end of the log. It shares its commit with
// writes of the same moment.
func (db *DB) AddAudit(ctx context.Context, e AuditEntry) error {
	var device []byte
	if !e.Device.IsZero() {
		device = e.Device[:]
	}
	err := db.grouped(ctx, func(ctx context.Context, tx *sql.Tx) error {
		var seq int64
		err := tx.QueryRowContext(ctx, `INSERT INTO audit (at, device, person, name, what, detail, outcome)
			VALUES (?, coalesce(?, x''), ?, ?, ?, ?, ?) RETURNING seq`,
			stamp(e.At), device, e.Person, e.Name, e.What, e.Detail, e.Outcome).Scan(&seq)
		if err != nil || seq%trimEvery != 0 {
			return err
		}
		return trimAudit(ctx, tx, keepAudit, keepRefused)
	})
	if err != nil {
		return fmt.Errorf("writing the audit log: %w", err)
	}
	return nil
}

// trimAudit drops the oldest entries that are too many. What was refused has a
// cap of its own, so that whoever is refused over and over cannot push out what
// was allowed.
func trimAudit(ctx context.Context, tx *sql.Tx, others, refused int) error {
	for _, class := range []struct {
		which string
		keep  int
	}{{`outcome <> 'refused'`, others}, {`outcome = 'refused'`, refused}} {
		// #nosec G202 -- which is one of the two constants above
		_, err := tx.ExecContext(ctx, `DELETE FROM audit WHERE `+class.which+` AND seq <=
			(SELECT seq FROM audit WHERE `+class.which+` ORDER BY seq DESC LIMIT 1 OFFSET ?)`, class.keep)
		if err != nil {
			return err
		}
	}
	return nil
}

// AuditQuery chooses entries. Zero fields choose all.
type AuditQuery struct {
	Before int64 // only entries with a smaller Seq
	Limit  int   // at most so many, 1000 at once; 0: 200
	Device identity.DeviceID
	What   string
	Text   string // occurs in name or detail as it stands, but for the case of A to Z; cut to 200 bytes
}

// Audit returns entries, the newest first.
func (db *DB) Audit(ctx context.Context, q AuditQuery) ([]AuditEntry, error) {
	where, args := q.where()
	// #nosec G202 -- where is made of constants; what is looked for is in args
	rows, err := db.read.QueryContext(ctx, `SELECT seq, at, device, person, name, what, detail, outcome
		FROM audit`+where+` ORDER BY seq DESC LIMIT ?`, append(args, q.limit())...)
	entries, err := collect(rows, err, scanAudit)
	if err != nil {
		return nil, fmt.Errorf("reading the audit log: %w", err)
	}
	return entries, nil
}

// limit returns how many entries are read.
func (q AuditQuery) limit() int {
	if q.Limit <= 0 {
		return usualAudit
	}
	return min(q.Limit, maxAudit)
}

// where returns the condition of a query with its parameters. Only what is
// asked for is in it, so that there is an index for it.
func (q AuditQuery) where() (string, []any) {
	var conditions []string
	var args []any
	add := func(condition string, values ...any) {
		conditions, args = append(conditions, condition), append(args, values...)
	}
	if q.Before != 0 {
		add(`seq < ?`, q.Before)
	}
	if !q.Device.IsZero() {
		add(`device = ?`, q.Device[:])
	}
	if q.What != "" {
		add(`what = ?`, q.What)
	}
	if q.Text != "" {
		pattern := likeText(q.Text)
		add(`(name LIKE ? ESCAPE '\' OR detail LIKE ? ESCAPE '\')`, pattern, pattern)
	}
	if len(conditions) == 0 {
		return "", nil
	}
	return ` WHERE ` + strings.Join(conditions, ` AND `), args
}

// likeText returns a pattern that fits what contains a text.
func likeText(text string) string {
	text = strings.ToValidUTF8(text[:min(len(text), maxAuditText)], "")
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(text) + "%"
}

func scanAudit(row scanner) (AuditEntry, error) {
	var e AuditEntry
	err := row.Scan(&e.Seq, timeInto{&e.At}, idInto{&e.Device}, &e.Person, &e.Name, &e.What, &e.Detail, &e.Outcome)
	return e, err
}
