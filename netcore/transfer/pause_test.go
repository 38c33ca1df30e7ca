//go:build unix

package transfer

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"
)

// isNow waits until a transfer is in a state.
func (m *member) isNow(key int64, state State, reason Reason) {
	m.t.Helper()
	until(m.t, string(state)+" "+string(reason), func() bool {
		s, err := m.Snapshot(context.Background(), key)
		return err == nil && s.State == string(state) && s.Reason == string(reason)
	})
}

func TestATransferIsHeldByEitherSideAndAcrossRestarts(t *testing.T) {
	for _, bySender := range []bool{true, false} {
		n, reached, goOn := halted(3 << 20)
		a, b := join(t, n, "a"), join(t, n, "b")
		tree(t, a.dir, map[string]string{"src/big": noise(1, 12<<20)})
		mine, theirs := begin(t, a, b, filepath.Join(a.dir, "src"))
		<-reached
		here, there, key, other := a, b, mine, theirs
		if !bySender {
			here, there, key, other = b, a, theirs, mine
		}
		if err := here.Pause(context.Background(), key); err != nil {
			t.Fatal(err)
		}
		close(goOn)
		here.isNow(key, StatePaused, ReasonPausedHere)
		there.isNow(other, StatePaused, ReasonPausedThere)
		if err := here.Pause(context.Background(), key); !errors.Is(err, ErrState) {
			t.Errorf("holding it twice: %v", err)
		}
		a.leave(n)
		b.leave(n)
		a.start(n)
		b.start(n)
		n.heal()
		here.isNow(key, StatePaused, ReasonPausedHere)
		there.isNow(other, StatePaused, ReasonPausedThere)
		if err := there.Pause(context.Background(), other); err != nil {
			t.Fatal(err)
		}
		if err := here.Resume(context.Background(), key); err != nil {
			t.Fatal(err)
		}
		here.isNow(key, StatePaused, ReasonPausedThere) // the other one still holds it
		there.isNow(other, StatePaused, ReasonPausedHere)
		if err := there.Resume(context.Background(), other); err != nil {
			t.Fatal(err)
		}
		arrives(t, a, b, mine, theirs)
		if err := here.Resume(context.Background(), key); !errors.Is(err, ErrState) {
			t.Errorf("resuming what has ended: %v", err)
		}
	}
}

func TestWhatIsHeldCanBeCancelled(t *testing.T) {
	n := newNetwork()
	a, b := join(t, n, "a"), join(t, n, "b")
	tree(t, a.dir, map[string]string{"x": "x"})
	mine, theirs := proposed(t, a, b, filepath.Join(a.dir, "x"))
	a.isNow(mine, StateOffered, ReasonNone)
	if err := b.Pause(context.Background(), theirs); !errors.Is(err, ErrState) {
		t.Errorf("holding what was not accepted: %v", err)
	}
	if err := a.Pause(context.Background(), mine); err != nil {
		t.Fatal(err)
	}
	b.isNow(theirs, StatePaused, ReasonPausedThere)
	if err := b.Accept(context.Background(), theirs, AcceptOptions{Folder: b.dir}); err != nil {
		t.Fatal(err)
	}
	b.isNow(theirs, StatePaused, ReasonPausedThere)
	if err := b.Cancel(context.Background(), theirs); err != nil {
		t.Fatal(err)
	}
	wantEnd(t, a.await(mine), StateCancelled, ReasonCancelledThere)
}

func TestWhatIsQueuedOrOfferedIsHeldAndGoesOnWhereItWas(t *testing.T) {
	n := newNetwork()
	n.cut()
	a, b := join(t, n, "a"), join(t, n, "b")
	tree(t, a.dir, map[string]string{"x": "x"})
	mine, err := a.Offer(context.Background(), b.id, []string{filepath.Join(a.dir, "x")})
	if err != nil {
		t.Fatal(err)
	}
	do := func(act func(context.Context, int64) error) {
		t.Helper()
		if err := act(context.Background(), mine); err != nil {
			t.Fatal(err)
		}
	}
	a.isNow(mine, StateQueued, ReasonNone)
	do(a.Pause)
	a.isNow(mine, StatePaused, ReasonPausedHere)
	do(a.Resume)
	a.isNow(mine, StateQueued, ReasonNone)
	do(a.Pause)
	a.leave(n)
	a.start(n)
	n.heal()
	theirs := b.offered()
	b.isNow(theirs, StatePaused, ReasonPausedThere)
	b.leave(n)
	b.start(n)
	b.isNow(theirs, StatePaused, ReasonPausedThere)
	do(a.Resume)
	b.isNow(theirs, StateOffered, ReasonNone)
	a.isNow(mine, StateOffered, ReasonNone)
	if err := b.Accept(context.Background(), theirs, AcceptOptions{Folder: b.dir}); err != nil {
		t.Fatal(err)
	}
	wantEnd(t, a.await(mine), StateVerified, ReasonNone)
	wantEnd(t, b.await(theirs), StateVerified, ReasonNone)
}

