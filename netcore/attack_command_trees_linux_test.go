package netcore_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"lanyard/netcore"
)

// TestG05OutputWithoutEnd waits for whoever takes none of it.
func TestG05OutputWithoutEnd(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	h := v.meet("alice")
	v.lets(h, netcore.CommandsAlways)
	c := h.runs(v, "cat", "/dev/zero") // not a line end in it
	if kind := c.next(); kind != "started" {
		t.Fatalf("answered %s", c.last)
	}
	if kind := c.next(); kind != "out" { // however long that takes on a busy machine
		t.Fatalf("said %s", c.last)
	}
	_ = c.raw.SetReadDeadline(time.Now().Add(2 * time.Second))
	for c.next() == "out" { // until no more comes
	}
	if got := c.out.Len(); got == 0 || got > 1<<20 {
		t.Errorf("%d bytes came without credit", got)
	}
	run := v.runningOf("cat")
	if run.OutBytes > 1<<20 {
		t.Errorf("it ran on: %+v", run)
	}
	if err := v.StopRun(run.Key); err != nil {
		t.Error(err)
	}
	until(t, "it is over", func() bool {
		return !slices.ContainsFunc(v.Running(), func(r netcore.Run) bool { return r.Key == run.Key })
	})
}

// runningOf returns what runs of a program.
func (v *victim) runningOf(program string) (found netcore.Run) {
	v.t.Helper()
	until(v.t, program+" runs", func() bool {
		for _, r := range v.Running() {
			if r.State == netcore.RunRunning && len(r.Argv) > 0 && r.Argv[0] == program {
				found = r
				return true
			}
		}
		return false
	})
	return found
}

// unkillable is a program that ignores signals and leaves children in sessions
// of their own, with a mark in their command lines.
func unkillable(mark string) []string {
	return []string{"sh", "-c", "trap '' TERM HUP INT; setsid sleep " + mark + " & (setsid sleep " + mark + " &); echo up; while :; do sleep " + mark + "; done"}
}

// marked counts the processes with a mark in their command lines.
func marked(t testing.TB, mark string) (count int) {
	t.Helper()
	lines, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range lines {
		if line, err := os.ReadFile(name); err == nil && strings.Contains(string(line), mark) {
			count++
		}
	}
	return count
}

// TestG06NothingIsLeftOfACommand that ignores signals and forks, however it ends.
func TestG06NothingIsLeftOfACommand(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(v *victim, h *hostile, c *command){
		"stopped":      func(_ *victim, _ *hostile, c *command) { c.send(encode("stop", nil, "")) },
		"stopped here": func(v *victim, _ *hostile, _ *command) { _ = v.StopRun(v.runningOf("sh").Key) },
		"revoked":      func(v *victim, h *hostile, _ *command) { v.lets(h, netcore.CommandsOff) },
		"unverified":   func(v *victim, h *hostile, _ *command) { _ = v.Unverify(t.Context(), v.knows(h).ID) },
		"blocked":      func(v *victim, h *hostile, _ *command) { _ = v.Block(t.Context(), v.knows(h).ID) },
		"breach":       func(_ *victim, _ *hostile, c *command) { c.send(encode("started", nil, "")) },
		"no stream":    func(_ *victim, _ *hostile, c *command) { _ = c.raw.Close() },
		"no link":      func(_ *victim, h *hostile, _ *command) { _ = h.conn.NetConn().Close() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := newVictim(t)
			h := v.meet("alice")
			v.lets(h, netcore.CommandsAlways)
			mark := fmt.Sprintf("8%d.%s", os.Getpid(), strconv.Itoa(len(name))+randomDigits())
			c := h.runs(v, unkillable(mark)...)
			if a, b := c.next(), c.next(); a != "started" || b != "out" {
				t.Fatalf("%s, %s: %s", a, b, c.last)
			}
			until(t, "all of it runs", func() bool { return marked(t, mark) >= 3 })
			v.runningOf("sh")
			began := time.Now()
			end(v, h, c)
			until(t, "all of it is gone", func() bool { return marked(t, mark) == 0 && len(v.Running()) == 0 })
			if took := time.Since(began); took > 20*time.Second { // 5 s, on a machine that does nothing else
				t.Errorf("it took %v", took)
			}
		})
	}
}

// randomDigits tells one test's processes from another's.
func randomDigits() string { return strconv.FormatInt(time.Now().UnixNano()%1_000_000_000, 10) }

// TestG07ReadingWhatNobodyWrites ends at once without standard input, and with
// the run otherwise.
func TestG07ReadingWhatNobodyWrites(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	h := v.meet("alice")
	v.lets(h, netcore.CommandsAlways)
	if c := h.runs(v, "cat").until("exit"); !strings.Contains(c.last, `"exited"`) {
		t.Errorf("without input: %s", c.last)
	}
	h.runs(v, "sh", "-c", "read x || exit 9").until("exit")
	c := h.asksFor(v, fields{"argv": []string{"cat"}, "stdin": true}).until("started")
	c.send(encode("stdin", nil, "half a li"))
	c.until("out")
	c.send(encode("stop", nil, ""))
	if c.until("exit"); !strings.Contains(c.last, `"stopped"`) || c.out.String() != "half a li" {
		t.Errorf("with input that does not end: %q, %s", c.out.String(), c.last)
	}
	c = h.runs(v, "sleep", "600").until("started")
	c.send(encode("stdin", nil, "unasked"))
	if c.until("exit"); !strings.Contains(c.last, `"protocol"`) {
		t.Errorf("input that was not announced: %s", c.last)
	}
	c = h.asksFor(v, fields{"argv": []string{"sleep", "600"}, "stdin": true}).until("started")
	for range 64 {
		c.send(encode("stdin", nil, strings.Repeat("x", 64<<10)))
	}
	for c.next() != "exit" && c.last != "" && !strings.Contains(c.last, `"exit"`) {
	}
	if !strings.Contains(c.last, `"protocol"`) {
		t.Errorf("4 MiB of input that nobody reads: %s", c.last)
	}
}

// TestG10AThousandCommandsAtOnce: some run, the rest is refused, and nobody else
// notices.
func TestG10AThousandCommandsAtOnce(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	h := v.meet("alice")
	v.lets(h, netcore.CommandsAlways)
	mark := fmt.Sprintf("7%d.%s", os.Getpid(), randomDigits())
	busy := 0
	for range 20 {
		var asked []*command
		for range 50 {
			asked = append(asked, h.runs(v, "sleep", mark))
		}
		for _, c := range asked {
			switch c.next() {
			case "denied", "": // or more streams than a link has
				busy++
				if c.last != "" && !strings.Contains(c.last, `"busy"`) {
					t.Errorf("refused: %s", c.last)
				}
				_ = c.raw.Close()
			case "started":
			default:
				t.Errorf("answered %s", c.last)
			}
		}
	}
	if running := len(v.Running()); running != 16 || busy != 984 {
		t.Errorf("%d run, %d were refused", running, busy)
	}
	newFriend(t, v).tells("and here I am")
	_ = h.conn.NetConn().Close()
	until(t, "all are gone", func() bool { return len(v.Running()) == 0 && marked(t, mark) == 0 })
}
