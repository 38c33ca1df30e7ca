package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
)

// TestWhatIsReadFromMemoryIsWhatTheTableHas adds rows of several transfers, with
// and without a pending MD5, and forgets some, and compares what is told of them
// with the table after each step.
func TestWhatIsReadFromMemoryIsWhatTheTableHas(t *testing.T) {
	db, ctx := openForTransfers(t), context.Background()
	random := rand.New(rand.NewPCG(1, 7))
	var keys []int64
	for i := range 3 {
		keys = append(keys, must(db.AddTransfer(ctx, aTransfer(fmt.Sprint(i))))(t))
	}
	for range 30 {
		key := keys[random.IntN(len(keys))]
		switch random.IntN(12) {
		case 0:
			if err := db.DeleteTransfer(ctx, key); err != nil {
				t.Fatal(err)
			}
			row := aTransfer(fmt.Sprint("again ", random.Int()))
			keys[random.IntN(len(keys))] = must(db.AddTransfer(ctx, row))(t)
		default:
			var rows []TransferFile
			for range random.IntN(120) {
				rows = append(rows, TransferFile{
					Index: random.IntN(2000), Path: "src/照片", Saved: "/save/src/照片", Size: 1, MD5: "0a",
					State: stateVerified, Pending: random.IntN(2) == 0,
				})
			}
			if err := db.AddTransferFiles(ctx, key, rows); err != nil && len(rows) > 0 && db.has(t, key) {
				t.Fatal(err)
			}
		}
		compareRecent(t, db, keys, random.Int64N(must(db.LastFileSeq(ctx))(t)+1))
	}
}

// has reports whether a transfer is there.
func (db *DB) has(t *testing.T, key int64) bool {
	t.Helper()
	_, err := db.Transfer(context.Background(), key)
	return err == nil
}

// compareRecent compares what follows a position with the table.
func compareRecent(t *testing.T, db *DB, keys []int64, after int64) {
	t.Helper()
	ctx := context.Background()
	for _, limit := range []int{3, 5000} {
		got := must(db.TransferFilesAfter(ctx, after, limit))(t)
		want := must(db.selectFiles(ctx, `WHERE f.seq > ? AND f.pending = 0 ORDER BY f.seq LIMIT ?`, after, limit))(t)
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("after %d of all:\n%v\n%v", after, got, want)
		}
		for _, key := range keys {
			got := must(db.SelectFiles(ctx, FileFilter{Transfer: key, After: after, Limit: limit}))(t)
			want := must(db.selectFiles(ctx, `WHERE f.transfer = ? AND f.seq > ? ORDER BY f.seq LIMIT ?`, key, after, limit))(t)
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("after %d of %d:\n%v\n%v", after, key, got, want)
			}
		}
	}
}

// TestMemoryTakesOnlySoManyFiles: what fell out of it is read from the table.
func TestMemoryTakesOnlySoManyFiles(t *testing.T) {
	db, ctx := openForTransfers(t), context.Background()
	key := must(db.AddTransfer(ctx, aTransfer("a")))(t)
	const all = 2 * maxRecent
	for i := 0; i < all; i += 1024 {
		var rows []TransferFile
		for n := range 1024 {
			rows = append(rows, TransferFile{Index: i + n, Path: "p", State: stateVerified})
		}
		if err := db.AddTransferFiles(ctx, key, rows); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(db.files.rows); n > maxRecent {
		t.Errorf("%d rows in memory", n)
	}
	if got := must(db.TransferFilesAfter(ctx, 0, 2*all))(t); len(got) != all || got[all-1].Seq != all {
		t.Errorf("%d files", len(got))
	}
}

// TestFilesOfATransferThatGaveWayAreToldNoMore: a stranger's transfer makes room
// for another stranger, and its files leave the memory with the table.
func TestFilesOfATransferThatGaveWayAreToldNoMore(t *testing.T) {
	db, ctx := opened(t), context.Background()
	quota := Quota{PerStranger: 3, Strangers: 3}
	var keys []int64
	for i := range 3 {
		key, err := offers(t, db, quota, 1, fmt.Sprint(i), true)
		if err != nil {
			t.Fatal(err)
		}
		if err := db.AddTransferFiles(ctx, key, []TransferFile{{Path: "a", State: stateVerified}}); err != nil {
			t.Fatal(err)
		}
		keys = append(keys, key)
	}
	if kept, err := receives(t, db, quota, 2, "new"); kept != 1 || err != nil {
		t.Fatalf("%d kept, %v", kept, err)
	}
	if _, err := db.Transfer(ctx, keys[0]); err == nil {
		t.Fatal("no transfer gave way")
	}
	compareRecent(t, db, keys, 0)
	if n := len(db.files.rows); n == 0 || n == len(keys) {
		t.Errorf("%d rows in memory of %d transfers", n, len(keys))
	}
}
