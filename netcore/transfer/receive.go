package transfer

import (
	"context"
	"errors"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"lanyard/netcore/store"
	"lanyard/netcore/wire"
)

// writers is how many small files are written at a time.
const writers = 4

// waitingResults is the waiting room between the workers and the commits.
const waitingResults = 2048

// receiving is one try to receive the data of a transfer.
type receiving struct {
	j       *job
	stream  Stream
	conn    *wire.Conn
	writing sync.Mutex // of conn
	buffers supply
	plan    *plan
	disk    *disk
	resumed bool
	seen    []bool // by index: came in this try, or is not due
	due     int    // files that have not come
	work    chan arrived
	results chan result
	pending sync.WaitGroup // files between the stream and results
	cancel  context.CancelCauseFunc
}

// receive makes one try over a stream. The outcome is nil if it did not come
// to an end; the error is a *fault if the transfer cannot go on.
func (j *job) receive(stream Stream) (*outcome, error) {
	r := &receiving{
		j: j, stream: stream, conn: wire.NewConn(stream), buffers: newSupply(),
		work: make(chan arrived, writers), results: make(chan result, waitingResults),
	}
	ctx, cancel := context.WithCancelCause(j.ctx)
	r.cancel = cancel
	defer cancel(nil)
	stop := context.AfterFunc(ctx, func() { _ = stream.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	var alive sync.WaitGroup
	over := make(chan struct{})
	alive.Go(func() { r.keepAlive(over) })
	defer alive.Wait()
	defer close(over)
	err := r.run(ctx)
	if cause := context.Cause(ctx); cause != nil && err != nil {
		err = cause // what failed first
	}
	if errors.Is(err, errCancelledThere) {
		return &outcome{state: StateCancelled, reason: ReasonCancelledThere}, nil
	}
	if err != nil {
		return nil, err
	}
	return r.tally(), nil
}

// errCancelledThere says that the sender cancelled on the data stream.
var errCancelledThere = errors.New("the sender cancelled")

// run agrees on what is to come, takes it, and finishes the folders.
func (r *receiving) run(ctx context.Context) error {
	entries, t, err := r.manifest(ctx)
	if err != nil {
		return err
	}
	if r.disk, err = openDisk(t); err != nil {
		return err
	}
	err = r.fill(ctx, entries, t)
	return errors.Join(err, diskError("closing", r.disk.close()))
}

// diskError is diskFault for an error that may be nil.
func diskError(doing string, err error) error {
	if err == nil {
		return nil
	}
	return diskFault(doing, err)
}

// fill receives into the open disk.
func (r *receiving) fill(ctx context.Context, entries []planned, t store.Transfer) error {
	if err := r.lay(ctx, entries, t); err != nil {
		return err
	}
	if err := r.want(); err != nil {
		return err
	}
	var workers, committer errgroup.Group
	for range writers {
		workers.Go(func() error {
			for a := range r.work {
				r.results <- r.store(a)
				r.pending.Done()
			}
			return nil
		})
	}
	committer.Go(func() error { return r.commit(ctx) })
	r.fileRefused()
	err := r.frames(ctx)
	if _, ours := errors.AsType[*fault](err); ours {
		r.cancel(err) // else what is whole is still committed
	}
	close(r.work)
	r.pending.Wait()
	_ = workers.Wait()
	close(r.results)
	if err = errors.Join(err, committer.Wait()); err != nil {
		return err
	}
	return r.disk.finish()
}

// keepAlive tells the sender that this side is there while it syncs a slow disk.
func (r *receiving) keepAlive(over <-chan struct{}) {
	tick := time.NewTicker(r.j.s.cfg.Stall / 3)
	defer tick.Stop()
	for {
		select {
		case <-over:
			return
		case <-tick.C:
			_ = r.say(kindAlive, nil) // a broken stream shows elsewhere
		}
	}
}

// say sends one frame.
func (r *receiving) say(kind string, fields any) error {
	r.writing.Lock()
	defer r.writing.Unlock()
	if err := r.stream.SetWriteDeadline(time.Now().Add(r.j.s.cfg.Stall)); err != nil {
		return err
	}
	return errors.Join(r.conn.Write(kind, fields, nil), r.stream.Flush())
}

// next reads the next frame that says something.
func (r *receiving) next(ctx context.Context, limit int) (wire.Frame, error) {
	for {
		if err := r.stream.SetReadDeadline(time.Now().Add(r.j.s.cfg.Stall)); err != nil {
			return wire.Frame{}, err
		}
		if ctx.Err() != nil { // the deadline above may have undone the one of the end
			return wire.Frame{}, context.Cause(ctx)
		}
		frame, err := nextFrame(r.conn, limit)
		if err != nil || frame.Kind != kindAlive {
			return frame, err
		}
	}
}

// fileRefused sends what will not come on its way to be recorded.
func (r *receiving) fileRefused() {
	r.pending.Go(func() {
		for f := range r.plan.files {
			if e := &r.plan.files[f]; !e.folder && e.refused && !e.ended {
				r.results <- result{f: f, reason: e.reason}
			}
		}
	})
}

// tally is the outcome when all has come.
func (r *receiving) tally() *outcome {
	var good []named
	out := &outcome{state: StateVerified, complete: true}
	single := true
	for f := range r.plan.files {
		switch e := &r.plan.files[f]; {
		case e.folder:
			single = false
		case e.reason == ReasonNone:
			good = append(good, named{e.path, e.sum})
		case out.reason == ReasonNone:
			out.state, out.reason = StateFailed, e.reason
		}
	}
	out.md5 = listDigest(good, single && r.j.record().Count == 1, out.reason != ReasonNone)
	return out
}
