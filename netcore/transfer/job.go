package transfer

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"lanyard/netcore/identity"
	"lanyard/netcore/store"
)

// saving is how long a write to the store may take at the end of a transfer.
const saving = 10 * time.Second

// outcome is how a transfer ended.
type outcome struct {
	state  State
	reason Reason
	md5    string
	tell   string // the kind of frame that tells the other side; empty: it knows
	// complete says that each file was taken or refused: "done" is sent.
	complete bool
}

// job is a transfer that has not ended.
type job struct {
	s        *Service
	key      int64
	device   identity.DeviceID
	id       string
	outgoing bool

	ctx      context.Context // ends with the outcome, or with the service
	cancel   context.CancelFunc
	ended    chan struct{}  // closed when all is cleaned up and stored
	accepted chan struct{}  // closed with StateRunning
	streams  sync.WaitGroup // data streams being served
	moved    atomic.Int64   // bytes of files that ended or are under way
	data     sync.Mutex     // held by the one data stream that counts
	writing  sync.Mutex     // orders changes of the record, their commits and callbacks

	mu      sync.Mutex
	rec     store.Transfer
	outcome *outcome
	ctl     *control  // the offer stream, when there is one
	newer   func()    // resets the data stream under way, to make room for a newer one
	live    int       // data streams under way
	away    bool      // there is no link to the other side
	alone   time.Time // since when neither is there; zero: not alone
	retry   chan struct{}
	meter   meter
	meters  map[int]*meter // of the files under way that are told of
	before  State          // the state that a pause interrupted
	list    *manifest
	again   bool         // incoming: files of an earlier try may be in place
	pending map[int]bool // files in place whose MD5 follows

	// Outgoing.
	theirs   int // the protocol version of the other side, 0 before it has said
	folders  int // in the list
	restored bool
	sums     []sum           // what is known of each entry
	latest   map[int]*follow // who takes the MD5 of which source
	renewed  map[int]version
	renewals map[int]int
	grown    int64         // bytes that the sources have more than was listed, of both directions
	anew     []int         // files that began anew
	fresh    []int         // digests to be told
	sent     func()        // resets the data stream under way
	asked    chan struct{} // holds a token while the list is being sent by itself
	answers  chan struct{} // closed when the other side has said which version it speaks
	sentNow  sentNow

	// Incoming.
	plan      *plan // the checked manifest
	two       map[int]*twoSums
	trying    *receiving    // the try under way
	described chan struct{} // closed when the list is there
	listed    *checking
	looked    time.Time // when somebody asked for listed
	saw       string    // what a list said that was dropped from memory; empty: none was
	curious   bool      // the list was asked for

	band  *rate.Limiter
	holds *rate.Limiter // of the other side: each costs a commit, before this user's yes too
	gauge gauge
	md5s  follower
	news  chan struct{} // holds a token when fresh has something
}

// newJob returns the job of a record.
func (s *Service) newJob(t store.Transfer) *job {
	j := &job{
		s: s, key: t.Key, device: t.Device, id: t.ID, outgoing: t.Outgoing, rec: t,
		ended: make(chan struct{}), accepted: make(chan struct{}), retry: make(chan struct{}),
		alone: s.cfg.Now(), band: newBand(), holds: rate.NewLimiter(holdRate, holdBurst), news: make(chan struct{}, 1), described: make(chan struct{}), pending: map[int]bool{},
		before: StateQueued, asked: make(chan struct{}, 1), answers: make(chan struct{}),
	}
	setBand(j.band, t.Bandwidth)
	j.ctx, j.cancel = context.WithCancel(s.ctx)
	j.md5s.ctx, j.md5s.moved = j.ctx, &j.moved
	j.moved.Store(t.DoneBytes)
	if !t.Outgoing {
		j.before = StateOffered
	}
	if t.Accepted {
		j.again, j.away = true, true // from an earlier run
		j.before = StateRunning
		close(j.accepted)
	}
	return j
}

// run drives the job to its end.
func (j *job) run() {
	watching := time.NewTicker(max(j.s.cfg.GiveUp/16, time.Millisecond))
	defer watching.Stop()
	working := make(chan struct{})
	go func() {
		defer close(working)
		if j.outgoing {
			j.offer()
		}
	}()
	for over := false; !over; {
		select {
		case <-j.ctx.Done():
			over = true
		case <-watching.C:
			j.watch()
		}
	}
	<-working
	j.streams.Wait()
	j.md5s.tasks.Wait()
	j.conclude()
}

// watch gives up when the other side has been away for too long.
func (j *job) watch() {
	j.mu.Lock()
	over := waiting(j.rec) && !j.alone.IsZero() && j.s.cfg.Now().Sub(j.alone) >= j.s.cfg.GiveUp
	if State(j.rec.State) == StateQueued {
		over = j.s.cfg.Now().Sub(j.rec.Created) >= j.s.cfg.Expire
	}
	j.mu.Unlock()
	if over {
		j.finish(outcome{state: StateFailed, reason: ReasonLost, tell: kindStop})
	}
}

// waiting reports whether both sides know of the transfer and it goes on.
func waiting(t store.Transfer) bool {
	switch State(t.State) {
	case StateOffered, StateRunning, StatePaused:
		return true
	}
	return false
}

// finish decides how the job ends, unless that is decided. It does not wait.
func (j *job) finish(o outcome) {
	j.mu.Lock()
	if j.outcome == nil {
		j.outcome = &o
	}
	j.mu.Unlock()
	j.cancel()
}

