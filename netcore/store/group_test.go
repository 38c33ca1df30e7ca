package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"testing"
)

// waiting starts n writes while somebody else commits, and returns when all of
// them wait for the next turn.
func waiting(t *testing.T, db *DB, n int, write func(i int) error) (release func() []error) {
	t.Helper()
	db.group.turn <- struct{}{}
	errs := make([]error, n)
	var writers sync.WaitGroup
	for i := range n {
		writers.Go(func() { errs[i] = write(i) })
	}
	for queued := 0; queued < n; {
		db.group.mu.Lock()
		queued = len(db.group.queue)
		db.group.mu.Unlock()
	}
	return func() []error {
		<-db.group.turn
		writers.Wait()
		return errs
	}
}

func TestWritesOfOneMomentShareACommit(t *testing.T) {
	db := opened(t)
	const writes = 300
	commits := map[*sql.Tx]int{}
	release := waiting(t, db, writes, func(i int) error {
		return db.grouped(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
			commits[tx]++ // one transaction at a time: no lock needed
			_, err := tx.ExecContext(ctx, `INSERT INTO settings VALUES (?, '')`, fmt.Sprint(i))
			return err
		})
	})
	if err := errors.Join(release()...); err != nil {
		t.Fatal(err)
	}
	if len(commits) > 2 {
		t.Errorf("%d commits for %d writes, want 2", len(commits), writes)
	}
	if all := must(db.Settings(t.Context()))(t); len(all) != writes {
		t.Errorf("%d of %d writes are there", len(all), writes)
	}
}

func TestAWriteFailsAlone(t *testing.T) {
	db := opened(t)
	broken := errors.New("broken")
	release := waiting(t, db, 10, func(i int) error {
		return db.grouped(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
			if _, err := tx.ExecContext(ctx, `INSERT INTO settings VALUES (?, '')`, fmt.Sprint(i)); err != nil {
				return err
			}
			if i == 4 {
				return broken
			}
			return nil
		})
	})
	for i, err := range release() {
		if want := i == 4; errors.Is(err, broken) != want || (err != nil) != want {
			t.Errorf("write %d: %v", i, err)
		}
	}
	all := must(db.Settings(t.Context()))(t)
	if _, there := all["4"]; len(all) != 9 || there {
		t.Errorf("settings = %v, want all but 4", all)
	}
}

func TestACancelledWriteIsNotDone(t *testing.T) {
	db := opened(t)
	ctx, cancel := context.WithCancel(t.Context())
	release := waiting(t, db, 1, func(int) error {
		return db.grouped(ctx, func(ctx context.Context, tx *sql.Tx) error {
			t.Error("the write was done")
			return nil
		})
	})
	cancel()
	for queued := 1; queued > 0; {
		db.group.mu.Lock()
		queued = len(db.group.queue)
		db.group.mu.Unlock()
	}
	if err := errors.Join(release()...); !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v, want context.Canceled", err)
	}
	if err := db.grouped(ctx, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("with an ended context: %v", err)
	}
}
