//go:build unix

package transfer

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
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
	if err := to.Accept(context.Background(), theirs, to.dir); err != nil {
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
	if err := b.Accept(context.Background(), theirs, b.dir); !errors.Is(err, ErrState) {
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
	if err := b.Accept(context.Background(), theirs, b.dir); err != nil {
		t.Fatal(err)
	}
	wantEnd(t, a.await(mine), StateVerified, ReasonNone)
}

func TestNothingIsOverwritten(t *testing.T) {
	n := newNetwork()
	a, b := join(t, n, "a"), join(t, n, "b")
	tree(t, a.dir, map[string]string{"one.tar.gz": "new", "src/x": "new"})
	tree(t, b.dir, map[string]string{"one.tar.gz": "old", "src/x": "old", "src (1)": "in the way"})
	_, got := pass(t, a, b, filepath.Join(a.dir, "one.tar.gz"), filepath.Join(a.dir, "src"))
	wantEnd(t, got, StateVerified, ReasonNone)
	for name, want := range map[string]string{
		"one.tar.gz": "old", "one (1).tar.gz": "new", "src/x": "old", "src (2)/x": "new", "src (1)": "in the way",
	} {
		if text, err := os.ReadFile(filepath.Join(b.dir, name)); err != nil || string(text) != want {
			t.Errorf("%s holds %q, %v; want %q", name, text, err, want)
		}
	}
	if got.Roots[0].Path != "one (1).tar.gz" || got.Roots[1].Path != "src (2)" {
		t.Errorf("roots saved as %+v", got.Roots)
	}
}

func TestWhatCannotBeSentIsNamedAndTheRestGoesOn(t *testing.T) {
	n := newNetwork()
	a, b := join(t, n, "a"), join(t, n, "b")
	tree(t, a.dir, map[string]string{"src/good": "good", "src/last": "last"})
	if err := os.Symlink("/etc/passwd", filepath.Join(a.dir, "src/link")); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(filepath.Join(a.dir, "src/pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	sent, got := pass(t, a, b, filepath.Join(a.dir, "src"))
	wantEnd(t, sent, StateFailed, ReasonNotRegular)
	wantEnd(t, got, StateFailed, ReasonNotRegular)
	if sent.Done != 2 || sent.Failed != 2 || got.Done != 2 || got.Failed != 2 {
		t.Errorf("ended as %+v, %+v", sent, got)
	}
	rows, err := a.db.TransferFilesAfter(context.Background(), 0, 100)
	if err != nil || len(rows) != 4 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for _, row := range rows {
		bad := row.Path == "src/link" || row.Path == "src/pipe"
		if bad != (row.Reason == string(ReasonNotRegular)) || bad == (row.MD5 != "") {
			t.Errorf("recorded %+v", row)
		}
	}
	if _, err := os.Lstat(filepath.Join(b.dir, "src/link")); err == nil {
		t.Error("a link arrived")
	}
}

func TestASourceThatChangesIsSkipped(t *testing.T) {
	for name, spoil := range map[string]struct {
		do   func(string) error
		want Reason
	}{
		"shrinks":  {func(p string) error { return os.Truncate(p, 100) }, ReasonChanged},
		"grows":    {func(p string) error { return os.WriteFile(p, make([]byte, 9<<20), 0o600) }, ReasonChanged},
		"vanishes": {os.Remove, ReasonVanished},
	} {
		t.Run(name, func(t *testing.T) {
			n, reached, goOn := halted(1 << 10)
			a, b := join(t, n, "a"), join(t, n, "b")
			tree(t, a.dir, map[string]string{
				"src/a": noise(1, 64<<20), "src/b": noise(2, 8<<20), "src/c": "still comes",
			})
			mine, theirs := begin(t, a, b, filepath.Join(a.dir, "src"))
			<-reached
			for _, p := range []string{"src/b"} {
				if err := spoil.do(filepath.Join(a.dir, p)); err != nil {
					t.Fatal(err)
				}
			}
			close(goOn)
			sent, got := a.await(mine), b.await(theirs)
			wantEnd(t, sent, StateFailed, spoil.want)
			wantEnd(t, got, StateFailed, spoil.want)
			if sent.Done != 2 || got.Done != 2 {
				t.Errorf("ended as %+v, %+v", sent, got)
			}
			if _, err := os.Stat(filepath.Join(b.dir, "src/b")); err == nil {
				t.Error("the spoilt file arrived")
			}
		})
	}
}

func TestBothDirectionsAndManyAtOnce(t *testing.T) {
	n := newNetwork()
	a, b := join(t, n, "a"), join(t, n, "b")
	type one struct{ mine, theirs int64 }
	var out, back []one
	for i := range 6 {
		name := string(rune('a' + i))
		tree(t, a.dir, map[string]string{"to-b-" + name: noise(uint64(i), 2<<20+i)})
		tree(t, b.dir, map[string]string{"to-a-" + name: noise(uint64(i), 1<<20-i)})
		mine, theirs := begin(t, a, b, filepath.Join(a.dir, "to-b-"+name))
		out = append(out, one{mine, theirs})
		mine, theirs = begin(t, b, a, filepath.Join(b.dir, "to-a-"+name))
		back = append(back, one{mine, theirs})
	}
	for i := range out {
		wantEnd(t, a.await(out[i].mine), StateVerified, ReasonNone)
		wantEnd(t, b.await(out[i].theirs), StateVerified, ReasonNone)
		wantEnd(t, b.await(back[i].mine), StateVerified, ReasonNone)
		wantEnd(t, a.await(back[i].theirs), StateVerified, ReasonNone)
	}
	sameTrees(t, look(t, a.dir), look(t, b.dir))
}

func TestASaveFolderThatCannotBe(t *testing.T) {
	n := newNetwork()
	a, b := join(t, n, "a"), join(t, n, "b")
	tree(t, a.dir, map[string]string{"x": "x"})
	b.dir = filepath.Join(a.dir, "x", "below a file")
	sent, got := pass(t, a, b, filepath.Join(a.dir, "x"))
	wantEnd(t, sent, StateFailed, ReasonWriteFailed)
	wantEnd(t, got, StateFailed, ReasonWriteFailed)
}
