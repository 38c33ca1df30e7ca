package discovery

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
)

// Service announces this copy and listens to the others. Its methods may be
// called by several goroutines.
type Service struct {
	config Config
	nudge  chan struct{}
	status atomic.Pointer[Status]
}

// New returns a service that Run starts.
func New(config Config) *Service {
	s := &Service{config: config, nudge: make(chan struct{}, 1)}
	s.status.Store(&Status{})
	return s
}

// Announce starts announcing anew, as at the start: something changed that
// others should know soon, such as the port, or what Silent says. It never
// waits.
func (s *Service) Announce() {
	select {
	case s.nudge <- struct{}{}:
	default:
	}
}

// Status returns what is being tried now.
func (s *Service) Status() Status { return *s.status.Load() }

// Run announces and listens until ctx ends, says bye, and returns when every
// goroutine and socket is gone. What the network refuses is no error: it is
// tried again and told by Status. The only error is a Config that cannot work.
// Run is called once.
func (s *Service) Run(ctx context.Context) error {
	config, instance, err := s.config.withDefaults()
	if err != nil {
		return err
	}
	r := newRunner(&config, instance, s.setStatus)
	defer s.setStatus(Status{})
	defer r.close()
	r.loop(ctx, s.nudge)
	return nil
}

// setStatus replaces what Status returns.
func (s *Service) setStatus(status Status) { s.status.Store(&status) }

// runner is a running Service.
type runner struct {
	config   *Config
	key      [32]byte
	instance [8]byte
	report   func(Status)
	stop     chan struct{}
	readers  sync.WaitGroup
	schedule schedule // of loop alone
	silent   bool     // the same: what Config.Silent said last

	// The readers handle what they read themselves, for waking another
	// goroutine costs more than all the rest; so the rest needs a lock.
	mu      sync.Mutex
	counter uint64
	links   []link
	all     []link // of the last look, suitable or not
	looked  time.Time
	opened  [2]opened // IPv4, IPv6
	problem string    // of the last announcing
	nextTip int       // where in Known to go on

	heard   *lru[author, *entry]
	sources *buckets
	answers *buckets
	checks  *rate.Limiter // signatures
}

// packet is a datagram of the right size.
type packet struct {
	data  datagram
	from  source
	index int // of the interface, 0 if unknown
}

// newRunner returns one that has opened nothing yet.
func newRunner(config *Config, instance [8]byte, report func(Status)) *runner {
	return &runner{
		config: config, instance: instance, report: report,
		key:     [32]byte(config.Identity.Public()),
		silent:  config.Silent(),
		stop:    make(chan struct{}),
		heard:   newLRU[author, *entry](maxEntries),
		sources: newBuckets(sourceRate, sourceBurst, totalRate, totalBurst),
		answers: newBuckets(subnetRate, subnetBurst, answerRate, answerBurst),
		checks:  rate.NewLimiter(verifyRate, verifyBurst),
	}
}

// lookEvery is how often the interfaces are looked at.
const lookEvery = 2 * time.Second

// loop runs until ctx ends.
func (r *runner) loop(ctx context.Context, nudge <-chan struct{}) {
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	r.look(ctx)
	turn := time.NewTimer(r.schedule.restart())
	defer turn.Stop()
	for {
		select {
		case <-ctx.Done():
			if !r.silent {
				r.tellAll(kindBye, byAll)
			}
			return
		case <-look.C:
			if changed := r.look(ctx); r.hide() || changed {
				turn.Reset(r.schedule.restart())
			}
		case <-nudge:
			r.hide()
			turn.Reset(r.schedule.restart())
		case <-turn.C:
			if r.hide(); r.silent {
				continue // the turn of a new burst comes when that changes
			}
			turn.Reset(r.schedule.next(r.tellAll(kindAnnounce, r.schedule.now)))
		}
	}
}

// hide asks Silent, says goodbye when it has become true, and reports whether
// it has changed.
func (r *runner) hide() bool {
	silent := r.config.Silent()
	if silent == r.silent {
		return false
	}
	r.silent = silent
	if silent {
		r.tellAll(kindBye, byAll)
	}
	return true
}

// tellAll is announce with the lock.
func (r *runner) tellAll(k kind, by ways) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.announce(k, by)
}

// close closes the sockets and waits for their readers.
func (r *runner) close() {
	close(r.stop)
	for i := range r.opened {
		r.opened[i].close(r.config.Logger)
	}
	r.readers.Wait()
}
