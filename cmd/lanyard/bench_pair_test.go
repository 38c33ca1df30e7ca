//go:build bench && linux

package main_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"lanyard/netcore/control"
)

// pair is two running copies that know each other; alice sends.
type pair struct {
	alice, bob *served
	save       string
	door       *control.Client // alice's
	used       usage
}

// usage is the CPU time that the two used for files, up to each lap.
type usage struct {
	rounds                 int
	sender, receiver       time.Duration // until the file was in place
	senderAll, receiverAll time.Duration // until all was over
}

// newPair starts them on two hosts without discovery.
func newPair(t *testing.T, a, b *host, into string) *pair {
	t.Helper()
	return meetIn(t, newUser(t, a, "alice"), newUser(t, b, "bob"), into)
}

// meetIn starts the copies of two people.
func meetIn(t *testing.T, a, b *user, into string) *pair {
	t.Helper()
	b.save = into
	p := &pair{save: into}
	p.bob = b.serve("--discovery", "off", "--listen", b.host.ip+":0")
	p.alice = a.serve("--discovery", "off", "--listen", a.host.ip+":0")
	p.alice.do("say", p.bob.address, "hello")
	p.openDoor(t)
	return p
}

func (p *pair) openDoor(t *testing.T) {
	t.Helper()
	door, err := control.Dial(t.Context(), p.alice.profile)
	if err != nil {
		t.Fatalf("the door: %v", err)
	}
	p.door = door
}

// thisPC is two hosts that are this machine: nothing leaves loopback.
func thisPC(t *testing.T) (*host, *host) {
	h := &host{t: t, ip: "127.0.0.1"}
	return h, h
}

func (p *pair) stop(t *testing.T) {
	p.alice.interrupt(t)
	p.bob.interrupt(t)
}

// way is lanyard's: from the request at the door of the running copy on.
func (p *pair) way(t *testing.T, source string, amount float64) way {
	return way{"lanyard", source, amount, func(source, into string) (laps, error) { return p.move(t, source, into) }}
}

// sendPatience is for one transfer, the slowest too.
const sendPatience = 10 * time.Minute

// send sends through the door and returns when all is verified.
func (p *pair) send(ctx context.Context, source string) error {
	ctx, cancel := context.WithTimeout(ctx, sendPatience)
	defer cancel()
	request, err := control.NewRequest(control.CommandSend, control.SendArgs{Person: p.bob.id, Paths: control.Paths([]string{source})})
	if err != nil {
		return err
	}
	var failed error
	err = p.door.Run(ctx, request, func(line []byte) error {
		if bytes.Contains(line, []byte(`"event":"failed"`)) {
			failed = fmt.Errorf("a file failed: %s", line)
		}
		return nil
	})
	return errors.Join(err, failed)
}

// move sends and takes the times. That a single file has its name means that it
// is verified by the hashes of its chunks.
func (p *pair) move(t *testing.T, source, into string) (laps, error) {
	info, err := os.Stat(source)
	if err != nil {
		return laps{}, err
	}
	sender, receiver := cpu(t, p.alice.cmd.Process.Pid), cpu(t, p.bob.cmd.Process.Pid)
	start := time.Now()
	over := make(chan error, 1)
	go func() { over <- p.send(t.Context(), source) }()
	var took laps
	if !info.IsDir() {
		err = named(filepath.Join(into, info.Name()), over)
		took.placed = time.Since(start)
		p.used.sender += cpu(t, p.alice.cmd.Process.Pid) - sender
		p.used.receiver += cpu(t, p.bob.cmd.Process.Pid) - receiver
	}
	err = errors.Join(err, <-over)
	took.done = time.Since(start)
	if info.IsDir() {
		took.placed = took.done
	}
	p.used.senderAll += cpu(t, p.alice.cmd.Process.Pid) - sender
	p.used.receiverAll += cpu(t, p.bob.cmd.Process.Pid) - receiver
	p.used.rounds++
	return took, err
}

// named waits until a file has its name, or puts back why it never will.
func named(path string, over chan error) error {
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	for {
		if _, err := os.Lstat(path); err == nil {
			return nil
		}
		select {
		case err := <-over:
			over <- nil
			if _, missing := os.Lstat(path); err == nil && missing != nil {
				err = missing
			}
			return err
		case <-ticker.C:
		}
	}
}

// tellUsage prints the CPU time of the two, for each byte or file.
func (p *pair) tellUsage(each float64, unit string) {
	part := func(d time.Duration) float64 { return float64(d.Nanoseconds()) / float64(max(p.used.rounds, 1)) / each }
	fmt.Printf("lanyard's CPU, %s, sender / receiver: %.2f / %.2f", unit, part(p.used.senderAll), part(p.used.receiverAll))
	if p.used.sender > 0 {
		fmt.Printf(", of it until the file is in place %.2f / %.2f", part(p.used.sender), part(p.used.receiver))
	}
	fmt.Println()
}
