package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"lanyard/netcore/identity"
)

// Transfer is one row of transfers: the files of one offer.
type Transfer struct {
	Key       int64             // names it in this profile; given by AddTransfer
	Device    identity.DeviceID // the other side
	ID        string            // the sender's name for it, 32 hex digits
	Outgoing  bool
	Name      string // the first root's
	Count     int    // files offered
	Folders   int    // folders offered; incoming only
	Bytes     int64  // bytes offered
	Done      int    // files verified
	Failed    int    // files that ended otherwise
	DoneBytes int64  // bytes of the verified files
	State     string
	Reason    string
	MD5       string // once verified
	Folder    string // incoming: the save folder, absolute, once accepted
	Roots     []TransferRoot
	Auto      bool // incoming: accepted without this user having been asked
	Created   time.Time
	Ended     time.Time // zero while it goes on

	Skipped   int    // files that are there already, or were not chosen
	Accepted  bool   // the receiver said yes
	Paused    int    // 1: here, 2: there, 3: by both
	Restarted int    // how often a file began anew because its source changed
	List      string // outgoing: its name for the list of files
	Retry     string // ID of the ended transfer whose failed files these are
	Options   string // incoming, JSON: what the user chose at accept
	Decision  string // JSON: what came of that
	Bandwidth int64  // bytes a second that this user lets through at most; 0: no limit
}

// TransferRoot is one of the files or folders that were chosen to be sent.
type TransferRoot struct {
	Name string `json:"name"`           // as offered
	Dir  bool   `json:"dir,omitempty"`  // a folder
	Size int64  `json:"size,omitempty"` // bytes, of a folder all that is in it
	// Path is, outgoing, the absolute source; incoming, the name in the save
	// folder, empty before it is chosen.
	Path string `json:"path,omitempty"`
}

// TransferFile is one row of transfer_files: a file that ended.
type TransferFile struct {
	Seq      int64 // grows in the order of ending, over all transfers
	Transfer int64 // key
	Device   identity.DeviceID
	Outgoing bool
	Index    int    // position in the manifest
	Path     string // slash-separated, as offered
	Saved    string // incoming: absolute path on this PC; outgoing: the source
	Size     int64
	MD5      string
	State    string
	Reason   string
	Pending  bool // verified and in place, its MD5 follows
}

// stateVerified and stateSkipped are the states of files that count as such;
// all others count as failed.
const (
	stateVerified = "verified"
	stateSkipped  = "skipped"
)

// transferColumns are the columns of a Transfer, in the order of scanTransfer.
const transferColumns = `key, device, id, outgoing, name, count, bytes, done, failed, done_bytes,
	state, reason, md5, folder, roots, created, ended, auto, folders,
	skipped, accepted, paused, restarted, list, retry, options, decision, bandwidth`

// AddTransfer inserts a transfer and returns its key. One that is there
// already, by device, direction and ID, is an error.
func (db *DB) AddTransfer(ctx context.Context, t Transfer) (int64, error) {
	roots, err := encodeRoots(t.Roots)
	if err != nil {
		return 0, err
	}
	var key int64
	err = db.update(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `INSERT INTO transfers (device, id, outgoing, name, count, bytes,
			done, failed, done_bytes, state, reason, md5, folder, roots, created, ended, auto, folders,
			accepted, paused, restarted, list, retry, options, decision, bandwidth)
			VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) RETURNING key`,
			t.Device[:], t.ID, t.Outgoing, t.Name, t.Count, t.Bytes, t.Done, t.Failed, t.DoneBytes,
			t.State, t.Reason, t.MD5, t.Folder, roots, millis(t.Created), orZero(t.Ended), t.Auto, t.Folders,
			t.Accepted, t.Paused, t.Restarted, t.List, t.Retry, t.Options, t.Decision, t.Bandwidth).Scan(&key)
	})
	if err != nil {
		return 0, fmt.Errorf("adding a transfer: %w", err)
	}
	return key, nil
}

