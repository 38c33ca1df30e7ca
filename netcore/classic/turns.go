package classic

import (
	"context"
	"sync"
)

// turns knows the conversations of a server, and whose turn it is.
type turns struct {
	s       *Session
	mu      sync.Mutex
	talks   map[*talk]struct{}
	count   int
	changed chan struct{} // closed when something has changed
}

func newTurns(s *Session) *turns {
	t := &turns{s: s, talks: map[*talk]struct{}{}, changed: make(chan struct{})}
	s.turns = t
	return t
}

// turnsOf returns the turns of a server.
func (s *Session) turnsOf() *turns { return s.turns }

// change tells who waits that something has changed. The lock is held.
func (t *turns) change() {
	close(t.changed)
	t.changed = make(chan struct{})
}

// join adds a conversation. Where the server asks, it may at once.
func (t *turns) join(one *talk) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.talks[one] = struct{}{}
	if t.s.protocol.Asks == RoleServe {
		t.count++
		one.wrote, one.owed = t.count, true
	}
	t.change()
}

// leave takes a conversation out.
func (t *turns) leave(one *talk) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.talks, one)
	t.change()
}

// wroteNow says that a client has written, and may be answered.
func (t *turns) wroteNow(one *talk) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.count++
	one.wrote, one.owed = t.count, true
	t.change()
}

// pick returns the conversation with a peer, or without one that with whoever
// wrote last, if it is its turn to listen. known is false if there is none.
func (t *turns) pick(to string) (one *talk, known bool, changed <-chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for candidate := range t.talks {
		if to != "" && candidate.peer != to {
			continue
		}
		known = true
		if one == nil || candidate.wrote > one.wrote {
			one = candidate
		}
	}
	if one == nil || !one.owed {
		return nil, known, t.changed
	}
	one.owed = t.s.protocol.Asks == RoleServe // it may always be asked again
	return one, true, t.changed
}

// say says something to a client as soon as that may be.
func (t *turns) say(ctx context.Context, to, text string) error {
	if text == "" {
		return nil
	}
	for held := false; ; held = true {
		one, known, changed := t.pick(to)
		if one != nil {
			if said, err := one.say(ctx, text); said || to != "" || ctx.Err() != nil {
				return err
			}
			held = true // it had gone: the next one gets it
		}
		if to != "" && !known {
			return problem(NobodyThere, "%s", to)
		}
		if !held {
			t.s.event(Event{What: Held, Peer: to, Text: text})
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
