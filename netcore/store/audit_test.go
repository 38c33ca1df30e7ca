package store

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"
)

// logged adds an entry about the n-th device; 0: about none.
func logged(t testing.TB, db *DB, n int, what, detail, outcome string) {
	t.Helper()
	e := AuditEntry{At: noon, Name: fmt.Sprint("pc ", n), What: what, Detail: detail, Outcome: outcome, Person: int64(n)}
	if n > 0 {
		e.Device = device(n)
	}
	if err := db.AddAudit(t.Context(), e); err != nil {
		t.Fatal(err)
	}
}

// details returns those of the entries that a query chooses.
func details(t testing.TB, db *DB, q AuditQuery) string {
	t.Helper()
	var all []string
	last := int64(1 << 62)
	for _, e := range must(db.Audit(t.Context(), q))(t) {
		if e.Seq >= last {
			t.Errorf("entry %d comes after %d", e.Seq, last)
		}
		last = e.Seq
		all = append(all, e.Detail)
	}
	return strings.Join(all, " ")
}

func TestTheAuditLogIsReadByWhatOneLooksFor(t *testing.T) {
	db := opened(t)
	logged(t, db, 0, "password", "set", "done")
	logged(t, db, 1, "verify", "code", "done")
	logged(t, db, 1, "files", "50%_off.txt", "allowed")
	logged(t, db, 2, "files", "50x_off.txt", OutcomeRefused)
	logged(t, db, 1, "files", `a\b.txt`, "done")
	for _, test := range []struct {
		query AuditQuery
		want  string
	}{
		{AuditQuery{}, `a\b.txt 50x_off.txt 50%_off.txt code set`},
		{AuditQuery{Limit: 2}, `a\b.txt 50x_off.txt`},
		{AuditQuery{Before: 3}, `code set`},
		{AuditQuery{Before: 5, Limit: 1}, `50x_off.txt`},
		{AuditQuery{Device: device(1)}, `a\b.txt 50%_off.txt code`},
		{AuditQuery{Device: device(9)}, ``},
		{AuditQuery{What: "files", Device: device(1)}, `a\b.txt 50%_off.txt`},
		{AuditQuery{Text: "50%_"}, `50%_off.txt`},
		{AuditQuery{Text: `\B`}, `a\b.txt`},
		{AuditQuery{Text: "%"}, `50%_off.txt`},
		{AuditQuery{Text: "PC 2"}, `50x_off.txt`},
		{AuditQuery{Text: "' OR 1=1 --"}, ``},
		{AuditQuery{Text: strings.Repeat("长", 100000)}, ``},
		{AuditQuery{Text: "code", What: "verify", Device: device(1), Before: 3, Limit: 5}, `code`},
	} {
		if got := details(t, db, test.query); got != test.want {
			t.Errorf("%+v: %q, want %q", test.query, got, test.want)
		}
	}
}

func TestAnAuditEntryComesBackAsItWasAdded(t *testing.T) {
	db := opened(t)
	for i, want := range []AuditEntry{
		{At: noon, Device: device(1), Person: 7, Name: "安", What: "verify", Detail: "code", Outcome: "done"},
		{At: noon, What: "identity", Outcome: "done"},
	} {
		if err := db.AddAudit(t.Context(), want); err != nil {
			t.Fatal(err)
		}
		want.Seq = int64(i + 1)
		if got := must(db.Audit(t.Context(), AuditQuery{Limit: 1}))(t); len(got) != 1 || got[0] != want {
			t.Errorf("got  %+v\nwant %+v", got, want)
		}
	}
}

func TestAnAuditEntryIsNeverChanged(t *testing.T) {
	db := opened(t)
	logged(t, db, 1, "files", "a.txt", "allowed")
	if _, err := db.write.Exec(`UPDATE audit SET outcome = 'refused'`); err == nil {
		t.Error("the database let an entry be changed")
	}
	if got := must(db.Audit(t.Context(), AuditQuery{}))(t); got[0].Outcome != "allowed" {
		t.Errorf("entry = %+v", got[0])
	}
}

