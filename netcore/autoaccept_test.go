package netcore

import (
	"database/sql"
	"path/filepath"
	"testing"
)

// TestWhatCannotBeLoggedIsNotAcceptedByItself: all that a permission allows is in
// the audit log, also when the disk is full.
func TestWhatCannotBeLoggedIsNotAcceptedByItself(t *testing.T) {
	ann, bob, toBob, toAnn := verified(t)
	if err := ann.SetPermissions(soon(t), toBob.Device, Permissions{Files: FilesAuto, Commands: CommandsOff}); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", filepath.Join(ann.config.Profile, "lanyard.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	full := `PRAGMA busy_timeout = 5000; CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT raise(ABORT, 'the disk is full'); END`
	if _, err := db.ExecContext(soon(t), full); err != nil {
		t.Fatal(err)
	}
	sent, err := bob.Send(soon(t), toAnn.ID, []string{gift(t, "small", 1000)})
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, bob, "that it waits", func() bool { return stateOf(t, bob, sent.Seq) == StateOffered })
	if got := itemsOf(t, ann, toBob)[0]; got.State != StateOffered {
		t.Errorf("nothing in the log, and it is %s", got.State)
	}
}
