package netcore

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/netcore/control"
)

// keeping is a fake with one transfer in each group but the queue.
func keeping() *fakeEngine {
	node := newFake()
	node.addFiles(Transfer{Name: "a", Count: 1, Done: 1, State: StateVerified, MD5: "aa", Paths: []string{"/s/a"}})
	node.addFiles(Transfer{Name: "b", Outgoing: true, Count: 2, Failed: 1, Done: 1, State: StateFailed, Reason: ReasonVanished})
	node.addFiles(Transfer{Name: "c", Outgoing: true, Count: 3, State: StateRunning, Speed: 10, Limit: LimitNetwork, Pending: 1})
	return node
}

func TestDoorTransfers(t *testing.T) {
	for _, test := range []struct {
		args  control.TransfersArgs
		names string
		query TransferQuery
	}{
		{control.TransfersArgs{}, "c b a", TransferQuery{Limit: transfersShown}},
		{control.TransfersArgs{Group: "running", Last: 5}, "c", TransferQuery{Group: GroupRunning, Limit: 5}},
		{control.TransfersArgs{Group: "failed", Search: "x", Person: "bob"}, "b", TransferQuery{Group: GroupFailed, Text: "x", Person: bob.ID, Limit: transfersShown}},
	} {
		node := keeping()
		lines, exit, err := do(t, t.Context(), NewDoor(node), control.CommandTransfers, test.args)
		var names []string
		for line := range strings.Lines(lines) {
			_, rest, _ := strings.Cut(line, `"name":"`)
			names = append(names, rest[:1])
		}
		if exit != 0 || strings.Join(names, " ") != test.names || !slices.Equal(node.queries, []TransferQuery{test.query}) {
			t.Errorf("%+v: %v, queries %+v: %s", test.args, err, node.queries, lines)
		}
	}
	node := keeping()
	_, _, err := do(t, t.Context(), NewDoor(node), control.CommandTransfers, control.TransfersArgs{Group: "lost"})
	wantWord(t, err, control.ExitUsage, wordBadValue)
	lines, _, _ := do(t, t.Context(), NewDoor(node), control.CommandTransfersClear, control.TransfersClearArgs{Group: "done"})
	if lines != `{"event":"cleared","count":3}`+"\n" || !slices.Equal(node.cleared, []TransferGroup{GroupDone}) {
		t.Errorf("cleared %v: %s", node.cleared, lines)
	}
	_, _, err = do(t, t.Context(), NewDoor(node), control.CommandTransfersClear, control.TransfersClearArgs{Group: "running"})
	wantWord(t, err, control.ExitUsage, wordBadValue)
}

func TestALineOfATransferHasWhatScriptsNeed(t *testing.T) {
	node := newFake()
	node.addFiles(Transfer{
		Name: "src", Count: 2, State: StatePaused, Reason: ReasonPausedThere, PausedThere: true, Bandwidth: 5000, Wish: ClashSkip,
		Under: []FileUnder{{Path: "src/big", Size: 9, Done: 3, Speed: 2.5, Left: 3 * time.Second}},
	})
	lines, _, err := do(t, t.Context(), NewDoor(node), control.CommandTransfers, control.TransfersArgs{})
	for _, part := range []string{
		`"group":"running"`, `"limit":5000,"paused_there":true,"wish":"skip"`,
		`"under_way":[{"path":"src/big","size":9,"done_bytes":3,"speed":2,"left_ms":3000}]`,
	} {
		if !strings.Contains(lines, part) {
			t.Errorf("no %s in %s, %v", part, lines, err)
		}
	}
}

func TestDoorShowsOneTransfer(t *testing.T) {
	node := keeping()
	node.finish(FileResult{Key: 2, Path: "b/x", Raw: "b/x", Saved: "/b/x", Size: 1, MD5: "11", Outgoing: true})
	node.finish(FileResult{Key: 2, Path: "b/y", Raw: "b/y", State: StateFailed, Reason: ReasonVanished, Outgoing: true})
	node.finish(FileResult{Key: 2, Path: "b/z", Raw: "b/z", State: StateSkipped, Reason: ReasonIdentical, Outgoing: true})
	for _, test := range []struct {
		args   control.TransferShowArgs
		events string
	}{
		{control.TransferShowArgs{Transfer: 2}, "transfer sent failed skipped"},
		{control.TransferShowArgs{Transfer: 2, Failed: true}, "transfer failed"},
		{control.TransferShowArgs{Transfer: 2, Search: "z"}, "transfer skipped"},
	} {
		lines, _, err := do(t, t.Context(), NewDoor(node), control.CommandTransfer, test.args)
		if events(lines) != test.events {
			t.Errorf("%+v: %v, %s", test.args, err, lines)
		}
	}
	_, _, err := do(t, t.Context(), NewDoor(node), control.CommandTransfer, control.TransferShowArgs{Transfer: 9})
	wantWord(t, err, control.ExitFailed, control.WordNoTransfer)
}