func TestReadingTheAuditLogIsCapped(t *testing.T) {
	db := opened(t)
	floods(t, db, 3000, "done")
	for limit, want := range map[int]int{0: usualAudit, -1: usualAudit, 5: 5, 1 << 40: maxAudit} {
		if got := must(db.Audit(t.Context(), AuditQuery{Limit: limit}))(t); len(got) != want {
			t.Errorf("limit %d: %d entries, want %d", limit, len(got), want)
		}
	}
}

// floods adds n entries at once.
func floods(t testing.TB, db *DB, n int, outcome string) {
	t.Helper()
	_, err := db.write.Exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
		INSERT INTO audit (at, device, what, detail, outcome) SELECT 1, x'', 'files', 'flood', ? FROM n`, n, outcome)
	if err != nil {
		t.Fatal(err)
	}
}

// counted returns how many entries there are of an outcome.
func counted(t testing.TB, db *DB, outcome string) (n int) {
	t.Helper()
	if err := db.read.QueryRowContext(t.Context(), `SELECT count(*) FROM audit WHERE outcome = ?`, outcome).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestRefusalsPushNothingOutOfTheAuditLog(t *testing.T) {
	db := opened(t)
	logged(t, db, 1, "verify", "the first", "done")
	floods(t, db, keepRefused+1000, OutcomeRefused)
	if _, err := db.write.Exec(`UPDATE sqlite_sequence SET seq = ? WHERE name = 'audit'`, 1000*trimEvery-1); err != nil {
		t.Fatal(err) // the next one has the oldest dropped
	}
	logged(t, db, 2, "files", "the last", OutcomeRefused)
	if n := counted(t, db, OutcomeRefused); n != keepRefused {
		t.Errorf("%d refusals are kept", n)
	}
	if got := details(t, db, AuditQuery{Device: device(2)}); got != "the last" {
		t.Errorf("the last refusal: %q", got)
	}
	if got := details(t, db, AuditQuery{Device: device(1)}); got != "the first" {
		t.Errorf("what was done: %q", got)
	}
}

func TestTheOldestOfEachKindAreDropped(t *testing.T) {
	db := opened(t)
	for i := range 20 {
		logged(t, db, 1, "files", fmt.Sprint(i), [...]string{"allowed", "done", OutcomeRefused, OutcomeRefused}[i%4])
	}
	for _, test := range []struct {
		others, refused int
		want            string
	}{
		{10, 10, "19 18 17 16 15 14 13 12 11 10 9 8 7 6 5 4 3 2 1 0"},
		{3, 9, "19 18 17 16 15 14 13 11 10 7 6 3"},
		{3, 1, "19 17 16 13"},
		{0, 0, ""},
	} {
		err := db.update(t.Context(), func(tx *sql.Tx) error {
			return trimAudit(t.Context(), tx, test.others, test.refused)
		})
		if got := details(t, db, AuditQuery{}); err != nil || got != test.want {
			t.Errorf("%d and %d: %q, %v; want %q", test.others, test.refused, got, err, test.want)
		}
	}
}

// TestAuditQueriesHaveAnIndex keeps the page quick when the log is full.
func TestAuditQueriesHaveAnIndex(t *testing.T) {
	db := opened(t)
	for _, q := range []AuditQuery{
		{}, {Before: 5}, {Device: device(1)}, {What: "files"}, {Device: device(1), Before: 5},
	} {
		where, args := q.where()
		plan := planOf(t, db, `SELECT * FROM audit`+where+` ORDER BY seq DESC LIMIT 10`, args)
		if strings.Contains(plan, "TEMP B-TREE") {
			t.Errorf("%+v is sorted: %s", q, plan)
		}
	}
}

// planOf returns how SQLite runs a query.
func planOf(t testing.TB, db *DB, query string, args []any) string {
	t.Helper()
	rows, err := db.read.QueryContext(t.Context(), `EXPLAIN QUERY PLAN `+query, args...)
	lines, err := collect(rows, err, func(row scanner) (string, error) {
		var id, parent, unused int
		var line string
		err := row.Scan(&id, &parent, &unused, &line)
		return line, err
	})
	return strings.Join(must(lines, err)(t), "; ")
}
