package store

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"testing"
	"time"
)

// earlier makes a profile as the version before trust wrote it: a stranger, and
// somebody who was added, with a text that waits.
func earlier(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	old := openRaw(t, dir)
	if err := step(t.Context(), old, "schema/0001_first.sql", 1); err != nil {
		t.Fatal(err)
	}
	one, two := device(1), device(2)
	for _, row := range []struct {
		query string
		args  []any
	}{
		{`INSERT INTO people (alias, known, created) VALUES ('', 0, 1), ('Bob', 1, 1)`, nil},
		{`INSERT INTO devices VALUES (?, 1, 'ann', 0, 1, 2), (?, 2, 'bob', 1, 3, 4)`, []any{one[:], two[:]}},
		{`INSERT INTO addresses VALUES (?, '10.0.0.2:9527', 4)`, []any{two[:]}},
		{`INSERT INTO items (person, device, id, outgoing, kind, text, state, sent, added)
			VALUES (2, ?, 'x', 1, 'text', 'hello', 'queued', 3, 3)`, []any{two[:]}},
		{`INSERT INTO settings VALUES ('name', 'me')`, nil},
	} {
		if _, err := old.Exec(row.query, row.args...); err != nil {
			t.Fatal(err)
		}
	}
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// openRaw opens the database of a profile without migrating it.
func openRaw(t *testing.T, dir string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", dsn(filepath.Join(dir, fileName), "immediate"))
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// checkEarlier checks that all of an earlier profile is there, and nobody in it
// is trusted.
func checkEarlier(t *testing.T, dir string) {
	t.Helper()
	db := must(Open(t.Context(), dir))(t)
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	people := must(db.People(t.Context()))(t)
	if len(people) != 2 || people[0].Alias != "Bob" || people[0].Last.Text != "hello" || !people[0].Known ||
		people[0].Address != "10.0.0.2:9527" || people[1].Name != "ann" || people[1].Known {
		t.Fatalf("people = %+v", people)
	}
	for _, p := range people {
		if p.Trust != (Trust{Permissions: DefaultPermissions()}) {
			t.Errorf("%s is trusted: %+v", p.Name, p.Trust)
		}
	}
	if queued := must(db.Queued(t.Context(), device(2), 0, 10))(t); len(queued) != 1 {
		t.Errorf("queued: %+v", queued)
	}
	if log := must(db.Audit(t.Context(), AuditQuery{}))(t); len(log) != 0 {
		t.Errorf("audit log: %+v", log)
	}
	if name, _, err := db.Setting(t.Context(), "name"); err != nil || name != "me" {
		t.Errorf("name = %q, %v", name, err)
	}
}

func TestAProfileOfTheEarlierVersionOpens(t *testing.T) {
	dir := earlier(t)
	checkEarlier(t, dir)
	db := must(Open(t.Context(), dir))(t)
	verifies(t, db, 1)
	if err := errors.Join(db.Merge(t.Context(), 1, 2), db.Close()); err != nil {
		t.Error(err)
	}
}

// TestAProfileOfTheVersionWithTrustOpens: with permissions, an audit log and an
// unread text; commands are there after it.
func TestAProfileOfTheVersionWithTrustOpens(t *testing.T) {
	dir := earlier(t)
	old := openRaw(t, dir)
	if err := step(t.Context(), old, "schema/0002_trust.sql", 2); err != nil {
		t.Fatal(err)
	}
	two := device(2)
	for _, query := range []string{
		`UPDATE devices SET verified = 5, verified_by = 'code', commands = 'ask' WHERE id = ?`,
		`INSERT INTO audit (at, device, what, outcome) VALUES (5, ?, 'verify', 'done')`,
		`INSERT INTO items (person, device, id, outgoing, kind, text, state, sent, added, unread)
			VALUES (2, ?, 'y', 0, 'text', 'new', 'received', 6, 6, 1)`,
	} {
		if _, err := old.Exec(query, two[:]); err != nil {
			t.Fatal(err)
		}
	}
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}
	db := must(Open(t.Context(), dir))(t)
	bob := must(db.Person(t.Context(), 2))(t)
	if bob.Permitted().Commands != "ask" || bob.Unread != 1 || bob.Last.Text != "new" {
		t.Errorf("bob = %+v", bob)
	}
	if log := must(db.Audit(t.Context(), AuditQuery{}))(t); len(log) != 1 {
		t.Errorf("audit log: %+v", log)
	}
	for _, item := range must(db.ItemsAfter(t.Context(), 0, 10))(t) {
		if item.Run != 0 || item.Data != "" || item.Kind != KindText {
			t.Errorf("item %+v", item)
		}
	}
	if _, _, err := db.AddRuns(t.Context(), []Run{asks(2, "x")}, false, shows("a")); err != nil {
		t.Error(err)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
}

// TestAMigrationThatWasKilledGoesOn ends the second step before its commit, as
// a kill does, with all of its statements run.
func TestAMigrationThatWasKilledGoesOn(t *testing.T) {
	dir := earlier(t)
	old := openRaw(t, dir)
	text := must(steps.ReadFile("schema/0002_trust.sql"))(t)
	tx := must(old.Begin())(t)
	if _, err := tx.Exec(string(text) + "; PRAGMA user_version = 2"); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(tx.Rollback(), old.Close()); err != nil {
		t.Fatal(err)
	}
	checkEarlier(t, dir)
}

// TestDecisionsAreWholeOrNot ends each decision in the middle: a statement of
// its transaction fails, and nothing of it stays.
func TestDecisionsAreWholeOrNot(t *testing.T) {
	for name, test := range map[string]struct {
		breaks string // the table whose update fails
		do     func(ctx context.Context, db *DB) error
	}{
		"verify": {"devices", func(ctx context.Context, db *DB) error { return db.SetVerified(ctx, device(1), "code", noon) }},
		"unverify": {"devices", func(ctx context.Context, db *DB) error {
			return db.SetVerified(ctx, device(2), "", time.Time{})
		}},
		"block":      {"devices", func(ctx context.Context, db *DB) error { return db.SetBlocked(ctx, device(2), noon) }},
		"merge":      {"devices", func(ctx context.Context, db *DB) error { return db.Merge(ctx, 2, 1) }},
		"merge late": {"items", func(ctx context.Context, db *DB) error { return db.Merge(ctx, 2, 1) }},
	} {
		t.Run(name, func(t *testing.T) {
			db := opened(t)
			met(t, db, 1, nil)
			met(t, db, 2, nil)
			must(db.AddItem(t.Context(), outgoing(2, "a", "hi")))(t)
			verifies(t, db, 2)
			if err := db.Rename(t.Context(), 2, "Bob"); err != nil {
				t.Fatal(err)
			}
			before := must(db.People(t.Context()))(t)
			_, err := db.write.Exec(`CREATE TRIGGER broken AFTER UPDATE ON ` + test.breaks + ` BEGIN SELECT raise(FAIL, 'x'); END`)
			if err != nil {
				t.Fatal(err)
			}
			if err := test.do(t.Context(), db); err == nil {
				t.Error("it did not fail")
			}
			after := must(db.People(t.Context()))(t)
			if len(after) != 2 || after[0] != before[0] || after[1] != before[1] {
				t.Errorf("was %+v\nis  %+v", before, after)
			}
		})
	}
}
