//go:build unix

package netcore

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"lanyard/netcore/store"
)

// TestOutputIsKeptInOrderAndAfterARestart: the bytes as they came, which pipe
// they came from, and for this user alone.
func TestOutputIsKeptInOrderAndAfterARestart(t *testing.T) {
	o := newOffice(t, CommandsAlways)
	small := o.start(argv("sh", "-c", `printf 'a\377'; sleep 0.1; printf 三 >&2; sleep 0.1; printf c`)).Key
	large := o.start(argv("sh", "-c", "head -c 3000000 /dev/zero; echo end >&2")).Key
	o.over(small)
	end := o.over(large)
	check := func() {
		t.Helper()
		if got := output(t, o.ann, small); got != "a\xff三c" {
			t.Errorf("kept %q", got)
		}
		out, err := o.ann.RunOutput(soon(t), small)
		if err != nil {
			t.Fatal(err)
		}
		defer out.Close()
		var parts []string
		for at := int64(0); at < out.Size(); {
			from, until := out.From(at)
			parts = append(parts, strconv.Itoa(int(from))+":"+strconv.FormatInt(until, 10))
			at = until
		}
		if !slices.Equal(parts, []string{"1:2", "2:5", "1:6"}) {
			t.Errorf("pipes %v", parts)
		}
		if got := output(t, o.ann, large); len(got) != 3_000_004 || !strings.Contains(got, "end\n") { // between two full pipes there is no order
			t.Errorf("%d bytes kept", len(got))
		}
	}
	check()
	if end.Kept != 3_000_004 || end.OutBytes != 3_000_000 || end.ErrBytes != 4 {
		t.Errorf("ended: %+v", end)
	}
	closeNode(t, o.ann)
	folder := filepath.Join(o.ann.config.Profile, outputFolder)
	for name, mode := range map[string]os.FileMode{folder: 0o700, filepath.Join(folder, "1.out"): 0o600, filepath.Join(folder, "1.pipes"): 0o600} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
	if err := os.WriteFile(filepath.Join(folder, "77.out"), []byte("of no run"), 0o600); err != nil {
		t.Fatal(err)
	}
	o.ann = reopen(t, o.net, "ann", o.ann.config.Profile)
	check()
	if _, err := os.Stat(filepath.Join(folder, "77.out")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("what no run knows of stays: %v", err)
	}
	if _, err := o.bob.RunOutput(soon(t), 1); !errors.Is(err, ErrNoRun) {
		t.Errorf("output of what runs here for others: %v", err)
	}
}

// TestOutputIsTakenAsItComes: all of it goes to the caller, the first of it is
// kept, and an error of the caller stops the run.
func TestOutputIsTakenAsItComes(t *testing.T) {
	o := newOffice(t, CommandsAlways)
	var taken bytes.Buffer
	r := o.start(RunRequest{
		Argv: []string{"head", "-c", "2000000", "/dev/zero"},
		Take: func(_ Pipe, p []byte) error { _, err := taken.Write(p); return err },
	})
	if end := o.over(r.Key); end.State != RunExited || taken.Len() != 2_000_000 || end.Kept != 256<<10 {
		t.Errorf("%d bytes came, ended: %+v", taken.Len(), end)
	}
	if got := output(t, o.ann, r.Key); len(got) != 256<<10 {
		t.Errorf("%d bytes kept", len(got))
	}
	r = o.start(RunRequest{Argv: []string{"yes"}, Take: func(Pipe, []byte) error { return io.ErrShortWrite }})
	if end := o.over(r.Key); end.State != RunKilledHere || end.Reason != RunSink {
		t.Errorf("one that was not taken: %+v", end)
	}
}

