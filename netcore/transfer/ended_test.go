//go:build unix

package transfer

import (
	"context"
	"path/filepath"
	"testing"

	"lanyard/netcore/store"
)

// As if everything had been sent and no receipt had come before the end.
func TestASenderThatMissedAllReceiptsHearsWhatWasSkipped(t *testing.T) {
	ctx := context.Background()
	n := newNetwork()
	a, b := join(t, n, "a"), join(t, n, "b")
	tree(t, b.dir, map[string]string{"src/there": "the same"})
	tree(t, a.dir, map[string]string{"src/there": "the same", "src/new": "new", "src/big": noise(1, 2<<20)})
	mine, err := a.Offer(ctx, b.id, []string{filepath.Join(a.dir, "src")})
	if err != nil {
		t.Fatal(err)
	}
	theirs := b.offered()
	if err := b.Accept(ctx, theirs, AcceptOptions{Folder: b.dir, Policy: PolicyKeep}); err != nil {
		t.Fatal(err)
	}
	wantEnd(t, b.await(theirs), StateVerified, ReasonNone)
	wantEnd(t, a.await(mine), StateVerified, ReasonNone)
	rec, err := a.db.Transfer(ctx, mine)
	if err != nil {
		t.Fatal(err)
	}

	again := join(t, n, "a")
	list, err := walk(ctx, rec.Roots)
	if err != nil {
		t.Fatal(err)
	}
	rec.State, rec.Done, rec.Skipped, rec.DoneBytes, rec.MD5 = string(StateRunning), 0, 0, 0, ""
	if rec.Key, err = again.db.AddTransfer(ctx, store.Transfer{Device: rec.Device, ID: rec.ID, Outgoing: true, Created: rec.Created}); err != nil {
		t.Fatal(err)
	}
	j := again.newJob(rec)
	j.list, j.sums, j.restored = &list.manifest, make([]sum, len(list.entries)), true
	if err := again.launch(j); err != nil {
		t.Fatal(err)
	}
	got := again.await(rec.Key)
	wantEnd(t, got, StateVerified, ReasonNone)
	if got.Skipped != 1 {
		t.Errorf("ended as %+v, want one skipped", got)
	}
}
