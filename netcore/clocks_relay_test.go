package netcore

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
)

// slowRelay passes connections on to an address, each way slower by a delay and
// up to half of it more. It returns where it listens.
func slowRelay(t *testing.T, to string, delay time.Duration) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &relayed{to: to, delay: delay}
	r.work.Go(func() { r.accept(listener) })
	t.Cleanup(func() {
		_ = listener.Close()
		r.closeAll()
		r.work.Wait()
	})
	return listener.Addr().String()
}

// relayed is what a slow relay passes on.
type relayed struct {
	to    string
	delay time.Duration
	work  sync.WaitGroup
	mu    sync.Mutex
	conns []net.Conn
}

func (r *relayed) accept(listener net.Listener) {
	for {
		near, err := listener.Accept()
		if err != nil {
			return
		}
		far, err := net.Dial("tcp", r.to)
		if err != nil {
			_ = near.Close()
			continue
		}
		r.mu.Lock()
		r.conns = append(r.conns, near, far)
		r.mu.Unlock()
		r.work.Go(func() { r.pass(near, far) })
		r.work.Go(func() { r.pass(far, near) })
	}
}

func (r *relayed) closeAll() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, conn := range r.conns {
		_ = conn.Close()
	}
}

// late is what is to be passed on at a time.
type late struct {
	data []byte
	at   time.Time
}

// pass passes on what comes one way, in order.
func (r *relayed) pass(from, to net.Conn) {
	queue := make(chan late, 4096)
	r.work.Go(func() {
		defer to.Close()
		for one := range queue {
			<-time.After(time.Until(one.at)) // the delay of the line
			if _, err := to.Write(one.data); err != nil {
				_ = from.Close()
			}
		}
	})
	defer close(queue)
	for {
		data := make([]byte, 64<<10)
		n, err := from.Read(data)
		if err != nil {
			if !errors.Is(err, io.EOF) {
				_ = to.Close()
			}
			return
		}
		queue <- late{data[:n], time.Now().Add(r.delay + rand.N(r.delay/2))}
	}
}

// shifted opens a Node on loopback whose clock is ahead by what changes.
func shifted(t *testing.T, name string, ahead *atomic.Int64) *Node {
	t.Helper()
	n, err := Open(context.Background(), Config{
		Profile: filepath.Join(t.TempDir(), name), Name: name, Listen: "127.0.0.1:0", Quiet: true,
		Now: func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeNode(t, n) })
	return n
}

// verifyEachOther verifies two who are linked.
func verifyEachOther(t *testing.T, ann, bob *Node) {
	t.Helper()
	for _, both := range [][2]*Node{{ann, bob}, {bob, ann}} {
		if err := both[0].VerifyID(soon(t), only(t, both[0]).ID, both[1].Self().ID.String()); err != nil {
			t.Fatal(err)
		}
	}
}

// Two real nodes on a line of 20 ms one way, and more at times: in 200 of 200
// looks the truth, which is known, is within the bound.
func TestTheTruthIsWithinTheBoundThroughARelay(t *testing.T) {
	const delay, rounds, atOnce = 20 * time.Millisecond, 20, 10
	var none, ahead atomic.Int64
	ann, bob := shifted(t, "ann", &none), shifted(t, "bob", &ahead)
	if _, err := ann.AddAddress(soon(t), slowRelay(t, bob.Self().Address, delay)); err != nil {
		t.Fatal(err)
	}
	eventually(t, bob, "ann", func() bool { return only(t, bob).Online })
	verifyEachOther(t, ann, bob)
	toBob := only(t, ann)
	random := rand.New(rand.NewPCG(5, 6))
	var inside atomic.Int64
	for round := range rounds {
		truth := time.Duration(random.Int64N(int64(4*time.Hour))) - 2*time.Hour
		ahead.Store(int64(truth))
		var group errgroup.Group
		for range atOnce {
			group.Go(func() error {
				e, err := ann.CheckClock(soon(t), toBob.ID, 1)
				switch wrong := (e.Offset - truth).Abs(); {
				case err != nil:
					return err
				case wrong > e.Bound, e.Bound > e.RoundTrip/2+time.Millisecond, e.RoundTrip < 2*delay:
					t.Errorf("round %d: %v ± %v, round trip %v, but it is %v", round, e.Offset, e.Bound, e.RoundTrip, truth)
				default:
					inside.Add(1)
				}
				return nil
			})
		}
		if err := group.Wait(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d of %d inside", inside.Load(), rounds*atOnce)
	if inside.Load() != rounds*atOnce {
		t.Errorf("%d of %d looks are right", inside.Load(), rounds*atOnce)
	}
}
