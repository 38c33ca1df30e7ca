package consent

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"lanyard/netcore"
)

func TestTheOwnerSeesWhatRunsAndStopsIt(t *testing.T) {
	s := newStage(t)
	s.runs(1)
	s.WantText(`"小明" runs on this PC:`)
	s.WantText("sleep 1")
	s.WantText("0:12")
	s.now = noon.Add(50 * time.Second)
	s.WantText("1:02")
	s.Tap("Stop")
	s.wantDone("stop 1")
	s.Until("the bar is gone", func() bool { return !s.Reads("sleep 1") })
	s.WantText("a page")
}

func TestSeveralRunsAreFolded(t *testing.T) {
	s := newStage(t)
	s.runs(40)
	s.WantText("40 commands of others run on this PC")
	if s.Reads("sleep 7") {
		t.Error("all are listed")
	}
	s.Tap("Show")
	s.WantText("sleep 7")
	if high := s.desk.bar.box.MinSize().Height; high > 260 {
		t.Errorf("the bar is %v high", high)
	}
	s.Tap("Fold")
	s.Tap("Stop all")
	s.Until("all are stopped", func() bool { return len(s.node.Running()) == 0 })
	s.Until("the bar is gone", func() bool { return len(s.desk.bar.box.Objects) == 0 })
}

func TestWhatRunsElsewhereOrWaitsIsNotInTheBar(t *testing.T) {
	s := newStage(t)
	s.node.running = []netcore.Run{{Key: 1, Line: "mine", State: netcore.RunRunning}, {Key: 2, Here: true, Line: "waits", State: netcore.RunAsking}}
	s.runs(1)
	s.WantText("sleep 1")
	if s.Reads("mine") || s.Reads("waits") {
		t.Errorf("shown: %q", s.Texts())
	}
}

func TestTheBarFitsANarrowWindow(t *testing.T) {
	s := newStage(t)
	s.runs(1)
	s.WantText("sleep 1")
	s.Window.Resize(fyne.NewSize(460, 400))
	if wide := s.desk.bar.box.MinSize().Width; wide > 300 {
		t.Errorf("it wants %v", wide)
	}
	s.WantText("0:12")
}
