//go:build bench && linux

package main_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// What the bench of commands moves and starts.
const (
	flowBytes  = gib
	flowRounds = 5
	starts     = 40

	wantFlow  = 0.70 // times ssh host cat FILE, MB/s
	wantStart = 1.5  // times ssh host true, over a connection that is there
)

// shell is one way to run a command elsewhere.
type shell struct {
	name string
	run  func(args ...string) *exec.Cmd
}

// commands measures commands on another PC against ssh. Both have an open
// connection and start a client program for each command.
func commands(t *testing.T) {
	needMemory(t, 4*gib)
	dir := memoryDir(t)
	server, ok := newSSH(t, dir)
	if !ok {
		return
	}
	here, there := thisPC(t)
	pair := newPair(t, here, there, dir)
	pair.bob.trusts(pair.alice, "commands=always")
	socket := dir + "/ssh"
	master := spawn(t, server.client("ssh", "-M", "-N", "-S", socket, "127.0.0.1"))
	eventually(t, 10*time.Second, "ssh is connected", func() bool { return exec.Command("test", "-S", socket).Run() == nil })

	ours := shell{"lanyard-cli exec", func(args ...string) *exec.Cmd {
		return pair.alice.unnamed(append([]string{"exec", pair.bob.id, "--"}, args...)...)
	}}
	raw := shell{"lanyard-cli exec --encoding raw", func(args ...string) *exec.Cmd {
		return pair.alice.unnamed(append([]string{"exec", "--encoding", "raw", pair.bob.id, "--"}, args...)...)
	}}
	ssh := shell{"ssh aes128-gcm, ControlMaster", func(args ...string) *exec.Cmd {
		return server.client("ssh", append([]string{"-S", socket, "127.0.0.1"}, args...)...)
	}}
	plain := shell{"ssh HOST cat", func(args ...string) *exec.Cmd {
		return server.plain("ssh", append([]string{"127.0.0.1"}, args...)...)
	}}
	begins(t, ssh, ours) // before the machine is warm of gigabytes
	flows(t, dir, plain, ours, raw, ssh)
	master.kill()
	pair.stop(t)
}

// unnamed is command as a person types it: a name given again is an order of its
// own to the running copy, which ssh has no counterpart of.
func (u *user) unnamed(args ...string) *exec.Cmd {
	return u.host.command(u.env(), append([]string{program(u.t, "lanyard-cli"), "--profile", u.profile}, args...)...)
}

// flows measures `cat FILE` into a file, of text.
func flows(t *testing.T, dir string, ways ...shell) {
	t.Helper()
	source, into := filepath.Join(dir, "text.txt"), filepath.Join(dir, "out.txt")
	must(t, "sh", "-c", fmt.Sprintf(`seq -f '%%.0f 一行中文 and some words of a line that a program may print' 30000000 | head -c %d > %s`, flowBytes, source))
	before := load(t)
	rates := make([][]float64, len(ways))
	for round := range flowRounds {
		for i := range ways {
			at := (i + round) % len(ways)
			rates[at] = append(rates[at], float64(flowBytes)/1e6/flow(t, ways[at], source, into))
		}
	}
	fmt.Printf("\n%-44s %10s %8s   rounds (median of %d, load before it %s)\n", "cat of 1 GiB of text on the other PC > file", "MB/s", "× ssh", flowRounds, before)
	for i, way := range ways {
		fmt.Printf("%-44s %10.0f %8.2f   %.0f\n", way.name, median(rates[i]), median(rates[i])/median(rates[0]), rates[i])
	}
	ratio := median(rates[1]) / median(rates[0])
	verdict(ratio >= wantFlow, "output of a command flows at %.2f × ssh (target %.2f)", ratio, wantFlow)
}

// flow runs `cat` once, checks what came, and returns the seconds.
func flow(t *testing.T, way shell, source, into string) float64 {
	t.Helper()
	out, err := os.Create(into)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	cmd := way.run("cat", source)
	cmd.Stdout, cmd.Stderr = out, os.Stderr
	start := time.Now()
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v", way.name, err)
	}
	took := time.Since(start)
	must(t, "cmp", source, into)
	if err := os.Remove(into); err != nil {
		t.Fatal(err)
	}
	return took.Seconds()
}

// begins measures `true`, from the start of the client program to its end.
func begins(t *testing.T, ways ...shell) {
	t.Helper()
	before := load(t)
	times := make([][]time.Duration, len(ways))
	for round := range starts {
		for i := range ways {
			at := (i + round) % len(ways)
			start := time.Now()
			if out, err := ways[at].run("true").CombinedOutput(); err != nil {
				t.Fatalf("%s: %v\n%s", ways[at].name, err, out)
			}
			times[at] = append(times[at], time.Since(start))
		}
	}
	fmt.Printf("\n%-44s %10s %8s %8s   (%d of each, load before it %s)\n", "true on the other PC", "p50", "p90", "× ssh", starts, before)
	for i := range ways {
		slices.Sort(times[i])
	}
	half := func(i int) float64 { return share(times[i], 0.5).Seconds() }
	for i, way := range ways {
		fmt.Printf("%-44s %10v %8v %8.2f\n", way.name, share(times[i], 0.5), share(times[i], 0.9), half(i)/half(0))
	}
	verdict(half(1) < wantStart*half(0), "a command starts in %.2f × the time of ssh (target under %.1f)", half(1)/half(0), wantStart)
}
