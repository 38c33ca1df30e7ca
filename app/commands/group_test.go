package commands

import (
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"lanyard/netcore"
)

// together begins a command on three PCs, which then end with these outputs and
// exit codes.
func together(t *testing.T, node *fakeNode, outputs []string, exits []int) []netcore.Run {
	t.Helper()
	runs, err := node.StartRuns(t.Context(), []netcore.PersonID{1, 2, 6}, netcore.RunRequest{Argv: []string{"uname", "-a"}})
	if err != nil {
		t.Fatal(err)
	}
	for at, run := range runs {
		node.prints(run.Key, netcore.Stdout, outputs[at])
		node.change(run.Key, func(r *netcore.Run) {
			r.State, r.Exit, r.Began, r.Ended = netcore.RunExited, exits[at], noon, noon.Add(time.Second)
		})
	}
	return runs
}

func TestTheSameOnManyPCs(t *testing.T) {
	node := newFake()
	runs := together(t, node, []string{"a\nb\nc\n", "a\nb\nc\n", "a\nX\nc\n"}, []int{0, 0, 3})
	s := newStage(t, node, wide)
	s.WantText("3 PCs")
	s.page.list.table.List.Select(0)
	for _, part := range []string{"uname -a", "Finished × 2 · Exit code 3 × 1", "Ann", "王小明", "李雷", "1.00 s", "1. 2 alike: Ann, 王小明", "Run again where it failed"} {
		s.WantText(part)
	}
	g := s.page.group
	s.Until("the most frequent output is shown", func() bool {
		return slices.Equal(screenTexts(g.screen), []string{"  a", "  b", "  c"})
	})
	g.which.SetSelectedIndex(1)
	s.Until("the difference is shown", func() bool {
		return slices.Equal(screenTexts(g.screen), []string{"  a", "− b", "+ X", "  c"})
	})
	s.WantText("2 lines differ")
	g.screen.copied()
	if s.copied != "  a\n− b\n+ X\n  c\n" {
		t.Errorf("copied %q", s.copied)
	}
	g.table.List.Select(2)
	s.Until("that run is open", func() bool { return s.page.pane == paneRun && s.page.run.run.Key == runs[2].Key })
	s.page.back()
	if s.page.pane != paneGroup {
		t.Error("Back does not lead back")
	}
}

func TestThoseThatFailedAreRunAgain(t *testing.T) {
	node := newFake()
	together(t, node, []string{"a", "", "b"}, []int{0, 1, 2})
	s := newStage(t, node, narrow)
	s.WantText("3 PCs")
	s.page.list.table.List.Select(0)
	s.WantText("Run again where it failed")
	s.Tap("Run again where it failed")
	s.Until("they are", func() bool { return len(node.whom) == 2 })
	if !slices.Equal(node.whom[1], []netcore.PersonID{2, 6}) {
		t.Errorf("run again for %v", node.whom[1])
	}
	s.Until("the new ones are shown", func() bool { return len(s.page.group.runs) == 2 })
	s.Tap("Stop all")
	s.WantText("Stopped by you × 2")
}

func TestOutputsThatAreStillComingAreNotFolded(t *testing.T) {
	node := newFake()
	runs := together(t, node, []string{"a", "a", "a"}, []int{0, 0, 0})
	node.change(runs[1].Key, func(r *netcore.Run) { r.State = netcore.RunRunning })
	node.change(runs[2].Key, func(r *netcore.Run) { r.State, r.Began = netcore.RunDenied, time.Time{} })
	if got := folds(node.runs); len(got) != 1 || len(got[0].runs) != 1 {
		t.Errorf("%d folds", len(got))
	}
}

func TestLongOutputsAreComparedInTime(t *testing.T) {
	var a, b strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&a, "left %d\n", i)
		fmt.Fprintf(&b, "right %d\n", i*7)
	}
	start := time.Now()
	c := compare(a.String(), b.String())
	if took := time.Since(start); took > 5*diffPatience {
		t.Errorf("it took %v", took)
	}
	if !c.partial || c.differ != 2*compareLines {
		t.Errorf("%d lines differ, partial %v", c.differ, c.partial)
	}
}

func TestEqualPartsAreFolded(t *testing.T) {
	c := compare(numbered(1000), strings.Replace(numbered(1000), "line 500\n", "line five hundred\n", 1))
	var got []string
	for _, line := range c.lines {
		got = append(got, line.Text())
	}
	want := []string{
		"  … 496 equal lines", "  line 497", "  line 498", "  line 499", "− line 500", "+ line five hundred",
		"  line 501", "  line 502", "  line 503", "  … 497 equal lines",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

func TestTheTableHoldsNoFormula(t *testing.T) {
	node := newFake()
	runs := together(t, node, []string{"=cmd|' /C calc'!A0\n", "+1\n", "plain, \"quoted\"\n二\n"}, []int{0, 0, 7})
	node.change(runs[0].Key, func(r *netcore.Run) { r.Name, r.Line = "@SUM(1)", "-2+3" })
	newStage(t, node, wide) // for the words
	var out strings.Builder
	if err := writeTable(t.Context(), &out, node, node.runs); err != nil {
		t.Fatal(err)
	}
	text, marked := strings.CutPrefix(out.String(), "\ufeff")
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || !marked || len(rows) != 4 {
		t.Fatalf("%d rows, marked %v, %v", len(rows), marked, err)
	}
	for _, row := range rows[1:] {
		for _, field := range row {
			if strings.IndexAny(field, "=+-@") == 0 {
				t.Errorf("%q may be run", field)
			}
		}
	}
	last := rows[3]
	if last[0] != "李雷" || last[3] != "Exit code 7" || last[4] != "7" || last[5] != "1.000" || last[11] != "plain, \"quoted\"\n二\n" {
		t.Errorf("%q", last)
	}
}

func TestTheTextHasEachOutputOnce(t *testing.T) {
	node := newFake()
	together(t, node, []string{"same\n", "same\n", "other\n"}, []int{0, 0, 1})
	newStage(t, node, wide)
	var out strings.Builder
	if err := writeText(t.Context(), &out, node, node.runs); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"uname -a", "Ann (", "Exit code 1, 1.00 s", "=== 1. Ann, 王小明 ===\nsame\n", "=== 2. 李雷 ===\nother\n"} {
		if strings.Count(out.String(), part) != 1 {
			t.Errorf("%q is not there once in\n%s", part, out.String())
		}
	}
}
