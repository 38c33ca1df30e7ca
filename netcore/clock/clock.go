package clock

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"time"

	"lanyard/netcore/identity"
)

// Stream is one exchange with a device.
type Stream interface {
	io.ReadWriter
	Flush() error                   // sends what was gathered, now
	Close() error                   // in good order: what was written arrives
	Reset() error                   // at once; blocked reads and writes fail
	SetDeadline(at time.Time) error // of reads and writes
}

// Open opens a stream to a linked device and sends its first frame.
type Open func(ctx context.Context, id identity.DeviceID, kind string, fields any) (Stream, error)

// Config is what a Service stands on. Open is needed to ask, Allowed to answer.
type Config struct {
	Open Open
	// Allowed says whether a device may ask; nil: none may. It must not wait.
	// It is looked at for each request, so that what is taken back ends at once.
	Allowed func(identity.DeviceID) bool
	// Wall is this PC's clock, in its own zone; nil: the system's. It is read
	// as a date: a monotonic reading in it does not count.
	Wall func() time.Time
	// Mono is a clock that only goes forward, from wherever; nil: the system's.
	Mono func() time.Duration
	// Resolution is how coarse both are, at most 100 ms; 0: as the system's.
	Resolution time.Duration
	Logger     *slog.Logger
	Limits     Limits // zero: DefaultLimits
}

// Service asks for the time, and tells it. It is safe for use by several goroutines.
type Service struct {
	config Config
	limits *limits
	kept   history

	base context.Context // ends with Close
	end  context.CancelCauseFunc
	work sync.WaitGroup

	mu     sync.Mutex
	closed bool
}

// New returns a service. Close ends it.
func New(config Config) *Service {
	s := &Service{config: config.complete(), kept: history{devices: map[identity.DeviceID][]Estimate{}}}
	s.limits = newLimits(s.config.Limits, s.config.Mono)
	s.base, s.end = context.WithCancelCause(context.Background())
	return s
}

// complete fills in what may be left out.
func (c Config) complete() Config {
	if c.Allowed == nil {
		c.Allowed = func(identity.DeviceID) bool { return false }
	}
	if c.Wall == nil {
		c.Wall = systemWall()
	}
	if c.Mono == nil {
		c.Mono = systemMono()
	}
	if c.Resolution <= 0 {
		c.Resolution = systemResolution
	}
	c.Resolution = min(c.Resolution, maxResolution)
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Limits == (Limits{}) {
		c.Limits = DefaultLimits()
	}
	return c
}

// Close ends what is being asked and answered, and waits for it. Later calls
// fail with ErrClosed.
func (s *Service) Close() error {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.end(ErrClosed)
	s.work.Wait()
	return nil
}

// enter begins work that Close ends and waits for; leave ends it.
func (s *Service) enter(ctx context.Context) (inner context.Context, leave func(), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, nil, ErrClosed
	}
	s.work.Add(1)
	inner, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(s.base, func() { cancel(ErrClosed) })
	return inner, func() {
		stop()
		cancel(nil)
		s.work.Done()
	}, nil
}