// UpdateTransfer writes everything of a transfer but its counters of ended
// files, which [DB.AddTransferFiles] keeps, and what never changes.
func (db *DB) UpdateTransfer(ctx context.Context, t Transfer) error {
	roots, err := encodeRoots(t.Roots)
	if err != nil {
		return err
	}
	err = db.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE transfers SET name = ?, count = ?, bytes = ?, state = ?,
			reason = ?, md5 = ?, folder = ?, roots = ?, ended = ?, auto = ?, accepted = ?, paused = ?, restarted = ?,
			list = ?, options = ?, decision = ?, bandwidth = ? WHERE key = ?`,
			t.Name, t.Count, t.Bytes, t.State, t.Reason, t.MD5, t.Folder, roots, orZero(t.Ended), t.Auto,
			t.Accepted, t.Paused, t.Restarted, t.List, t.Options, t.Decision, t.Bandwidth, t.Key)
		return err
	})
	if err != nil {
		return fmt.Errorf("updating transfer %d: %w", t.Key, err)
	}
	return nil
}

// DeleteTransfer forgets a transfer, and its files, that no item shows. It is
// no error if there is none.
func (db *DB) DeleteTransfer(ctx context.Context, key int64) error {
	err := db.update(ctx, func(tx *sql.Tx) error { return dropTransfer(ctx, tx, key) })
	if err != nil {
		return fmt.Errorf("forgetting transfer %d: %w", key, err)
	}
	db.files.forget()
	return nil
}

// Transfer returns one transfer, or ErrNotFound.
func (db *DB) Transfer(ctx context.Context, key int64) (Transfer, error) {
	row := db.read.QueryRowContext(ctx, `SELECT `+transferColumns+` FROM transfers WHERE key = ?`, key)
	return scanTransfer(row)
}

// FindTransfer returns the transfer of a device that its sender calls id, or
// ErrNotFound.
func (db *DB) FindTransfer(ctx context.Context, device identity.DeviceID, outgoing bool, id string) (Transfer, error) {
	row := db.read.QueryRowContext(ctx, `SELECT `+transferColumns+` FROM transfers
		WHERE device = ? AND outgoing = ? AND id = ?`, device[:], outgoing, id)
	return scanTransfer(row)
}

// OpenTransfers returns the transfers that have not ended, oldest first.
func (db *DB) OpenTransfers(ctx context.Context) ([]Transfer, error) {
	rows, err := db.read.QueryContext(ctx, `SELECT `+transferColumns+` FROM transfers
		WHERE ended = 0 ORDER BY key`)
	return collect(rows, err, scanTransfer)
}

// AddTransferFiles records files of a transfer that ended, and adds them to
// its counters, in one commit. A file whose index is recorded already is
// passed over and not counted again, unless its MD5 was pending: then the new
// row takes the place of the old one.
func (db *DB) AddTransferFiles(ctx context.Context, key int64, files []TransferFile) error {
	db.files.adding.Lock()
	defer db.files.adding.Unlock()
	var fresh []TransferFile
	err := db.update(ctx, func(tx *sql.Tx) (err error) {
		fresh, err = addFiles(ctx, tx, key, files)
		return err
	})
	if err != nil {
		return fmt.Errorf("recording files of transfer %d: %w", key, err)
	}
	db.files.add(fresh)
	return nil
}

// TransferFiles returns the files of a transfer that ended, by their index.
func (db *DB) TransferFiles(ctx context.Context, key int64) ([]TransferFile, error) {
	return db.selectFiles(ctx, `WHERE f.transfer = ? ORDER BY f.idx`, key)
}

// TransferFilesAfter returns up to limit files, of all transfers, that ended
// after the one numbered seq, in the order of their ending. One whose MD5 is
// pending is left out: it gets a new number when its MD5 is there.
func (db *DB) TransferFilesAfter(ctx context.Context, seq int64, limit int) ([]TransferFile, error) {
	if found, ok := db.files.following(seq, limit, func(f *TransferFile) bool { return !f.Pending }); ok {
		return found, nil
	}
	return db.selectFiles(ctx, `WHERE f.seq > ? AND f.pending = 0 ORDER BY f.seq LIMIT ?`, seq, limit)
}

// fileColumns begins a query for scanTransferFile.
const fileColumns = `SELECT f.seq, f.transfer, t.device, t.outgoing, f.idx, f.path,
	f.saved, f.size, f.md5, f.state, f.reason, f.pending
	FROM transfer_files f JOIN transfers t ON t.key = f.transfer `

// selectFiles runs one query of transfer_files.
func (db *DB) selectFiles(ctx context.Context, where string, args ...any) ([]TransferFile, error) {
	// #nosec G202 -- where is one of the constants above
	rows, err := db.read.QueryContext(ctx, fileColumns+where, args...)
	return collect(rows, err, scanTransferFile)
}

// scanTransferFile reads one row of files.
func scanTransferFile(row scanner) (TransferFile, error) {
	var f TransferFile
	var device []byte
	err := row.Scan(&f.Seq, &f.Transfer, &device, &f.Outgoing, &f.Index, &f.Path,
		&f.Saved, &f.Size, &f.MD5, &f.State, &f.Reason, &f.Pending)
	if err != nil {
		return f, fmt.Errorf("reading a file of a transfer: %w", err)
	}
	f.Device, err = deviceID(device)
	return f, err
}

// scanTransfer reads one row of transferColumns.
func scanTransfer(row scanner) (Transfer, error) {
	var t Transfer
	var device []byte
	var roots string
	var created, ended int64
	err := row.Scan(&t.Key, &device, &t.ID, &t.Outgoing, &t.Name, &t.Count, &t.Bytes, &t.Done, &t.Failed,
		&t.DoneBytes, &t.State, &t.Reason, &t.MD5, &t.Folder, &roots, &created, &ended, &t.Auto, &t.Folders,
		&t.Skipped, &t.Accepted, &t.Paused, &t.Restarted, &t.List, &t.Retry, &t.Options, &t.Decision,
		&t.Bandwidth)
	if err != nil {
		return Transfer{}, fmt.Errorf("reading a transfer: %w", found(err))
	}
	if err := json.Unmarshal([]byte(roots), &t.Roots); err != nil {
		return Transfer{}, fmt.Errorf("reading the roots of transfer %d: %w", t.Key, err)
	}
	t.Created, t.Ended = fromMillis(created), fromMillis(ended)
	t.Device, err = deviceID(device)
	return t, err
}

// encodeRoots is the JSON of the column roots.
func encodeRoots(roots []TransferRoot) (string, error) {
	if len(roots) == 0 {
		return "[]", nil
	}
	text, err := json.Marshal(roots)
	if err != nil {
		return "", fmt.Errorf("encoding the roots of a transfer: %w", err)
	}
	return string(text), nil
}

// orZero is millis with 0 for the zero time.
func orZero(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return millis(t)
}
