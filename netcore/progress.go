package netcore

import (
	"context"
	"time"
)

// sampleEvery is how often running transfers are looked at: often enough for
// an eye, seldom enough to cost nothing.
const sampleEvery = 100 * time.Millisecond

// sampler publishes how far the running transfers are. It sleeps while there
// are none.
type sampler struct {
	node *Node
	poke chan struct{} // holds a token when there may be something to sample
}

// newSampler returns a sampler that is still to be run.
func newSampler(n *Node) *sampler {
	return &sampler{node: n, poke: make(chan struct{}, 1)}
}

// wake says that a transfer may have begun to run.
func (s *sampler) wake() {
	select {
	case s.poke <- struct{}{}:
	default:
	}
}

// run waits for transfers and samples until there are none.
func (s *sampler) run(ctx context.Context) {
	for {
		select {
		case <-s.poke:
		case <-ctx.Done():
			return
		}
		s.sample(ctx)
	}
}

// sample publishes until no transfer runs.
func (s *sampler) sample(ctx context.Context) {
	ticker := time.NewTicker(sampleEvery)
	defer ticker.Stop()
	for s.publish(ctx) {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}

// publish reports whether any transfer runs.
func (s *sampler) publish(ctx context.Context) bool {
	running := s.node.transfers.Running()
	for _, key := range running {
		if t, err := s.node.Transfer(ctx, key); err == nil {
			s.node.bus.publish(Event{Kind: EventProgress, Person: t.Person, Update: &t})
		}
	}
	return len(running) > 0
}
