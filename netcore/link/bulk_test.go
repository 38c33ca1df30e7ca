package link

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/netcore/wire"
)

func TestBulkStreamsGoWhicheverWayCanBeDialed(t *testing.T) {
	everywhere(t, func(t *testing.T, a, b *node) {
		linked(t, a, b)
		for from, to := range map[*node]*node{a: b, b: a} {
			s, err := from.OpenBulk(t.Context(), to.id, "echo", nil)
			s = openEcho(t, s, err)
			if !s.Bulk() || s.Peer().ID != to.id {
				t.Errorf("bulk %v, peer %+v", s.Bulk(), s.Peer())
			}
			talk(t, s, "over a link of its own")
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}
	})
}

func TestOnlyOneSideCanDial(t *testing.T) {
	memory := NewMemory()
	a, b := start(t, memory.Host("a"), "a:1"), start(t, memory.Host("b"), "b:1")
	memory.Firewall("a", true)
	linked(t, a, b)
	for from, to := range map[*node]*node{a: b, b: a} {
		s, err := from.OpenBulk(t.Context(), to.id, "echo", nil)
		s = openEcho(t, s, err)
		if !s.Bulk() {
			t.Error("no bulk link, though one side can dial")
		}
		_ = s.Close()
	}
}

func TestBulkFallsBackToTheControlLink(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory := NewMemory()
		a, b := start(t, memory.Host("a"), "a:1"), start(t, memory.Host("b"), "b:1")
		linked(t, a, b)
		memory.Firewall("b", true) // from now on not even the dialer can dial
		for from, to := range map[*node]*node{a: b, b: a} {
			began := time.Now()
			s, err := from.OpenBulk(t.Context(), to.id, "echo", nil)
			s = openEcho(t, s, err)
			if s.Bulk() || time.Since(began) > 4*time.Second {
				t.Errorf("bulk %v after %v", s.Bulk(), time.Since(began))
			}
			talk(t, s, "still gets there")
			_ = s.Close()
			began = time.Now()
			s, err = from.OpenBulk(t.Context(), to.id, "echo", nil)
			_ = openEcho(t, s, err).Close()
			if took := time.Since(began); took > time.Second {
				t.Errorf("the second one waited again: %v", took)
			}
		}
		memory.Firewall("b", false)
		a.Wake()
		s, err := a.OpenBulk(t.Context(), b.id, "echo", nil)
		if s = openEcho(t, s, err); !s.Bulk() {
			t.Error("no bulk link after the network changed")
		}
		closeSoon(t, a, b)
	})
}

func TestBulkLinksAreCapped(t *testing.T) {
	memory := NewMemory()
	a, b := start(t, memory.Host("a"), "a:1"), start(t, memory.Host("b"), "b:1")
	linked(t, a, b)
	var streams []*Stream
	for i := range 10 {
		from, to := a, b
		if i%2 == 1 {
			from, to = b, a
		}
		s, err := from.OpenBulk(t.Context(), to.id, "echo", nil)
		s = openEcho(t, s, err)
		if want := i < 8; s.Bulk() != want {
			t.Errorf("stream %d: bulk %v", i, s.Bulk())
		}
		streams = append(streams, s)
	}
	for _, s := range streams {
		_ = s.Close()
	}
}

func TestBulkLinkDiesWithTheDevice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory := NewMemory()
		a, b := start(t, memory.Host("a"), "a:1"), start(t, memory.Host("b"), "b:1")
		linked(t, a, b)
		s, err := a.OpenBulk(t.Context(), b.id, "sink", nil)
		if err != nil || !s.Bulk() {
			t.Fatal(err)
		}
		memory.Cut("b")
		cut := time.Now()
		for err == nil {
			_, err = s.Write(make([]byte, 1<<16))
		}
		if took := time.Since(cut); !errors.Is(err, ErrLinkLost) || took > 9*time.Second {
			t.Errorf("after %v: %v", took, err)
		}
		closeSoon(t, a, b)
	})
}

func TestGoodbyeOnABulkStream(t *testing.T) {
	everywhere(t, func(t *testing.T, a, b *node) {
		linked(t, a, b)
		s, err := a.OpenBulk(t.Context(), b.id, "echo", nil)
		s = openEcho(t, s, err)
		_ = b.Close()
		if _, err := s.Read(make([]byte, 1)); !errors.Is(err, ErrGoodbye) {
			t.Errorf("got %v", err)
		}
	})
}

