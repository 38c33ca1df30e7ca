//go:build e2e && linux

package main_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestSendLater sends to somebody who is away: it waits in the queue, through
// the death of the sender's program, and goes out by itself.
func TestSendLater(t *testing.T) {
	alice, bob := meet(t)
	bob.interrupt(t)
	alice.waitGone(bob.id, 10*time.Second)
	file := filepath.Join(alice.home, "later.txt")
	writeFile(t, file, "for later")

	if r := alice.do("send", "--later", "--json", bob.id, file); len(r.lines) == 0 || r.lines[len(r.lines)-1].Event != "queued" {
		t.Errorf("send --later said %s", r.stdout)
	}
	if state := alice.lastFile(bob.id).State; state != "queued" {
		t.Errorf("it is %q in the log", state)
	}
	alice.kill()
	alice = alice.user.serve()
	if state := alice.lastFile(bob.id).State; state != "queued" {
		t.Errorf("it is %q in the log after a restart", state)
	}

	bob = bob.user.serve()
	eventually(t, 20*time.Second, "it is sent when bob is there", func() bool { return alice.lastFile(bob.id).State == "verified" })
	if got, err := os.ReadFile(filepath.Join(bob.save, "later.txt")); err != nil || string(got) != "for later" {
		t.Errorf("bob has %q, %v", got, err)
	}
	holdsOnly(t, bob.save, "later.txt")
}
