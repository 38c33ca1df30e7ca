package netcore

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// watchStage runs a watch over clocks in a bubble of synctest, in which time
// passes only when all wait.
type watchStage struct {
	*clockWatch
	mu    sync.Mutex
	set   time.Duration // by what this PC's clock was set
	fails map[DeviceID]bool
	calls map[DeviceID]int
}

func newWatchStage(t *testing.T) *watchStage {
	begin := time.Now()
	s := &watchStage{fails: map[DeviceID]bool{}, calls: map[DeviceID]int{}}
	s.clockWatch = &clockWatch{
		wall: func() time.Time {
			s.mu.Lock()
			defer s.mu.Unlock()
			return time.Now().Add(s.set)
		},
		mono: func() time.Duration { return time.Since(begin) },
		ask:  s.answer,
		wake: make(chan struct{}, 1), log: slog.New(slog.DiscardHandler), linked: map[DeviceID]*watched{},
	}
	s.ahead = s.aheadNow()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { defer close(ended); s.run(ctx) }()
	t.Cleanup(func() { cancel(); <-ended })
	return s
}

func (s *watchStage) answer(_ context.Context, id DeviceID) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls[id]++
	if s.fails[id] {
		return errors.New("refused")
	}
	return nil
}

// within returns how often a device is asked within a time from now on.
func (s *watchStage) within(wait time.Duration, id DeviceID) int {
	before := s.count(id)
	time.Sleep(wait) // in a bubble: not the time of anybody
	synctest.Wait()
	return s.count(id) - before
}

func (s *watchStage) count(id DeviceID) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[id]
}

func TestClocksAreLookedAtNowAndThen(t *testing.T) {
	one, other := DeviceID{1}, DeviceID{2}
	synctest.Test(t, func(t *testing.T) {
		s := newWatchStage(t)
		want := func(what string, wait time.Duration, id DeviceID, times int) {
			t.Helper()
			if got := s.within(wait, id); got != times {
				t.Errorf("%s: asked %d times, want %d", what, got, times)
			}
		}
		want("nobody is linked", 2*time.Hour, one, 0)
		s.up(one)
		want("at once", time.Second, one, 1)
		want("not again soon", 29*time.Minute, one, 0)
		want("after half an hour", 2*time.Minute, one, 1)
		want("and so on", 2*time.Hour, one, 4)
		s.verified(one)
		want("verified", time.Second, one, 1)
		s.verified(other)
		want("not linked", time.Hour, other, 0)
		s.down(one)
		want("gone", 2*time.Hour, one, 0)
	})
}

func TestWhoDoesNotAnswerIsAskedSooner(t *testing.T) {
	one := DeviceID{1}
	synctest.Test(t, func(t *testing.T) {
		s := newWatchStage(t)
		s.fails[one] = true
		s.up(one)
		if got := s.within(time.Minute, one); got != 6 { // at once, after 1, 2, 4, 8 … s
			t.Errorf("asked %d times in the first minute", got)
		}
		s.within(10*time.Hour, one)
		if got := s.within(10*time.Hour, one); got != 20 {
			t.Errorf("asked %d times in ten hours, of one who never answers", got)
		}
	})
}

// All that is known is wrong once this PC's own clock was set.
func TestAllAreAskedAnewWhenThisClockWasSet(t *testing.T) {
	one := DeviceID{1}
	synctest.Test(t, func(t *testing.T) {
		s := newWatchStage(t)
		s.up(one)
		s.within(time.Second, one)
		s.mu.Lock()
		s.set = -time.Hour
		s.mu.Unlock()
		if got := s.within(2*time.Minute, one); got != 1 {
			t.Errorf("asked %d times", got)
		}
	})
}
