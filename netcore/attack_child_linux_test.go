package netcore_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"lanyard/netcore"
)

// Some attacks are on what a process has: memory, descriptors, a network. Then
// a part runs in a process of its own, this test binary in another role.

// The environment of a role, set only by spawn.
const (
	roleVariable    = "LANYARD_ATTACK_ROLE"
	profileVariable = "LANYARD_ATTACK_PROFILE"
	targetVariable  = "LANYARD_ATTACK_TARGET"
)

// TestAttackRole is the process of a role.
func TestAttackRole(t *testing.T) {
	roles := map[string]func(t *testing.T){"victim": beVictim, "relay": beRelay, "stranger": beStranger, "burglar": beBurglar}
	role := roles[os.Getenv(roleVariable)]
	if role == nil {
		t.Skip("runs as a process of the other tests")
	}
	role(t)
}

// child is a process in a role.
type child struct {
	t     testing.TB
	pid   int
	in    io.Writer
	lines *bufio.Scanner
}

// spawn starts this test binary in a role. It ends with the test.
func spawn(t testing.TB, role string, env ...string) *child {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestAttackRole$", "-test.timeout=5m")
	cmd.Env = append(append(os.Environ(), env...), roleVariable+"="+role)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatalf("starting a %s: %v", role, err)
	}
	c := &child{t: t, pid: cmd.Process.Pid, in: in, lines: bufio.NewScanner(out)}
	c.lines.Buffer(nil, 1<<20)
	t.Cleanup(func() {
		_ = in.Close()
		rest, _ := io.ReadAll(out)
		if err := cmd.Wait(); err != nil {
			t.Errorf("the %s: %v\n%.4000s", role, err, rest)
		}
	})
	return c
}

// ask sends a line and decodes the answer to it. An empty line only listens.
func (c *child) ask(line string, answer any) {
	c.t.Helper()
	if line != "" {
		_, _ = fmt.Fprintln(c.in, line)
	}
	for c.lines.Scan() {
		if text, ok := strings.CutPrefix(c.lines.Text(), "role: "); ok {
			if err := json.Unmarshal([]byte(text), answer); err != nil {
				c.t.Fatalf("answered %q: %v", text, err)
			}
			return
		}
	}
	c.t.Fatal("the process ended before it answered")
}

// decodeReply finds the reply in the output of a process that has ended.
func decodeReply(t testing.TB, out []byte, answer any) {
	t.Helper()
	for line := range strings.Lines(string(out)) {
		if text, ok := strings.CutPrefix(line, "role: "); ok {
			if err := json.Unmarshal([]byte(text), answer); err != nil {
				t.Fatal(err)
			}
			return
		}
	}
	t.Fatalf("no reply: %s", out)
}

// reply is the other side of ask.
func reply(answer any) {
	text, _ := json.Marshal(answer) // plain structs
	fmt.Printf("role: %s\n", text)
}

// stats is what a process has.
type stats struct {
	Address    string // where it listens
	Goroutines int
	Heap       uint64 // bytes in use after a collection
	Open       int    // file descriptors
	People     int
	Online     []netcore.DeviceID
	Items      int64
}

// beVictim runs a Node, and answers every line with its stats.
func beVictim(t *testing.T) {
	node := openNode(t, os.Getenv(profileVariable), "victim", nil)
	defer func() {
		if err := node.Close(); err != nil {
			t.Error(err)
		}
	}()
	settings := node.Settings()
	settings.SaveDir = filepath.Join(os.Getenv(profileVariable), "saved")
	if err := node.SetSettings(t.Context(), settings); err != nil {
		t.Fatal(err)
	}
	reply(statsOf(t, node))
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		if lines.Text() == "accept" {
			acceptAll(t, node)
		}
		reply(statsOf(t, node))
	}
}

