//go:build unix

package transfer

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// slow is a stream whose writer waits after a while, so that a test can act in
// the middle.
type slow struct {
	Stream
	left    int
	reached chan struct{}
	goOn    chan struct{}
}

func (s *slow) Write(p []byte) (int, error) {
	if s.left > 0 {
		if s.left -= len(p); s.left <= 0 {
			close(s.reached)
			<-s.goOn
		}
	}
	return s.Stream.Write(p)
}

// halted returns a network on which the first data stream stops after so many
// bytes, until goOn is closed.
func halted(after int) (n *network, reached, goOn chan struct{}) {
	n = newNetwork()
	reached, goOn = make(chan struct{}), make(chan struct{})
	first := true
	n.tamper = func(kind string, s Stream) Stream {
		if kind != KindData || !first {
			return s
		}
		first = false
		return &slow{Stream: s, left: after, reached: reached, goOn: goOn}
	}
	return n, reached, goOn
}

// begin sends paths and accepts them, and waits for neither.
func begin(t *testing.T, from, to *member, paths ...string) (mine, theirs int64) {
	t.Helper()
	mine, err := from.Offer(context.Background(), to.id, paths)
	if err != nil {
		t.Fatal(err)
	}
	theirs = to.offered()
	if err := to.Accept(context.Background(), theirs, AcceptOptions{Folder: to.dir}); err != nil {
		t.Fatal(err)
	}
	return mine, theirs
}

// wantEnd checks how a transfer ended.
func wantEnd(t *testing.T, shot Snapshot, state State, reason Reason) {
	t.Helper()
	if shot.State != string(state) || shot.Reason != string(reason) {
		t.Errorf("ended %s %q, want %s %q (%+v)", shot.State, shot.Reason, state, reason, shot)
	}
}

func TestCancelInTheMiddle(t *testing.T) {
	for _, bySender := range []bool{true, false} {
		n, reached, goOn := halted(3 << 20)
		a, b := join(t, n, "a"), join(t, n, "b")
		tree(t, a.dir, map[string]string{"src/big": noise(1, 8<<20), "src/e/": ""})
		mine, theirs := begin(t, a, b, filepath.Join(a.dir, "src"))
		<-reached
		stopper, key := b, theirs
		if bySender {
			stopper, key = a, mine
		}
		stopped := make(chan error, 1)
		go func() { stopped <- stopper.Cancel(context.Background(), key) }()
		until(t, "it is decided", func() bool {
			j := stopper.job(key)
			return j == nil || j.ctx.Err() != nil
		})
		close(goOn)
		if err := <-stopped; err != nil {
			t.Fatal(err)
		}
		sent, got := a.await(mine), b.await(theirs)
		here, there := sent, got
		if !bySender {
			here, there = got, sent
		}
		wantEnd(t, here, StateCancelled, ReasonCancelledHere)
		wantEnd(t, there, StateCancelled, ReasonCancelledThere)
		sameTrees(t, map[string]string{}, look(t, b.dir))
		if err := stopper.Cancel(context.Background(), key); !errors.Is(err, ErrState) {
			t.Errorf("cancelling again: %v", err)
		}
	}
}

func TestDeclineAndCancelBeforeTheDecision(t *testing.T) {
	n := newNetwork()
	a, b := join(t, n, "a"), join(t, n, "b")
	tree(t, a.dir, map[string]string{"x": "x"})
	offer := func() (int64, int64) {
		mine, err := a.Offer(context.Background(), b.id, []string{filepath.Join(a.dir, "x")})
		if err != nil {
			t.Fatal(err)
		}
		return mine, b.offered()
	}
	mine, theirs := offer()
	if err := b.Decline(context.Background(), theirs); err != nil {
		t.Fatal(err)
	}
	wantEnd(t, a.await(mine), StateDeclined, ReasonDeclined)
	wantEnd(t, b.await(theirs), StateDeclined, ReasonDeclined)
	mine, theirs = offer()
	until(t, "it is offered", func() bool {
		s, err := a.Snapshot(context.Background(), mine)
		return err == nil && s.State == string(StateOffered)
	})
	if err := a.Cancel(context.Background(), mine); err != nil {
		t.Fatal(err)
	}
	wantEnd(t, a.await(mine), StateCancelled, ReasonCancelledHere)
	wantEnd(t, b.await(theirs), StateCancelled, ReasonCancelledThere)
	if err := b.Accept(context.Background(), theirs, AcceptOptions{Folder: b.dir}); !errors.Is(err, ErrState) {
		t.Errorf("accepting what was cancelled: %v", err)
	}
}

func TestALostLinkIsTakenUpAgain(t *testing.T) {
	n, reached, goOn := halted(3 << 20)
	a, b := join(t, n, "a"), join(t, n, "b")
	files := map[string]string{"src/z-big": noise(9, 8<<20)}
	for i := range 600 {
		files["src/"+strings.Repeat("f", i%26+1)+"/"+string(rune('a'+i/26))] = noise(uint64(i), 3000)
	}
	tree(t, a.dir, files)
	mine, theirs := begin(t, a, b, filepath.Join(a.dir, "src"))
	<-reached
	n.cut()
	close(goOn)
	until(t, "the link is missed", func() bool {
		j := b.job(theirs)
		j.mu.Lock()
		defer j.mu.Unlock()
		return !j.alone.IsZero()
	})
	n.heal()
	sent, got := a.await(mine), b.await(theirs)
	wantEnd(t, sent, StateVerified, ReasonNone)
	wantEnd(t, got, StateVerified, ReasonNone)
	if sent.MD5 != got.MD5 || sent.Done != 601 || got.Done != 601 {
		t.Errorf("ended as %+v, %+v", sent, got)
	}
	sameTrees(t, look(t, a.dir), look(t, b.dir))
}

func TestGivesUpWithoutTheOtherSide(t *testing.T) {
	n, reached, goOn := halted(3 << 20)
	soon := func(c *Config) { c.GiveUp = 300 * time.Millisecond }
	a, b := join(t, n, "a", soon), join(t, n, "b", soon)
	tree(t, a.dir, map[string]string{"src/e/": "", "src/big": noise(9, 8<<20)})
	mine, theirs := begin(t, a, b, filepath.Join(a.dir, "src"))
	<-reached
	n.cut()
	close(goOn)
	wantEnd(t, a.await(mine), StateFailed, ReasonLost)
	wantEnd(t, b.await(theirs), StateFailed, ReasonLost)
	sameTrees(t, map[string]string{}, look(t, b.dir))
}

func TestAnOfferWaitsForTheLink(t *testing.T) {
	n := newNetwork()
	n.cut()
	a, b := join(t, n, "a", func(c *Config) { c.GiveUp = time.Millisecond }), join(t, n, "b")
	tree(t, a.dir, map[string]string{"x": "x"})
	mine, err := a.Offer(context.Background(), b.id, []string{filepath.Join(a.dir, "x")})
	if err != nil {
		t.Fatal(err)
	}
	until(t, "it is queued", func() bool {
		s, err := a.Snapshot(context.Background(), mine)
		return err == nil && s.State == string(StateQueued)
	})
	a.leave(n) // a restart loses nothing
	a.start(n)
	n.heal()
	theirs := b.offered()
	if err := b.Accept(context.Background(), theirs, AcceptOptions{Folder: b.dir}); err != nil {
		t.Fatal(err)
	}
	wantEnd(t, a.await(mine), StateVerified, ReasonNone)
}
