//go:build linux

package transfer

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// faults is how many transfers are disturbed; LANYARD_FAULTS has a soak do more.
const faults = 36

// fault is one disturbance: what happens when so many bytes have been sent.
type disturbance struct {
	cause string
	at    int64
}

// disturbed is a data stream that is disturbed once.
type disturbed struct {
	Stream
	total *atomic.Int64
	at    int64
	hit   chan struct{} // closed at the byte
	stall bool          // what follows is swallowed
	over  *atomic.Bool
}

func (d *disturbed) Write(p []byte) (int, error) {
	if d.stall && d.over.Load() {
		return len(p), nil
	}
	now := d.total.Add(int64(len(p)))
	if now < d.at {
		return d.Stream.Write(p)
	}
	if d.over.CompareAndSwap(false, true) {
		keep := max(int64(len(p))-(now-d.at), 0)
		_, _ = d.Stream.Write(p[:keep]) // up to this very byte
		close(d.hit)
	}
	if d.stall {
		return len(p), nil
	}
	_ = d.Reset()
	return 0, errReset
}

// disturb returns a network on which one disturbance happens.
func disturb(what disturbance) (n *network, total *atomic.Int64, hit chan struct{}) {
	n, total, hit = newNetwork(), &atomic.Int64{}, make(chan struct{})
	over := &atomic.Bool{}
	n.tamper = func(kind string, s Stream) Stream {
		if kind != KindData {
			return s
		}
		if over.Load() {
			return &counted{Stream: s, total: total}
		}
		return &disturbed{Stream: s, total: total, at: what.at, hit: hit, stall: what.cause == "stall", over: over}
	}
	return n, total, hit
}

// TestEveryDisturbedTransferEndsVerifiedOrWithItsReason cuts transfers at random
// bytes for random causes, the same in each run.
func TestEveryDisturbedTransferEndsVerifiedOrWithItsReason(t *testing.T) {
	count := faults
	if text := os.Getenv("LANYARD_FAULTS"); text != "" {
		var err error
		if count, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	causes := []string{"reset", "stall", "restart of the sender", "restart of the receiver", "restart of both", "read-only", "disk full"}
	random := rand.New(rand.NewPCG(4, 2))
	for i := range count {
		what := disturbance{causes[i%len(causes)], random.Int64N(6 << 20)}
		t.Run(fmt.Sprintf("%d %s at %d", i, what.cause, what.at), func(t *testing.T) { endure(t, uint64(i), what) })
	}
}

// endure runs one disturbed transfer.
func endure(t *testing.T, seed uint64, what disturbance) {
	n, total, hit := disturb(what)
	quick := func(c *Config) {
		if c.Stall = 5 * time.Second; what.cause == "stall" {
			c.Stall = 2 * time.Second // a loaded machine takes its time for a third of it
		}
	}
	a, b := join(t, n, "a", quick), join(t, n, "b", quick)
	files := map[string]string{"src/big": noise(seed, 4<<20+int(seed)), "src/other": noise(seed+1, 2<<20)}
	for f := range 40 {
		files[fmt.Sprint("src/d/", f)] = noise(seed+uint64(f), 5000)
	}
	tree(t, a.dir, files)
	if what.cause == "read-only" || what.cause == "disk full" {
		b.dir = folderOf(t, what.cause)
	}
	mine, theirs := begin(t, a, b, filepath.Join(a.dir, "src"))
	select {
	case <-hit:
	case <-time.After(time.Minute):
		t.Fatalf("only %d bytes were sent", total.Load())
	}
	if what.cause != "stall" {
		n.cut()
	}
	strike(t, n, a, b, what.cause, quick)
	n.heal()
	sent, got := a.await(mine), b.await(theirs)
	wholeAt(t, filepath.Join(a.dir, "src"), filepath.Join(b.dir, "src"))
	switch {
	case what.cause == "read-only" && got.State != string(StateVerified):
		wantEnd(t, sent, StateFailed, ReasonReadOnly)
		wantEnd(t, got, StateFailed, ReasonReadOnly)
		return
	case what.cause == "disk full" && got.State != string(StateVerified):
		wantEnd(t, sent, StateFailed, ReasonDiskFull)
		wantEnd(t, got, StateFailed, ReasonDiskFull)
		return
	}
	arrives(t, a, b, mine, theirs)
	size := int64(len(files["src/big"]) + len(files["src/other"]) + 40*5000)
	inFlight := int64(2<<20 + 256<<10 + 40*5000) // the chunks of two open files, what the stream holds, small files
	if twice := total.Load() - size - 64<<10; twice > inFlight {
		t.Errorf("%d bytes were sent twice: %+v, %+v", twice, sent, got)
	}
}

// folderOf is a save folder that can be filled or made read-only.
func folderOf(t *testing.T, cause string) string {
	t.Helper()
	if cause == "disk full" {
		return mounted(t, "size=64m")
	}
	return mounted(t, "size=80m")
}

// strike does what the cause says, while the link is cut.
func strike(t *testing.T, n *network, a, b *member, cause string, edit func(*Config)) {
	t.Helper()
	switch cause {
	case "restart of the sender":
		a.leave(n)
		a.start(n, edit)
	case "restart of the receiver":
		b.leave(n)
		b.start(n, edit)
	case "restart of both":
		a.leave(n)
		b.leave(n)
		b.start(n, edit)
		a.start(n, edit)
	case "read-only":
		b.leave(n)
		remountReadOnly(t, b.dir)
		b.start(n, edit)
	case "disk full":
		fillUp(t, filepath.Join(b.dir, "fill"))
	}
}

// fillUp writes until there is no room.
func fillUp(t *testing.T, path string) {
	t.Helper()
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	for p := make([]byte, 64<<10); ; {
		if _, err := file.Write(p); err != nil {
			return
		}
	}
}

// wholeAt checks that what has a name is whole.
func wholeAt(t *testing.T, from, to string) {
	t.Helper()
	want := look(t, from)
	if _, err := os.Stat(to); err != nil {
		return
	}
	for name, text := range look(t, to) {
		if strings.HasPrefix(text, "-") && text != want[name] {
			t.Errorf("%q is not whole", name)
		}
	}
}
