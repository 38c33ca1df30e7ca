package timeline

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"time"

	"lanyard/netcore/identity"
)

// How long a pump waits after a failure: doubled each time, ±25 %.
const (
	firstPause = time.Second
	lastPause  = time.Minute
)

// outlet is what goes out to one linked device. Texts and receipts do not wait
// for each other.
type outlet struct {
	texts    *pump
	receipts *pump
	stop     context.CancelFunc
}

// pump is one goroutine that sends what waits, whenever there is something.
type pump struct {
	drain  func(ctx context.Context) error // sends all that waits
	more   chan struct{}                   // holds one token when something was added
	anew   chan struct{}                   // holds one token when the link is new
	logger *slog.Logger
}

// Up says that a device is linked, or linked anew: what waits for it goes out
// now. It does not wait.
func (s *Service) Up(id identity.DeviceID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.base.Err() != nil {
		return
	}
	if out, ok := s.links[id]; ok {
		signal(out.texts.anew)
		signal(out.receipts.anew)
		return
	}
	ctx, stop := context.WithCancel(s.base)
	s.links[id] = &outlet{
		texts:    s.start(ctx, id, KindText, s.sendTexts),
		receipts: s.start(ctx, id, KindSeen, s.sendReceipts),
		stop:     stop,
	}
}

// Down says that the last link of a device is gone. It does not wait.
func (s *Service) Down(id identity.DeviceID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if out, ok := s.links[id]; ok {
		out.stop()
		delete(s.links, id)
	}
}

// start begins a pump.
func (s *Service) start(ctx context.Context, id identity.DeviceID, what string,
	drain func(context.Context, identity.DeviceID) error,
) *pump {
	p := &pump{
		drain:  func(ctx context.Context) error { return drain(ctx, id) },
		more:   make(chan struct{}, 1),
		anew:   make(chan struct{}, 1),
		logger: s.config.Logger.With("device", id.Short(), "kind", what),
	}
	s.pumps.Go(func() { p.run(ctx) })
	return p
}

// wakeTexts says that a text was queued.
func (s *Service) wakeTexts(id identity.DeviceID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if out, ok := s.links[id]; ok {
		signal(out.texts.more)
	}
}

// wakeReceipts says that something was seen.
func (s *Service) wakeReceipts(id identity.DeviceID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if out, ok := s.links[id]; ok {
		signal(out.receipts.more)
	}
}

// signal puts a token into a channel that holds one.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// run drains until ctx ends. After a failure it pauses, whatever is added
// meanwhile, unless the link is new.
func (p *pump) run(ctx context.Context) {
	pause := firstPause
	for {
		err := p.drain(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err == nil:
			pause = firstPause
			p.idle(ctx)
		case p.rest(ctx, pause, err):
			pause = firstPause
		default:
			pause = min(2*pause, lastPause)
		}
	}
}

// idle waits until there is something to send.
func (p *pump) idle(ctx context.Context) {
	select {
	case <-p.more:
	case <-p.anew:
	case <-ctx.Done():
	}
}

// rest waits after a failure, and reports whether a new link cut it short.
func (p *pump) rest(ctx context.Context, pause time.Duration, err error) bool {
	p.logger.Info("not delivered, trying again", "error", err, "pause", pause)
	jitter := 0.75 + rand.Float64()/2 // #nosec G404 -- spreads the load, keeps no secret
	timer := time.NewTimer(time.Duration(float64(pause) * jitter))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	case <-p.anew:
		return true
	}
	return false
}
