package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// fill adds n texts of the first device.
func fill(t testing.TB, db *DB, n int) int64 {
	t.Helper()
	person := met(t, db, 1, nil)
	for start := 0; start < n; start += 1000 {
		var texts []Item
		for i := start; i < min(start+1000, n); i++ {
			texts = append(texts, incoming(1, fmt.Sprint(i), fmt.Sprint("text ", i)))
		}
		if _, err := db.AddReceived(t.Context(), texts, wide); err != nil {
			t.Fatal(err)
		}
	}
	return person
}

func TestItemsPageByPage(t *testing.T) {
	db := opened(t)
	person := fill(t, db, 25)
	other := met(t, db, 2, nil)
	if _, err := db.AddItem(t.Context(), outgoing(2, "x", "to another")); err != nil {
		t.Fatal(err)
	}
	var got []string
	before := int64(0)
	for {
		page := must(db.Items(t.Context(), person, before, 10))(t)
		if len(page) == 0 {
			break
		}
		before = page[0].Seq
		var texts []string
		for _, item := range page {
			texts = append(texts, item.ID)
		}
		got = append(texts, got...)
	}
	for i, id := range got {
		if id != fmt.Sprint(i) {
			t.Fatalf("order = %v", got)
		}
	}
	if len(got) != 25 {
		t.Errorf("%d items, want 25", len(got))
	}
	if items := must(db.Items(t.Context(), other, 0, 10))(t); len(items) != 1 || items[0].Text != "to another" {
		t.Errorf("items of another = %+v", items)
	}
	if items := must(db.Items(t.Context(), person, 0, -1))(t); len(items) != 0 {
		t.Errorf("a negative limit gave %d items", len(items))
	}
}

func TestItemsAfterMissesNone(t *testing.T) {
	db := opened(t)
	fill(t, db, 30)
	met(t, db, 2, nil)
	last := must(db.AddItem(t.Context(), outgoing(2, "x", "hello")))(t)
	var seq int64
	count := 0
	for {
		page := must(db.ItemsAfter(t.Context(), seq, 7))(t)
		if len(page) == 0 {
			break
		}
		for _, item := range page {
			if item.Seq <= seq {
				t.Fatalf("position %d after %d", item.Seq, seq)
			}
			seq = item.Seq
			count++
		}
	}
	if count != 31 || seq != last.Seq {
		t.Errorf("%d items up to %d, want 31 up to %d", count, seq, last.Seq)
	}
	if seq := must(db.LastSeq(t.Context()))(t); seq != last.Seq {
		t.Errorf("LastSeq = %d, want %d", seq, last.Seq)
	}
}

func TestAnItemComesBackAsItWasAdded(t *testing.T) {
	db := opened(t)
	person := met(t, db, 1, nil)
	want := outgoing(1, "0123", "你好 \U0001f600\n\x00 \u202e end")
	added := must(db.AddItem(t.Context(), want))(t)
	got := must(db.Item(t.Context(), added.Seq))(t)
	want.Seq, want.Person = added.Seq, person
	if got != want || added != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if _, err := db.Item(t.Context(), 99); !errors.Is(err, ErrNotFound) {
		t.Errorf("missing item: %v", err)
	}
	if _, err := db.AddItem(t.Context(), outgoing(9, "x", "y")); !errors.Is(err, ErrNotFound) {
		t.Errorf("unknown device: %v", err)
	}
}

func TestWhatArrivesTwiceIsKeptOnce(t *testing.T) {
	db := opened(t)
	first := must(db.AddReceived(t.Context(), []Item{incoming(1, "a", "one"), incoming(1, "b", "two")}, wide))(t)
	again := must(db.AddReceived(t.Context(), []Item{incoming(1, "b", "changed"), incoming(1, "c", "three")}, wide))(t)
	if !first[0].New || !first[1].New || again[0].New || !again[1].New {
		t.Errorf("new: %v %v %v %v", first[0].New, first[1].New, again[0].New, again[1].New)
	}
	if again[0].Item != first[1].Item {
		t.Errorf("the second time %+v, the first %+v", again[0].Item, first[1].Item)
	}
	if items := must(db.Items(t.Context(), first[0].Item.Person, 0, 10))(t); len(items) != 3 {
		t.Errorf("%d items, want 3", len(items))
	}
	same := must(db.AddReceived(t.Context(), []Item{incoming(2, "a", "of another device")}, wide))(t)
	if !same[0].New {
		t.Error("the ID of another device's text was taken for the same")
	}
}

