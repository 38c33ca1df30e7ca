package transfers

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"lanyard/app/kit"
	"lanyard/app/kit/kittest"
	"lanyard/netcore"
)

func TestThePanelShowsFilesUnderWayAndTheLimit(t *testing.T) {
	node := &fakeNode{}
	s := newStage(t, node)
	running := netcore.Transfer{
		Key: 5, Name: "tree", Count: 3, Bytes: 30e6, DoneBytes: 10e6, State: netcore.StateRunning, Speed: 2e6, Left: 10 * time.Second,
		Limit: netcore.LimitThere, Bandwidth: 3e6, Under: []netcore.FileUnder{
			{Path: "tree/deep/big.iso", Size: 20e6, Done: 5e6, Speed: 1e6, Left: 15 * time.Second},
		},
	}
	card := s.card(running)
	for _, part := range []string{"big.iso", "25%·1.00 MB/s·15 seconds left", "Your limit for it: 3.00 MB/s", "Limited by a limit they set"} {
		s.WantText(part)
	}
	card.showFiles(false)
	s.WantText("tree/deep/big.iso")
	s.WantText("33%·0/3·2.00 MB/s·10 seconds left·Limited by a limit they set")
	s.WantText("No file is across yet.")
	s.Tap("Limit the speed…")
	s.WantText("For this transfer until it ends")
	entries := kittest.All[*kit.Entry](s.Stage)
	if rate := entries[len(entries)-1]; rate.Text != "3" {
		t.Errorf("the limit to be changed is %q", rate.Text)
	} else {
		rate.SetText("4")
	}
	s.Tap("Set the limit")
	s.untilDid("limit 5 4000000")
	s.Until("the question is gone", func() bool { return !s.Reads("Set the limit") })
	running.Under, running.Bandwidth = nil, 4e6
	card.Set(running)
	s.WantText("Your limit for it: 4.00 MB/s")
	if s.Reads("big.iso") {
		t.Error("a file is shown that is not under way any more")
	}
	node.mu.Lock()
	node.files = []netcore.FileResult{{Seq: 1, Key: 5, Path: "tree/lost", State: netcore.StateFailed, Reason: netcore.ReasonVanished}}
	node.mu.Unlock()
	running.State, running.Failed = netcore.StateFailed, 1
	card.Set(running)
	s.WantText("tree/lost")
	s.WantText("Retry all failed")
	if s.Reads("Limit the speed…") || s.Reads("Your limit for it") {
		t.Error("what has ended can be limited")
	}
}

func TestFailedFilesAreFilteredCopiedAndRetried(t *testing.T) {
	node := &fakeNode{}
	for i := range 1000 {
		node.files = append(node.files, netcore.FileResult{
			Seq: int64(i + 1), Key: 5, Path: fmt.Sprintf("tree/%04d", i), State: netcore.StateVerified, Size: 5, MD5: strings.Repeat("0", 32),
		})
	}
	for i := range 700 {
		node.files = append(node.files, netcore.FileResult{
			Seq: int64(i + 2001), Key: 5, Path: fmt.Sprintf("tree/bad%04d", i), State: netcore.StateFailed, Reason: netcore.ReasonNoPermission,
		})
	}
	s := newStage(t, node)
	card := s.card(netcore.Transfer{Key: 5, Name: "tree", Count: 1700, Done: 1000, Failed: 700, State: netcore.StateFailed})
	card.showFiles(true)
	s.WantText("tree/bad0000")
	s.WantText("The system does not allow access to it.")
	if s.Reads("tree/0000") {
		t.Error("one that did not fail is listed")
	}
	s.WantText("More than 300 files")
	s.Tap("Copy all")
	s.WantText("700 lines copied.")
	if lines := strings.Split(strings.TrimSpace(s.copied), "\n"); len(lines) != 700 || lines[0] != "tree/bad0000\t0 B\tFailed\tThe system does not allow access to it." {
		t.Errorf("%d lines were copied, the first %q", len(lines), lines[0])
	}
	filter := kittest.All[*kit.Entry](s.Stage)[0]
	filter.SetText("bad069")
	s.WantText("10 files")
	filter.SetText("nowhere")
	s.WantText("No file matches.")
	s.Tap("Retry all failed")
	s.untilDid("retry 5")
	s.Until("the panel is gone", func() bool { return !s.Reads("Retry all failed") })
}
