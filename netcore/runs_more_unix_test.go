//go:build unix

package netcore

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"lanyard/netcore/charset"
	"lanyard/netcore/store"
)

// TestAYesIsForExactlyThatCommand: what is remembered is this argument vector in
// this folder, without standard input, from this device, until it is forgotten.
func TestAYesIsForExactlyThatCommand(t *testing.T) {
	o := newOffice(t, CommandsAsk)
	dir, other := t.TempDir(), t.TempDir()
	yes := RunRequest{Argv: []string{"echo", "a b"}, Dir: dir}
	r := o.start(yes)
	o.answers(AllowForever)
	o.over(r.Key)
	asks := func(what string, request RunRequest) {
		t.Helper()
		r := o.start(request)
		if ask := o.asked(); request.Stdin && (ask.Quarter || ask.Forever || !ask.Run.Stdin) {
			t.Errorf("%s: %+v", what, ask)
		}
		o.answers(Deny)
		if end := o.over(r.Key); end.Reason != RunSaidNo {
			t.Errorf("%s was not asked for: %+v", what, end)
		}
		eventually(t, o.bob, "the question is gone", func() bool { return len(o.bob.Asks()) == 0 })
	}
	remembered := func() {
		t.Helper()
		if end := o.over(o.start(yes).Key); end.State != RunExited || end.Decision != DecidedRemembered {
			t.Errorf("not remembered: %+v", end)
		}
	}
	remembered()
	asks("another folder", RunRequest{Argv: yes.Argv, Dir: other})
	asks("other arguments", RunRequest{Argv: []string{"echo", "a", "b"}, Dir: dir})
	asks("one argument more", RunRequest{Argv: []string{"echo", "a b", ""}, Dir: dir})
	asks("standard input", RunRequest{Argv: yes.Argv, Dir: dir, Stdin: true})

	closeNode(t, o.bob)
	o.bob = reopen(t, o.net, "bob", o.bob.config.Profile)
	o.toBob = reach(t, o.ann, "bob:9527").ID
	remembered() // after a restart, too
	consents, err := o.bob.Consents(soon(t))
	if err != nil || len(consents) != 1 || consents[0].Line != `echo "a b"` || consents[0].Name != "ann" || consents[0].Folder == "" {
		t.Fatalf("remembered: %+v, %v", consents, err)
	}
	if err := o.bob.ForgetConsent(soon(t), consents[0].Key); err != nil {
		t.Fatal(err)
	}
	asks("what was forgotten", yes)
}

// TestARevokedConsentDoesNotComeBack with the permission, and a running command
// dies with the consent that it stands on.
func TestARevokedConsentDoesNotComeBack(t *testing.T) {
	o := newOffice(t, CommandsAsk)
	r := o.start(argv("sleep", "600"))
	o.answers(AllowForever)
	o.runs()
	consents, err := o.bob.Consents(soon(t))
	if err != nil || len(consents) != 1 {
		t.Fatal(consents, err)
	}
	if err := o.bob.ForgetConsent(soon(t), consents[0].Key); err != nil {
		t.Fatal(err)
	}
	if end := o.over(r.Key); end.State != RunKilledThere || end.Reason != RunRevoked {
		t.Errorf("its consent was taken back: %+v", end)
	}
	r = o.start(argv("true"))
	o.answers(AllowForever)
	o.over(r.Key)
	for _, level := range []CommandsPermission{CommandsButtons, CommandsAsk} {
		if err := o.bob.SetPermissions(soon(t), o.ann.Self().ID, Permissions{Files: FilesAsk, Commands: level}); err != nil {
			t.Fatal(err)
		}
	}
	if consents, err := o.bob.Consents(soon(t)); err != nil || len(consents) != 0 {
		t.Errorf("remembered after all: %+v, %v", consents, err)
	}
	r = o.start(argv("true"))
	o.answers(Deny)
	if end := o.over(r.Key); end.Reason != RunSaidNo {
		t.Errorf("it came back: %+v", end)
	}
}

