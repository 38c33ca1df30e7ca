package timeline

import (
	"context"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/netcore/identity"
	"lanyard/netcore/store"
	"lanyard/netcore/wire"
)

// memory is a Store that keeps what arrives in memory and has nothing to send.
type memory struct {
	Store
	mu    sync.Mutex
	known bool
	texts []store.Item
}

func (m *memory) Stranger(context.Context, identity.DeviceID) (bool, error) { return !m.known, nil }

func (m *memory) AddReceived(_ context.Context, texts []store.Item, _ store.Quota) ([]store.Received, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var kept []store.Received
	for _, item := range texts {
		m.texts = append(m.texts, item)
		kept = append(kept, store.Received{Item: item, New: true})
	}
	return kept, nil
}

func (m *memory) SeenThere(context.Context, identity.DeviceID, []string) ([]store.Change, error) {
	return nil, nil
}

// TestAFloodIsSlowedDown sends as fast as it is taken, by two streams.
func TestAFloodIsSlowedDown(t *testing.T) {
	for name, test := range map[string]struct {
		known    bool
		texts    int
		min, max time.Duration
	}{
		"a stranger within the burst": {false, 100, 0, time.Second},
		"a stranger":                  {false, 500, 19 * time.Second, 21 * time.Second},
		"somebody known":              {true, 3000, 9 * time.Second, 11 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				kept := &memory{known: test.known}
				s := New(Config{Store: kept, Clock: time.Now})
				start := time.Now()
				var streams sync.WaitGroup
				for range 2 {
					near, far := net.Pipe()
					go s.HandleText(t.Context(), identity.DeviceID{1}, pipe{far}, wire.Frame{Kind: KindText})
					streams.Go(func() { flood(t, near, test.texts/2) })
				}
				streams.Wait()
				if took := time.Since(start); took < test.min || took > test.max {
					t.Errorf("%d texts took %v, want %v to %v", test.texts, took, test.min, test.max)
				}
				synctest.Wait()
				if len(kept.texts) != test.texts {
					t.Errorf("%d of %d texts were kept", len(kept.texts), test.texts)
				}
			})
		})
	}
}

// flood writes n texts and reads as many answers.
func flood(t *testing.T, conn net.Conn, n int) {
	frames := wire.NewConn(conn)
	go func() {
		for range n {
			if err := frames.Write(KindText, textFields{ID: newID()}, []byte("x")); err != nil {
				t.Error(err)
				return
			}
		}
	}()
	for range n {
		if _, err := frames.Expect(wire.MaxHello, kindStored); err != nil {
			t.Error(err)
			return
		}
	}
	if err := conn.Close(); err != nil {
		t.Error(err)
	}
}

func TestASilentStreamEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Config{Store: &memory{}, Clock: time.Now})
		near, far := net.Pipe()
		start := time.Now()
		go s.HandleText(t.Context(), identity.DeviceID{1}, pipe{far}, wire.Frame{Kind: KindText})
		if _, err := near.Read(make([]byte, 1)); err != nil {
			t.Error(err)
		}
		_ = near.Close()
		if took := time.Since(start); took != quiet {
			t.Errorf("it was open for %v", took)
		}
	})
}

func TestQuietBucketsAreDropped(t *testing.T) {
	now := time.Unix(1000, 0)
	l := newLimits(DefaultLimits(), func() time.Time { return now })
	busy := identity.DeviceID{255}
	l.bucket(busy, true).ReserveN(now, 100)
	for i := range 3 * maxBuckets {
		l.bucket(identity.DeviceID{byte(i), byte(i >> 8)}, true)
	}
	if len(l.buckets) > maxBuckets {
		t.Errorf("%d buckets", len(l.buckets))
	}
	if tokens := l.bucket(busy, true).TokensAt(now); tokens > 1 {
		t.Errorf("a device in a flood got %v fresh tokens", tokens)
	}
	if got := l.bucket(busy, false).Burst(); got != DefaultLimits().KnownBurst {
		t.Errorf("burst of somebody known = %d", got)
	}
}
