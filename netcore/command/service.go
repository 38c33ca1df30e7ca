package command

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"

	"lanyard/netcore/identity"
	"lanyard/netcore/wire"
)

// Service runs what other devices ask for and may, and asks others. It is safe
// for use by several goroutines.
type Service struct {
	config Config
	base   context.Context // ends with Close
	end    context.CancelCauseFunc
	work   sync.WaitGroup

	mu       sync.Mutex
	closed   bool
	number   int64
	jobs     map[int64]*job // what runs here
	runs     map[int64]*Run // what runs elsewhere
	asks     map[int64]*asked
	guests   map[identity.DeviceID]*guest
	quarters map[Key]Consent // for a quarter of an hour
}

// New returns a service. Close ends it.
func New(config Config) *Service {
	s := &Service{
		config: config.complete(),
		jobs:   map[int64]*job{}, runs: map[int64]*Run{}, asks: map[int64]*asked{},
		guests: map[identity.DeviceID]*guest{}, quarters: map[Key]Consent{},
	}
	s.base, s.end = context.WithCancelCause(context.Background())
	return s
}

// Close stops all runs, here and elsewhere, and waits until they are gone; the
// others are told. Later calls do nothing. The links and the Runner are to be
// closed after it.
func (s *Service) Close() error {
	s.mu.Lock()
	s.closed = true
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

// Handle answers a stream that a device opened, of one of the kinds of this
// package. It returns when the stream is done, having closed or reset it. ctx
// is to end when the link does.
func (s *Service) Handle(ctx context.Context, stream Stream, peer identity.DeviceID, first wire.Frame) {
	done, err := s.enter()
	if err != nil {
		_ = stream.Reset()
		return
	}
	defer done()
	t := newTalk(stream)
	switch first.Kind {
	case KindButtons:
		s.tellButtons(t, peer, first)
	case KindOutput:
		s.serveOutput(ctx, t, peer, first)
	default:
		s.serveRun(ctx, t, peer, first)
	}
}

// outcome is how a run ended.
type outcome struct {
	state  State
	reason Reason
	exit   int
	signal string
}

// List returns all runs that have not ended, on both sides, the oldest first.
func (s *Service) List() []Info {
	s.mu.Lock()
	var entries []*entry
	for _, j := range s.jobs {
		entries = append(entries, j.entry)
	}
	for _, r := range s.runs {
		entries = append(entries, r.entry)
	}
	s.mu.Unlock()
	var list []Info
	for _, e := range entries {
		if info := e.snapshot(); !info.State.Ended() {
			list = append(list, info)
		}
	}
	slices.SortFunc(list, func(a, b Info) int { return cmp.Compare(a.Number, b.Number) })
	return list
}

// Info returns what is known of a run that has not ended; false: there is none.
func (s *Service) Info(number int64) (Info, bool) {
	s.mu.Lock()
	j, r := s.jobs[number], s.runs[number]
	s.mu.Unlock()
	switch {
	case j != nil:
		return j.snapshot(), true
	case r != nil:
		return r.snapshot(), true
	}
	return Info{}, false
}

// Stop stops a run, on whichever side it is; one that waits for a consent is
// denied. It does not wait for the end. ErrNoRun says that there is none.
func (s *Service) Stop(number int64) error {
	s.mu.Lock()
	j, r := s.jobs[number], s.runs[number]
	s.mu.Unlock()
	switch {
	case j != nil:
		j.end(outcome{state: StateKilledHere})
	case r != nil:
		r.Stop()
	default:
		return ErrNoRun
	}
	return nil
}

// Recheck looks again who may run what, and stops what is no longer allowed.
func (s *Service) Recheck() {
	s.mu.Lock()
	jobs := make(map[*job]Level, len(s.jobs))
	for _, j := range s.jobs {
		jobs[j] = j.need
	}
	quarters := maps.Clone(s.quarters)
	s.mu.Unlock()
	for key, consent := range quarters {
		if !s.config.Level(consent.Device).allows(LevelAsk) {
			s.forgetQuarter(key)
		}
	}
	for j, need := range jobs {
		if !s.config.Level(j.peer).allows(need) {
			j.end(outcome{state: StateKilledHere, reason: ReasonRevoked})
		}
	}
}