func TestDoorActsOnATransfer(t *testing.T) {
	node := keeping()
	for _, test := range []struct{ command, want string }{
		{control.CommandPause, `"state":"paused","reason":"paused-here"`},
		{control.CommandResume, `"state":"running","count"`},
		{control.CommandCancel, `"state":"cancelled","reason":"cancelled-here"`},
	} {
		lines, _, err := do(t, t.Context(), NewDoor(node), test.command, control.TransferArgs{Transfer: 3})
		if !strings.Contains(lines, test.want) {
			t.Errorf("%s: %v, %s", test.command, err, lines)
		}
	}
	_, _, err := do(t, t.Context(), NewDoor(node), control.CommandPause, control.TransferArgs{Transfer: 3})
	wantWord(t, err, control.ExitFailed, control.WordTransferOver)
	_, _, err = do(t, t.Context(), NewDoor(node), control.CommandCancel, control.TransferArgs{Transfer: 9})
	wantWord(t, err, control.ExitFailed, control.WordNoTransfer)
	node = keeping()
	node.actErr = ErrTransferState
	_, _, err = do(t, t.Context(), NewDoor(node), control.CommandPause, control.TransferArgs{Transfer: 3})
	wantWord(t, err, control.ExitFailed, control.WordTransferState)
	lines, _, err := do(t, t.Context(), NewDoor(node), control.CommandLimit, control.LimitArgs{Transfer: 3, Limit: 5000})
	if lines != `{"event":"limited","transfer":3,"limit":5000}`+"\n" || node.bandwidths[3] != 5000 {
		t.Errorf("%v, %v: %s", err, node.bandwidths, lines)
	}
	_, _, err = do(t, t.Context(), NewDoor(node), control.CommandLimit, control.LimitArgs{Transfer: 1, Limit: 5000})
	wantWord(t, err, control.ExitFailed, control.WordTransferOver)
}

func TestDoorRetriesAndFollows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		node := keeping()
		node.onRetry = func() {
			time.Sleep(3 * time.Second)
			item := node.addFiles(Transfer{Name: "b", Outgoing: true, Retry: true, Count: 1, State: StateOffered})
			time.Sleep(time.Second)
			node.move(item.Transfer.Key, func(t *Transfer) { t.State, t.Done = StateVerified, 1 })
		}
		lines, exit, err := do(t, t.Context(), NewDoor(node), control.CommandRetry, control.TransferArgs{Transfer: 2})
		if exit != 0 || events(lines) != "offered ended" {
			t.Errorf("exit %d, %v: %s", exit, err, lines)
		}
		_, _, err = do(t, t.Context(), NewDoor(node), control.CommandRetry, control.TransferArgs{})
		wantWord(t, err, control.ExitFailed, control.WordNoneFailed)
		node.addFiles(Transfer{Name: "d", Outgoing: true, Count: 2, Failed: 2, State: StateFailed})
		lines, exit, err = do(t, t.Context(), NewDoor(node), control.CommandRetry, control.TransferArgs{})
		if exit != 0 || events(lines) != "transfer offered ended" || !strings.Contains(lines, `"transfer":5,"group":"failed"`) {
			t.Errorf("without a number: exit %d, %v: %s", exit, err, lines)
		}
		for key, word := range map[int64]control.Word{1: control.WordNothingFailed, 3: control.WordTransferState, 9: control.WordNoTransfer} {
			_, _, err := do(t, t.Context(), NewDoor(node), control.CommandRetry, control.TransferArgs{Transfer: key})
			wantWord(t, err, control.ExitFailed, word)
		}
		node.onRetry = nil
		_, _, err = do(t, t.Context(), NewDoor(node), control.CommandRetry, control.TransferArgs{Transfer: 2})
		wantWord(t, err, control.ExitFailed, control.WordNotRetried)
	})
}

func TestDoorExportsMD5(t *testing.T) {
	const list = "900150983cd24fb0d6963f7d28e17f72  a\xffb\n"
	node := keeping()
	node.lists = list
	out := newTranscript()
	r := request(control.CommandMD5, control.MD5Args{Transfer: 1})
	pipes := newFakePipes(out)
	r.Pipes = pipes
	if err := NewDoor(node).Run(t.Context(), r, out.emit); err != nil || !strings.Contains(out.text(t), "900150983cd24fb0d6963f7d28e17f72") {
		t.Errorf("%v: %q", err, out.text(t))
	}
	path := filepath.Join(t.TempDir(), "list")
	lines, _, err := do(t, t.Context(), NewDoor(node), control.CommandMD5, control.MD5Args{Transfer: 1, Path: control.Path(path)})
	if got, _ := os.ReadFile(path); string(got) != list || events(lines) != control.EventExportedMD5 {
		t.Errorf("%v: %q, %s", err, got, lines)
	}
	for _, test := range []struct {
		args control.MD5Args
		exit int
		word control.Word
	}{
		{control.MD5Args{Transfer: 1, Path: control.Path(path)}, control.ExitFailed, control.WordFileThere},
		{control.MD5Args{Transfer: 1, Path: control.Path(filepath.Join(path, "x"))}, control.ExitFailed, wordFileProblem},
		{control.MD5Args{Transfer: 1, Path: "list"}, control.ExitUsage, control.WordNotAbsolute},
		{control.MD5Args{Transfer: 3}, control.ExitFailed, control.WordNoMD5},
		{control.MD5Args{Transfer: 9}, control.ExitFailed, control.WordNoTransfer},
	} {
		_, _, err := do(t, t.Context(), NewDoor(node), control.CommandMD5, test.args)
		wantWord(t, err, test.exit, test.word)
	}
}