// acceptAll accepts every offer that waits.
func acceptAll(t *testing.T, node *netcore.Node) {
	list, err := node.FindTransfers(t.Context(), netcore.TransferQuery{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	for _, transfer := range list {
		if !transfer.Outgoing && transfer.State == netcore.StateOffered {
			if err := node.Accept(t.Context(), transfer.Key, netcore.AcceptOptions{}); err != nil {
				t.Error(err)
			}
		}
	}
}

func statsOf(t *testing.T, node *netcore.Node) stats {
	runtime.GC()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	people, err := node.People(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	items, _, err := node.LastSeq(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var online []netcore.DeviceID
	for _, person := range people {
		if person.Online {
			online = append(online, person.Device)
		}
	}
	open, _ := os.ReadDir("/proc/self/fd")
	return stats{
		Online:  online,
		Address: node.Self().Address, Goroutines: runtime.NumGoroutine(), Heap: memory.HeapAlloc, Open: len(open),
		People: len(people), Items: items,
	}
}

// target is a Node in a process of its own.
type target struct {
	*child
	profile string
	address string
	begin   stats
}

// newTarget starts one.
func newTarget(t testing.TB) *target {
	t.Helper()
	v := &target{profile: filepath.Join(t.TempDir(), "profile")}
	v.child = spawn(t, "victim", profileVariable+"="+v.profile)
	v.ask("", &v.begin)
	v.address = v.begin.Address
	return v
}

// stats asks what it has now.
func (v *target) stats() (now stats) {
	v.t.Helper()
	v.ask("stats", &now)
	return now
}

// waitingOffers is how many offers of strangers may wait for the user, each with
// a goroutine, until their sender has been away for too long.
const waitingOffers = 128

// calmsDown waits until nothing of an attack is left in the process but some
// slack: what pools and caches keep.
func (v *target) calmsDown() {
	v.t.Helper()
	var now stats
	until(v.t, "goroutines and descriptors are given back", func() bool {
		now = v.stats()
		return now.Goroutines <= v.begin.Goroutines+waitingOffers+10 && now.Open <= v.begin.Open+10
	})
	if grown := int64(now.Heap) - int64(v.begin.Heap); grown > 48<<20*costs {
		v.t.Errorf("%d MiB are still held", grown>>20)
	}
}

// peak is the most memory that the process ever had resident, in MiB.
func (v *target) peak() int {
	v.t.Helper()
	status, err := os.ReadFile("/proc/" + strconv.Itoa(v.pid) + "/status")
	if err != nil {
		v.t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	kib, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		v.t.Fatal(err)
	}
	return kib >> 10
}

// guest is an honest Node in this process that writes to a target.
type guest struct {
	*netcore.Node
	to      netcore.PersonID
	t       testing.TB
	profile string
}

// newGuest links an honest Node. While a flood has the door shut it knocks again.
func newGuest(t testing.TB, address string) *guest {
	t.Helper()
	g := &guest{t: t, profile: t.TempDir()}
	g.enter(address)
	return g
}

// enter opens the guest's Node, again if it was closed, and links it.
func (g *guest) enter(address string) {
	g.t.Helper()
	g.Node = openNode(g.t, g.profile, "guest", nil)
	node := g.Node
	g.t.Cleanup(func() {
		if err := node.Close(); err != nil {
			g.t.Errorf("closing the guest: %v", err)
		}
	})
	until(g.t, "the door opens to an honest guest", func() bool {
		person, err := g.AddAddress(g.t.Context(), address)
		g.to = person.ID
		return err == nil
	})
}

// tells has a text arrive, and returns how long that took.
func (g *guest) tells(body string) time.Duration {
	g.t.Helper()
	start := time.Now()
	sent, err := g.Say(g.t.Context(), g.to, body)
	if err != nil {
		g.t.Fatal(err)
	}
	until(g.t, "an honest text is delivered", func() bool {
		item, err := g.Item(g.t.Context(), sent.Seq)
		return err == nil && item.State == netcore.StateDelivered
	})
	return time.Since(start)
}
