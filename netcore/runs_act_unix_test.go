//go:build unix

package netcore

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"

	"lanyard/netcore/charset"
)

// TestStandardInputGoesThere and its end, and comes back as output.
func TestStandardInputGoesThere(t *testing.T) {
	o := newOffice(t, CommandsAlways)
	r := o.start(RunRequest{Argv: []string{"cat"}, Stdin: true})
	text := strings.Repeat("三 lines\n", 100_000)
	if err := o.ann.WriteRun(soon(t), r.Key, []byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := o.ann.CloseRunInput(r.Key); err != nil {
		t.Fatal(err)
	}
	end := o.over(r.Key)
	if end.State != RunExited || !end.Stdin || output(t, o.ann, r.Key) != text {
		t.Errorf("ended: %+v", end)
	}
	if err := o.ann.WriteRun(soon(t), r.Key, []byte("more")); !errors.Is(err, ErrRunEnded) {
		t.Errorf("writing to what has ended: %v", err)
	}
	if err := o.ann.StopRun(r.Key); err != nil && !errors.Is(err, ErrNoRun) {
		t.Errorf("stopping what has ended: %v", err)
	}
}

// TestATerminalIsForThoseWhoMayRunAnything and has a size.
func TestATerminalIsForThoseWhoMayRunAnything(t *testing.T) {
	o := newOffice(t, CommandsAsk)
	shell := RunRequest{Argv: []string{"sh", "-c", "read x; stty size"}, Terminal: &TerminalSize{Cols: 81, Rows: 25}}
	if end := o.over(o.start(shell).Key); end.State != RunDenied || end.Reason != RunNotPermitted {
		t.Errorf("of one who has to ask: %+v", end)
	}
	o.permit(CommandsAlways)
	r := o.start(shell)
	o.runs()
	eventually(t, o.ann, "it runs", func() bool {
		now, err := o.ann.Run(soon(t), r.Key)
		return err == nil && now.State == RunRunning
	})
	if err := o.ann.ResizeRun(r.Key, TerminalSize{Cols: 100, Rows: 40}); err != nil {
		t.Fatal(err)
	}
	if err := o.ann.WriteRun(soon(t), r.Key, []byte("x\r")); err != nil {
		t.Fatal(err)
	}
	if end := o.over(r.Key); end.State != RunExited || !end.Terminal || !strings.Contains(output(t, o.ann, r.Key), "40 100") {
		t.Errorf("ended: %+v with %q", end, output(t, o.ann, r.Key))
	}
}

// TestManyAreAskedAtOnce, and one who is not there is among the results.
func TestManyAreAskedAtOnce(t *testing.T) {
	o := newOffice(t, CommandsAlways)
	carol := copyOn(t, o.net, "carol")
	toCarol := reach(t, o.ann, "carol:9527").ID
	closeNode(t, carol)
	eventually(t, o.ann, "carol is gone", func() bool {
		p, err := o.ann.Find(soon(t), "carol")
		return err == nil && !p.Online
	})
	runs, err := o.ann.StartRuns(soon(t), []PersonID{o.toBob, toCarol}, argv("echo", "hi"))
	if err != nil || len(runs) != 2 || runs[0].Person != o.toBob || runs[1].Person != toCarol {
		t.Fatalf("begun: %+v, %v", runs, err)
	}
	if runs[1].State != RunLost || runs[1].Ended.IsZero() || runs[0].Group != runs[0].Key || runs[1].Group != runs[0].Key {
		t.Errorf("begun: %+v", runs)
	}
	if end := o.over(runs[0].Key); end.State != RunExited || end.Group != runs[0].Key {
		t.Errorf("ended: %+v", end)
	}
	group, err := o.ann.Runs(soon(t), RunQuery{Group: runs[0].Key, Mine: true})
	if err != nil || len(group) != 2 {
		t.Errorf("the group: %+v, %v", group, err)
	}
	if items := itemsOf(t, o.ann, Person{ID: toCarol}); len(items) != 1 || items[0].Run.State != RunLost {
		t.Errorf("carol's conversation: %+v", items)
	}
	if _, err := o.ann.StartRun(soon(t), toCarol, argv("true")); !errors.Is(err, ErrUnreachable) {
		t.Errorf("one who is not there: %v", err)
	}
	if _, err := o.ann.StartRun(soon(t), 999, argv("true")); !errors.Is(err, ErrUnknownPerson) {
		t.Errorf("nobody: %v", err)
	}
	if _, err := o.ann.StartRun(soon(t), o.toBob, RunRequest{}); !errors.Is(err, ErrRunRequest) {
		t.Errorf("nothing: %v", err)
	}
}

// TestTheOtherSideSaysWhatItPrintsIn.
func TestTheOtherSideSaysWhatItPrintsIn(t *testing.T) {
	t.Setenv("LC_ALL", "zh_CN.GBK")
	o := newOffice(t, CommandsAlways)
	if end := o.over(o.start(argv("true")).Key); end.Encoding != charset.GBK {
		t.Errorf("told: %q", end.Encoding)
	}
}

// TestRunsAreFound by person, text and side, page by page.
func TestRunsAreFound(t *testing.T) {
	o := newOffice(t, CommandsAlways)
	for i := range 5 {
		o.over(o.start(argv("echo", "number", strconv.Itoa(i))).Key)
	}
	find := func(q RunQuery) int {
		runs, err := o.ann.Runs(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		return len(runs)
	}
	for _, tc := range []struct {
		q    RunQuery
		want int
	}{
		{RunQuery{}, 5},
		{RunQuery{Limit: 2}, 2},
		{RunQuery{Before: 3}, 2},
		{RunQuery{Text: "number 3"}, 1},
		{RunQuery{Text: "number_3"}, 0},
		{RunQuery{Person: o.toBob}, 5},
		{RunQuery{Person: 99}, 0},
		{RunQuery{Mine: true}, 5},
	} {
		if got := find(tc.q); got != tc.want {
			t.Errorf("%+v: %d", tc.q, got)
		}
	}
	if runs, err := o.bob.Runs(context.Background(), RunQuery{Mine: true}); err != nil || len(runs) != 0 {
		t.Errorf("bob's own: %+v, %v", runs, err)
	}
}

// TestRightsEndWhenTheyCannotBeRead: what was taken back could be among what is
// in memory.
func TestRightsEndWhenTheyCannotBeRead(t *testing.T) {
	o := newOffice(t, CommandsAlways)
	r := o.start(argv("sleep", "600"))
	o.runs()
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	if err := o.bob.guard.reload(ended); err == nil {
		t.Fatal("it was read")
	}
	if end := o.over(r.Key); end.State != RunKilledThere || end.Reason != RunRevoked {
		t.Errorf("what ran by them: %+v", end)
	}
	if end := o.over(o.start(argv("true")).Key); end.Reason != RunNotPermitted {
		t.Errorf("what came after: %+v", end)
	}
	if err := o.bob.guard.reload(context.Background()); err != nil {
		t.Fatal(err)
	}
	if end := o.over(o.start(argv("true")).Key); end.State != RunExited {
		t.Errorf("once they can be read: %+v", end)
	}
}
