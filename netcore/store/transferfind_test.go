package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// addIn adds a transfer that is in a state, and has so many files that failed.
func addIn(t *testing.T, db *DB, state string, failed int) int64 {
	t.Helper()
	ctx := context.Background()
	row := aTransfer(fmt.Sprintf("%s %d %d", state, failed, time.Now().UnixNano()))
	row.State = state
	switch state {
	case "verified", "failed", "declined", "cancelled":
		row.Ended = time.UnixMilli(1_700_000_009_000)
	}
	key, err := db.AddTransfer(ctx, row)
	if err != nil {
		t.Fatal(err)
	}
	files := make([]TransferFile, failed)
	for i := range files {
		files[i] = TransferFile{Index: i, Path: fmt.Sprint(i), State: "failed"}
	}
	if err := db.AddTransferFiles(ctx, key, files); err != nil {
		t.Fatal(err)
	}
	return key
}

// selected returns the keys that a filter finds.
func selected(t *testing.T, db *DB, f TransferFilter) []int64 {
	t.Helper()
	if f.Limit == 0 {
		f.Limit = 100
	}
	rows, err := db.SelectTransfers(context.Background(), f)
	if err != nil {
		t.Fatal(err)
	}
	keys := []int64{}
	for _, row := range rows {
		keys = append(keys, row.Key)
	}
	return keys
}

func TestEachTransferIsInOneSet(t *testing.T) {
	db := openForTransfers(t)
	states := []string{"preparing", "queued", "offered", "running", "paused", "verified", "declined", "cancelled", "failed"}
	want := map[TransferSet][]int64{}
	add := func(state string, failed int, set TransferSet) {
		key := addIn(t, db, state, failed)
		want[set] = append([]int64{key}, want[set]...)
		want[AllTransfers] = append([]int64{key}, want[AllTransfers]...)
	}
	for i, state := range states {
		add(state, 0, []TransferSet{
			QueuedTransfers, QueuedTransfers, QueuedTransfers, RunningTransfers, RunningTransfers,
			DoneTransfers, FailedTransfers, FailedTransfers, FailedTransfers,
		}[i])
	}
	add("verified", 1, FailedTransfers)
	add("running", 2, RunningTransfers)
	for set, keys := range want {
		if got := selected(t, db, TransferFilter{Set: set}); !slices.Equal(got, keys) {
			t.Errorf("set %d has %v, want %v", set, got, keys)
		}
	}
	all := want[AllTransfers]
	if got := selected(t, db, TransferFilter{Before: all[2], Limit: 3}); !slices.Equal(got, all[3:6]) {
		t.Errorf("a page is %v, want %v", got, all[3:6])
	}
	if got := selected(t, db, TransferFilter{Person: 77}); len(got) != 0 {
		t.Errorf("of nobody: %v", got)
	}
	testClearing(t, db, want)
}

// testClearing clears sets one after the other: what goes on stays.
func testClearing(t *testing.T, db *DB, sets map[TransferSet][]int64) {
	t.Helper()
	for _, c := range []struct {
		set  TransferSet
		gone int
	}{{QueuedTransfers, 0}, {RunningTransfers, 0}, {DoneTransfers, 1}, {DoneTransfers, 0}, {AllTransfers, 4}} {
		count, err := db.ClearTransfers(context.Background(), c.set)
		if err != nil || count != c.gone {
			t.Errorf("clearing set %d: %d, %v, want %d", c.set, count, err, c.gone)
		}
	}
	if got := selected(t, db, TransferFilter{}); len(got) != len(sets[QueuedTransfers])+len(sets[RunningTransfers]) {
		t.Errorf("left: %v", got)
	}
	if _, err := db.Transfer(context.Background(), sets[DoneTransfers][0]); err != nil {
		t.Errorf("one that was cleared: %v", err)
	}
}

func TestFilesAreFoundByTheirPath(t *testing.T) {
	db, ctx := openForTransfers(t), context.Background()
	key := addIn(t, db, "running", 0)
	addIn(t, db, "running", 3) // whose files are none of these
	files := []TransferFile{
		{Index: 2, Path: "b/100%_a!.txt", State: "verified", MD5: "2"},
		{Index: 1, Path: "a/Readme.MD", State: "failed", Reason: "vanished"},
		{Index: 0, Path: "照片/一.jpg", State: "skipped"},
		{Index: 3, Path: "a/x", State: "verified", MD5: "3"},
	}
	if err := db.AddTransferFiles(ctx, key, files); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		filter FileFilter
		want   string // indices
	}{
		{FileFilter{}, "2 1 0 3"},
		{FileFilter{Failed: true}, "1"},
		{FileFilter{Parts: []string{"readme"}}, "1"},
		{FileFilter{Parts: []string{"100%_a!"}}, "2"},
		{FileFilter{Parts: []string{"100a"}}, ""},
		{FileFilter{Parts: []string{"%"}}, "2"},
		{FileFilter{Parts: []string{"!"}}, "2"},
		{FileFilter{Parts: []string{"片", "JPG"}}, "0"},
		{FileFilter{Parts: []string{"jpg", "片"}}, ""},
		{FileFilter{Limit: 2}, "2 1"},
	} {
		c.filter.Transfer = key
		if c.filter.Limit == 0 {
			c.filter.Limit = 10
		}
		rows, err := db.SelectFiles(ctx, c.filter)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, row := range rows {
			got = append(got, fmt.Sprint(row.Index))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%+v finds %v, want %s", c.filter, got, c.want)
		}
	}
	var sorted []string
	err := db.EachVerifiedFile(ctx, key, true, func(f TransferFile) error { sorted = append(sorted, f.Path); return nil })
	if err != nil || !slices.Equal(sorted, []string{"a/x", "b/100%_a!.txt"}) {
		t.Errorf("verified %q, %v", sorted, err)
	}
}

// TestFindingNeedsNoScan looks at how the database answers: a long history must
// not make a page slow.
func TestFindingNeedsNoScan(t *testing.T) {
	db := openForTransfers(t)
	for query, index := range map[string]string{
		`SELECT key FROM transfers WHERE ` + conditions[RunningTransfers] + ` ORDER BY key DESC LIMIT 9`:                                 "transfers_open",
		`SELECT key FROM transfers WHERE ` + conditions[DoneTransfers] + ` ORDER BY key DESC LIMIT 9`:                                    "transfers_shown",
		strings.NewReplacer("BETWEEN ? AND ?", "BETWEEN 1 AND 9", "= ?", "= 1").Replace(fileColumns+inOrder) + ` ORDER BY f.seq LIMIT 9`: "SEARCH f USING INTEGER PRIMARY KEY",
		`SELECT min(seq), max(seq) FROM transfer_files WHERE transfer = 1`:                                                               "COVERING INDEX",
		fileColumns + `WHERE f.transfer = 1 AND f.seq > 5 AND f.state = 'failed' ORDER BY f.seq LIMIT 9`:                                 "transfer_files_failed",
	} {
		rows, err := db.read.QueryContext(context.Background(), `EXPLAIN QUERY PLAN `+query)
		plan, err := collect(rows, err, func(row scanner) (string, error) {
			var id, parent, unused int
			var detail string
			err := row.Scan(&id, &parent, &unused, &detail)
			return detail, err
		})
		if err != nil {
			t.Fatal(err)
		}
		text := strings.Join(plan, "; ")
		if !strings.Contains(text, index) || strings.Contains(text, "TEMP B-TREE") {
			t.Errorf("%s\nis answered by %s, not by %s", query, text, index)
		}
	}
}
