package netcore

import (
	"context"
	"reflect"
	"slices"
	"sync"
	"time"
)

// sampleEvery is how often running transfers are looked at: often enough for
// an eye, seldom enough to cost nothing.
const sampleEvery = 100 * time.Millisecond

// sampler publishes how far the running transfers are, and which are held. It
// sleeps while there are none.
type sampler struct {
	node *Node
	poke chan struct{} // holds a token when there may be something to sample

	mu      sync.Mutex
	changed map[int64]bool // transfers that have another state, running or not

	last map[int64]Transfer // what was published of those that go on; of run alone
}

// newSampler returns a sampler that is still to be run.
func newSampler(n *Node) *sampler {
	return &sampler{node: n, poke: make(chan struct{}, 1), changed: map[int64]bool{}, last: map[int64]Transfer{}}
}

// wake says that a transfer has another state.
func (s *sampler) wake(key int64) {
	s.mu.Lock()
	s.changed[key] = true
	s.mu.Unlock()
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

// publish looks at all transfers that run, and at those that were changed. It
// reports whether there was any.
func (s *sampler) publish(ctx context.Context) bool {
	running := s.node.transfers.Running()
	keys := slices.Concat(running, s.takeChanged(running))
	for _, key := range keys {
		s.look(ctx, key)
	}
	for key := range s.last {
		if !slices.Contains(keys, key) {
			delete(s.last, key)
		}
	}
	return len(keys) > 0
}

// takeChanged returns the transfers that were changed, without those that run.
func (s *sampler) takeChanged(running []int64) []int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	var keys []int64
	for key := range s.changed {
		if !slices.Contains(running, key) {
			keys = append(keys, key)
		}
	}
	clear(s.changed)
	return keys
}

// look publishes a transfer that runs or is held, if there is anything new.
func (s *sampler) look(ctx context.Context, key int64) {
	t, err := s.node.live(ctx, key)
	if err != nil || GroupOf(t) != GroupRunning {
		return
	}
	if before, ok := s.last[key]; ok && reflect.DeepEqual(before, t) {
		return
	}
	s.last[key] = t
	s.node.bus.publish(Event{Kind: EventProgress, Person: t.Person, Update: &t})
}
