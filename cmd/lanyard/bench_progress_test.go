//go:build bench && linux

package main_test

import (
	"context"
	"fmt"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"lanyard/netcore"
)

const (
	wantEvents   = 10   // a second
	wantProgress = 0.01 // of a core, for both sides

	tricklePace = 64 << 10 // bytes a second: next to nothing
	trickleTime = 10 * time.Second
	flowPairs   = 4
)

// twoNodes is two copies in this program.
type twoNodes struct {
	t    *testing.T
	a, b *netcore.Node
	to   netcore.PersonID
	into string
}

// progress measures what it costs to say how far a transfer is: in a transfer
// that does next to nothing else, and beside one at full speed.
func progress(t *testing.T) {
	dir := memoryDir(t)
	source, size := bigFile(t, dir, gib)
	n := newTwoNodes(t, newDir(t, dir, "into"))
	n.trickle(source)
	var took, spent [2][]float64
	for range flowPairs {
		for with := range 2 {
			began, used := time.Now(), ownCPU()
			n.flow(source, with == 1)
			took[with] = append(took[with], time.Since(began).Seconds())
			spent[with] = append(spent[with], (ownCPU() - used).Seconds())
		}
	}
	fmt.Printf("a file of %d MiB with listeners beside none: %.3f × the time %.2f, %.3f × the CPU time %.2f (these vary by more than what is looked for)\n",
		size>>20, ratio(took[1], took[0]), took, ratio(spent[1], spent[0]), spent)
}

// newTwoNodes opens two nodes on loopback, without discovery.
func newTwoNodes(t *testing.T, into string) *twoNodes {
	t.Helper()
	open := func(name string) *netcore.Node {
		node, err := netcore.Open(t.Context(), netcore.Config{
			Profile: filepath.Join(workDir(t), "profile"), Name: name, Listen: "127.0.0.1:0", Quiet: true,
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := node.Close(); err != nil {
				t.Errorf("closing %s: %v", name, err)
			}
		})
		return node
	}
	n := &twoNodes{t: t, a: open("alice"), b: open("bob"), into: into}
	person, err := n.a.Reach(t.Context(), n.b.Self().Address)
	if err != nil {
		t.Fatal(err)
	}
	n.to = person.ID
	return n
}

// send offers a file and accepts it over there.
func (n *twoNodes) send(source string) int64 {
	n.t.Helper()
	item, err := n.a.Send(n.t.Context(), n.to, []string{source})
	if err != nil {
		n.t.Fatal(err)
	}
	eventually(n.t, 20*time.Second, "the offer is accepted", func() bool {
		offers, err := n.b.FindTransfers(n.t.Context(), netcore.TransferQuery{Limit: 1})
		return err == nil && len(offers) == 1 && offers[0].State == netcore.StateOffered &&
			n.b.Accept(n.t.Context(), offers[0].Key, netcore.AcceptOptions{SaveDir: n.into}) == nil
	})
	return item.Transfer.Key
}

// flow sends at full speed.
func (n *twoNodes) flow(source string, listened bool) {
	n.t.Helper()
	if listened {
		for _, node := range []*netcore.Node{n.a, n.b} {
			stop := listen(node)
			defer stop()
		}
	}
	key := n.send(source)
	eventually(n.t, sendPatience, "all is verified", func() bool {
		now, err := n.a.Transfer(n.t.Context(), key)
		return err == nil && now.State == netcore.StateVerified
	})
	empty(n.t, n.into)
}

// trickle sends so slowly that what is used is for saying so.
func (n *twoNodes) trickle(source string) {
	n.t.Helper()
	key := n.send(source)
	if err := n.a.SetTransferBandwidth(key, tricklePace); err != nil {
		n.t.Fatal(err)
	}
	// Behind the first chunk the beginning is over, when all buffers are filled.
	eventually(n.t, time.Minute, "it runs slowly", func() bool {
		now, err := n.a.Transfer(n.t.Context(), key)
		return err == nil && now.DoneBytes > 0
	})
	stops := []func() int{listen(n.a), listen(n.b)}
	began, used := time.Now(), ownCPU()
	<-time.After(trickleTime) // this is what is measured
	share := (ownCPU() - used).Seconds() / time.Since(began).Seconds()
	most := 0.0
	for _, stop := range stops {
		most = max(most, float64(stop())/time.Since(began).Seconds())
	}
	verdict(most > 0 && most <= wantEvents, "progress reaches a listener %.1f times a second (target at most %d)", most, wantEvents)
	verdict(share < wantProgress, "progress costs at most %.2f %% of a core, for both sides with listeners (target under %.0f %%)", 100*share, 100*wantProgress)
	if err := n.a.Cancel(n.t.Context(), key); err != nil {
		n.t.Fatal(err)
	}
	eventually(n.t, 20*time.Second, "it is cancelled on the other side", func() bool {
		got, err := n.b.FindTransfers(n.t.Context(), netcore.TransferQuery{Limit: 1})
		return err == nil && len(got) == 1 && got[0].State.Ended()
	})
	empty(n.t, n.into)
}

// listen takes what a node tells until it is stopped, and then returns how
// often that was progress.
func listen(node *netcore.Node) (stop func() int) {
	events := node.Subscribe(64)
	ctx, cancel := context.WithCancel(context.Background())
	count := make(chan int)
	go func() {
		n := 0
		for {
			select {
			case e := <-events.C:
				if e.Kind == netcore.EventProgress {
					n++
				}
			case <-ctx.Done():
				count <- n
				return
			}
		}
	}()
	return func() int {
		cancel()
		events.Close()
		return <-count
	}
}

// ownCPU is the CPU time that this program has used.
func ownCPU() time.Duration {
	var usage syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &usage) // does not fail with these arguments
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
