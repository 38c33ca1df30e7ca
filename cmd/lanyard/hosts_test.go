//go:build (e2e || bench) && linux

package main_test

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/sys/unix"
)

// A lan is hosts on one switch, each a network namespace of its own. Nothing
// that happens in it leaves it.
type lan struct {
	t      testing.TB
	space  string // the namespace of the switch
	subnet string // "10.77.1"
	hosts  int
}

// spaces counts the namespaces of this run, for their names.
var spaces atomic.Int32

// newSpace makes a network namespace that goes when the test ends, with every
// process that is left in it.
func newSpace(t testing.TB) string {
	t.Helper()
	needTools(t, "ip")
	name := fmt.Sprintf("%s-%d", runName(), spaces.Add(1))
	out, err := exec.Command("ip", "netns", "add", name).CombinedOutput()
	need(t, err == nil, "network namespaces need root: "+string(out))
	t.Cleanup(func() { removeSpace(t, name) })
	inSpace(t, name, "ip", "link", "set", "lo", "up")
	// A test need not wait a second for each IPv6 address.
	inSpace(t, name, "sh", "-c", "echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad")
	return name
}

func removeSpace(t testing.TB, name string) {
	out, err := exec.Command("ip", "netns", "pids", name).Output()
	if err != nil {
		t.Logf("listing the processes of %s: %v", name, err)
	}
	for _, pid := range strings.Fields(string(out)) {
		_ = exec.Command("kill", "-9", pid).Run() // it may have ended meanwhile
	}
	if out, err := exec.Command("ip", "netns", "del", name).CombinedOutput(); err != nil {
		t.Logf("removing %s: %v\n%s", name, err, out)
	}
}

func inSpace(t testing.TB, space string, args ...string) string {
	t.Helper()
	return must(t, "ip", append([]string{"netns", "exec", space}, args...)...)
}

// newLAN makes a switch without hosts.
func newLAN(t testing.TB) *lan {
	t.Helper()
	l := &lan{t: t, space: newSpace(t), subnet: "10.77.1"}
	inSpace(t, l.space, "ip", "link", "add", "br0", "type", "bridge", "mcast_snooping", "0")
	inSpace(t, l.space, "ip", "link", "set", "br0", "up")
	return l
}

// host plugs another PC into the switch.
func (l *lan) host() *host {
	l.t.Helper()
	l.hosts++
	h := &host{
		t: l.t, space: newSpace(l.t), lan: l.space,
		port: fmt.Sprintf("port%d", l.hosts), ip: fmt.Sprintf("%s.%d", l.subnet, l.hosts),
	}
	inSpace(l.t, l.space, "ip", "link", "add", h.port, "type", "veth", "peer", "name", "eth0", "netns", h.space)
	inSpace(l.t, l.space, "ip", "link", "set", h.port, "master", "br0", "up")
	h.run("ip", "address", "add", h.ip+"/24", "brd", "+", "dev", "eth0")
	h.run("ip", "link", "set", "eth0", "up")
	return h
}

// run runs a command on the host.
func (h *host) run(args ...string) string {
	h.t.Helper()
	return inSpace(h.t, h.space, args...)
}

// unplug pulls the cable at the switch; plug puts it back.
func (h *host) unplug() { h.cable("down") }
func (h *host) plug()   { h.cable("up") }

func (h *host) cable(state string) {
	h.t.Helper()
	inSpace(h.t, h.lan, "ip", "link", "set", h.port, state)
}

// onlyIPv4 takes the host's IPv6 addresses.
func (h *host) onlyIPv4() *host {
	h.t.Helper()
	h.run("sh", "-c", "echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6")
	return h
}

// readdress gives the host another address, as a DHCP server may.
func (h *host) readdress(ip string) {
	h.t.Helper()
	h.run("ip", "address", "del", h.ip+"/24", "dev", "eth0")
	h.run("ip", "address", "add", ip+"/24", "brd", "+", "dev", "eth0")
	h.ip = ip
}

// refuseIncoming is a firewall that lets nobody connect to the host: it drops
// the first packet of each TCP connection from outside. Beacons come through.
func (h *host) refuseIncoming() {
	h.t.Helper()
	needTools(h.t, "nft")
	h.run("nft", "add table inet wall")
	h.run("nft", "add chain inet wall in { type filter hook input priority 0 ; }")
	h.run("nft", "add rule inet wall in iifname eth0 tcp flags & (syn|ack) == syn counter drop")
}

// refused says how many connections the firewall has dropped the start of.
func (h *host) wall() string {
	h.t.Helper()
	return h.run("nft", "list chain inet wall in")
}

// newRouted makes two hosts in two subnets with a router between them: no
// beacon of one reaches the other.
func newRouted(t testing.TB) (*host, *host) {
	t.Helper()
	router := newSpace(t)
	inSpace(t, router, "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward")
	var pair [2]*host
	for i := range pair {
		h := &host{t: t, space: newSpace(t), ip: fmt.Sprintf("10.77.%d.2", i+1)}
		port, gateway := fmt.Sprintf("port%d", i), fmt.Sprintf("10.77.%d.1", i+1)
		inSpace(t, router, "ip", "link", "add", port, "type", "veth", "peer", "name", "eth0", "netns", h.space)
		inSpace(t, router, "ip", "address", "add", gateway+"/24", "brd", "+", "dev", port)
		inSpace(t, router, "ip", "link", "set", port, "up")
		h.run("ip", "address", "add", h.ip+"/24", "brd", "+", "dev", "eth0")
		h.run("ip", "link", "set", "eth0", "up")
		h.run("ip", "route", "add", "default", "via", gateway)
		pair[i] = h
	}
	return pair[0], pair[1]
}

// join plugs a host that is in another lan into this one too, as eth1.
func (l *lan) join(h *host) {
	l.t.Helper()
	l.hosts++
	port := fmt.Sprintf("join%d", l.hosts)
	inSpace(l.t, l.space, "ip", "link", "add", port, "type", "veth", "peer", "name", "eth1", "netns", h.space)
	inSpace(l.t, l.space, "ip", "link", "set", port, "master", "br0", "up")
	h.run("ip", "address", "add", fmt.Sprintf("%s.%d/24", l.subnet, l.hosts), "brd", "+", "dev", "eth1")
	h.run("ip", "link", "set", "eth1", "up")
}

// received is how many packets an interface of the host has received.
func (h *host) received(dev string) int {
	h.t.Helper()
	n, err := strconv.Atoi(strings.TrimSpace(h.run("cat", "/sys/class/net/"+dev+"/statistics/rx_packets")))
	if err != nil {
		h.t.Fatal(err)
	}
	return n
}

// inside runs a function in the network namespace of the host: the sockets that
// it makes stay there.
func (h *host) inside(do func() error) error {
	if h.space == "" {
		return do()
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	here, err := os.Open("/proc/thread-self/ns/net")
	if err != nil {
		return err
	}
	defer here.Close()
	there, err := os.Open("/run/netns/" + h.space)
	if err != nil {
		return err
	}
	defer there.Close()
	if err := unix.Setns(int(there.Fd()), unix.CLONE_NEWNET); err != nil {
		return err
	}
	defer func() { _ = unix.Setns(int(here.Fd()), unix.CLONE_NEWNET) }() // the way back is always open
	return do()
}