func TestALimitOfOneTransferOutlivesItsProgram(t *testing.T) {
	n := newNetwork()
	a, b := join(t, n, "a"), join(t, n, "b")
	tree(t, a.dir, map[string]string{"src/big": noise(1, 6<<20)})
	mine, theirs := proposed(t, a, b, filepath.Join(a.dir, "src"))
	for m, key := range map[*member]int64{a: mine, b: theirs} {
		if err := m.SetTransferBandwidth(key, 1); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.SetTransferBandwidth(theirs, 128<<10); err != nil {
		t.Fatal(err)
	}
	b.leave(n)
	b.start(n)
	for m, want := range map[*member]int64{a: minBandwidth, b: 128 << 10} {
		if s, err := m.Snapshot(context.Background(), map[bool]int64{true: mine, false: theirs}[m == a]); err != nil || s.Bandwidth != want {
			t.Errorf("limited to %d, want %d, %v", s.Bandwidth, want, err)
		}
	}
	if err := a.SetTransferBandwidth(mine, 0); err != nil {
		t.Fatal(err)
	}
	if err := b.Accept(context.Background(), theirs, AcceptOptions{Folder: b.dir}); err != nil {
		t.Fatal(err)
	}
	// Its own limit is what slows it, long before the first chunk of 1 MiB is there.
	limits := func(m *member, key int64, want Limit) {
		t.Helper()
		until(t, string(want), func() bool {
			s, err := m.Snapshot(context.Background(), key)
			return err == nil && s.Limits == want && s.DoneBytes < 1<<20
		})
	}
	limits(b, theirs, LimitBandwidth)
	limits(a, mine, LimitThere)
	if err := b.SetTransferBandwidth(theirs, 0); err != nil {
		t.Fatal(err)
	}
	arrives(t, a, b, mine, theirs)
}

// A chunk may take a slow sender longer than a stall may last.
func TestALimitOfTheSenderIsNoStall(t *testing.T) {
	n := newNetwork()
	quick := func(c *Config) { c.Stall = time.Second }
	a, b := join(t, n, "a", quick), join(t, n, "b", quick)
	tree(t, a.dir, map[string]string{"src/big": noise(1, 2<<20)})
	a.SetBandwidth(256<<10, 0)
	mine, theirs := begin(t, a, b, filepath.Join(a.dir, "src"))
	until(t, "a chunk has come", func() bool {
		s, err := b.Snapshot(context.Background(), theirs)
		return err == nil && s.DoneBytes >= 1<<20
	})
	a.SetBandwidth(0, 0)
	arrives(t, a, b, mine, theirs)
}

func TestALimitOfTheSenderIsToldToTheReceiver(t *testing.T) {
	n := newNetwork()
	a, b := join(t, n, "a"), join(t, n, "b")
	tree(t, a.dir, map[string]string{"src/big": noise(1, 2<<20)})
	a.SetBandwidth(64<<10, 0)
	mine, theirs := begin(t, a, b, filepath.Join(a.dir, "src"))
	until(t, "the receiver sees whose limit it is", func() bool {
		s, err := b.Snapshot(context.Background(), theirs)
		return err == nil && s.Limits == LimitThere && s.DoneBytes < 1<<20
	})
	if s, err := a.Snapshot(context.Background(), mine); err != nil || s.Limits != LimitBandwidth {
		t.Errorf("the sender sees %q, %v", s.Limits, err)
	}
	a.SetBandwidth(0, 0)
	arrives(t, a, b, mine, theirs)
}

func TestBandwidthIsLimitedWhileItRuns(t *testing.T) {
	n := newNetwork()
	a, b := join(t, n, "a"), join(t, n, "b")
	tree(t, a.dir, map[string]string{"src/big": noise(1, 3<<20)})
	a.SetBandwidth(32<<10, 0)
	mine, theirs := begin(t, a, b, filepath.Join(a.dir, "src"))
	began := time.Now()
	until(t, "some of it has come", func() bool {
		s, err := b.Snapshot(context.Background(), theirs)
		return err == nil && s.DoneBytes > 0 || time.Since(began) > 2*time.Second
	})
	if s, err := b.Snapshot(context.Background(), theirs); err != nil || s.DoneBytes > 1<<20 {
		t.Errorf("at 32 KiB a second: %+v, %v", s, err)
	}
	a.SetBandwidth(0, 0)
	if err := b.SetTransferBandwidth(theirs, 8<<20); err != nil {
		t.Fatal(err)
	}
	arrives(t, a, b, mine, theirs)
	if err := b.SetTransferBandwidth(theirs, 0); !errors.Is(err, ErrState) {
		t.Errorf("limiting what has ended: %v", err)
	}
}

func TestWhatIsHeldShowsHowFarItGot(t *testing.T) {
	n, reached, goOn := halted(3 << 20)
	a, b := join(t, n, "a"), join(t, n, "b")
	tree(t, a.dir, map[string]string{"src/big": noise(1, 8<<20)})
	mine, theirs := begin(t, a, b, filepath.Join(a.dir, "src"))
	<-reached
	if err := a.Pause(context.Background(), mine); err != nil {
		t.Fatal(err)
	}
	close(goOn)
	b.isNow(theirs, StatePaused, ReasonPausedThere)
	for _, side := range []struct {
		*member
		key int64
	}{{a, mine}, {b, theirs}} {
		s, err := side.Snapshot(context.Background(), side.key)
		if err != nil || s.State != string(StatePaused) || s.DoneBytes < 1<<20 || s.DoneBytes > 8<<20 || s.Speed != 0 {
			t.Errorf("%s shows %+v, %v", side.id[:1], s, err)
		}
	}
	if err := a.Resume(context.Background(), mine); err != nil {
		t.Fatal(err)
	}
	arrives(t, a, b, mine, theirs)
}
