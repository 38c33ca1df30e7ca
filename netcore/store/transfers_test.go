package store

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"time"

	"lanyard/netcore/identity"
)

// openForTransfers opens an empty profile.
func openForTransfers(t *testing.T) *DB {
	t.Helper()
	db, err := Open(context.Background(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// aTransfer returns a record with something in every field.
func aTransfer(id string) Transfer {
	return Transfer{
		Device: identity.DeviceID{1, 2, 3}, ID: id, Outgoing: true, Name: "空 src", Count: 3, Folders: 2, Bytes: 30,
		State: "running", Folder: "/save", Bandwidth: 5_000_000, Created: time.UnixMilli(1_700_000_000_123),
		Roots: []TransferRoot{{Name: "src", Dir: true, Size: 30, Path: "/home/x/src"}},
	}
}

func TestTransfersAreKept(t *testing.T) {
	db, ctx := openForTransfers(t), context.Background()
	want := aTransfer("a")
	var err error
	if want.Key, err = db.AddTransfer(ctx, want); err != nil {
		t.Fatal(err)
	}
	if _, err := db.AddTransfer(ctx, want); err == nil {
		t.Error("the same transfer was added twice")
	}
	got, err := db.Transfer(ctx, want.Key)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("Transfer = %+v, %v; want %+v", got, err, want)
	}
	if found, err := db.FindTransfer(ctx, want.Device, true, "a"); err != nil || found.Key != want.Key {
		t.Errorf("FindTransfer = %+v, %v", found, err)
	}
	if _, err := db.FindTransfer(ctx, want.Device, false, "a"); !errors.Is(err, ErrNotFound) {
		t.Errorf("the other direction: %v, want ErrNotFound", err)
	}
	if list, err := db.OpenTransfers(ctx); err != nil || len(list) != 1 {
		t.Errorf("OpenTransfers = %v, %v", list, err)
	}
	want.State, want.Reason, want.MD5, want.Ended = "failed", "lost", "x", time.UnixMilli(1_700_000_009_000)
	want.Auto = true
	if err := db.UpdateTransfer(ctx, want); err != nil {
		t.Fatal(err)
	}
	if got, err = db.Transfer(ctx, want.Key); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("after the update %+v, %v; want %+v", got, err, want)
	}
	if list, err := db.OpenTransfers(ctx); err != nil || len(list) != 0 {
		t.Errorf("OpenTransfers = %v, %v; want none", list, err)
	}
	if _, err := db.Transfer(ctx, 99); !errors.Is(err, ErrNotFound) {
		t.Errorf("Transfer(99): %v, want ErrNotFound", err)
	}
}

func TestFilesAreCountedOnce(t *testing.T) {
	db, ctx := openForTransfers(t), context.Background()
	key, err := db.AddTransfer(ctx, aTransfer("a"))
	if err != nil {
		t.Fatal(err)
	}
	good := TransferFile{Index: 1, Path: "src/1", Saved: "/save/src/1", Size: 10, MD5: "d41d8cd98f00b204e9800998ecf8427e", State: "verified"}
	bad := TransferFile{Index: 0, Path: "src/0", Size: 7, State: "failed", Reason: "vanished"}
	for range 2 {
		if err := db.AddTransferFiles(ctx, key, []TransferFile{good, bad}); err != nil {
			t.Fatal(err)
		}
	}
	got, err := db.Transfer(ctx, key)
	if err != nil || got.Done != 1 || got.Failed != 1 || got.DoneBytes != 10 {
		t.Errorf("counted %+v, %v", got, err)
	}
	files, err := db.TransferFilesAfter(ctx, 0, 10)
	if err != nil || len(files) != 2 {
		t.Fatalf("TransferFilesAfter = %+v, %v", files, err)
	}
	good.Seq, good.Transfer, good.Device, good.Outgoing = files[0].Seq, key, got.Device, true
	if files[0] != good || files[1].Reason != "vanished" {
		t.Errorf("recorded %+v", files)
	}
	if rest, err := db.TransferFilesAfter(ctx, files[0].Seq, 10); err != nil || len(rest) != 1 || rest[0].Path != "src/0" {
		t.Errorf("after the first: %+v, %v", rest, err)
	}
	if byIndex, err := db.TransferFiles(ctx, key); err != nil || len(byIndex) != 2 || byIndex[0].Index != 0 {
		t.Errorf("TransferFiles = %+v, %v", byIndex, err)
	}
	if err := db.AddTransferFiles(ctx, 99, []TransferFile{bad}); err == nil {
		t.Error("files of no transfer were recorded")
	}
}

func TestAFileWhoseMD5FollowsGetsAnotherRow(t *testing.T) {
	db, ctx := openForTransfers(t), context.Background()
	key, err := db.AddTransfer(ctx, aTransfer("a"))
	if err != nil {
		t.Fatal(err)
	}
	add := func(f TransferFile) {
		t.Helper()
		if err := db.AddTransferFiles(ctx, key, []TransferFile{f, {Index: 5, State: "skipped", Reason: "identical"}}); err != nil {
			t.Fatal(err)
		}
	}
	one := TransferFile{Index: 1, Path: "src/1", Saved: "/save/src/1", Size: 10, State: "verified", Pending: true}
	add(one)
	if shown, err := db.TransferFilesAfter(ctx, 0, 10); err != nil || len(shown) != 1 {
		t.Errorf("shown while pending: %+v, %v", shown, err)
	}
	one.Pending, one.MD5 = false, "d41d8cd98f00b204e9800998ecf8427e"
	add(one)
	add(one)
	got, err := db.Transfer(ctx, key)
	if err != nil || got.Done != 1 || got.Failed != 0 || got.Skipped != 1 || got.DoneBytes != 10 {
		t.Errorf("counted %+v, %v", got, err)
	}
	if shown, err := db.TransferFilesAfter(ctx, 0, 10); err != nil || len(shown) != 2 || shown[1].MD5 != one.MD5 {
		t.Errorf("shown: %+v, %v", shown, err)
	}
}
