package link

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/netcore/identity"
)

// everywhere runs a test over memory and over TCP on loopback.
func everywhere(t *testing.T, test func(t *testing.T, a, b *node)) {
	t.Run("memory", func(t *testing.T) {
		memory := NewMemory()
		test(t, start(t, memory.Host("a"), "a:1"), start(t, memory.Host("b"), "b:1"))
	})
	t.Run("tcp", func(t *testing.T) {
		test(t, start(t, nil, "127.0.0.1:0"), start(t, nil, "127.0.0.1:0"))
	})
}

func TestTwoDevicesConnectAndTalkBothWays(t *testing.T) {
	everywhere(t, func(t *testing.T, a, b *node) {
		peer := connect(t, a, b)
		if peer.ID != b.id || peer.Address != b.address || !peer.Dialed || !strings.HasPrefix(peer.Name, "name of ") {
			t.Errorf("a sees %+v", peer)
		}
		up := b.next(t)
		if up.peer.ID != a.id || up.peer.Address != a.address || up.peer.Dialed {
			t.Errorf("b sees %+v", up.peer)
		}
		if up := a.next(t); up.peer != peer {
			t.Errorf("a was told %+v", up.peer)
		}
		for from, to := range map[*node]*node{a: b, b: a} {
			s, err := from.Open(t.Context(), to.id, "echo", nil)
			s = openEcho(t, s, err)
			talk(t, s, "你好 🙂")
			talk(t, s, strings.Repeat("long ", 100_000))
			if s.Bulk() || s.Peer().ID != to.id {
				t.Errorf("stream to %+v, bulk %v", s.Peer(), s.Bulk())
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}
		if again := connect(t, b, a); again.Dialed {
			t.Error("a second link was dialed")
		}
		a.quiet(t)
		b.quiet(t)
	})
}

func TestConnectAddressTellsWhoAnswers(t *testing.T) {
	everywhere(t, func(t *testing.T, a, b *node) {
		peer, err := a.ConnectAddress(t.Context(), b.address)
		if err != nil || peer.ID != b.id {
			t.Fatalf("%+v, %v", peer, err)
		}
		again, err := a.ConnectAddress(t.Context(), b.address)
		if err != nil || again != peer {
			t.Errorf("second time %+v, %v", again, err)
		}
		if peers := a.Peers(); len(peers) != 1 || peers[0] != peer {
			t.Errorf("peers: %+v", peers)
		}
	})
}

func TestConnectSaysWhyNot(t *testing.T) {
	memory := NewMemory()
	a, b := start(t, memory.Host("a"), "a:1"), start(t, memory.Host("b"), "b:1")
	listener, err := memory.Host("c").Listen(t.Context(), "c:1")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	go answerGarbage(listener)
	stranger := newIdentity(t).ID()
	for name, c := range map[string]struct {
		id        identity.DeviceID
		addresses []string
		want      error
	}{
		"nobody there":         {b.id, []string{"b:2"}, ErrUnreachable},
		"no address":           {b.id, nil, ErrUnreachable},
		"another device":       {stranger, []string{"b:1"}, ErrWrongDevice},
		"this device":          {a.id, []string{"a:1"}, ErrSelf},
		"this, unawares":       {b.id, []string{"a:1"}, ErrSelf},
		"no Lanyard":           {b.id, []string{"c:1"}, ErrNotLanyard},
		"the most telling one": {stranger, []string{"b:2", "b:1", "c:1"}, ErrWrongDevice},
	} {
		if _, err := a.Connect(t.Context(), c.id, c.addresses); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := a.Open(t.Context(), b.id, "echo", nil); !errors.Is(err, ErrNotConnected) {
		t.Errorf("open without a link: %v", err)
	}
	if _, err := a.Connect(t.Context(), b.id, []string{"b:2", "c:1", "b:1"}); err != nil {
		t.Errorf("with one good address: %v", err)
	}
}

// answerGarbage answers every connection with something else than TLS.
func answerGarbage(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		_, _ = io.WriteString(conn, "SSH-2.0-OpenSSH_9.9\r\n")
		_ = conn.Close()
	}
}

func TestConnectEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory := NewMemory()
		a, b := start(t, memory.Host("a"), "a:1"), start(t, memory.Host("b"), "b:1")
		memory.Cut("b")
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := a.Connect(ctx, b.id, []string{"b:1"}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		began := time.Now()
		if _, err := a.Connect(t.Context(), b.id, []string{"b:1"}); !errors.Is(err, ErrUnreachable) {
			t.Errorf("got %v", err)
		}
		if took := time.Since(began); took != 5*time.Second {
			t.Errorf("gave up after %v", took)
		}
		closeSoon(t, a, b)
	})
}

