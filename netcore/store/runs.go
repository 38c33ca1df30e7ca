package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"lanyard/netcore/identity"
)

// Run is one row of runs: a command, here or elsewhere.
type Run struct {
	Key     int64             // names it in this profile; given by AddRuns
	Person  int64             // whose device it is; 0: of a stranger who was forgotten. Given by what reads
	Device  identity.DeviceID // the other side
	Here    bool              // it runs on this PC
	Line    string            // the whole command in one line
	Request RunRequest
	Group   int64 // of runs begun together: the key of the first; 0: begun alone
	RunState
	Asked time.Time
	Kept  int64 // bytes of output in the file of it
}

// RunRequest is what was asked for.
type RunRequest struct {
	Argv     []string          `json:"argv,omitempty"`
	Dir      string            `json:"dir,omitempty"`
	Button   string            `json:"button,omitempty"`
	Args     map[string]string `json:"args,omitempty"`
	Stdin    bool              `json:"stdin,omitempty"`
	Terminal bool              `json:"terminal,omitempty"`
	WallMS   int64             `json:"wall_ms,omitempty"`
}

// RunState is what changes of a run.
type RunState struct {
	ID        string // the asker's name for it; empty: it was not asked for
	State     string
	Reason    string
	Decision  string
	Began     time.Time // zero: it never ran
	Ended     time.Time // zero: not yet
	Exit      int
	Signal    string
	OutBytes  int64
	ErrBytes  int64
	OutSHA256 string
	ErrSHA256 string
	Charset   string
}

// How many runs are kept; the oldest go, with their items. What one device has
// run here has a cap of its own: it must not push out what others ran, nor what
// this user did.
const (
	keepRuns      = 100_000
	keepRunsOfOne = 20_000
	trimRunsEvery = 512
)

const runColumns = `r.key, coalesce((SELECT person FROM devices WHERE id = r.device), 0), r.device, r.here, r.id, r.line,
	r.request, r.grp, r.state, r.reason, r.decision, r.began, r.ended, r.exit, r.signal, r.out_bytes, r.err_bytes,
	r.out_sha256, r.err_sha256, r.charset, r.asked, r.kept`

func scanRun(row scanner) (Run, error) {
	var r Run
	var request string
	err := row.Scan(&r.Key, &r.Person, idInto{&r.Device}, &r.Here, &r.ID, &r.Line,
		&request, &r.Group, &r.State, &r.Reason, &r.Decision, timeInto{&r.Began}, timeInto{&r.Ended}, &r.Exit, &r.Signal,
		&r.OutBytes, &r.ErrBytes, &r.OutSHA256, &r.ErrSHA256, &r.Charset, timeInto{&r.Asked}, &r.Kept)
	if err != nil {
		return Run{}, err
	}
	if err := json.Unmarshal([]byte(request), &r.Request); err != nil {
		return Run{}, fmt.Errorf("what run %d asked for: %w", r.Key, err)
	}
	return r, nil
}

// AddRuns commits runs and an item for each in the conversation with its
// device, all or none, and returns both. With group they are one. The items are
// given with their kind, text, state and times; the rest is filled in.
// ErrNotFound says that a device is not known.
func (db *DB) AddRuns(ctx context.Context, runs []Run, group bool, show func(Run) Item) ([]Run, []Item, error) {
	var added []Run
	var items []Item
	err := db.grouped(ctx, func(ctx context.Context, tx *sql.Tx) error {
		added, items = nil, nil
		for _, r := range runs {
			if group && len(added) > 0 {
				r.Group = added[0].Key
			}
			item := show(r)
			if err := insertRun(ctx, tx, &r, &item); err != nil {
				return err
			}
			added, items = append(added, r), append(items, item)
		}
		if !group || len(added) == 0 {
			return nil
		}
		added[0].Group = added[0].Key
		_, err := tx.ExecContext(ctx, `UPDATE runs SET grp = key WHERE key = ?`, added[0].Key)
		return err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("adding runs: %w", err)
	}
	return added, items, nil
}

// insertRun inserts a run and its item.
func insertRun(ctx context.Context, tx *sql.Tx, r *Run, item *Item) error {
	request, err := json.Marshal(r.Request)
	if err != nil {
		return fmt.Errorf("encoding a run: %w", err)
	}
	err = tx.QueryRowContext(ctx, `INSERT INTO runs (device, here, id, line, request, grp, state, reason, decision,
		began, ended, asked) VALUES (?,?,?,?,?,?,?,?,?,?,?,?) RETURNING key`,
		r.Device[:], r.Here, r.ID, r.Line, string(request), r.Group, r.State, r.Reason, r.Decision,
		stamp(r.Began), stamp(r.Ended), stamp(r.Asked)).Scan(&r.Key)
	if err != nil {
		return err
	}
	item.Device, item.Kind, item.Run, item.Outgoing = r.Device, KindRun, r.Key, !r.Here
	if err := insertItem(ctx, tx, item); err != nil {
		return err
	}
	r.Person = item.Person
	if r.Key%trimRunsEvery == 0 {
		return trimRuns(ctx, tx, r.Device, keepRunsOfOne, keepRuns)
	}
	return nil
}

// trimRuns forgets ended runs that are too many, and their items: of those that
// one device had run here, and of all.
func trimRuns(ctx context.Context, tx *sql.Tx, device identity.DeviceID, ofOne, all int) error {
	for _, class := range []struct {
		which string
		keep  int
	}{
		{`device = ?1 AND here = 1`, ofOne},
		{`length(?1) > 0`, all},
	} {
		var upTo int64
		err := tx.QueryRowContext(ctx, `SELECT key FROM runs WHERE `+class.which+` ORDER BY key DESC LIMIT 1 OFFSET ?2`, // #nosec G202 -- one of the two constants above
			device[:], class.keep).Scan(&upTo)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return err
		}
		old := class.which + ` AND key <= ?2 AND ended <> 0`
		for _, query := range []string{`DELETE FROM items WHERE run IN (SELECT key FROM runs WHERE ` + old + `)`, `DELETE FROM runs WHERE ` + old} {
			if _, err := tx.ExecContext(ctx, query, device[:], upTo); err != nil {
				return err
			}
		}
	}
	return nil
}