// TestAQuarterOfAnHourEnds, by a clock of the test's.
func TestAQuarterOfAnHourEnds(t *testing.T) {
	var ahead atomic.Int64
	now := func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	o := newOffice(t, CommandsOff)
	closeNode(t, o.bob)
	o.bob = openAs(t, o.net, "bob", o.bob.config.Profile, func(c *Config) { c.Now = now })
	o.meet(CommandsAsk)
	r := o.start(argv("true"))
	o.answers(AllowQuarter)
	if end := o.over(r.Key); end.Decision != DecidedQuarter {
		t.Errorf("allowed: %+v", end)
	}
	ahead.Store(int64(14 * time.Minute))
	if end := o.over(o.start(argv("true")).Key); end.Decision != DecidedRemembered {
		t.Errorf("within the quarter: %+v", end)
	}
	ahead.Store(int64(15*time.Minute + time.Second))
	r = o.start(argv("true"))
	o.answers(Deny)
	if end := o.over(r.Key); end.Reason != RunSaidNo {
		t.Errorf("after the quarter: %+v", end)
	}
}

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
		if got := output(t, o.ann, large); len(got) != 3_000_004 || !strings.HasSuffix(got, "end\n") {
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
		Argv: []string{"head", "-c", "2000000", "/dev/zero"}, Bulk: true,
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

// TestButtonsArePressed by those who may no more than that, with values that
// become one argument each.
func TestButtonsArePressed(t *testing.T) {
	o := newOffice(t, CommandsButtons)
	hello := Button{
		Name: "say hello", Argv: []string{"printf", "%s|", "hello", "{who}"},
		Params: []ButtonParam{{Name: "who", Kind: ParamText}, {Name: "file", Kind: ParamFile, Folder: t.TempDir()}},
	}
	if err := o.bob.SetButton(soon(t), hello); !errors.Is(err, ErrButton) {
		t.Errorf("a parameter that is not used: %v", err)
	}
	hello.Argv = append(hello.Argv, "{file}")
	if err := o.bob.SetButton(soon(t), hello); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(hello.Params[1].Folder, "f"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	buttons, err := o.ann.ButtonsOf(soon(t), o.toBob)
	if err != nil || len(buttons) != 1 || buttons[0].Name != "say hello" || buttons[0].Argv != nil || buttons[0].Params[1].Folder != "" {
		t.Errorf("told: %+v, %v", buttons, err)
	}
	press := func() (Run, string) {
		r := o.start(RunRequest{Button: "say hello", Args: map[string]string{"who": "$(reboot); x", "file": "f"}})
		return o.over(r.Key), output(t, o.ann, r.Key)
	}
	end, said := press()
	if end.State != RunExited || end.Decision != DecidedButton || end.Line != `"say hello" file=f "who=$(reboot); x"` || !strings.HasPrefix(said, "hello|$(reboot); x|/") {
		t.Errorf("pressed: %+v, %q", end, said)
	}
	if there := o.there(); !strings.HasPrefix(there.Line, `printf %s| hello "$(reboot); x" /`) || there.Button != "say hello" {
		t.Errorf("there: %+v", there)
	}
	closeNode(t, o.bob)
	o.bob = reopen(t, o.net, "bob", o.bob.config.Profile)
	o.toBob = reach(t, o.ann, "bob:9527").ID
	if kept, err := o.bob.Buttons(soon(t)); err != nil || len(kept) != 1 || kept[0].Params[1].Folder != hello.Params[1].Folder {
		t.Errorf("after a restart: %+v, %v", kept, err)
	}
	if end, _ := press(); end.State != RunExited {
		t.Errorf("after a restart: %+v", end)
	}
	if err := errors.Join(o.bob.RemoveButton(soon(t), "say hello")); err != nil {
		t.Error(err)
	}
	if end, _ := press(); end.Reason != RunNoButton {
		t.Errorf("a button that was removed: %+v", end)
	}
	o.permit(CommandsOff)
	if _, err := o.ann.ButtonsOf(soon(t), o.toBob); !errors.Is(err, ErrRunRefused) {
		t.Errorf("without the permission: %v", err)
	}
}

// TestCommandsAreSaved under names.
func TestCommandsAreSaved(t *testing.T) {
	o := newOffice(t, CommandsOff)
	saved := SavedCommand{Name: "磁盘", Argv: []string{"df", "-h"}, Dir: "/tmp", Wall: time.Minute}
	for range 2 {
		if err := o.ann.SaveCommand(soon(t), saved); err != nil {
			t.Fatal(err)
		}
	}
	for _, bad := range []SavedCommand{{Name: "x"}, {Argv: []string{"x"}}, {Name: "a\x1b[2J", Argv: []string{"x"}}} {
		if err := o.ann.SaveCommand(soon(t), bad); !errors.Is(err, ErrRunRequest) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	all, err := o.ann.SavedCommands(soon(t))
	if err != nil || len(all) != 1 || all[0].Name != saved.Name || all[0].Dir != "/tmp" || all[0].Wall != time.Minute || !slices.Equal(all[0].Argv, saved.Argv) {
		t.Errorf("saved: %+v, %v", all, err)
	}
	if err := o.ann.RemoveSavedCommand(soon(t), saved.Name); err != nil {
		t.Error(err)
	}
	if err := o.ann.RemoveSavedCommand(soon(t), saved.Name); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("removed twice: %v", err)
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