// closeSoon closes nodes inside a bubble and checks that it takes no time.
func closeSoon(t *testing.T, nodes ...*node) {
	t.Helper()
	for _, n := range nodes {
		began := time.Now()
		if err := n.Close(); err != nil {
			t.Error(err)
		}
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("Close took %v", took)
		}
	}
}

func TestCutNetworkIsNoticedAndTheLinkComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory := NewMemory()
		a, b := start(t, memory.Host("a"), "a:1"), start(t, memory.Host("b"), "b:1")
		a.Keep(b.id, []string{"b:1"})
		a.next(t)
		b.next(t)
		handlerEnds := make(chan error, 1)
		s, err := a.Open(t.Context(), b.id, "echo", nil)
		s = openEcho(t, s, err)
		go func() {
			_, err := s.Read(make([]byte, 1))
			handlerEnds <- err
		}()
		time.Sleep(time.Minute) // simulated: idle, and nobody thinks it is lost
		a.quiet(t)
		memory.Cut("b")
		cut := time.Now()
		for _, n := range []*node{a, b} {
			down := n.next(t)
			if took := time.Since(cut); down.up || !errors.Is(down.err, ErrLinkLost) || took > 9*time.Second {
				t.Errorf("after %v: %+v", took, down)
			}
		}
		if err := <-handlerEnds; !errors.Is(err, ErrLinkLost) {
			t.Errorf("reader got %v", err)
		}
		time.Sleep(5 * time.Minute)
		memory.Heal("b")
		healed := time.Now()
		for _, n := range []*node{a, b} {
			if up := n.next(t); !up.up {
				t.Errorf("got %+v", up)
			}
		}
		if took := time.Since(healed); took > 76*time.Second {
			t.Errorf("came back after %v", took)
		}
		closeSoon(t, a, b)
	})
}

func TestWakeFindsADeadLinkAndDialsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory := NewMemory()
		a, b := start(t, memory.Host("a"), "a:1"), start(t, memory.Host("b"), "b:1")
		a.Keep(b.id, []string{"b:1"})
		a.next(t)
		time.Sleep(time.Minute)
		memory.Cut("b")
		time.Sleep(10 * time.Minute)
		a.next(t)
		memory.Heal("b")
		began := time.Now()
		a.Wake()
		if up := a.next(t); !up.up || time.Since(began) > time.Second {
			t.Errorf("after %v: %+v", time.Since(began), up)
		}
		memory.Cut("b")
		began = time.Now()
		a.Wake()
		if down := a.next(t); down.up || time.Since(began) > 2500*time.Millisecond {
			t.Errorf("after %v: %+v", time.Since(began), down)
		}
		closeSoon(t, a, b)
	})
}

func TestKeepFollowsAnAddressThatChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory := NewMemory()
		key := newIdentity(t)
		withKey := func(c *Config) { c.Identity = key }
		a, b := start(t, memory.Host("a"), "a:1"), start(t, memory.Host("b"), "b:1", withKey)
		a.Keep(b.id, []string{"b:1"})
		a.next(t)
		_ = b.Close()
		a.next(t)
		moved := start(t, memory.Host("c"), "c:7", withKey)
		time.Sleep(5 * time.Minute)
		a.quiet(t)
		began := time.Now()
		a.Keep(b.id, []string{"c:7"})
		if up := a.next(t); up.peer.Address != "c:7" || time.Since(began) > time.Second {
			t.Errorf("after %v: %+v", time.Since(began), up)
		}
		a.Forget(b.id)
		_ = moved.Close()
		a.next(t)
		_ = start(t, memory.Host("c"), "c:7", withKey)
		time.Sleep(10 * time.Minute)
		a.quiet(t)
	})
}

