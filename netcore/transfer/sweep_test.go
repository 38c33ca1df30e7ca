//go:build unix

package transfer

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestListsOfWhatEndedAreSweptAway(t *testing.T) {
	n := newNetwork()
	a, b := join(t, n, "a"), join(t, n, "b")
	tree(t, a.dir, map[string]string{"one": "1"})
	mine, err := a.Offer(context.Background(), b.id, []string{filepath.Join(a.dir, "one")})
	if err != nil {
		t.Fatal(err)
	}
	b.offered()
	dir := a.cfg.Dir
	until(t, "it is offered, and its list kept", func() bool { // before, the next run lists it anew
		shot, failed := a.Snapshot(context.Background(), mine)
		_, err := os.Stat(listPath(dir, 1))
		return errors.Join(failed, err) == nil && shot.State == string(StateOffered)
	})
	a.leave(n)
	for _, name := range []string{"77.list", "77.list.new", "1.list.new"} { // of a run that was killed
		if err := os.WriteFile(filepath.Join(dir, name), []byte("left"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	a.start(n)
	list, err := os.ReadDir(dir)
	if err != nil || len(list) != 1 || list[0].Name() != "1.list" {
		t.Errorf("kept are %v, %v", list, err)
	}
}