// SetRun commits the state of a run and that of its item, and returns whose
// item it is; zero: there is none. A run that has ended already stays as it is:
// ErrNotFound.
func (db *DB) SetRun(ctx context.Context, key int64, s RunState, itemState string) (Change, error) {
	var changed Change
	err := db.grouped(ctx, func(ctx context.Context, tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, `UPDATE runs SET id = ?, state = ?, reason = ?, decision = ?, began = ?, ended = ?,
			exit = ?, signal = ?, out_bytes = ?, err_bytes = ?, out_sha256 = ?, err_sha256 = ?, charset = ?
			WHERE key = ? AND ended = 0`, s.ID, s.State, s.Reason, s.Decision, stamp(s.Began), stamp(s.Ended),
			s.Exit, s.Signal, s.OutBytes, s.ErrBytes, s.OutSHA256, s.ErrSHA256, s.Charset, key)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return found(sql.ErrNoRows)
		}
		changed, err = scanChange(tx.QueryRowContext(ctx, `UPDATE items SET state = ?, reason = ?
			WHERE run = ? RETURNING person, seq, device`, itemState, s.Reason, key))
		if errors.Is(err, sql.ErrNoRows) {
			return nil // a conversation that was cleared
		}
		return err
	})
	if err != nil {
		return Change{}, fmt.Errorf("changing run %d: %w", key, err)
	}
	return changed, nil
}

// SetRunKept commits how much of its output is kept.
func (db *DB) SetRunKept(ctx context.Context, key, kept int64) error {
	err := db.grouped(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE runs SET kept = ? WHERE key = ?`, kept, key)
		return err
	})
	if err != nil {
		return fmt.Errorf("noting the output of run %d: %w", key, err)
	}
	return nil
}

// KeptOutput is how many bytes of the output of a run are kept.
type KeptOutput struct{ Key, Bytes int64 }

// KeptOutputs returns the runs of which output is kept, the oldest first.
func (db *DB) KeptOutputs(ctx context.Context) ([]KeptOutput, error) {
	rows, err := db.read.QueryContext(ctx, `SELECT key, kept FROM runs WHERE kept <> 0 ORDER BY key`)
	all, err := collect(rows, err, func(row scanner) (KeptOutput, error) {
		var k KeptOutput
		err := row.Scan(&k.Key, &k.Bytes)
		return k, err
	})
	if err != nil {
		return nil, fmt.Errorf("reading of which runs output is kept: %w", err)
	}
	return all, nil
}

// Run returns one run, or ErrNotFound.
func (db *DB) Run(ctx context.Context, key int64) (Run, error) {
	r, err := scanRun(db.read.QueryRowContext(ctx, `SELECT `+runColumns+` FROM runs r WHERE r.key = ?`, key))
	if err != nil {
		return Run{}, fmt.Errorf("reading run %d: %w", key, found(err))
	}
	return r, nil
}

// RunQuery chooses runs, the newest first. Zero fields choose all.
type RunQuery struct {
	Before int64 // only those with a lower key
	Limit  int   // at most so many, 1000 at once; 0: 100
	Person int64
	Group  int64
	Text   string // that the line holds, but for the case of A to Z; cut to 200 bytes
	Mine   bool   // only those that this user began
	Open   bool   // only those that have not ended
}

// Runs reads runs.
func (db *DB) Runs(ctx context.Context, q RunQuery) ([]Run, error) {
	where, args := q.where()
	limit := min(q.Limit, 1000)
	if limit <= 0 {
		limit = 100
	}
	// #nosec G202 -- where is made of constants; what is looked for is in args
	rows, err := db.read.QueryContext(ctx, `SELECT `+runColumns+` FROM runs r`+where+` ORDER BY r.key DESC LIMIT ?`,
		append(args, limit)...)
	runs, err := collect(rows, err, scanRun)
	if err != nil {
		return nil, fmt.Errorf("reading runs: %w", err)
	}
	return runs, nil
}

// where returns the conditions of a query and their values.
func (q RunQuery) where() (string, []any) {
	conditions, args := []string{`1`}, []any{}
	add := func(on bool, condition string, values ...any) {
		if on {
			conditions, args = append(conditions, condition), append(args, values...)
		}
	}
	add(q.Before != 0, `r.key < ?`, q.Before)
	add(q.Person != 0, `r.device IN (SELECT id FROM devices WHERE person = ?)`, q.Person)
	add(q.Group != 0, `r.grp = ? AND r.grp <> 0`, q.Group)
	add(q.Text != "", `r.line LIKE ? ESCAPE '\'`, likeText(q.Text))
	add(q.Mine, `r.here = 0`)
	add(q.Open, `r.ended = 0`)
	return ` WHERE ` + strings.Join(conditions, ` AND `), args
}
