//go:build bench && linux

package main_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"lanyard/netcore/control"
)

const lanyardName = "lanyard (TLS, MD5 on both sides)"

// pair is two running copies on this machine that know each other.
type pair struct {
	alice, bob *served
	save       string
}

// newPair starts them on loopback; nothing is announced.
func newPair(t *testing.T, into string) *pair {
	t.Helper()
	p := &pair{save: into}
	here := &host{t: t, ip: "127.0.0.1"}
	a, b := newUser(t, here, "alice"), newUser(t, here, "bob")
	b.save = p.save
	p.bob = b.serve("--discovery", "off", "--listen", "127.0.0.1:0")
	p.alice = a.serve("--discovery", "off", "--listen", "127.0.0.1:0")
	p.alice.do("say", p.bob.address, "hello")
	return p
}

func (p *pair) stop(t *testing.T) {
	p.alice.interrupt(t)
	p.bob.interrupt(t)
}

func (p *pair) mover() mover {
	move := func(source, _ string) error {
		cmd := p.alice.command("send", p.bob.id, source)
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("%w: %s", err, out)
		}
		return nil
	}
	return mover{name: lanyardName, big: move, tree: move}
}

// chatWhile measures texts through the door of one copy until the other has
// committed and acknowledged them, while the file flows between the two.
func (p *pair) chatWhile(t *testing.T, big string) {
	t.Helper()
	quiet := p.texts(t, 200)
	flowing := make(chan error, 1)
	stop := make(chan struct{})
	go func() { flowing <- p.flow(t, big, stop) }()
	eventually(t, 30*time.Second, "the file flows", func() bool { return p.bob.count("progress") > 0 })
	busy := p.texts(t, 200)
	close(stop)
	if err := <-flowing; err != nil {
		t.Errorf("sending while chatting: %v", err)
	}
	fmt.Printf("\n%-44s %10s %8s %8s\n", "chat: a text, written until acknowledged", "p50", "p99", "worst")
	for _, row := range []struct {
		name  string
		times []time.Duration
	}{{"on a quiet link", quiet}, {"while 2 GiB flow", busy}} {
		fmt.Printf("%-44s %10v %8v %8v\n", row.name, share(row.times, 0.5), share(row.times, 0.99), share(row.times, 1))
	}
	p99 := share(busy, 0.99)
	verdict(p99 < wantChat, "chat p99 %v while a file flows (target under %v)", p99, wantChat)
}

// flow sends the file again and again until stop.
func (p *pair) flow(t *testing.T, big string, stop <-chan struct{}) error {
	for {
		select {
		case <-stop:
			return nil
		default:
		}
		if out, err := p.alice.command("send", p.bob.id, big).CombinedOutput(); err != nil {
			return fmt.Errorf("%w: %s", err, out)
		}
		must(t, "find", p.save, "-name", "big*", "-delete")
	}
}

// textGap keeps below the rate at which a copy lets a stranger write.
const textGap = 60 * time.Millisecond

// texts says n texts, one after the other, and returns how long each took.
func (p *pair) texts(t *testing.T, n int) []time.Duration {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	client, err := control.Dial(ctx, p.alice.profile)
	if err != nil {
		t.Fatalf("the door: %v", err)
	}
	var times []time.Duration
	pace := time.NewTicker(textGap)
	defer pace.Stop()
	for i := range n {
		<-pace.C
		request, err := control.NewRequest(control.CommandSay, control.SayArgs{Person: p.bob.id, Text: fmt.Sprintf("text %d", i)})
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		if err := client.Run(ctx, request, func([]byte) error { return nil }); err != nil {
			t.Fatalf("text %d: %v", i, err)
		}
		times = append(times, time.Since(start))
	}
	slices.Sort(times)
	return times
}

// share is the time that this share of sorted times stays under.
func share(times []time.Duration, part float64) time.Duration {
	return times[int(part*float64(len(times)-1))].Round(10 * time.Microsecond)
}
