package netcore_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lanyard/netcore"
)

// doomed is a Node in a process of its own, that is to be killed.
type doomed struct {
	t       *testing.T
	cmd     *exec.Cmd
	in      io.WriteCloser
	lines   *bufio.Scanner
	address string
}

// spawnDoomed starts a Node with a profile in a process of its own.
func spawnDoomed(t *testing.T, profile string) *doomed {
	t.Helper()
	d := &doomed{t: t, cmd: exec.Command(os.Args[0], "-test.run=^TestAttackRole$")}
	d.cmd.Env = append(os.Environ(), roleVariable+"=victim", profileVariable+"="+profile)
	in, failed := d.cmd.StdinPipe()
	out, err := d.cmd.StdoutPipe()
	if err = errors.Join(failed, err); err == nil {
		err = d.cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	d.in, d.lines = in, bufio.NewScanner(out)
	t.Cleanup(d.kill)
	for d.lines.Scan() {
		if text, ok := strings.CutPrefix(d.lines.Text(), "role: "); ok {
			var s stats
			if err := json.Unmarshal([]byte(text), &s); err != nil {
				t.Fatal(err)
			}
			d.address = s.Address
			return d
		}
	}
	t.Fatal("the process ended before it listened")
	return nil
}

// kill kills the process outright, and nothing else. Later calls do nothing.
func (d *doomed) kill() {
	_ = d.cmd.Process.Kill() // or it has ended
	_ = d.cmd.Wait()         // that it was killed is no news
}

// TestG06AKilledProgramLeavesNothing: of the two programs of a run either is
// killed outright. Nothing of the command is left, the other side calls it lost,
// and the one that was killed says so when it is started again.
func TestG06AKilledProgramLeavesNothing(t *testing.T) {
	t.Parallel()
	log := func(n *netcore.Node) (runs []netcore.Run) {
		runs, err := n.Runs(context.Background(), netcore.RunQuery{})
		if err != nil {
			t.Fatal(err)
		}
		return runs
	}
	profile := filepath.Join(t.TempDir(), "owner")
	asker := openNode(t, t.TempDir(), "asker", nil)
	defer func() { _ = asker.Close() }()
	allow(t, profile, asker)
	owner := spawnDoomed(t, profile)
	person, err := asker.AddAddress(t.Context(), owner.address)
	if err != nil {
		t.Fatal(err)
	}
	mark := fmt.Sprintf("6%d.%s", os.Getpid(), randomDigits())
	run, err := asker.StartRun(t.Context(), person.ID, netcore.RunRequest{Argv: unkillable(mark)})
	if err != nil {
		t.Fatal(err)
	}
	until(t, "all of it runs", func() bool { return marked(t, mark) >= 3 })
	until(t, "the owner has written it down", func() bool {
		now, err := asker.Run(t.Context(), run.Key)
		return err == nil && now.State == netcore.RunRunning && now.OutBytes > 0
	})
	owner.kill()
	if end, err := asker.WaitRun(t.Context(), run.Key); err != nil || end.State != netcore.RunLost {
		t.Errorf("the asker sees %+v, %v", end, err)
	}
	until(t, "all of it is gone", func() bool { return marked(t, mark) == 0 })
	again := openNode(t, profile, "owner", nil)
	defer func() { _ = again.Close() }()
	if runs := log(again); len(runs) > 1 || len(runs) == 1 && (runs[0].State != netcore.RunKilledHere || runs[0].Reason != netcore.RunClosing) {
		t.Errorf("the owner's next start says %+v", runs)
	}
	if running := again.Running(); len(running) != 0 {
		t.Errorf("it runs %+v", running)
	}
}

// TestG06AKilledAskerLeavesNothing is the same for the other side.
func TestG06AKilledAskerLeavesNothing(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	h := v.meet("alice")
	v.lets(h, netcore.CommandsAlways)
	mark := fmt.Sprintf("5%d.%s", os.Getpid(), randomDigits())
	h.runs(v, unkillable(mark)...).until("out")
	v.runningOf("sh")
	_ = h.conn.NetConn().Close() // all that a killed program does
	until(t, "all of it is gone", func() bool { return marked(t, mark) == 0 && len(v.Running()) == 0 })
	runs := v.runsOf(t)
	if i := slices.IndexFunc(runs, func(r netcore.Run) bool { return r.State != netcore.RunLost }); i >= 0 || len(runs) != 1 {
		t.Errorf("the owner sees %+v", runs)
	}
}

// allow lets a Node run anything on the PC of a profile that is not open.
func allow(t *testing.T, profile string, asker *netcore.Node) {
	t.Helper()
	owner := openNode(t, profile, "owner", nil)
	person, err := owner.AddAddress(t.Context(), asker.Self().Address)
	if err == nil {
		err = owner.VerifyID(t.Context(), person.ID, asker.Self().ID.String())
	}
	if err == nil {
		err = owner.SetPermissions(t.Context(), asker.Self().ID, netcore.Permissions{Files: netcore.FilesAsk, Commands: netcore.CommandsAlways})
	}
	if err = errors.Join(err, owner.Close()); err != nil {
		t.Fatal(err)
	}
}