func TestGoodbyeIsHeardAtOnce(t *testing.T) {
	everywhere(t, func(t *testing.T, a, b *node) {
		linked(t, a, b)
		s, err := b.Open(t.Context(), a.id, "echo", nil)
		s = openEcho(t, s, err)
		began := time.Now()
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
		down := b.next(t)
		if took := time.Since(began); !errors.Is(down.err, ErrGoodbye) || took > time.Second {
			t.Errorf("after %v: %+v", took, down)
		}
		if _, err := s.Read(make([]byte, 1)); !errors.Is(err, ErrGoodbye) {
			t.Errorf("read: %v", err)
		}
		if _, err := a.Connect(t.Context(), b.id, []string{b.address}); !errors.Is(err, ErrClosed) {
			t.Errorf("connect after close: %v", err)
		}
	})
}

func TestBothDialAtOnceAndOneLinkStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory := NewMemory()
		low, high := sortedIdentities(t)
		a := start(t, memory.Host("a"), "a:1", func(c *Config) { c.Identity = low })
		b := start(t, memory.Host("b"), "b:1", func(c *Config) { c.Identity = high })
		for round := range 20 {
			done := make(chan error, 2)
			dial := func(from, to *node) {
				_, err := from.Connect(t.Context(), to.id, []string{to.address})
				done <- err
			}
			go dial(a, b)
			go dial(b, a)
			if err := errors.Join(<-done, <-done); err != nil {
				t.Fatal(err)
			}
			time.Sleep(20 * time.Second)
			for _, n := range []*node{a, b} {
				if links, _ := n.everything(); len(links) != 1 {
					t.Errorf("round %d: %d links", round, len(links))
				}
			}
			s, err := b.Open(t.Context(), a.id, "echo", nil)
			_ = openEcho(t, s, err).Close()
			for _, n := range []*node{a, b} {
				if e := n.next(t); !e.up {
					t.Errorf("round %d: %+v", round, e)
				}
				n.quiet(t)
			}
			links, _ := a.everything()
			links[0].bye(byeDuplicate, time.Second)
			a.next(t)
			b.next(t)
		}
		closeSoon(t, a, b)
	})
}

// forceLink makes a link from a to b even if there is one.
func forceLink(t *testing.T, a, b *node) {
	t.Helper()
	sec, err := a.dialSecure(t.Context(), b.address, b.id)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.introduce(t.Context(), sec, b.address); err != nil {
		t.Fatal(err)
	}
}

func TestDuplicateWithAStreamIsClosedAfterIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory := NewMemory()
		low, high := sortedIdentities(t)
		a := start(t, memory.Host("a"), "a:1", func(c *Config) { c.Identity = low })
		b := start(t, memory.Host("b"), "b:1", func(c *Config) { c.Identity = high })
		linked(t, b, a) // the one that will have to give way
		s, err := b.Open(t.Context(), a.id, "echo", nil)
		s = openEcho(t, s, err)
		forceLink(t, a, b)
		for range 3 {
			time.Sleep(2 * time.Second)
			talk(t, s, "still there")
		}
		if peer, _ := a.Peer(b.id); !peer.Dialed {
			t.Error("the link that the lower ID dialed does not serve")
		}
		_ = s.Close()
		time.Sleep(5 * time.Second)
		for _, n := range []*node{a, b} {
			if links, _ := n.everything(); len(links) != 1 {
				t.Errorf("%d links", len(links))
			}
		}
		closeSoon(t, a, b)
	})
}

func TestRestartedProgramTakesTheLinkOver(t *testing.T) {
	everywhere(t, func(t *testing.T, a, b *node) {
		linked(t, a, b)
		s, err := b.Open(t.Context(), a.id, "echo", nil)
		s = openEcho(t, s, err)
		again := start(t, a.config.Network, "", func(c *Config) { c.Identity = a.config.Identity })
		connect(t, again, b)
		up := b.next(t)
		if !up.up || up.peer.Instance != again.config.Instance {
			t.Errorf("got %+v", up)
		}
		if _, err := s.Read(make([]byte, 1)); !errors.Is(err, ErrLinkLost) {
			t.Errorf("old stream: %v", err)
		}
		if peer, ok := b.Peer(a.id); !ok || peer.Address != "" {
			t.Errorf("%+v", peer)
		}
		b.quiet(t)
	})
}

