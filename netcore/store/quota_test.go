package store

import (
	"errors"
	"fmt"
	"testing"
)

// receives adds texts of the n-th device, and returns how many were kept.
func receives(t *testing.T, db *DB, quota Quota, n int, ids ...string) (kept int, err error) {
	t.Helper()
	var texts []Item
	for _, id := range ids {
		texts = append(texts, incoming(n, id, "x"))
	}
	for _, one := range must(db.AddReceived(t.Context(), texts, quota))(t) {
		if err = one.Err; err == nil {
			kept++
		}
	}
	return kept, err
}

// numbered returns n IDs.
func numbered(n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprint(i)
	}
	return ids
}

// itemsOf returns the IDs of what is kept of the n-th device.
func itemsOf(t *testing.T, db *DB, n int) []string {
	t.Helper()
	var ids []string
	for _, item := range must(db.ItemsAfter(t.Context(), 0, 1000))(t) {
		if item.Device == device(n) {
			ids = append(ids, item.ID)
		}
	}
	return ids
}

func TestOneStrangerFillsOnlySoMuch(t *testing.T) {
	db := opened(t)
	quota := Quota{PerStranger: 3, Strangers: 5}
	if kept, err := receives(t, db, quota, 1, "a", "b", "c", "d", "e"); kept != 3 || !errors.Is(err, ErrFull) {
		t.Errorf("one stranger: %d kept, %v", kept, err)
	}
	if kept, err := receives(t, db, quota, 1, "a", "c"); kept != 2 || err != nil {
		t.Errorf("what is here already: %d acknowledged, %v", kept, err)
	}
	if _, err := db.AddItem(t.Context(), outgoing(1, "z", "who are you?")); err != nil {
		t.Fatal(err)
	}
	if kept, err := receives(t, db, quota, 1, "d", "e", "f", "g"); kept != 4 || err != nil {
		t.Errorf("after an answer: %d kept, %v", kept, err)
	}
}

func TestManyStrangersLockNobodyOut(t *testing.T) {
	db := opened(t)
	quota := Quota{PerStranger: 50, Strangers: 100}
	must(db.AddReceived(t.Context(), []Item{incoming(9, "known", "x")}, wide))(t)
	must(db.AddItem(t.Context(), outgoing(9, "answer", "hello")))(t)
	for n := 1; n <= 2; n++ {
		if kept, err := receives(t, db, quota, n, numbered(50)...); kept != 50 || err != nil {
			t.Fatalf("stranger %d: %d kept, %v", n, kept, err)
		}
	}
	if kept, err := receives(t, db, quota, 3, numbered(50)...); kept < fewest || kept == 50 {
		t.Errorf("a newcomer got %d in, %v", kept, err)
	}
	all := 0
	for n := 1; n <= 3; n++ {
		ids := itemsOf(t, db, n)
		if all += len(ids); len(ids) < fewest || n < 3 && ids[len(ids)-1] != "49" {
			t.Errorf("of stranger %d there is %q", n, ids)
		}
	}
	if all > quota.Strangers {
		t.Errorf("%d items of strangers, at most %d were to be kept", all, quota.Strangers)
	}
	if ids := itemsOf(t, db, 9); len(ids) != 2 {
		t.Errorf("of one who is known there is %q", ids)
	}
}

func TestManyStrangersWithLittleEachLockNobodyOut(t *testing.T) {
	db := opened(t)
	quota := Quota{PerStranger: 50, Strangers: 100}
	for n := 1; n <= 100; n++ {
		if kept, err := receives(t, db, quota, n, "a"); kept != 1 || err != nil {
			t.Fatalf("stranger %d: %d kept, %v", n, kept, err)
		}
	}
	if kept, err := receives(t, db, quota, 200, numbered(30)...); kept < fewest {
		t.Errorf("a newcomer got %d in, %v", kept, err)
	}
	if all := len(must(db.ItemsAfter(t.Context(), 0, 1000))(t)); all > quota.Strangers {
		t.Errorf("%d items", all)
	}
}

// offers has the n-th device offer something that is shown.
func offers(t *testing.T, db *DB, quota Quota, n int, id string, ended bool) (int64, error) {
	t.Helper()
	transfer := Transfer{Device: device(n), ID: id, Name: "a", State: "offered", Created: noon}
	if ended {
		transfer.State, transfer.Ended = "declined", noon
	}
	key := must(db.AddTransfer(t.Context(), transfer))(t)
	item := incoming(n, id, "a")
	item.Kind, item.Transfer, item.State = KindFile, key, transfer.State
	return key, must(db.AddReceived(t.Context(), []Item{item}, quota))(t)[0].Err
}

func TestEndedTransfersGiveWayAndRunningOnesStay(t *testing.T) {
	db := opened(t)
	quota := Quota{PerStranger: 4, Strangers: 4}
	var keys []int64
	for i, ended := range []bool{false, true, true, false} {
		key, err := offers(t, db, quota, 1, fmt.Sprint(i), ended)
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, key)
	}
	files := []TransferFile{{Path: "a", State: "failed"}}
	if err := db.AddTransferFiles(t.Context(), keys[1], files); err != nil {
		t.Fatal(err)
	}
	if kept, err := receives(t, db, quota, 2, "a", "b", "c"); kept != 2 || !errors.Is(err, ErrFull) {
		t.Errorf("%d kept, %v", kept, err)
	}
	for i, want := range []bool{true, false, false, true} {
		if _, err := db.Transfer(t.Context(), keys[i]); (err == nil) != want {
			t.Errorf("transfer %d: %v", i, err)
		}
	}
	if rows := must(db.TransferFiles(t.Context(), keys[1]))(t); len(rows) != 0 {
		t.Errorf("files are left: %+v", rows)
	}
}

func TestATransferThatNothingShowsCanBeForgotten(t *testing.T) {
	db := opened(t)
	shown, err := offers(t, db, wide, 1, "shown", false)
	if err != nil {
		t.Fatal(err)
	}
	bare := must(db.AddTransfer(t.Context(), Transfer{Device: device(1), ID: "bare", State: "offered", Created: noon}))(t)
	for _, key := range []int64{shown, bare, bare} {
		if err := db.DeleteTransfer(t.Context(), key); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := db.Transfer(t.Context(), shown); err != nil {
		t.Error(err)
	}
	if _, err := db.Transfer(t.Context(), bare); !errors.Is(err, ErrNotFound) {
		t.Errorf("it is still there: %v", err)
	}
}

func TestPurgeTakesEndedTransfersAlong(t *testing.T) {
	db := opened(t)
	running, over := met(t, db, 1, nil), met(t, db, 2, nil)
	for n, transfer := range map[int]Transfer{1: {State: "offered"}, 2: {State: "failed", Ended: noon}} {
		transfer.Device, transfer.ID, transfer.Created = device(n), "t", noon
		must(db.AddTransfer(t.Context(), transfer))(t)
	}
	if gone := must(db.Purge(t.Context(), 0))(t); len(gone) != 1 || gone[0] != over {
		t.Errorf("gone = %v, want %d and not %d", gone, over, running)
	}
	left := must(db.SelectTransfers(t.Context(), TransferFilter{Limit: 10}))(t)
	if len(left) != 1 || left[0].Device != device(1) {
		t.Errorf("left = %+v", left)
	}
}
