package store

import (
	"context"
	"database/sql"
	"errors"
	"sync"
)

// maxPrepared is how many queries stay prepared: more than this package has.
// Those whose text depends on how much is asked for must not grow without end.
const maxPrepared = 128

// reader runs queries beside the one writer, each prepared once: reading a query
// took most of the time of answering it. It is safe for use by several
// goroutines.
type reader struct {
	db *sql.DB

	mu       sync.Mutex
	prepared map[string]*sql.Stmt
}

func newReader(db *sql.DB) *reader {
	return &reader{db: db, prepared: map[string]*sql.Stmt{}}
}

// QueryContext is that of [sql.DB].
func (r *reader) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if stmt := r.stmt(ctx, query); stmt != nil {
		return stmt.QueryContext(ctx, args...)
	}
	return r.db.QueryContext(ctx, query, args...)
}

// QueryRowContext is that of [sql.DB].
func (r *reader) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if stmt := r.stmt(ctx, query); stmt != nil {
		return stmt.QueryRowContext(ctx, args...)
	}
	return r.db.QueryRowContext(ctx, query, args...)
}

// stmt returns a query prepared; nil: it is to be run as it is, which tells what
// is wrong with it, or with ctx.
func (r *reader) stmt(ctx context.Context, query string) *sql.Stmt {
	r.mu.Lock()
	stmt, full := r.prepared[query], len(r.prepared) >= maxPrepared
	r.mu.Unlock()
	if stmt != nil || full {
		return stmt
	}
	// Not under the lock: it may wait for a connection.
	fresh, err := r.db.PrepareContext(ctx, query) // #nosec G701 -- the queries of this package
	if err != nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if stmt = r.prepared[query]; stmt != nil { // another was quicker
		_ = fresh.Close()
		return stmt
	}
	r.prepared[query] = fresh
	return fresh
}

// Close closes what is prepared, and the connections.
func (r *reader) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	var err error
	for _, stmt := range r.prepared {
		err = errors.Join(err, stmt.Close())
	}
	return errors.Join(err, r.db.Close())
}