// fail ends the job for a reason that the other side is told.
func (j *job) fail(err error) {
	j.s.log.Warn("transfer failed", "key", j.key, "error", err)
	reason := ReasonFailed
	if f, ok := errors.AsType[*fault](err); ok {
		reason = f.reason
	}
	j.finish(outcome{state: StateFailed, reason: reason, tell: kindStop})
}

// conclude cleans up and stores the outcome.
func (j *job) conclude() {
	j.writing.Lock()
	defer j.writing.Unlock()
	j.mu.Lock()
	rec, out := j.rec, j.outcome
	untold := j.outgoing && j.ctl == nil && waiting(rec)
	j.mu.Unlock()
	if out != nil {
		if !j.outgoing && rec.Folder != "" {
			j.clean(rec, out)
		}
		if untold = untold && out.tell != ""; untold {
			if err := j.s.note(rec, out.reason); err != nil {
				j.s.log.Warn("the other side may not hear of an end", "key", j.key, "error", err)
			}
		}
		rec.State, rec.Reason, rec.MD5, rec.Ended = string(out.state), string(out.reason), out.md5, j.s.cfg.Now()
		ctx, cancel := context.WithTimeout(context.WithoutCancel(j.s.ctx), saving)
		defer cancel()
		if err := j.s.cfg.Store.UpdateTransfer(ctx, rec); err != nil {
			j.s.log.Error("storing the end of a transfer", "key", j.key, "error", err)
		} else {
			removeList(j.s.cfg.Dir, j.key) // not before: without it, it would not go on after a crash
		}
		if untold {
			j.s.remember(j.device, j.id, ending{j.key, out.reason})
			j.s.tellSoon(j.device)
		}
	}
	j.mu.Lock()
	j.rec = rec
	j.mu.Unlock()
	j.s.mu.Lock()
	delete(j.s.jobs, j.key)
	j.s.mu.Unlock()
	close(j.ended)
	if out != nil {
		j.s.cfg.OnChange(j.key)
	}
}

// clean cleans up in the save folder, or notes that it is still to be done.
func (j *job) clean(rec store.Transfer, out *outcome) {
	err := cleanFolder(rec, out)
	if err == nil {
		return
	}
	if err = errors.Join(err, j.s.noteLeft(rec)); !errors.Is(err, fs.ErrNotExist) {
		j.s.log.Warn("a folder of a transfer that ended is left", "key", j.key, "error", err)
	}
}

// change changes the record, commits it and says so. It does nothing once the
// outcome is known, and reports whether it did something.
func (j *job) change(ctx context.Context, edit func(*store.Transfer)) (bool, error) {
	j.writing.Lock()
	defer j.writing.Unlock()
	j.mu.Lock()
	rec, over := j.rec, j.outcome != nil
	j.mu.Unlock()
	if over {
		return false, nil
	}
	roots := rec.Roots
	edit(&rec)
	sameRoots := slices.Equal(rec.Roots, roots)
	if err := j.s.cfg.Store.UpdateTransfer(ctx, rec); err != nil {
		return false, err
	}
	j.mu.Lock()
	if sameRoots {
		rec.Roots = j.rec.Roots // a file may have got its name meanwhile
	}
	rec.Done, rec.Failed, rec.Skipped, rec.DoneBytes = j.rec.Done, j.rec.Failed, j.rec.Skipped, j.rec.DoneBytes
	j.rec = rec
	j.mu.Unlock()
	j.s.cfg.OnChange(j.key)
	return true, nil
}

// record returns a copy of the record.
func (j *job) record() store.Transfer {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.rec
}

// settle records files that ended, in the store first.
func (j *job) settle(ctx context.Context, files []store.TransferFile) error {
	if len(files) == 0 {
		return nil
	}
	if err := j.s.cfg.Store.AddTransferFiles(ctx, j.key, files); err != nil {
		return err
	}
	j.mu.Lock()
	for _, f := range files {
		j.tick(f)
	}
	j.mu.Unlock()
	j.s.cfg.OnFiles()
	return nil
}

// tick counts a file that ended, as the store does. The caller holds j.mu.
func (j *job) tick(f store.TransferFile) {
	if j.pending[f.Index] {
		delete(j.pending, f.Index)
		j.rec.Done--
		j.rec.DoneBytes -= f.Size
	}
	switch State(f.State) {
	case StateVerified:
		j.rec.Done++
		j.rec.DoneBytes += f.Size
		if f.Pending {
			j.pending[f.Index] = true
		}
	case StateSkipped:
		j.rec.Skipped++
	default:
		j.rec.Failed++
	}
}

// kick makes what waits to try again try now.
func (j *job) kick() {
	j.mu.Lock()
	defer j.mu.Unlock()
	close(j.retry)
	j.retry = make(chan struct{})
}

// pause waits before another try: for a kick, or for as long as given.
func (j *job) pause(wait time.Duration) {
	j.mu.Lock()
	retry := j.retry
	j.mu.Unlock()
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-j.ctx.Done():
	case <-retry:
	case <-timer.C:
	}
}

// present counts streams to the other side: change is 1 when one begins to be
// served and -1 when it ends.
func (j *job) present(change int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.live += change
	if change > 0 {
		j.away = false
	} else {
		j.gauge.hear(LimitNone) // a stream says it anew
	}
	j.judge()
}

// setAway notes whether the other side can be reached.
func (j *job) setAway(away bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.away = away
}

// judge notes since when the job is alone. The caller holds j.mu.
func (j *job) judge() {
	switch alone := j.live == 0 && j.ctl == nil; {
	case !alone:
		j.alone = time.Time{}
	case j.alone.IsZero():
		j.alone = j.s.cfg.Now()
	}
}