func TestTheLadderOfATextOnlyGoesUp(t *testing.T) {
	db := opened(t)
	ctx := t.Context()
	met(t, db, 1, nil)
	met(t, db, 2, nil)
	for _, id := range []string{"a", "b", "c"} {
		must(db.AddItem(ctx, outgoing(1, id, id)))(t)
	}
	states := func() string {
		var all []string
		for _, item := range must(db.ItemsAfter(ctx, 0, 10))(t) {
			all = append(all, item.State)
		}
		return strings.Join(all, " ")
	}
	steps := []struct {
		do      func() ([]Change, error)
		changed int
		want    string
	}{
		{func() ([]Change, error) { return db.Delivered(ctx, device(2), []string{"a"}) }, 0, "queued queued queued"},
		{func() ([]Change, error) { return db.Delivered(ctx, device(1), []string{"a", "zz"}) }, 1, "delivered queued queued"},
		{func() ([]Change, error) { return db.SeenThere(ctx, device(1), []string{"a", "b"}) }, 2, "seen seen queued"},
		{func() ([]Change, error) { return db.SeenThere(ctx, device(1), []string{"a", "b"}) }, 0, "seen seen queued"},
		{func() ([]Change, error) { return db.Delivered(ctx, device(1), []string{"a", "b"}) }, 0, "seen seen queued"},
	}
	for i, step := range steps {
		changed := must(step.do())(t)
		if got := states(); len(changed) != step.changed || got != step.want {
			t.Errorf("step %d: %d changed, states %q; want %d, %q", i, len(changed), got, step.changed, step.want)
		}
	}
	if failed := must(db.Failed(ctx, 1, "declined"))(t); failed {
		t.Error("a text that was seen has failed")
	}
	if failed := must(db.Failed(ctx, 3, "declined"))(t); !failed || !strings.HasSuffix(states(), "failed") {
		t.Errorf("failed = %v, states %q", failed, states())
	}
	if waiting := must(db.Queued(ctx, device(1), 0, 10))(t); len(waiting) != 0 {
		t.Errorf("still waiting: %+v", waiting)
	}
}

func TestSeenItemsOweAReceiptOnce(t *testing.T) {
	db := opened(t)
	ctx := t.Context()
	person := fill(t, db, 5)
	file := incoming(1, "file", "report.pdf")
	file.Kind = KindFile
	must(db.AddReceived(ctx, []Item{file}, wide))(t)
	items := must(db.Items(ctx, person, 0, 10))(t)
	if changed := must(db.MarkSeen(ctx, person, items[2].Seq))(t); len(changed) != 3 {
		t.Errorf("%d seen, want 3", len(changed))
	}
	if changed := must(db.MarkSeen(ctx, person, items[5].Seq))(t); len(changed) != 3 {
		t.Errorf("%d more seen, want 3", len(changed))
	}
	due := must(db.Receipts(ctx, device(1), 10))(t)
	if len(due) != 5 || due[0].ID != "0" || due[4].ID != "4" {
		t.Errorf("receipts due = %+v", due)
	}
	if err := db.ReceiptsSent(ctx, device(1), []string{"0", "1", "2", "3"}); err != nil {
		t.Fatal(err)
	}
	if due := must(db.Receipts(ctx, device(1), 10))(t); len(due) != 1 || due[0].ID != "4" {
		t.Errorf("receipts due = %+v", due)
	}
}

func TestItemOfATransfer(t *testing.T) {
	db := opened(t)
	ctx := t.Context()
	met(t, db, 1, nil)
	key := must(db.AddTransfer(ctx, Transfer{Device: device(1), ID: "t", Name: "a", State: "offered", Created: noon}))(t)
	item := incoming(1, "t", "a")
	item.Kind, item.Transfer, item.State = KindFile, key, "offered"
	kept := must(db.AddReceived(ctx, []Item{item}, wide))(t)
	must(db.SetTransferState(ctx, key, "failed", "disk-full"))(t)
	got := must(db.ItemByTransfer(ctx, key))(t)
	if got.Seq != kept[0].Item.Seq || got.State != "failed" || got.Reason != "disk-full" || got.Transfer != key {
		t.Errorf("item = %+v", got)
	}
	if _, err := db.SetTransferState(ctx, key+1, "failed", ""); !errors.Is(err, ErrNotFound) {
		t.Errorf("no such transfer: %v", err)
	}
}

// TestListsUseIndexes looks at SQLite's plans, which ask for no count: nothing is
// read or sorted but what is asked for.
func TestListsUseIndexes(t *testing.T) {
	const many = 1000
	db := opened(t)
	person := fill(t, db, many)
	for _, query := range []string{
		`SELECT ` + itemColumns + ` FROM items i WHERE i.person = 1 AND (5 = 0 OR i.seq < 5) ORDER BY i.seq DESC LIMIT 50`,
		`SELECT ` + itemColumns + ` FROM items i WHERE i.seq > 5 ORDER BY i.seq LIMIT 50`,
	} {
		if plan := explainPlan(t, db, query); strings.Contains(plan, "SCAN") || strings.Contains(plan, "TEMP B-TREE") {
			t.Errorf("%s\n%s", query, plan)
		}
	}
	if plan := explainPlan(t, db, personQuery+` WHERE p.id = 1`); strings.Contains(plan, "SCAN") {
		t.Errorf("one person is looked up by reading all:\n%s", plan)
	}
	start := time.Now()
	if items := must(db.Items(t.Context(), person, 0, 50))(t); len(items) != 50 || items[49].ID != fmt.Sprint(many-1) {
		t.Errorf("%d items", len(items))
	}
	t.Logf("the newest 50 of %d items in %v", many, time.Since(start))
}

// explainPlan returns SQLite's plan of a query.
func explainPlan(t *testing.T, db *DB, query string) string {
	t.Helper()
	rows, err := db.read.QueryContext(context.Background(), `EXPLAIN QUERY PLAN `+query)
	details := must(collect(rows, err, func(row scanner) (string, error) {
		var id, parent, unused int
		var detail string
		err := row.Scan(&id, &parent, &unused, &detail)
		return detail, err
	}))(t)
	return strings.Join(details, "\n")
}

func BenchmarkItems(b *testing.B) {
	db := opened(b)
	person := fill(b, db, 10_000)
	for b.Loop() {
		must(db.Items(context.Background(), person, 5000, 50))(b)
	}
}
