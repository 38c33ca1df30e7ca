//go:build unix

package transfer

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A source that changed while it was sent is left alone for a time, in which the
// rest arrives.
func TestTheRestDoesNotWaitForASourceThatIsWrittenTo(t *testing.T) {
	n, reached, goOn := halted(3 << 20)
	a, b := join(t, n, "a", func(c *Config) { c.Settle = time.Hour }), join(t, n, "b")
	tree(t, a.dir, map[string]string{"src/a.log": noise(1, 40<<20), "src/b": noise(2, 2<<20), "src/c": "small"})
	mine, theirs := begin(t, a, b, filepath.Join(a.dir, "src"))
	<-reached
	if err := os.Truncate(filepath.Join(a.dir, "src/a.log"), 41<<20); err != nil {
		t.Fatal(err)
	}
	close(goOn)
	ctx := context.Background()
	until(t, "the rest is there", func() bool {
		shot, err := b.Snapshot(ctx, theirs)
		return err == nil && (shot.Done-shot.Pending == 2 || State(shot.State).Ended())
	})
	for at, key := range map[*member]int64{a: mine, b: theirs} {
		if shot, err := at.Snapshot(ctx, key); err != nil || shot.State != string(StateRunning) || shot.Restarted != 0 {
			t.Errorf("it has begun anew already: %+v, %v", shot, err)
		}
	}
	if err := a.Cancel(ctx, mine); err != nil {
		t.Fatal(err)
	}
	wantEnd(t, b.await(theirs), StateCancelled, ReasonCancelledThere)
}

// writing is a stream at which somebody writes to the source whenever a chunk leaves.
type writing struct {
	Stream
	t    *testing.T
	path string
}

func (w *writing) Write(p []byte) (int, error) {
	if len(p) < chunkSize/2 { // no chunk
		return w.Stream.Write(p)
	}
	info, err := os.Stat(w.path)
	if err == nil {
		err = os.Truncate(w.path, info.Size()+1)
	}
	if err != nil {
		w.t.Error(err)
	}
	return w.Stream.Write(p)
}

// A source that is written to all the time ends as what it is, after it was given
// its time, and the rest arrives.
func TestASourceThatIsWrittenToAllTheTimeEndsAsChanged(t *testing.T) {
	n := newNetwork()
	const settle = 400 * time.Millisecond
	a, b := join(t, n, "a", func(c *Config) { c.Settle = settle }), join(t, n, "b")
	tree(t, a.dir, map[string]string{"src/a.log": noise(1, (largeBuffers+4)<<20), "src/c": "small"})
	n.tamper = func(kind string, s Stream) Stream {
		if kind != KindData {
			return s
		}
		return &writing{s, t, filepath.Join(a.dir, "src/a.log")}
	}
	began := time.Now()
	sent, got := pass(t, a, b, filepath.Join(a.dir, "src"))
	if took := time.Since(began); took < (1+2+4)*settle {
		t.Errorf("given up after %v", took)
	}
	for _, shot := range []Snapshot{sent, got} {
		wantEnd(t, shot, StateFailed, ReasonChanged)
		if shot.Done != 1 || shot.Failed != 1 || shot.Restarted != maxRenewals {
			t.Errorf("ended as %+v", shot)
		}
	}
}

// The receiver keeps a large file open that has begun, and takes only so many.
func TestOnlyAFewLargeFilesWaitForTheirNextBeginning(t *testing.T) {
	w := newWishes(100)
	for f := range 100 {
		large := f%2 == 0
		if want := !large || f < 2*maxAside; w.later(f, time.Hour, large) != want {
			t.Errorf("file %d: put aside is not %v", f, want)
		}
	}
}
