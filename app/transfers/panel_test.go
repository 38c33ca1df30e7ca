package transfers

import (
	"fmt"
	"strings"
	"testing"

	"lanyard/app/kit"
	"lanyard/app/kit/kittest"
	"lanyard/netcore"
)

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
