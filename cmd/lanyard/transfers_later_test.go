//go:build e2e && linux

package main_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestSendLater sends to somebody who is away: it waits in the queue, through
// the death of the sender's program, can be taken back, and goes out by itself.
func TestSendLater(t *testing.T) {
	alice, bob := meet(t)
	bob.interrupt(t)
	alice.waitGone(bob.id, 10*time.Second)
	var sends []*running
	for _, name := range []string{"later.txt", "regretted.txt"} {
		file := filepath.Join(alice.home, name)
		writeFile(t, file, "for later")
		sends = append(sends, alice.begin("send", "--later", "--json", bob.id, file))
	}
	for _, send := range sends { // both look for bob at first
		if code := send.wait(t, 40*time.Second); code != 0 || !queued(send) {
			t.Errorf("send --later ended with %d: %s%s", code, send.out.String(), send.stderr.String())
		}
	}
	queue := alice.shipments("queue")
	if len(queue) != 2 || queue[0].State != "queued" || queue[1].State != "queued" {
		t.Fatalf("the queue is %+v", queue)
	}
	var regretted int64
	for _, l := range alice.do("log", bob.id, "--json").lines {
		if l.Kind == "file" && l.Name == "regretted.txt" {
			regretted = l.Transfer
		}
	}
	alice.do("cancel", fmt.Sprint(regretted))
	alice.kill()
	alice = alice.user.serve()
	if queue := alice.shipments("queue"); len(queue) != 1 || queue[0].Transfer == regretted {
		t.Errorf("after a restart the queue is %+v", queue)
	}

	bob = bob.user.serve()
	eventually(t, 20*time.Second, "it is sent when bob is there", func() bool { return len(alice.shipments("done")) == 1 })
	if got, err := os.ReadFile(filepath.Join(bob.save, "later.txt")); err != nil || string(got) != "for later" {
		t.Errorf("bob has %q, %v", got, err)
	}
	holdsOnly(t, bob.save, "later.txt")
}

// queued reports whether the last line of a send says that it waits.
func queued(send *running) bool {
	lines := parse(send.out.String())
	return len(lines) > 0 && lines[len(lines)-1].Event == "queued"
}
