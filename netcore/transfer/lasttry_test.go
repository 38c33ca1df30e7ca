//go:build unix

package transfer

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// TestAFileThatEndsBetweenTwoTriesIsNotWaitedFor: its MD5 is there in one try, and
// recorded in the next, which has begun meanwhile.
func TestAFileThatEndsBetweenTwoTriesIsNotWaitedFor(t *testing.T) {
	n := newNetwork()
	a, b := join(t, n, "a"), join(t, n, "b")
	tree(t, a.dir, map[string]string{"src/big": noise(1, 3<<20)})
	ctx := context.Background()
	mine, err := a.Offer(ctx, b.id, []string{filepath.Join(a.dir, "src")})
	if err != nil {
		t.Fatal(err)
	}
	theirs := b.offered()
	j := b.job(theirs)
	hashing := make(chan struct{})
	busy := newThere(9, func() (*os.File, error) { <-hashing; return nil, errors.New("for the test") })
	busy.done = func(digest, error) {}
	j.md5s.add(busy)
	if err := b.Accept(ctx, theirs, AcceptOptions{Folder: b.dir}); err != nil {
		t.Fatal(err)
	}
	sums := func(ok func(s *twoSums) bool) func() bool {
		return func() bool {
			j.mu.Lock()
			defer j.mu.Unlock()
			for f := range j.pending {
				return ok(j.sumsOf(f))
			}
			return false
		}
	}
	until(t, "all is there but one MD5", sums(func(s *twoSums) bool { return s.placed && s.isThere && !s.isHere }))
	trying := func() *receiving {
		j.mu.Lock()
		defer j.mu.Unlock()
		return j.trying
	}
	before := trying()
	unlock := lockDatabase(t, b)
	close(hashing)
	until(t, "it is about to be recorded", sums(func(s *twoSums) bool { return s.announced }))
	n.cut()
	n.heal()
	until(t, "the next try has begun", func() bool {
		r := trying()
		if r == nil || r == before {
			return false
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		return r.left != nil
	})
	unlock()
	arrives(t, a, b, mine, theirs)
}

// lockDatabase keeps a member from writing to its profile until unlock is called.
func lockDatabase(t *testing.T, m *member) (unlock func()) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(m.profile, "lanyard.db"))
	if err != nil {
		t.Fatal(err)
	}
	conn, err := db.Conn(context.Background())
	if err == nil {
		_, err = conn.ExecContext(context.Background(), "BEGIN IMMEDIATE")
	}
	if err != nil {
		t.Fatal(err)
	}
	return func() {
		_, err := conn.ExecContext(context.Background(), "ROLLBACK")
		if err = errors.Join(err, conn.Close(), db.Close()); err != nil {
			t.Error(err)
		}
	}
}
