package commands

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"lanyard/netcore"
)

// longest guards against a callback that does work in proportion to the output.
// The target is 50 ms on a machine that does nothing else; tests beside this
// one may take the processors for long.
const longest = 500 * time.Millisecond

func TestNoCallbackHoldsTheWindow(t *testing.T) {
	const count = 1_000_000
	var text strings.Builder
	for i := range count {
		fmt.Fprintf(&text, "\x1b[3%dm第 %d 行\x1b[0m 你好，这是一行普通的输出 with some words\n", i%8, i)
	}
	node := newFake()
	run := node.add(1, "long", 0, text.String())
	node.change(run.Key, func(r *netcore.Run) { r.State, r.Ended = netcore.RunRunning, time.Time{} })
	s := opening(t, node, run.Key)
	screen := s.page.run.screen
	s.Until("all lines are there", func() bool { return screen.total == count })
	for i := range 20 {
		node.prints(run.Key, netcore.Stdout, text.String()[:1<<20])
		s.page.Refresh()
		screen.scrollTo(i * 50_000)
		s.Until("lines are there", func() bool { _, there := screen.at(i * 50_000); return there })
		test.WidgetRenderer(screen).Refresh()
	}
	s.page.run.find.SetText("第 999999 行")
	s.Until("it is found", func() bool { return screen.hit == count-1 })
	s.Window.Resize(fyne.NewSize(700, 500))
	screen.Follow(true)
	s.page.run.as.SetSelected("GBK")
	s.Until("it is read anew", func() bool { return s.page.run.moment.state.Encoding == "gbk" })
	stats := s.UI.Stats()
	t.Logf("%d callbacks, the longest %v", stats.Callbacks, stats.Longest)
	if stats.Longest > longest {
		t.Errorf("one callback took %v", stats.Longest)
	}
}

func TestALineWithManyColumnsIsDrawnInTime(t *testing.T) {
	node := newFake()
	run := node.add(1, "x", 0, strings.Repeat(strings.Repeat("宽wide", 8000)+"\n", 60))
	s := opening(t, node, run.Key)
	screen := s.page.run.screen
	s.Until("they are there", func() bool { return screen.total == 60 && screen.widest > 10_000 })
	screen.sideways(40_000)
	start := time.Now()
	const rounds = 10
	for range rounds {
		screen.Refresh()
	}
	if took := time.Since(start) / rounds; took > longest {
		t.Errorf("drawing took %v", took)
	} else {
		t.Logf("drawing took %v", took)
	}
}