func TestCutOffConnectionIsNoGoodEnd(t *testing.T) {
	everywhere(t, func(t *testing.T, a, b *node) {
		b.Handle("torn", func(_ context.Context, s *Stream, _ Frame) {
			_, _ = s.Write([]byte("half of it"))
			_ = s.Flush()
			_ = s.below.(*bulkExchange).low.Close() // a FIN without close_notify
		})
		linked(t, a, b)
		s, err := a.OpenBulk(t.Context(), b.id, "torn", nil)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(s); !errors.Is(err, ErrLinkLost) {
			t.Errorf("%q, %v", got, err)
		}
		_ = s.Reset()
	})
}

// TestLongWriterAndRareReader has both sides write for long and read rarely
// and little: nothing of the gathering may wait for the other direction.
func TestLongWriterAndRareReader(t *testing.T) {
	everywhere(t, func(t *testing.T, a, b *node) {
		const size = 24 << 20
		b.Handle("both", func(_ context.Context, s *Stream, _ Frame) {
			if pump(s, size) == nil {
				_ = s.Close()
			}
		})
		linked(t, a, b)
		s, err := a.OpenBulk(t.Context(), b.id, "both", nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := pump(s, size); err != nil {
			t.Error(err)
		}
		_ = s.Close()
	})
}

// pump writes size bytes in odd pieces, with small ones between, while it
// reads as many.
func pump(s *Stream, size int) error {
	var wg sync.WaitGroup
	var writeErr error
	wg.Go(func() {
		buf := make([]byte, 100_003)
		for left := size; left > 0 && writeErr == nil; {
			n := min(left, len(buf))
			if left%3 == 0 {
				n = min(left, 7)
			}
			_, writeErr = s.Write(buf[:n])
			left -= n
		}
		writeErr = errors.Join(writeErr, s.Flush())
	})
	_, err := io.CopyN(io.Discard, readerOf(s), int64(size))
	wg.Wait()
	return errors.Join(writeErr, err)
}

func TestSmallWritesOnABulkLinkLeaveSoon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory := NewMemory()
		a, b := start(t, memory.Host("a"), "a:1"), start(t, memory.Host("b"), "b:1")
		got := make(chan time.Time, 1)
		b.Handle("note", func(_ context.Context, s *Stream, _ Frame) {
			if _, err := s.Wire().Expect(wire.MaxHeader, "word"); err == nil {
				got <- time.Now()
			}
		})
		linked(t, a, b)
		s, err := a.OpenBulk(t.Context(), b.id, "note", nil)
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		if err := s.Wire().Write("word", nil, nil); err != nil {
			t.Fatal(err)
		}
		if took := (<-got).Sub(began); took > 2*time.Millisecond {
			t.Errorf("left after %v", took)
		}
		closeSoon(t, a, b)
	})
}

func TestStalledReaderEndsTheWrite(t *testing.T) {
	for _, bulk := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			memory := NewMemory()
			a, b := start(t, memory.Host("a"), "a:1"), start(t, memory.Host("b"), "b:1")
			b.Handle("deaf", func(ctx context.Context, _ *Stream, _ Frame) { <-ctx.Done() })
			linked(t, a, b)
			open := a.Open
			if bulk {
				open = a.OpenBulk
			}
			s, err := open(t.Context(), b.id, "deaf", nil)
			if err != nil {
				t.Fatal(err)
			}
			began := time.Now()
			_, err = s.Write(make([]byte, 8<<20))
			if took := time.Since(began); err == nil || took > 31*time.Second || took < 29*time.Second {
				t.Errorf("bulk %v: %v after %v", bulk, err, took)
			}
			_ = s.Reset()
			closeSoon(t, a, b)
		})
	}
}

func BenchmarkBulk(b *testing.B) {
	for _, way := range []string{"bulk", "control"} {
		b.Run(way, func(b *testing.B) { benchmarkBulk(b, way == "bulk") })
	}
}

func benchmarkBulk(b *testing.B, bulk bool) {
	from, to := start(b, nil, "127.0.0.1:0"), start(b, nil, "127.0.0.1:0")
	linked(b, from, to)
	open := from.Open
	if bulk {
		open = from.OpenBulk
	}
	s, err := open(context.Background(), to.id, "sink", nil)
	if err != nil || s.Bulk() != bulk {
		b.Fatal(s.Bulk(), err)
	}
	piece := make([]byte, 1<<20)
	_, _ = rand.Read(piece)
	b.SetBytes(int64(len(piece)))
	for b.Loop() {
		if _, err := s.Write(piece); err != nil {
			b.Fatal(err)
		}
	}
	if err := s.CloseWrite(); err != nil {
		b.Fatal(err)
	}
	if _, err := s.Wire().Expect(1<<10, "sunk"); err != nil {
		b.Fatal(err)
	}
	_ = s.Close()
}
