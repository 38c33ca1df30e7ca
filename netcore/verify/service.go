package verify

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"sync"
	"time"

	"lanyard/netcore/identity"
	"lanyard/netcore/wire"
)

// How a key was compared, as told to Config.Verified and Config.Attempted.
const (
	byCode   = "code"
	byString = "string"
)

// patience is how long the user's own disk may take.
const patience = 10 * time.Second

// Config is what a Service stands on. Open and Verified are needed. The
// callbacks come from several goroutines; they may take a moment, but must not
// call the Service, except Asking.
type Config struct {
	Self identity.DeviceID
	// Open opens a stream to a linked device and sends its first frame.
	Open func(ctx context.Context, id identity.DeviceID, kind string, fields any) (Stream, error)
	// Now is the clock; nil: the system's.
	Now    func() time.Time
	Logger *slog.Logger
	// Verified commits that a device is verified, by "code" or "string".
	// Nobody is told of a success before it has returned nil.
	Verified func(ctx context.Context, id identity.DeviceID, by string) error
	// Attempted is told how each attempt ended; nil: the device is verified.
	Attempted func(id identity.DeviceID, by string, err error)
	// Asks is told when the other user has opened the comparison and waits for
	// this one, and when that is over. Its calls come one at a time.
	Asks func(id identity.DeviceID, asking bool)
	// Allowed says whether a device may verify at all; one that is blocked
	// gets no answer.
	Allowed func(id identity.DeviceID) bool
	// Known says whether this user knows a device: its requests are not kept
	// out by those of a crowd. It must not wait. Nil: nobody is known.
	Known func(id identity.DeviceID) bool
}

// Service verifies devices. It is safe for use by several goroutines.
type Service struct {
	config Config
	random func(p []byte)
	base   context.Context // ends with Close
	end    context.CancelCauseFunc
	work   sync.WaitGroup

	mu       sync.Mutex
	closed   bool
	attempts int64    // so far; the last one's ID
	attempt  *Attempt // the one that is open
	failures backoff
	held     map[identity.DeviceID]*request
	shows    shows
	issued   *issued                      // the pairing string that is valid
	guests   map[identity.DeviceID]*guest // devices whose use of a string is being answered
	arrivals int64                        // of guests and requests so far: their order
	strays   shows                        // limits what is said of strings that are none

	telling sync.Mutex // held in Config.Asks
	told    map[identity.DeviceID]bool
}

// New returns a service. Close ends it.
func New(config Config) *Service {
	s := &Service{
		config: config.complete(),
		random: func(p []byte) { rand.Read(p) }, // never fails since Go 1.24
		held:   map[identity.DeviceID]*request{},
		guests: map[identity.DeviceID]*guest{},
		told:   map[identity.DeviceID]bool{},
		shows:  shows{}, strays: shows{},
	}
	s.base, s.end = context.WithCancelCause(context.Background())
	return s
}

// complete fills in what may be left out.
func (c Config) complete() Config {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Attempted == nil {
		c.Attempted = func(identity.DeviceID, string, error) {}
	}
	if c.Asks == nil {
		c.Asks = func(identity.DeviceID, bool) {}
	}
	if c.Known == nil {
		c.Known = func(identity.DeviceID) bool { return false }
	}
	if c.Allowed == nil {
		c.Allowed = func(identity.DeviceID) bool { return true }
	}
	return c
}

// Close ends the open attempt and all streams, kills the pairing string, and
// waits. Later calls do nothing.
func (s *Service) Close() error {
	s.mu.Lock()
	s.closed, s.issued = true, nil
	s.mu.Unlock()
	s.end(ErrClosed)
	s.work.Wait()
	return nil
}

// enter begins work that Close waits for; done ends it.
func (s *Service) enter() (done func(), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, ErrClosed
	}
	s.work.Add(1)
	return s.work.Done, nil
}

// scope returns ctx made to end with the Service, too.
func (s *Service) scope(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(s.base, func() { cancel(ErrClosed) })
	return ctx, func() {
		stop()
		cancel(nil)
	}
}

// Handle answers a stream that a device opened, of one of the three kinds. It
// returns when the stream is done, having closed or reset it.
func (s *Service) Handle(ctx context.Context, stream Stream, peer identity.DeviceID, first wire.Frame) {
	done, err := s.enter()
	if err != nil || !s.config.Allowed(peer) {
		_ = stream.Reset()
		if err == nil {
			done()
		}
		return
	}
	defer done()
	ctx, cancel := s.scope(ctx)
	defer cancel()
	opening := openingOf(first) // before the first read, which reuses its memory
	t := newTalk(stream)
	defer t.endWith(ctx)()
	err = s.serve(ctx, t, peer, opening)
	t.leave(err)
	if err != nil {
		s.config.Logger.Debug("verification stream ended early", // anybody can cause it, again and again

			"kind", opening.kind, "device", peer.Short(), "error", err)
	}
}

// openingOf reads the first frame of a stream.
func openingOf(first wire.Frame) message {
	m := message{kind: first.Kind}
	if first.BodySize != 0 || len(first.Raw) > maxFrame {
		m.err = broken("an opening frame of %d bytes with a body of %d", len(first.Raw), first.BodySize)
	} else if len(first.Raw) > 0 {
		if err := first.Decode(&m.fields); err != nil {
			m.err = ended(err)
		}
	}
	return m
}

// serve answers a stream by its kind. Which of two devices calls is decided by
// their IDs, so each may open only one of the first two kinds.
func (s *Service) serve(ctx context.Context, t *talk, peer identity.DeviceID, first message) error {
	order := s.config.Self.Compare(peer)
	switch {
	case first.err != nil:
		return first.err
	case order == 0:
		return broken("this device itself")
	case first.kind == KindCompare && order > 0:
		return s.serveCompare(ctx, t, peer)
	case first.kind == KindAsk && order < 0:
		return s.serveAsk(ctx, t, peer)
	case first.kind == KindString:
		return s.serveString(ctx, t, peer, first.fields.Nonce)
	}
	return broken("%.40q from this device", first.kind)
}

// Up says that a device is linked, or linked anew. It does not wait.
func (s *Service) Up(id identity.DeviceID) {
	if a := s.with(id); a != nil {
		a.nudge()
	}
}

// Down says that the last link of a device is gone. It does not wait.
func (s *Service) Down(id identity.DeviceID) {
	if a := s.with(id); a != nil {
		a.cancel(ErrLost)
	}
}

// with returns the open attempt if it is with a device.
func (s *Service) with(id identity.DeviceID) *Attempt {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.attempt == nil || s.attempt.peer != id {
		return nil
	}
	return s.attempt
}

// commit commits a success.
func (s *Service) commit(ctx context.Context, id identity.DeviceID, by string) error {
	if !s.config.Allowed(id) {
		return errBlocked
	}
	// Once both sides have said yes, an end that comes now changes nothing.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	if err := s.config.Verified(ctx, id, by); err != nil {
		return errors.Join(errStore, err)
	}
	return nil
}
