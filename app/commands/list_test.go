package commands

import (
	"fmt"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"lanyard/netcore"
)

func TestTheListSaysWhatRanAndWhatRuns(t *testing.T) {
	node := newFake()
	node.add(1, "make all", 2, "x")
	run := node.add(2, "sleep 100", 0, "")
	node.change(run.Key, func(r *netcore.Run) {
		r.State, r.Began, r.Ended = netcore.RunRunning, noon.Add(-75*time.Second), time.Time{}
	})
	here := node.add(6, "date", 0, "")
	node.change(here.Key, func(r *netcore.Run) { r.Here = true })
	s := newStage(t, node, wide)
	for _, part := range []string{"make all", `On "Ann"`, "Exit code 2", "1.23 s", "sleep 100", "Running", "1:15", "date", `"李雷" on this PC`, "Finished"} {
		s.WantText(part)
	}
	s.Tap("Stop")
	s.WantText("Stopped by you")
	if len(node.stopped) != 1 || node.stopped[0] != run.Key {
		t.Errorf("stopped %v", node.stopped)
	}
}

func TestAnEmptyListSaysWhatToDo(t *testing.T) {
	s := newStage(t, newFake(), narrow)
	s.WantText("Nothing was run yet.")
	test.Type(s.page.list.find, "zzz")
	s.WantText("No command matches.")
}

func TestTheListIsFilteredAndReadOnDemand(t *testing.T) {
	node := newFake()
	for i := range listStep + 20 {
		node.add(1, fmt.Sprintf("command-%d", i), 0, "")
	}
	s := newStage(t, node, wide)
	s.Until("the newest are there", func() bool { return len(s.page.list.entries) == listStep })
	s.page.list.table.List.ScrollToBottom()
	s.WantText("Show older ones…")
	s.page.list.table.List.Select(listStep)
	s.Until("all are there", func() bool { return len(s.page.list.entries) == listStep+20 && s.page.list.whole })
	test.Type(s.page.list.find, "command-17")
	s.Until("only those that match are there", func() bool { return len(s.page.list.entries) == 11 })
}

func TestAPageThatIsNotShownReadsNothing(t *testing.T) {
	node := newFake()
	s := newStage(t, node, wide)
	s.WantText("Nothing was run yet.")
	s.page.Shown(false)
	node.add(1, "ls", 0, "")
	s.page.Refresh()
	s.Until("it is known to be stale", func() bool { return s.page.stale })
	if len(s.page.list.entries) != 0 {
		t.Error("it was read")
	}
	s.page.Shown(true)
	s.Until("it is read", func() bool { return len(s.page.list.entries) == 1 })
}

func TestARunThatIsGone(t *testing.T) {
	s := newStage(t, newFake(), wide)
	s.page.Open(99)
	s.WantText("This run is not there any more.")
}
