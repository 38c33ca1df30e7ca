package discovery

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/netip"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"lanyard/netcore/identity"
)

// The tests here run the service with real sockets, in processes of their own
// in network namespaces made for them: nothing leaves those.

// roleVariable tells a helper process what to be. It is set only by run.
const roleVariable = "LANYARD_DISCOVERY_ROLE"

// cabled is two namespaces joined by a cable.
type cabled struct {
	t     *testing.T
	names [2]string
}

// newCabled makes them; without the right to, the test is skipped, but fails
// where CI=true promises it.
func newCabled(t *testing.T, number int) *cabled {
	t.Helper()
	p := &cabled{t: t}
	for i := range p.names {
		p.names[i] = fmt.Sprintf("lanyard-%d-%d-%d", os.Getpid(), number, i)
		if err := exec.Command("ip", "netns", "add", p.names[i]).Run(); err != nil {
			if os.Getenv("CI") == "true" {
				t.Fatalf("making a network namespace: %v", err)
			}
			t.Skipf("needs the right to make network namespaces: %v", err)
		}
		t.Cleanup(func() { p.command("ip", "netns", "delete", p.names[i]) })
		p.in(i, "sh", "-c", "echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad")
		p.in(i, "ip", "link", "set", "lo", "up")
	}
	p.command("ip", "link", "add", "cable", "netns", p.names[0], "type", "veth", "peer", "name", "cable", "netns", p.names[1])
	return p
}

// command runs a program that must succeed.
func (p *cabled) command(name string, args ...string) {
	p.t.Helper()
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		p.t.Fatalf("%s %q: %v: %s", name, args, err, out)
	}
}

// in runs a program in one of the namespaces.
func (p *cabled) in(i int, args ...string) {
	p.t.Helper()
	p.command("ip", append([]string{"netns", "exec", p.names[i]}, args...)...)
}

// plug brings the cable up, with IPv4 addresses, IPv6 or both.
func (p *cabled) plug(four, six bool) {
	p.t.Helper()
	for i := range p.names {
		p.in(i, "sh", "-c", fmt.Sprintf("echo %d > /proc/sys/net/ipv6/conf/cable/disable_ipv6", map[bool]int{false: 1}[six]))
		if four {
			p.in(i, "ip", "addr", "add", fmt.Sprintf("10.77.0.%d/24", i+1), "dev", "cable")
		}
	}
	for i := range p.names {
		p.in(i, "ip", "link", "set", "cable", "up")
	}
}

// helper is a process in a namespace.
type helper struct {
	t     *testing.T
	lines chan string
}

// run starts this test program in a role; it ends with the test.
func (p *cabled) run(i int, role string) *helper {
	p.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, "ip", "netns", "exec", p.names[i], os.Args[0], "-test.run=^TestNamespaceRole$")
	cmd.Env = append(os.Environ(), roleVariable+"="+role)
	stdin, _ := cmd.StdinPipe()
	stdout, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		cancel()
		p.t.Fatal(err)
	}
	h := &helper{t: p.t, lines: make(chan string, 1000)}
	go func() {
		defer close(h.lines)
		for scanner := bufio.NewScanner(stdout); scanner.Scan(); {
			h.lines <- scanner.Text()
		}
	}()
	p.t.Cleanup(func() {
		stdin.Close()
		for range h.lines {
		}
		if err := cmd.Wait(); err != nil {
			p.t.Errorf("helper: %v", err)
		}
		cancel()
	})
	return h
}

// await returns the number in the first line that begins with word.
func (h *helper) await(word string) int64 {
	h.t.Helper()
	deadline := time.After(time.Minute)
	for {
		select {
		case line, ok := <-h.lines:
			if !ok {
				h.t.Fatalf("the helper ended before %q", word)
			}
			if rest, found := strings.CutPrefix(line, word+" "); found {
				number, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
				if err != nil {
					h.t.Fatal(err)
				}
				return number
			}
		case <-deadline:
			h.t.Fatalf("no %q", word)
		}
	}
}

// TestNamespaceRole is the helper process.
func TestNamespaceRole(t *testing.T) {
	role := os.Getenv(roleVariable)
	if role == "" {
		t.Skip("runs as a process of the other tests")
	}
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	if role == "crowd" {
		beCrowd(ctx, t)
		return
	}
	say := func(word string) { fmt.Println(word, time.Now().UnixNano()) }
	defer time.AfterFunc(1500*time.Millisecond, func() { say("quiet") }).Stop()
	service := New(Config{
		Identity: generate(t), Instance: "0123456789abcdef", Port: func() int { return 4000 },
		OnHeard:         func(Heard) { say("heard") },
		OnGone:          func(identity.DeviceID, Instance) { say("gone") },
		OnNetworkChange: func() { say("change") },
		Live:            func(identity.DeviceID) bool { return role == "idle" },
		network:         only{role: role},
	})
	say("ready")
	if role == "idle" {
		go tellCost(ctx)
	}
	if err := service.Run(ctx); err != nil {
		t.Error(err)
	}
}

// only is the system's network, but groups and broadcasts other than those of
// its role are not sent.
type only struct {
	system
	role string
}

// Listen implements network.
func (o only) Listen(ctx context.Context, address netip.AddrPort) (socket, error) {
	s, err := o.system.Listen(ctx, address)
	if err != nil {
		return nil, err
	}
	return onlySocket{s, o.role}, nil
}

// onlySocket is a socket of only.
type onlySocket struct {
	socket
	role string
}

// Write implements socket.
func (s onlySocket) Write(data []byte, to netip.AddrPort, index int) error {
	way := ""
	switch addr := to.Addr(); {
	case addr.IsMulticast():
		way = "multicast"
	case addr == limit4:
		way = "limited broadcast"
	case addr == netip.MustParseAddr("10.77.0.255"):
		way = "directed broadcast"
	}
	if way != "" && strings.Contains(s.role, " only") && !strings.HasPrefix(s.role, way) {
		return nil
	}
	return s.socket.Write(data, to, index)
}

func TestRealSocketsByEachWay(t *testing.T) {
	for i, way := range []string{"multicast only", "limited broadcast only", "directed broadcast only", "multicast only, IPv6"} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			p := newCabled(t, i)
			six := strings.HasSuffix(way, "IPv6")
			p.plug(!six, six)
			old := p.run(0, way)
			old.await("quiet")
			newcomer := p.run(1, way)
			began := newcomer.await("ready")
			for name, at := range map[string]int64{"the newcomer": old.await("heard"), "the other": newcomer.await("heard")} {
				took := time.Duration(at - began)
				t.Logf("%s was heard after %v", name, took)
				if took > time.Second {
					t.Errorf("%s was heard after %v", name, took)
				}
			}
		})
	}
}

func TestRealInterfaceThatComesUpLater(t *testing.T) {
	t.Parallel()
	p := newCabled(t, 10)
	a, b := p.run(0, "all"), p.run(1, "all")
	a.await("quiet")
	b.await("quiet")
	p.plug(true, true)
	began := time.Now().UnixNano()
	for _, h := range []*helper{a, b} {
		h.await("change")
		took := time.Duration(h.await("heard") - began)
		t.Logf("heard %v after the cable was plugged in", took)
		if took > 2*lookEvery {
			t.Errorf("heard %v after the cable was plugged in", took)
		}
	}
}
