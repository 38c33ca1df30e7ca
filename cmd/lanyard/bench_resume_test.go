//go:build bench && linux

package main_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"lanyard/netcore/control"
)

const (
	resumeRounds = 3
	resumeCut    = 0.9              // of the bytes
	firstBytes   = 512 << 10        // so much is no talk about the transfer any more
	wantResume   = time.Second      // from the link to the first new byte
	backPatience = 60 * time.Second // for the link, the bytes
)

// resume measures how soon a transfer goes on after a cut.
func resume(t *testing.T) {
	needTools(t, "ip")
	dir := memoryDir(t)
	source, size := bigFile(t, dir, 4*gib)
	t.Run("cable", func(t *testing.T) {
		resumed(t, "cable pulled until both had noticed", source, size, pulled)
	})
	t.Run("killed", func(t *testing.T) {
		resumed(t, "receiver killed and started again", source, size, killed)
	})
}

// resumed measures one kind of cut.
func resumed(t *testing.T, what, source string, size int64, cut func(p *pair)) {
	into := newDir(t, memoryDir(t), "into")
	p := meetOnLAN(t, into)
	var toLink, toByte, again []float64
	for range resumeRounds {
		r := p.cutOnce(t, source, size, cut)
		toLink, toByte, again = append(toLink, r.link.Seconds()), append(toByte, r.first.Seconds()), append(again, r.extra)
		empty(t, into)
	}
	fmt.Printf("%s: link back after %.2f s %.2f, first new byte %.3f s after that %.3f, all bytes sent %.3f × the file %.3f\n",
		what, median(toLink), toLink, median(toByte), toByte, median(again), again)
	verdict(median(toByte) <= wantResume.Seconds(), "%s: %.2f s from the link to the first new byte of %d MiB cut at %.0f %% (target %.0f s)",
		what, median(toByte), size>>20, 100*resumeCut, wantResume.Seconds())
	p.stop(t)
}

// meetOnLAN starts copies on two PCs of a network, where they find each other.
func meetOnLAN(t *testing.T, into string) *pair {
	t.Helper()
	net := newLAN(t)
	a, b := newUser(t, net.host(), "alice"), newUser(t, net.host(), "bob")
	b.save = into
	p := &pair{alice: a.serve(), bob: b.serve(), save: into}
	p.alice.waitSees(p.bob.id, 20*time.Second)
	p.openDoor(t)
	return p
}

// resumption is how a transfer went on.
type resumption struct {
	link  time.Duration // from the cable, or the end of the start, to the link
	first time.Duration // from the link to the first new byte
	extra float64       // all bytes that the sender sent, times the file
}

// cutOnce sends, cuts, and watches it go on.
func (p *pair) cutOnce(t *testing.T, source string, size int64, cut func(*pair)) resumption {
	t.Helper()
	start := p.sent(t)
	over := make(chan error, 1)
	go func() { over <- p.send(t.Context(), source) }()
	within(t, "most of the file is on its way", func() bool {
		return p.sent(t)-start > int64(resumeCut*float64(size))
	})
	cut(p)
	back, before := time.Now(), p.sent(t)
	var linked, moved time.Time
	within(t, "new bytes come", func() bool {
		if linked.IsZero() && p.linked(t) {
			linked = time.Now()
		}
		if moved.IsZero() && p.sent(t)-before > firstBytes {
			moved = time.Now()
		}
		return !linked.IsZero() && !moved.IsZero()
	})
	if err := <-over; err != nil {
		t.Fatalf("after the cut: %v", err)
	}
	if moved.Before(linked) {
		linked = moved // it was seen a little late
	}
	return resumption{linked.Sub(back), moved.Sub(linked), float64(p.sent(t)-start) / float64(size)}
}

// linked reports whether alice has a link to bob.
func (p *pair) linked(t *testing.T) bool {
	t.Helper()
	request, err := control.NewRequest(control.CommandPeople, control.PeopleArgs{})
	if err != nil {
		t.Fatal(err)
	}
	online := false
	err = p.door.Run(t.Context(), request, func(raw []byte) error {
		for _, l := range parse(string(raw)) {
			online = online || l.ID == p.bob.id && l.Online
		}
		return nil
	})
	if err != nil {
		t.Fatalf("asking who is there: %v", err)
	}
	return online
}

// within asks more often than eventually does.
func within(t *testing.T, what string, yes func() bool) {
	t.Helper()
	ticker := time.NewTicker(2 * time.Millisecond)
	defer ticker.Stop()
	for deadline := time.Now().Add(backPatience); !yes(); <-ticker.C {
		if time.Now().After(deadline) {
			t.Fatalf("not within %v: %s", backPatience, what)
		}
	}
}

// pulled pulls the cable, waits until both have noticed, and puts it back.
func pulled(p *pair) {
	p.bob.host.unplug()
	p.alice.waitGone(p.bob.id, 20*time.Second)
	p.bob.waitGone(p.alice.id, 20*time.Second)
	p.bob.host.plug()
}

// killed kills the receiver and starts it again.
func killed(p *pair) {
	p.bob.kill()
	p.alice.waitGone(p.bob.id, 20*time.Second)
	p.bob = p.bob.user.serve()
}

// sent is how many bytes have left the sender's PC.
func (p *pair) sent(t *testing.T) int64 {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/net/dev", p.alice.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "eth0:")
	n, err := strconv.ParseInt(strings.Fields(rest)[8], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
