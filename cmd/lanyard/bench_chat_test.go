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

const (
	wantChat = 50 * time.Millisecond // p99 while a file flows
	// textGap keeps below the rate at which a copy lets a stranger write.
	textGap = 60 * time.Millisecond
)

// chat measures texts through the door of one copy until the other has
// committed and acknowledged them, while a file flows between the two.
func chat(t *testing.T) {
	dir := memoryDir(t)
	source, _ := bigFile(t, dir, 2*gib)
	here, there := thisPC(t)
	p := newPair(t, here, there, newDir(t, dir, "into"))
	quiet := p.texts(t, 200)
	flowing := make(chan error, 1)
	stop := make(chan struct{})
	go func() { flowing <- p.flow(t, source, stop) }()
	eventually(t, 30*time.Second, "the file flows", func() bool { return p.bob.count("progress") > 0 })
	busy := p.texts(t, 200)
	close(stop)
	if err := <-flowing; err != nil {
		t.Errorf("sending while chatting: %v", err)
	}
	fmt.Printf("\n%-44s %10s %8s %8s\n", "a text, written until acknowledged", "p50", "p99", "worst")
	for _, row := range []struct {
		name  string
		times []time.Duration
	}{{"on a quiet link", quiet}, {"while a file flows", busy}} {
		fmt.Printf("%-44s %10v %8v %8v\n", row.name, share(row.times, 0.5), share(row.times, 0.99), share(row.times, 1))
	}
	p99 := share(busy, 0.99)
	verdict(p99 < wantChat, "chat p99 %v while a file flows (target under %v)", p99, wantChat)
	p.stop(t)
}

// flow sends the file again and again until stop.
func (p *pair) flow(t *testing.T, source string, stop <-chan struct{}) error {
	for {
		select {
		case <-stop:
			return nil
		default:
		}
		if err := p.send(t.Context(), source); err != nil {
			return err
		}
		must(t, "find", p.save, "-name", "big*", "-delete")
	}
}

// texts says n texts, one after the other, and returns how long each took.
func (p *pair) texts(t *testing.T, n int) []time.Duration {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
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
		if err := p.door.Run(ctx, request, func([]byte) error { return nil }); err != nil {
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
