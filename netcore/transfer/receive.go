package transfer

import (
	"bufio"
	"context"
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"lanyard/netcore/wire"
)

// writers is how many small files are written at a time.
const writers = 4

// waitingResults is the waiting room between the workers and the commits.
const waitingResults = 512

// receiving is one try to receive the data of a transfer.
type receiving struct {
	j        *job
	first    dataFrame
	v2       bool
	stream   Stream
	conn     *wire.Conn
	in       *bufio.Reader // of conn
	writing  sync.Mutex    // of conn
	buffers  supply
	plan     *plan
	disk     *disk
	resumed  bool
	work     chan []arrived
	pieces   chan piece
	results  chan result
	pending  sync.WaitGroup // files between the stream and results
	cancel   context.CancelCauseFunc
	dirty    checkpoint
	checks   sync.WaitGroup
	quit     chan struct{} // closed to end checks
	extended time.Time     // when the deadline of reading was put off, by the reader
	group    []arrived     // small files to be handed on, by the reader
	ending   chan struct{} // holds a token once "end" has come

	mu       sync.Mutex
	expected []uint16        // by index: how often its first frame is due
	files    map[int]*inFile // large files under way
	due      int             // files that have not been judged; version 1: that have not come
	asking   bool            // not all wants are said
	current  *inFile         // version 1
	judged   map[int]bool    // large files that are good, and all that were skipped; version 2
	passed   map[int]int64   // large files that were skipped on their way: bytes that may still come of them; version 2
	wrong    map[int]int     // how often a file was of no use
	over     bool            // "end" has come
	left     []bool          // by index: files that are not recorded for good
	unended  int             // how many

	complete atomic.Bool // nothing is to come any more
}

// newReceiving returns a try over a stream.
func (j *job) newReceiving(stream Stream, first dataFrame) *receiving {
	r := &receiving{
		j: j, first: first, v2: first.V >= spoken, stream: stream, buffers: newSupply(),
		work: make(chan []arrived, writers), pieces: make(chan piece, ahead), results: make(chan result, waitingResults),
		quit: make(chan struct{}), ending: make(chan struct{}, 1), files: map[int]*inFile{}, wrong: map[int]int{}, judged: map[int]bool{}, passed: map[int]int64{}, asking: true,
	}
	r.dirty.init()
	r.in = bufio.NewReaderSize(stream, readAhead)
	r.conn = wire.NewConn(struct {
		io.Reader
		io.Writer
	}{r.in, stream})
	return r
}

// readAhead is how much of the stream is read at a time: each read of a bulk
// link passes several locks, and a small file takes three.
const readAhead = 32 << 10

// ahead is how many chunks may wait to be hashed and written.
const ahead = 8

