package verify

import (
	"context"
	"maps"
	"time"

	"golang.org/x/time/rate"

	"lanyard/netcore/identity"
)

const (
	// maxHeld is how many requests of other users wait at a time, one a device.
	// One more takes the place of a stranger's.
	maxHeld = 16
	// showBurst is how many requests of a device are shown at once, and
	// showEvery how long it then takes until the next one is.
	showBurst = 3
	showEvery = 20 * time.Second
	// maxShows is how many devices are watched before those that were quiet
	// are forgotten.
	maxShows = 256
)

// request is a stream of a device whose user has opened the comparison, while
// this one has not. Service.mu guards its fields, except the channels.
type request struct {
	talk     *talk
	came     int64 // in which order, of the first one of its device
	known    bool  // of a device that this user knows
	shown    bool
	used     bool          // this user has taken it up
	taken    chan struct{} // closed when an attempt has the talk now
	replaced chan struct{} // closed when another stream took its place
}

// serveCompare answers a "verify" stream: the attempt that is open with the
// device takes it, else it is held.
func (s *Service) serveCompare(ctx context.Context, t *talk, peer identity.DeviceID) error {
	taken, err := s.offer(t, peer)
	if err != nil {
		return err
	}
	if taken {
		<-t.over
		return nil
	}
	return s.hold(ctx, t, peer)
}

// offer gives a stream to the attempt that is open with its device, and
// reports whether there is one.
func (s *Service) offer(t *talk, peer identity.DeviceID) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.attempt
	switch {
	case a == nil || a.peer != peer:
		return false, nil
	case a.taken:
		return false, ErrBusy
	}
	a.take(t)
	return true, nil
}

// serveAsk answers a "verify-ask" stream. An attempt that is open with the
// device may have been refused before, and now tries again.
func (s *Service) serveAsk(ctx context.Context, t *talk, peer identity.DeviceID) error {
	if a := s.with(peer); a != nil {
		a.nudge()
	}
	return s.hold(ctx, t, peer)
}

// hold keeps a request until the other side ends it, this user takes it up, or
// it is too old.
func (s *Service) hold(ctx context.Context, t *talk, peer identity.DeviceID) error {
	r, err := s.admit(t, peer)
	if err != nil {
		return err
	}
	m, err := s.wait(ctx, r, peer)
	if s.drop(r, peer) {
		s.tell(peer)
		return err
	}
	// An attempt has the talk now, and is to hear what came meanwhile.
	if m.kind != "" || m.err != nil {
		t.pass(m)
	}
	<-t.over
	return nil
}

// admit puts a request into the table. A later one of the same device takes
// the place of the one before, which may be of a link that is dead already.
func (s *Service) admit(t *talk, peer identity.DeviceID) (*request, error) {
	known := s.config.Known(peer)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.arrivals++
	r := &request{talk: t, came: s.arrivals, known: known, taken: make(chan struct{}), replaced: make(chan struct{})}
	old := s.held[peer]
	if old == nil && len(s.held) >= maxHeld && !s.giveWay() {
		return nil, ErrBusy
	}
	if old != nil {
		r.came, r.shown = old.came, old.shown
		close(old.replaced)
	}
	s.held[peer] = r
	return r, nil
}

// giveWay ends the stranger's request that came first of those that this user
// has not taken up, and reports whether there was one. Service.mu is held.
func (s *Service) giveWay() bool {
	var first *request
	var whose identity.DeviceID
	for id, r := range s.held {
		if !r.known && !r.used && (first == nil || r.came < first.came) {
			first, whose = r, id
		}
	}
	if first == nil {
		return false
	}
	delete(s.held, whose)
	close(first.replaced)
	return true
}

// wait shows a request when its device may be shown. It returns the frame that
// ended the request, if one did, and why it ended.
func (s *Service) wait(ctx context.Context, r *request, peer identity.DeviceID) (message, error) {
	over := time.NewTimer(window)
	defer over.Stop()
	due, stop := s.due(r, peer)
	defer stop()
	for {
		select {
		case <-due:
			s.show(r, peer)
		case m := <-r.talk.in:
			return m, m.check()
		case <-r.taken:
			return message{}, nil
		case <-r.replaced:
			return message{}, errUnopened
		case <-over.C:
			return message{}, errUnopened
		case <-ctx.Done():
			return message{}, context.Cause(ctx)
		}
	}
}

// due returns when a request may be shown. A device that asks again and again
// waits for it; stop gives back a turn that did not come.
func (s *Service) due(r *request, peer identity.DeviceID) (turn <-chan time.Time, stop func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.shown {
		return nil, func() {}
	}
	now := s.config.Now()
	booked := s.shows.of(peer, now).ReserveN(now, 1)
	timer := time.NewTimer(booked.DelayFrom(now))
	return timer.C, func() {
		timer.Stop()
		s.mu.Lock()
		defer s.mu.Unlock()
		if !r.shown {
			booked.CancelAt(s.config.Now())
		}
	}
}

// show tells the user of a request.
func (s *Service) show(r *request, peer identity.DeviceID) {
	s.mu.Lock()
	r.shown = true
	s.mu.Unlock()
	s.tell(peer)
}

// drop takes a request out of the table. It reports false if an attempt has
// taken the talk.
func (s *Service) drop(r *request, peer identity.DeviceID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held[peer] == r {
		delete(s.held, peer)
	}
	select {
	case <-r.taken:
		return false
	default:
		return true
	}
}

// Asking reports whether the other user has opened the comparison and waits
// for this one, as Config.Asks was told.
func (s *Service) Asking(id identity.DeviceID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.attempt != nil && s.attempt.peer == id {
		return false
	}
	r := s.held[id]
	return r != nil && r.shown && !r.used
}

// tell calls Config.Asks if there is something new to say about a device.
func (s *Service) tell(id identity.DeviceID) {
	s.telling.Lock()
	defer s.telling.Unlock()
	asking := s.Asking(id)
	if asking == s.told[id] {
		return
	}
	if asking {
		s.told[id] = true
	} else {
		delete(s.told, id)
	}
	s.config.Asks(id, asking)
}

// shows limits how often something is said of each device.
type shows map[identity.DeviceID]*rate.Limiter

// of returns the limit of a device. Devices that were quiet are forgotten when
// there are many, and all if that does not help.
func (l shows) of(id identity.DeviceID, now time.Time) *rate.Limiter {
	if limit := l[id]; limit != nil {
		return limit
	}
	if len(l) >= maxShows {
		maps.DeleteFunc(l, func(_ identity.DeviceID, limit *rate.Limiter) bool {
			return limit.TokensAt(now) >= showBurst
		})
	}
	if len(l) >= maxShows {
		clear(l)
	}
	l[id] = rate.NewLimiter(rate.Every(showEvery), showBurst)
	return l[id]
}
