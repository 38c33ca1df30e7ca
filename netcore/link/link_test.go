package link

import (
	"context"
	"errors"
	"io"
	"net"
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
		_, _ = conn.Read(make([]byte, 1<<16)) // a close with unread data would destroy the answer
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
		if took := time.Since(began); !errors.Is(down.err, ErrGoodbye) || took > 4*time.Second { // any time-out of a link is longer
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