// receive makes one try over a stream. The outcome is nil if it did not come
// to an end; the error is a *fault if the transfer cannot go on.
func (j *job) receive(stream Stream, first dataFrame) (*outcome, error) {
	r := j.newReceiving(stream, first)
	ctx, cancel := context.WithCancelCause(j.ctx)
	r.cancel = cancel
	defer cancel(nil)
	j.try(r)
	defer j.try(nil)
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

// try notes the try under way.
func (j *job) try(r *receiving) {
	j.mu.Lock()
	j.trying = r
	j.mu.Unlock()
}

// errCancelledThere says that the sender cancelled on the data stream.
var errCancelledThere = errors.New("the sender cancelled")

// run agrees on what is to come, takes it, and finishes the folders.
func (r *receiving) run(ctx context.Context) error {
	listed, err := r.list(ctx)
	if err != nil {
		return err
	}
	rec := r.j.record()
	r.resumed, r.j.again = r.j.again, true
	r.j.s.removeLeft(rec.Folder)
	if r.disk, err = openDisk(rec, r.resumed && r.v2); err != nil {
		return err
	}
	err = r.fill(ctx, listed)
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
func (r *receiving) fill(ctx context.Context, listed *checking) error {
	if err := r.lay(ctx, listed); err != nil {
		return err
	}
	var stages stages
	stages.start(ctx, r)
	err := r.want(ctx)
	if err == nil {
		r.fileRefused()
		err = r.frames(ctx)
	}
	if _, ours := errors.AsType[*fault](err); ours {
		r.cancel(err) // else what is whole is still committed
	}
	if err = errors.Join(err, stages.end(r)); err != nil {
		return err
	}
	if err := r.makeLinks(ctx); err != nil {
		return err
	}
	return r.disk.finish()
}

// stages are the goroutines of a try.
type stages struct {
	small, large, committer, syncer errgroup.Group
}

// start starts them.
func (s *stages) start(ctx context.Context, r *receiving) {
	for range writers {
		s.small.Go(func() error {
			for files := range r.work {
				for _, a := range files {
					r.results <- r.store(a)
					r.pending.Done()
				}
			}
			return nil
		})
	}
	s.large.Go(func() error {
		for p := range r.pieces {
			r.take(p)
		}
		return nil
	})
	s.committer.Go(func() error { return r.commit(ctx) })
	s.syncer.Go(func() error { return r.checkpoints(ctx) })
}

// end waits until what has come is committed.
func (s *stages) end(r *receiving) error {
	close(r.quit)
	close(r.work)
	close(r.pieces)
	_ = s.small.Wait()
	_ = s.large.Wait()
	r.checks.Wait()
	r.dirty.close()
	failed := s.syncer.Wait()
	r.abandon()
	r.pending.Wait()
	close(r.results)
	return errors.Join(failed, s.committer.Wait())
}

// keepAlive tells the sender that this side is there while it syncs a slow
// disk, and what of it limits.
func (r *receiving) keepAlive(over <-chan struct{}) {
	pulse := newPulse(r.j, r.v2)
	tick := time.NewTicker(pulse.tick())
	defer tick.Stop()
	for {
		select {
		case <-over:
			return
		case now := <-tick.C:
			if frame, due := pulse.due(now); due {
				_ = r.say(kindAlive, frame) // a broken stream shows elsewhere
			}
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
	if r.in.Buffered() == 0 {
		r.handOn() // it may be long until more comes
	}
	began := time.Now()
	defer func() { since(&r.j.gauge.empty, began) }()
	for {
		if err := r.goOn(); err != nil {
			return wire.Frame{}, err
		}
		if ctx.Err() != nil { // the deadline above may have undone the one of the end
			return wire.Frame{}, context.Cause(ctx)
		}
		if r.complete.Load() {
			return wire.Frame{}, errComplete
		}
		frame, err := nextFrame(r.conn, limit)
		if err != nil && r.complete.Load() {
			err = errComplete
		}
		if err != nil || frame.Kind != kindAlive {
			return frame, err
		}
		if err := r.j.hear(frame); err != nil {
			return wire.Frame{}, err
		}
	}
}

// goOn puts the deadline of reading off, unless that was done just before: it
// costs more than the rest of what is done for a small file here.
func (r *receiving) goOn() error {
	now := time.Now()
	if now.Sub(r.extended) < r.j.s.cfg.Stall/8 {
		return nil
	}
	r.extended = now
	return r.stream.SetReadDeadline(now.Add(r.j.s.cfg.Stall))
}

// errComplete says that nothing is to come any more.
var errComplete = errors.New("all has come")

// isComplete has the reader stop: all that was to come is there and recorded.
func (r *receiving) isComplete() {
	r.complete.Store(true)
	_ = r.stream.SetReadDeadline(time.Unix(1, 0))
}

// fileRefused sends what will not come on its way to be recorded.
func (r *receiving) fileRefused() {
	var refused []result
	r.j.mu.Lock() // digests may agree meanwhile
	for f := range r.plan.files {
		if e := &r.plan.files[f]; !e.folder && e.refused && !e.ended {
			refused = append(refused, result{f: f, reason: e.reason})
		}
	}
	r.j.mu.Unlock()
	r.pending.Go(func() {
		for _, one := range refused {
			r.results <- one
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
		case e.reason == ReasonNone && e.link == "":
			good = append(good, named{e.path, e.sum})
		case e.reason.skips() || e.reason == ReasonNone:
		case out.reason == ReasonNone:
			out.state, out.reason = StateFailed, e.reason
		}
	}
	out.md5 = listDigest(good, single && r.j.record().Count == 1)
	return out
}
