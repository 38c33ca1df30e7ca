package netcore

import "sync"

// Subscription is one listener to a Node's events.
type Subscription struct {
	// C delivers the events, in order. It is closed by Close and when the
	// Node closes.
	C    <-chan Event
	c    chan Event
	bus  *bus
	lost bool // EventOverflow is the newest in c; events are being dropped
}

// Close ends the subscription. It may be called more than once.
func (s *Subscription) Close() { s.bus.remove(s) }

// bus hands events to subscribers and never waits for one.
type bus struct {
	mu     sync.Mutex
	subs   map[*Subscription]struct{}
	closed bool
}

// subscribe adds a listener that may fall buffer events behind, at least one.
func (b *bus) subscribe(buffer int) *Subscription {
	c := make(chan Event, max(buffer, 1)+1) // the last place is kept for EventOverflow
	s := &Subscription{C: c, c: c, bus: b}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		close(c)
		return s
	}
	if b.subs == nil {
		b.subs = map[*Subscription]struct{}{}
	}
	b.subs[s] = struct{}{}
	return s
}

// remove closes a listener's channel, once.
func (b *bus) remove(s *Subscription) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, ok := b.subs[s]; ok {
		delete(b.subs, s)
		close(s.c)
	}
}

// publish hands e to every listener. One that is full gets EventOverflow in
// its last place; what comes before it has read up to there is dropped, which
// is safe: the change is committed already, and it will read everything again.
func (b *bus) publish(e Event) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for s := range b.subs {
		s.push(e)
	}
}

// push is called with the bus locked: only readers work on c beside it, so a
// place that is free stays free.
func (s *Subscription) push(e Event) {
	if len(s.c) < cap(s.c)-1 {
		s.lost = false
		s.c <- e
		return
	}
	if !s.lost {
		s.lost = true
		s.c <- Event{Kind: EventOverflow}
	}
}

// close ends all subscriptions, and those to come.
func (b *bus) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	for s := range b.subs {
		delete(b.subs, s)
		close(s.c)
	}
}
