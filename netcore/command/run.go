package command

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"sync"
	"time"

	"lanyard/netcore/identity"
	"lanyard/netcore/wire"
)

// How long the other side may take.
const (
	answerTime  = 30 * time.Second // for a first answer, and after a consent
	maxAskTime  = 10 * time.Minute // for a consent, whatever it says
	stopTime    = 15 * time.Second // to say how a run ended that was stopped
	closingTime = 2 * time.Second  // the same, when this program ends
	lateTime    = time.Minute      // to say how a run ended whose time limit is over
)

// Output takes what a run puts out: one call at a time, in order. p is valid
// until it returns; while it runs the producer is slowed down, and no more than
// a megabyte is held. An error stops the run.
type Output func(from Pipe, p []byte) error

// Run is a command that another device runs for this one. It is an io.Writer of
// its standard input. Its methods may be called by several goroutines, those
// about the input by one.
type Run struct {
	*entry
	talk    *talk
	request Request
	take    Output
	in      *queue  // what it put out and was not taken yet
	out     *window // for its standard input
	ctx     context.Context
	cancel  context.CancelFunc
	started chan struct{}
	done    chan struct{}
	tasks   sync.WaitGroup

	// Of a stream of its own for much output; of the goroutine that reads.
	came     int64         // bytes of output so far
	widening chan struct{} // closed once wide counts; nil: it was not asked for
	wide     *talk         // nil: it could not be had
	moved    chan error    // how the wide stream ended; nil: the output does not come there

	mu      sync.Mutex
	stopped *outcome // by this side
	over    bool
}

// Start asks a device to run something. It returns once that was sent; what
// comes of it the Run tells, also a refusal. A nil take drops the output. The
// end of ctx stops the run. An error is ErrRequest, ErrClosed or of Config.Open.
func (s *Service) Start(ctx context.Context, peer identity.DeviceID, request Request, take Output) (*Run, error) {
	id := newID()
	if err := checkSent(id, request); err != nil {
		return nil, err
	}
	done, err := s.enter()
	if err != nil {
		return nil, err
	}
	stream, err := s.open(ctx, peer, KindRun, request.encode(id), false)
	if err != nil {
		done()
		return nil, fmt.Errorf("asking for a run: %w", err)
	}
	r := s.newRun(stream, peer, id, request, take)
	s.work.Go(func() {
		defer done()
		r.live(ctx)
	})
	return r, nil
}

// open is Config.Open that ends with the Service, too.
func (s *Service) open(ctx context.Context, peer identity.DeviceID, kind string, f any, bulk bool) (Stream, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(s.base, func() { cancel(ErrClosed) })()
	return s.config.Open(ctx, peer, kind, f, bulk)
}

// newID returns a fresh ID.
func newID() string {
	var raw [idLen / 2]byte
	rand.Read(raw[:]) // never fails since Go 1.24
	return hex.EncodeToString(raw[:])
}

// checkSent looks at a request before it goes out.
func checkSent(id string, r Request) error {
	if err := checkRequest(r); err != nil {
		return err
	}
	header, err := json.Marshal(r.encode(id))
	if err != nil || len(header) > wire.MaxHeader-64 { // the rest is for the kind
		return fmt.Errorf("%w: %d bytes to be sent", ErrRequest, len(header))
	}
	return nil
}

// newRun gives a run its number.
func (s *Service) newRun(stream Stream, peer identity.DeviceID, id string, request Request, take Output) *Run {
	r := &Run{
		entry: &entry{service: s}, talk: newTalk(stream), request: request, take: take,
		in: newQueue(outWindow), out: newWindow(inWindow),
		started: make(chan struct{}), done: make(chan struct{}),
	}
	if take == nil {
		r.take = func(Pipe, []byte) error { return nil }
	}
	r.ctx, r.cancel = context.WithCancel(context.Background())
	r.info = Info{
		ID: id, Tag: request.Tag, Device: peer, Argv: request.Argv, Dir: request.Dir, Button: request.Button, Args: request.Args,
		Stdin: request.Stdin || request.Terminal != nil, Terminal: request.Terminal != nil, Wall: request.Wall,
		State: StateAsking, Asked: s.config.Now(),
	}
	r.info = r.info.clone()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.number++
	r.info.Number = s.number
	s.runs[r.info.Number] = r
	return r
}

