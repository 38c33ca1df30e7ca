//go:build bench && linux

package main_test

import (
	"fmt"
	"os/exec"
	"testing"
	"time"
)

// newWire makes two hosts on one cable. New connections use Cubic, unless the
// program asks for something else: some kernels have another default.
func newWire(t *testing.T) (*host, *host) {
	t.Helper()
	a, b := newPC(t, 1), newPC(t, 2)
	inSpace(t, a.space, "ip", "link", "add", "eth0", "type", "veth", "peer", "name", "eth0", "netns", b.space)
	a.connect(b)
	b.connect(a)
	return a, b
}

// newPC is a host that is not connected to anything.
func newPC(t *testing.T, n int) *host {
	t.Helper()
	return &host{t: t, space: newSpace(t), ip: fmt.Sprintf("10.77.9.%d", n)}
}

// connect gives the interface of a host its address and the way to the other.
// A namespace may not set the default of its connections, but that of a route.
func (h *host) connect(other *host) {
	h.t.Helper()
	h.run("ip", "address", "add", h.ip+"/32", "dev", "eth0")
	h.run("ip", "link", "set", "eth0", "up")
	h.run("ip", "route", "add", other.ip, "dev", "eth0", "src", h.ip, "congctl", "cubic")
}

// shape limits what leaves a host, in Mbit/s.
func (h *host) shape(mbit int) {
	h.t.Helper()
	burst := max(256<<10, mbit*1_000_000/8/400) // what 2.5 ms carry
	h.run("tc", "qdisc", "replace", "dev", "eth0", "root", "tbf",
		"rate", fmt.Sprintf("%dmbit", mbit), "burst", fmt.Sprint(burst), "latency", "20ms")
}

// newFar makes two hosts with a round trip between them, of whose packets a
// share is lost in both directions: by the kernel where it can, else by a relay.
func newFar(t *testing.T, trip time.Duration, loss float64) (*host, *host) {
	t.Helper()
	a, b := newWire(t)
	if a.netem(trip/2, loss) && b.netem(trip/2, loss) {
		fmt.Println("round trip and loss are the kernel's netem")
		return a, b
	}
	fmt.Println("round trip and loss are a relay of the bench's: this kernel has no netem")
	return newRelayed(t, trip/2, loss)
}

// netem reports whether the kernel can delay and lose what leaves a host.
func (h *host) netem(delay time.Duration, loss float64) bool {
	args := []string{
		"netns", "exec", h.space, "tc", "qdisc", "replace", "dev", "eth0", "root", "netem",
		"limit", "100000", "delay", fmt.Sprintf("%dus", delay.Microseconds()), "loss", fmt.Sprintf("%.2f%%", 100*loss),
	}
	return exec.Command("ip", args...).Run() == nil
}