func TestResetEndsBothSidesAtOnce(t *testing.T) {
	for _, bulk := range []bool{false, true} {
		t.Run(fmt.Sprintf("bulk %v", bulk), func(t *testing.T) {
			everywhere(t, func(t *testing.T, a, b *node) { testReset(t, a, b, bulk) })
		})
	}
}

func testReset(t *testing.T, a, b *node, bulk bool) {
	remote := make(chan error, 2)
	ended := make(chan error, 1)
	b.Handle("stuck", func(ctx context.Context, s *Stream, _ Frame) {
		defer func() { <-ctx.Done(); ended <- ctx.Err() }()
		go func() { _, err := s.Write(make([]byte, 64<<20)); remote <- err }()
		<-remote                                   // the write fails at the reset
		_, err := io.Copy(io.Discard, readerOf(s)) // what had arrived, then the reset
		remote <- err
		_ = s.Reset()
	})
	linked(t, a, b)
	open := a.Open
	if bulk {
		open = a.OpenBulk
	}
	s, err := open(t.Context(), b.id, "stuck", nil)
	if err != nil || s.Bulk() != bulk {
		t.Fatal(s.Bulk(), err)
	}
	local := make(chan error, 1)
	go func() { _, err := s.Write(make([]byte, 64<<20)); local <- err }()
	_, _ = s.Read(make([]byte, 100)) // it is flowing
	began := time.Now()
	if err := s.Reset(); err != nil {
		t.Fatal(err)
	}
	if err := <-local; !errors.Is(err, net.ErrClosed) {
		t.Errorf("own write: %v", err)
	}
	if err := <-remote; !errors.Is(err, ErrReset) {
		t.Errorf("other side's read: %v", err)
	}
	<-ended
	if took := time.Since(began); took > time.Second {
		t.Errorf("took %v", took)
	}
	if _, err := s.Read(make([]byte, 1)); !errors.Is(err, net.ErrClosed) {
		t.Errorf("own read: %v", err)
	}
	s, err = a.Open(t.Context(), b.id, "echo", nil)
	_ = openEcho(t, s, err).Close() // the link lives on
}

func TestHandlerContextEndsWithTheLink(t *testing.T) {
	for _, bulk := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			memory := NewMemory()
			a, b := start(t, memory.Host("a"), "a:1"), start(t, memory.Host("b"), "b:1")
			causes := make(chan error, 1)
			b.Handle("busy", func(ctx context.Context, _ *Stream, _ Frame) {
				<-ctx.Done()
				causes <- context.Cause(ctx)
			})
			linked(t, a, b)
			open := a.Open
			if bulk {
				open = a.OpenBulk
			}
			if _, err := open(t.Context(), b.id, "busy", nil); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			memory.Cut("b")
			if cause := <-causes; !errors.Is(cause, ErrLinkLost) {
				t.Errorf("bulk %v: %v", bulk, cause)
			}
			closeSoon(t, a, b)
		})
	}
}

func TestDeadlinesAndHalfClose(t *testing.T) {
	everywhere(t, func(t *testing.T, a, b *node) {
		linked(t, a, b)
		for _, open := range []func(context.Context, identity.DeviceID, string, any) (*Stream, error){a.Open, a.OpenBulk} {
			s, err := open(t.Context(), b.id, "sink", nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.SetReadDeadline(time.Now().Add(10 * time.Millisecond)); err != nil {
				t.Fatal(err)
			}
			if _, err := s.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Errorf("got %v", err)
			}
			_ = s.SetDeadline(time.Time{})
			if _, err := s.Write(make([]byte, 12345)); err != nil {
				t.Error(err)
			}
			if err := s.CloseWrite(); err != nil {
				t.Error(err)
			}
			frame, err := s.Wire().Expect(1<<10, "sunk")
			if err != nil || !strings.Contains(string(frame.Raw), ":12345}") {
				t.Errorf("%s, %v", frame.Raw, err)
			}
			if _, err := s.Wire().Next(1 << 10); err != io.EOF {
				t.Errorf("at the end: %v", err)
			}
			_ = s.Close()
		}
	})
}
