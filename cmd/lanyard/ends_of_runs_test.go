//go:build e2e && linux

package main_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// How long a tree of processes may outlive what ends it: it is asked, and killed
// 5 s later. A link that is silent is given up after 10 s.
const (
	endTime  = 7 * time.Second
	lostTime = 10*time.Second + endTime
)

// stubborn is a program that forks, leaves its session, and ignores whoever asks
// it to end. Its processes all have the mark in their command lines.
func stubborn(mark string) []string {
	const script = `trap "" TERM INT HUP; setsid sleep %[1]s & (sleep %[1]s; sleep %[1]s) & echo up; while :; do sleep %[1]s; done`
	return []string{"sh", "-c", fmt.Sprintf(script, mark)}
}

// unending starts a stubborn program, and waits until all of it is there.
func (o *office) unending(t *testing.T, owner *served, mark string, flags ...string) *running {
	t.Helper()
	args := append(append([]string{"exec"}, flags...), owner.name, "--")
	run := o.alice.begin(append(args, stubborn(mark)...)...)
	o.waitRuns(t, owner, "sleep "+mark, 3)
	return run
}

// waitRuns waits until so many processes have a mark.
func (o *office) waitRuns(t *testing.T, owner *served, mark string, n int) {
	t.Helper()
	eventually(t, 20*time.Second, fmt.Sprintf("%d processes of %s", n, mark), func() bool { return len(owner.host.alive(mark)) >= n })
}

// waitGone waits until the process table has none with a mark.
func (o *office) waitGone(t *testing.T, owner *served, mark string, limit time.Duration) time.Duration {
	t.Helper()
	return eventually(t, limit, mark+" is gone with all that it started", func() bool { return len(owner.host.alive(mark)) == 0 })
}

// stops are the ways in which somebody ends a program that does not want to.
func (o *office) stops(t *testing.T) {
	ends := []struct {
		mark, flags, asker, owner string
		code                      int // -1: it was killed itself
		stop                      func(mark string, run *running)
		run                       *running
	}{
		{mark: "86401.1", asker: "killed-here", owner: "killed-there", code: 130, stop: func(_ string, run *running) { _ = run.cmd.Process.Signal(os.Interrupt) }},
		{mark: "86401.2", asker: "killed-there", owner: "killed-here", code: 126, stop: func(mark string, _ *running) { o.bob.do("stop", fmt.Sprint(o.bob.find(mark).Run)) }},
		{mark: "86401.3", asker: "killed-here", owner: "killed-there", code: 130, stop: func(mark string, _ *running) { o.alice.do("stop", fmt.Sprint(o.alice.find(mark).Run)) }},
		{mark: "86401.4", asker: "killed-here", owner: "killed-there", code: -1, stop: func(_ string, run *running) { run.kill() }},
		{mark: "86401.5", asker: "timeout", owner: "timeout", code: 124, flags: "--timeout=3s", stop: func(string, *running) {}},
	}
	for i, end := range ends {
		ends[i].run = o.unending(t, o.bob, end.mark, strings.Fields(end.flags)...)
	}
	began := time.Now()
	for _, end := range ends {
		end.stop(end.mark, end.run)
	}
	for _, end := range ends {
		o.waitGone(t, o.bob, end.mark, max(0, endTime+3*time.Second-time.Since(began)))
		if code := end.run.wait(t, 10*time.Second); code != end.code {
			t.Errorf("%s: exit code %d, not %d: %s", end.mark, code, end.code, end.run.stderr.String())
		}
		o.words(t, o.bob, end.mark, end.asker, end.owner)
	}
	t.Logf("all gone after %v", time.Since(began))
}

// cuts are the loss of the link, and of the copy that has a command run.
func (o *office) cuts(t *testing.T) {
	lost := o.unending(t, o.bob, "86402.1")
	orphans := o.unending(t, o.dave, "86402.2")
	began := time.Now()
	o.bob.host.unplug()
	o.dave.kill()
	killed := o.waitGone(t, o.dave, "86402.2", endTime)
	if code := orphans.wait(t, 10*time.Second); code != 128 {
		t.Errorf("the copy there was killed: exit code %d, %s", code, orphans.stderr.String())
	}
	o.waitGone(t, o.bob, "86402.1", lostTime-time.Since(began))
	t.Logf("gone %v after the owner's copy was killed, %v after the cable was pulled", killed, time.Since(began))
	if code := lost.wait(t, lostTime); code != 128 {
		t.Errorf("the cable was pulled: exit code %d, %s", code, lost.stderr.String())
	}
	o.words(t, o.bob, "86402.1", "lost", "lost")
	o.bob.host.plug()
	o.dave = o.dave.user.serve()
	o.words(t, o.dave, "86402.2", "lost", "killed-here closing")
}

// askerDies kills the copy of the one who asked.
func (o *office) askerDies(t *testing.T) {
	o.unending(t, o.carol, "86403.1")
	o.alice.kill()
	t.Logf("gone %v after the asker's copy was killed", o.waitGone(t, o.carol, "86403.1", endTime))
	o.alice = o.alice.user.serve()
	o.words(t, o.carol, "86403.1", "lost closing", "lost")
}

// nothingIsLeft looks at all processes on PCs: they are our own.
func (o *office) nothingIsLeft(t *testing.T, owners ...*served) {
	t.Helper()
	for _, owner := range owners {
		out, err := exec.Command("ip", "netns", "pids", owner.host.space).Output()
		if err != nil {
			t.Fatal(err)
		}
		for pid := range strings.FieldsSeq(string(out)) {
			program, err := os.Readlink("/proc/" + pid + "/exe") // none of what is dead and not reaped
			if err == nil && filepath.Base(program) != "lanyard-cli" {
				t.Errorf("on %s's PC there is still %s", owner.name, program)
			}
		}
	}
}