// TestOldOutputMakesRoom for newer.
func TestOldOutputMakesRoom(t *testing.T) {
	o := newOffice(t, CommandsAlways)
	o.ann.commands.outputs.all = 250_000
	var keys []int64
	for range 4 {
		r := o.start(argv("head", "-c", "100000", "/dev/zero"))
		o.over(r.Key)
		keys = append(keys, r.Key)
	}
	eventually(t, o.ann, "the oldest are gone", func() bool {
		var kept []int64
		for _, key := range keys {
			r, err := o.ann.Run(soon(t), key)
			if err == nil && r.Kept > 0 && r.State.Ended() {
				kept = append(kept, key)
			}
		}
		return slices.Equal(kept, keys[2:]) && len(o.ann.Running()) == 0
	})
	if got := output(t, o.ann, keys[0]); got != "" {
		t.Errorf("%d bytes of the oldest", len(got))
	}
}

// TestRunsThatGoOnShareTheRoom: many PCs at once cannot fill the disk, though
// each keeps to what one may put out.
func TestRunsThatGoOnShareTheRoom(t *testing.T) {
	o := newOffice(t, CommandsAlways)
	outputs := o.ann.commands.outputs
	outputs.most, outputs.all, outputs.every = 1<<20, 2<<20, 64<<10
	var keys []int64
	for range 4 {
		keys = append(keys, o.start(argv("sh", "-c", "head -c 1000000 /dev/zero; exec sleep 60")).Key)
	}
	stopped := func() (sink int, bytes int64) {
		for _, key := range keys {
			r, err := o.ann.Run(soon(t), key)
			if err != nil {
				t.Fatal(err)
			}
			if bytes += r.Kept; r.State == RunKilledHere && r.Reason == RunSink {
				sink++
			}
		}
		return sink, bytes
	}
	eventually(t, o.ann, "some are stopped", func() bool { n, _ := stopped(); return n > 0 })
	for _, key := range keys {
		_ = o.ann.StopRun(key) // or it has ended
		o.over(key)
	}
	eventually(t, o.ann, "none is counted as going on", func() bool {
		outputs.mu.Lock()
		defer outputs.mu.Unlock()
		return outputs.live == 0 && outputs.total <= outputs.all
	})
	// The last to end is noted first, and then room is made for it.
	eventually(t, o.ann, "no more is kept than may be", func() bool { _, bytes := stopped(); return bytes <= outputs.all })
}

// TestADiedProgramsRunsAreEndedAtTheNextStart: in the store of a program that
// was killed there are runs that go on.
func TestADiedProgramsRunsAreEndedAtTheNextStart(t *testing.T) {
	o := newOffice(t, CommandsAlways)
	ann, bob := o.ann.Self().ID, o.bob.Self().ID
	open := func(n *Node, device DeviceID, here bool, state RunState, began time.Time) int64 {
		rows, _, err := n.db.AddRuns(soon(t), []store.Run{{
			Device: device, Here: here, Line: "x", Request: store.RunRequest{Argv: []string{"x"}}, Asked: time.Now(),
			RunState: store.RunState{State: string(state), Began: began},
		}}, false, n.commands.item)
		if err != nil {
			t.Fatal(err)
		}
		return rows[0].Key
	}
	began := time.Now()
	mine := open(o.ann, bob, false, RunRunning, began)
	ran, asked := open(o.bob, ann, true, RunRunning, began), open(o.bob, ann, true, RunAsking, time.Time{})
	folder := filepath.Join(o.ann.config.Profile, outputFolder)
	if err := errors.Join(os.MkdirAll(folder, 0o700), os.WriteFile(filepath.Join(folder, strconv.FormatInt(mine, 10)+".out"), []byte("half"), 0o600)); err != nil {
		t.Fatal(err)
	}
	closeNode(t, o.ann)
	closeNode(t, o.bob)
	o.ann, o.bob = reopen(t, o.net, "ann", o.ann.config.Profile), reopen(t, o.net, "bob", o.bob.config.Profile)
	for _, tc := range []struct {
		n     *Node
		key   int64
		state RunState
	}{{o.ann, mine, RunLost}, {o.bob, ran, RunKilledHere}, {o.bob, asked, RunDenied}} {
		r, err := tc.n.WaitRun(soon(t), tc.key)
		if err != nil || r.State != tc.state || r.Reason != RunClosing || r.Ended.IsZero() {
			t.Errorf("%+v, %v", r, err)
		}
	}
	if got := output(t, o.ann, mine); got != "half" {
		t.Errorf("kept %q", got)
	}
}
