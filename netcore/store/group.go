package store

import (
	"context"
	"database/sql"
	"slices"
	"sync"
)

// maxGroup is how many writes share one commit at most.
const maxGroup = 256

// group lets writes that come at the same time share one commit, so that a
// thousand messages do not wait for a thousand flushes of the disk. There is
// no goroutine behind it: whoever gets the turn commits for all that wait.
type group struct {
	turn  chan struct{} // holds one token while somebody commits
	mu    sync.Mutex
	queue []*job
}

// job is one write that waits for a commit.
type job struct {
	fn   func(ctx context.Context, tx *sql.Tx) error
	done chan error // buffered: the one who commits never waits for the one who asked
}

func newGroup() *group { return &group{turn: make(chan struct{}, 1)} }

// grouped runs fn in a write transaction that it may share with others, and
// returns once that is committed. An error of fn takes back what fn did, and
// nothing else. fn may be run twice, so that it must not add to what it set up
// outside; the context that it gets does not end, for the sake of the others.
// With an error of ctx nothing of fn was done.
func (db *DB) grouped(ctx context.Context, fn func(ctx context.Context, tx *sql.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	g, j := db.group, &job{fn: fn, done: make(chan error, 1)}
	g.add(j)
	for {
		select {
		case err := <-j.done:
			return err
		case g.turn <- struct{}{}:
			db.commit(context.WithoutCancel(ctx), g.take())
			<-g.turn
		case <-ctx.Done():
			if g.remove(j) {
				return ctx.Err()
			}
			return <-j.done
		}
	}
}

// commit runs the jobs in one transaction. If one of them fails, each gets a
// transaction of its own, so that it fails alone.
func (db *DB) commit(ctx context.Context, jobs []*job) {
	err := db.update(ctx, func(tx *sql.Tx) error {
		for _, j := range jobs {
			if err := j.fn(ctx, tx); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil || len(jobs) == 1 {
		for _, j := range jobs {
			j.done <- err
		}
		return
	}
	for _, j := range jobs {
		j.done <- db.update(ctx, func(tx *sql.Tx) error { return j.fn(ctx, tx) })
	}
}

func (g *group) add(j *job) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.queue = append(g.queue, j)
}

// take returns the jobs of the next commit.
func (g *group) take() []*job {
	g.mu.Lock()
	defer g.mu.Unlock()
	n := min(len(g.queue), maxGroup)
	jobs := slices.Clone(g.queue[:n])
	g.queue = slices.Delete(g.queue, 0, n)
	return jobs
}

// remove takes j out, and reports whether it was still waiting.
func (g *group) remove(j *job) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	i := slices.Index(g.queue, j)
	if i < 0 {
		return false
	}
	g.queue = slices.Delete(g.queue, i, i+1)
	return true
}