// live brings a run to its end.
func (r *Run) live(ctx context.Context) {
	r.arm(time.Now().Add(answerTime))
	r.change(func(*Info) {})
	defer context.AfterFunc(ctx, r.Stop)()
	defer context.AfterFunc(r.service.base, func() { r.halt(outcome{state: StateKilledHere, reason: ReasonClosing}) })()
	var end ending
	r.tasks.Go(func() {
		end = r.narrow(r.read())
		r.in.close(io.EOF)
	})
	r.deliver()
	r.finish()
	r.tasks.Wait()
	r.leaveWide()
	o := r.verdict(end)
	if o.reason == ReasonProtocol || o.state == StateLost {
		_ = r.talk.stream.Reset()
	}
	r.talk.close()
	r.leave(o)
}

// finish keeps a run from being stopped, and its input from being written.
func (r *Run) finish() {
	r.mu.Lock()
	r.over = true
	r.mu.Unlock()
	r.out.close()
	r.cancel()
}

// leave takes a run from the list and tells how it ended.
func (r *Run) leave(o outcome) {
	r.service.mu.Lock()
	delete(r.service.runs, r.info.Number)
	r.service.mu.Unlock()
	r.close(o)
	close(r.done)
	r.tells.Wait()
}

// deliver hands on what comes until the end of it.
func (r *Run) deliver() {
	var total int64 // handed on; -1: no more is wanted
	for {
		p, err := r.in.next()
		if err != nil {
			return
		}
		r.meter.count(p.from, p.data)
		if total >= 0 {
			total = r.hand(p, total)
		}
		if credit := r.in.used(p); credit > 0 {
			_ = r.talk.say(kindMore, fields{N: credit}) // the reader sees a stream that is dead
		}
	}
}

// hand hands on one piece after total bytes and returns their new number; -1:
// no more is wanted.
func (r *Run) hand(p piece, total int64) int64 {
	data := p.data
	most := r.request.MaxOutput
	over := most > 0 && total+int64(len(data)) > most
	if over {
		data = data[:most-total]
	}
	if len(data) > 0 {
		if err := r.take(p.from, data); err != nil {
			r.service.config.Logger.Info("the output of a run cannot be taken", "error", err)
			r.halt(outcome{state: StateKilledHere, reason: ReasonSink})
			return -1
		}
	}
	if over {
		r.halt(outcome{state: StateKilledHere, reason: ReasonOutput})
		return -1
	}
	return total + int64(len(data))
}

// arm sets when the other side must have said something. Once this side has
// stopped the run, only that counts.
func (r *Run) arm(at time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stopped == nil {
		_ = r.talk.stream.SetReadDeadline(at) // on failure the read fails, too
	}
}

// halted returns why this side stopped a run; nil: it did not.
func (r *Run) halted() *outcome {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.stopped
}

// halt stops a run. Only the first call counts.
func (r *Run) halt(o outcome) {
	wait := stopTime
	if o.reason == ReasonClosing {
		wait = closingTime
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.over || r.stopped != nil {
		return
	}
	r.stopped = &o
	_ = r.talk.stream.SetReadDeadline(time.Now().Add(wait))
	r.out.close()
	r.tasks.Go(func() { _ = r.talk.say(kindStop, nil) })
}

// Stop asks the other side to kill the whole tree of the run. It does not wait:
// the end comes as any other, and says what happened.
func (r *Run) Stop() { r.halt(outcome{state: StateKilledHere}) }

// Info returns what is known of the run.
func (r *Run) Info() Info { return r.snapshot() }

// Done is closed once the run has ended and all its output was taken.
func (r *Run) Done() <-chan struct{} { return r.done }

// Wait waits for Done and returns how the run ended. An error is that of ctx.
func (r *Run) Wait(ctx context.Context) (Info, error) {
	select {
	case <-r.done:
		return r.snapshot(), nil
	case <-ctx.Done():
		return r.snapshot(), context.Cause(ctx)
	}
}
