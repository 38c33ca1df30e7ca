package verify

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lanyard/netcore/identity"
)

const (
	// window is how long an attempt is open.
	window = 2 * time.Minute
	// maxRounds is how often an attempt may begin anew before anything was
	// committed to: the other side may be busy for a moment.
	maxRounds = 32
	// maxLost is how often because a link was lost: a better one may have
	// replaced it.
	maxLost = 4
	// roundPause is how long both sides take to agree which link serves, and
	// the first pause when the other side is busy; longPause is the last one.
	roundPause = time.Second
	longPause  = 15 * time.Second
	// lastWord is how long the other side may take to say that it is done.
	lastWord = 5 * time.Second
)

// Attempt is one comparison that this user has opened. It is safe for use by
// several goroutines.
type Attempt struct {
	service *Service
	id      int64
	peer    identity.DeviceID
	ctx     context.Context // ends with the window
	cancel  context.CancelCauseFunc
	stop    context.CancelFunc // of the timer

	incoming chan *talk    // holds one "verify" stream of the device
	again    chan struct{} // holds a token when a refused request may be made again
	answers  chan bool     // holds the user's answer
	shown    chan struct{} // closed when there is a code
	code     string        // once shown is closed
	done     chan struct{} // closed at the end
	err      error         // once done is closed

	taken     bool // a "verify" stream of the device is in use; Service.mu guards it
	committed bool // a commitment was sent or has come; of the goroutine that runs
}

// Begin opens the comparison with a device for two minutes. It fails with
// ErrBusy, a *BackoffError or ErrClosed; all that comes later is told by the
// Attempt, which needs no further call to end.
func (s *Service) Begin(id identity.DeviceID) (*Attempt, error) {
	a, err := s.open(id)
	if err != nil {
		return nil, err
	}
	s.tell(id) // a request that was shown is taken up now
	go a.run()
	return a, nil
}

// open makes the attempt, with the request that may wait for it.
func (s *Service) open(id identity.DeviceID) (*Attempt, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return nil, ErrClosed
	case s.attempt != nil:
		return nil, ErrBusy
	}
	if err := s.failures.check(s.config.Now()); err != nil {
		return nil, err
	}
	delete(s.shows, id) // whom this user answers is no nuisance
	s.attempts++
	a := &Attempt{
		service: s, id: s.attempts, peer: id,
		incoming: make(chan *talk, 1), again: make(chan struct{}, 1), answers: make(chan bool, 1),
		shown: make(chan struct{}), done: make(chan struct{}),
	}
	timed, stop := context.WithTimeoutCause(s.base, window, ErrTimeout)
	a.stop = stop
	a.ctx, a.cancel = context.WithCancelCause(timed)
	if r := s.held[id]; r != nil {
		r.used = true
		if s.config.Self.Compare(id) > 0 {
			delete(s.held, id)
			close(r.taken)
			a.take(r.talk)
		}
	}
	s.attempt = a
	s.work.Add(1)
	return a, nil
}

// take gives a "verify" stream to the attempt, which has none. Service.mu is
// held.
func (a *Attempt) take(t *talk) {
	a.taken = true
	a.incoming <- t
}

// ID names the attempt in this run of the program.
func (a *Attempt) ID() int64 { return a.id }

// Code waits until both users have opened the comparison, and returns the six
// digits that both screens must show. It fails as Wait does, or with ctx.
func (a *Attempt) Code(ctx context.Context) (string, error) {
	select {
	case <-a.shown:
		return a.code, nil
	case <-a.done:
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
	select {
	case <-a.shown:
		return a.code, nil
	default:
		return "", a.err
	}
}

// Answer says whether the user saw the same digits on both screens. Only the
// first answer counts, and none before there are digits.
func (a *Attempt) Answer(match bool) {
	select {
	case <-a.shown:
	default:
		return
	}
	select {
	case a.answers <- match:
	default:
	}
}

// Wait waits for the end of the attempt. nil means that both users have said
// yes, and that the device is verified here; it comes once the other side has
// said the same of itself, or cannot any more. The errors are those of the
// package, ctx's, and that of Config.Verified.
func (a *Attempt) Wait(ctx context.Context) error {
	select {
	case <-a.done:
		return a.err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Cancel ends the attempt with ErrCanceled. After the end it does nothing. It
// does not wait.
func (a *Attempt) Cancel() { a.cancel(ErrCanceled) }

// nudge says that a request that was refused may be made again.
func (a *Attempt) nudge() {
	select {
	case a.again <- struct{}{}:
	default:
	}
}

// run runs the attempt to its end.
func (a *Attempt) run() {
	defer a.service.work.Done()
	defer a.stop()
	defer a.cancel(nil)
	round := a.answerRound
	if a.service.config.Self.Compare(a.peer) < 0 {
		round = a.callRound
	}
	a.service.finish(a, a.rounds(round))
}

// rounds tries until something was committed to, or nothing can come of it.
func (a *Attempt) rounds(round func() error) error {
	if a.service.config.Self == a.peer {
		return fmt.Errorf("%w: this device itself", ErrAborted)
	}
	lost, pause := 0, roundPause
	for range maxRounds {
		err := round()
		switch {
		case a.committed, errors.Is(err, errUnlinked):
			return err
		case errors.Is(err, ErrLost) && lost < maxLost:
			lost++
			a.rest(roundPause)
		case errors.Is(err, ErrBusy):
			a.rest(pause)
			pause = min(2*pause, longPause)
		default:
			return err
		}
	}
	return ErrBusy
}

// rest waits before another round, less if something is new. That the window
// is over is for the next round to say.
func (a *Attempt) rest(pause time.Duration) {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-a.again:
	case <-a.ctx.Done():
	}
}

// finish records how an attempt ended.
func (s *Service) finish(a *Attempt, err error) {
	s.mu.Lock()
	s.attempt = nil
	switch {
	case err == nil:
		s.failures = backoff{}
	case a.committed && !errors.Is(err, errStore):
		s.failures.failed(s.config.Now())
	}
	s.mu.Unlock()
	select {
	case t := <-a.incoming: // came too late; no other can come now
		if a.committed {
			t.leave(ErrBusy) // of the next attempt there, which was not ours any more
		} else {
			t.leave(ErrCanceled)
		}
	default:
	}
	s.config.Logger.Info("verification ended", "device", a.peer.Short(), "error", err)
	s.config.Attempted(a.peer, byCode, err)
	a.err = err
	close(a.done)
	s.tell(a.peer) // may have asked again meanwhile
}

// start opens a stream to the device.
func (a *Attempt) start(kind string) (*talk, error) {
	stream, err := a.service.config.Open(a.ctx, a.peer, kind, nil)
	if a.ctx.Err() != nil {
		if err == nil {
			_ = stream.Reset()
		}
		return nil, context.Cause(a.ctx)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errUnlinked, err)
	}
	return newTalk(stream), nil
}

// nonceOf checks the nonce in a frame.
func nonceOf(m message) ([]byte, error) {
	if len(m.fields.Nonce) != nonceSize {
		return nil, broken("a nonce of %d bytes", len(m.fields.Nonce))
	}
	return m.fields.Nonce, nil
}
