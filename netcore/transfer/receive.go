package transfer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"lanyard/netcore/store"
	"lanyard/netcore/wire"
)

// writers is how many small files are written at a time.
const writers = 4

// waiting room between the workers and the commits.
const waitingResults = 2048

// spansInFrame is how many ranges one want frame has.
const spansInFrame = 2000

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

// manifest reads and checks all entries.
func (r *receiving) manifest(ctx context.Context) ([]planned, store.Transfer, error) {
	c := newChecking(r.j.record())
	for {
		frame, err := r.next(ctx, wire.MaxManifest)
		if err != nil {
			return nil, c.t, err
		}
		switch frame.Kind {
		case kindEntries:
			err = c.frame(frame)
		case kindEntriesEnd:
			return c.entries, c.t, c.done()
		default:
			err = r.stray(frame)
		}
		if err != nil {
			return nil, c.t, err
		}
	}
}

// frame checks the entries of one frame.
func (c *checking) frame(frame wire.Frame) error {
	var list entriesFrame
	if err := frame.Decode(&list); err != nil {
		return &fault{ReasonProtocol, err}
	}
	if frame.BodySize != 0 || len(list.Entries) == 0 {
		return broken("a frame of %d entries", len(list.Entries))
	}
	for _, e := range list.Entries {
		if err := c.add(e); err != nil {
			return err
		}
	}
	return nil
}

// stray answers a frame that has no place where it came.
func (r *receiving) stray(frame wire.Frame) error {
	switch frame.Kind {
	case kindCancel:
		return errCancelledThere
	case wire.KindError:
		return unknown(frame)
	}
	_ = r.conn.WriteError(wire.CodeUnknownKind, frame.Kind)
	return broken("a %.32q has no place here", frame.Kind)
}

// lay makes the plan, or checks the manifest against that of an earlier try,
// and sees to the roots and to the room on the disk.
func (r *receiving) lay(ctx context.Context, entries []planned, t store.Transfer) error {
	j := r.j
	r.resumed, j.again = j.again, true
	if j.plan != nil {
		if !j.plan.same(entries) {
			return &fault{ReasonChanged, errors.New("another manifest than before")}
		}
		r.usePlan(j.plan)
		for i := range r.plan.dirs[1:] {
			r.plan.dirs[i+1].made = false // somebody may have cleaned up meanwhile
		}
		return nil
	}
	roots := slices.Clone(t.Roots)
	if err := r.disk.nameRoots(roots); err != nil {
		return err
	}
	if _, err := j.change(ctx, func(t *store.Transfer) { t.Roots = roots }); err != nil {
		return err
	}
	r.usePlan(newPlan(entries, roots))
	if r.resumed {
		if err := r.recall(ctx); err != nil {
			return err
		}
	}
	_, blocks := r.plan.wanted()
	if err := r.disk.fits(blocks); err != nil {
		return err
	}
	j.plan = r.plan
	return nil
}

// usePlan sets the plan of this try.
func (r *receiving) usePlan(p *plan) {
	r.plan, r.disk.plan = p, p
	r.seen = make([]bool, len(p.files))
	r.due = 0
	var have int64
	for f := range p.files {
		if p.open(f) {
			r.due++
		} else {
			r.seen[f] = true
			have += p.files[f].size
		}
	}
	r.j.moved.Store(have)
}

// recall marks what an earlier run of this program received.
func (r *receiving) recall(ctx context.Context) error {
	rows, err := r.j.s.cfg.Store.TransferFiles(ctx, r.j.key)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if row.Index < 0 || row.Index >= len(r.plan.files) {
			return &fault{ReasonChanged, errors.New("a shorter manifest than before")}
		}
		e := &r.plan.files[row.Index]
		if e.path != row.Path || e.size != row.Size {
			return &fault{ReasonChanged, fmt.Errorf("%q where %q was", e.path, row.Path)}
		}
		e.ended, e.reason = true, Reason(row.Reason)
		if row.MD5 == "" {
			continue
		}
		if err := unhex(e.sum[:], row.MD5); err != nil {
			return err
		}
	}
	r.usePlan(r.plan)
	return nil
}

// want asks for what is still to come, and repeats the receipts of the rest,
// which may have been lost.
func (r *receiving) want() error {
	spans, _ := r.plan.wanted()
	for more := true; more; {
		part := spans[:min(len(spans), spansInFrame)]
		spans = spans[len(part):]
		more = len(spans) > 0
		if part == nil {
			part = [][2]int{}
		}
		if err := r.say(kindWant, wantFrame{From: part, More: more}); err != nil {
			return err
		}
	}
	var ended []int
	for f := range r.plan.files {
		if r.plan.files[f].ended {
			ended = append(ended, f)
		}
	}
	for part := range slices.Chunk(ended, batchFiles) {
		if err := r.receipts(part); err != nil {
			return err
		}
	}
	return nil
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
	out.md5 = listDigest(good, single && r.j.record().Count == 1)
	return out
}
