package commands

import (
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"golang.org/x/text/encoding/simplifiedchinese"

	"lanyard/netcore"
	"lanyard/netcore/output"
)

// opening opens a run.
func opening(t *testing.T, node *fakeNode, key int64) *stage {
	t.Helper()
	s := newStage(t, node, wide)
	s.page.Open(key)
	s.Until("the run is open", func() bool { return s.page.pane == paneRun })
	return s
}

// wantLine waits until a line is on the screen.
func (s *stage) wantLine(want string) {
	s.Helper()
	s.Until("“"+want+"” is on the screen", func() bool { return slices.Contains(screenTexts(s.page.run.screen), want) })
}

// control is a key with Control.
func control(key fyne.KeyName) fyne.Shortcut {
	return &desktop.CustomShortcut{KeyName: key, Modifier: fyne.KeyModifierControl}
}

func TestARunSaysHowItStandsAndWhatItPrinted(t *testing.T) {
	node := newFake()
	run := node.add(1, "make all", 2, "building\n")
	node.prints(run.Key, netcore.Stderr, "gcc: no input\n")
	node.change(run.Key, func(r *netcore.Run) { r.Folder = "/srv/x" })
	s := opening(t, node, run.Key)
	for _, part := range []string{"make all", "Exit code 2", `On "Ann"`, "1.23 s", "Allowed once", "in /srv/x", "Run again", "2 lines", "! marks error output"} {
		s.WantText(part)
	}
	s.wantLine("building")
	s.wantLine("gcc: no input")
	s.WantText("!")
}

func TestEveryEndHasItsWordsOnTheScreen(t *testing.T) {
	for want, end := range map[string]netcore.Run{
		"No answer in time": {State: netcore.RunDenied, Reason: netcore.RunExpired},
		"Not permitted":     {State: netcore.RunDenied, Reason: netcore.RunNotPermitted},
		"Connection lost":   {State: netcore.RunLost},
		"Timed out":         {State: netcore.RunTimeout},
		"Stopped by you":    {State: netcore.RunKilledHere},
		"SIGSEGV":           {State: netcore.RunSignalled, Signal: "SIGSEGV"},
	} {
		node := newFake()
		run := node.add(1, "x", 0, "")
		node.change(run.Key, func(r *netcore.Run) { r.State, r.Reason, r.Signal = end.State, end.Reason, end.Signal })
		s := opening(t, node, run.Key)
		s.Until(want+" can be read", func() bool {
			return strings.Contains(strings.ToLower(strings.Join(s.Texts(), " ")), strings.ToLower(want))
		})
	}
}

func TestOutputIsFollowedUntilTheUserScrollsUp(t *testing.T) {
	node := newFake()
	run := node.add(1, "yes", 0, numbered(500))
	node.change(run.Key, func(r *netcore.Run) { r.State, r.Ended = netcore.RunRunning, time.Time{} })
	s := opening(t, node, run.Key)
	s.wantLine("line 500")
	more := func(text string, lines int) {
		node.prints(run.Key, netcore.Stdout, text)
		s.page.Refresh()
		s.Until("it is read", func() bool { return s.page.run.moment.state.Lines == lines })
	}
	more("line 501\n", 501)
	s.wantLine("line 501")
	screen := s.page.run.screen
	screen.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, 200)})
	if s.page.run.follow.Checked || screen.follow {
		t.Error("scrolling up did not end following")
	}
	top := screen.top
	more("line 502\n", 502)
	if screen.top != top {
		t.Error("the user was torn away from what they read")
	}
	s.page.run.follow.SetChecked(true)
	s.wantLine("line 502")
	s.Tap("Stop")
	s.WantText("Stopped by you")
}

func TestTheOutputIsMovedThroughByKeys(t *testing.T) {
	node := newFake()
	run := node.add(1, "x", 0, numbered(1000)+strings.Repeat("long ", 200)+"\n")
	s := opening(t, node, run.Key)
	screen := s.page.run.screen
	s.Until("it is read", func() bool { return screen.total == 1001 })
	press := func(keys ...fyne.KeyName) {
		for _, key := range keys {
			screen.TypedKey(&fyne.KeyEvent{Name: key})
		}
	}
	press(fyne.KeyHome)
	s.wantLine("line 1")
	press(fyne.KeyDown, fyne.KeyDown, fyne.KeyUp)
	if screen.top != 1 || screen.follow {
		t.Errorf("at %d, follows %v", screen.top, screen.follow)
	}
	press(fyne.KeyPageDown)
	if screen.top != 1+screen.rows() {
		t.Errorf("a page below is %d", screen.top)
	}
	press(fyne.KeyPageUp, fyne.KeyUp, fyne.KeyUp)
	if screen.top != 0 {
		t.Errorf("the beginning is %d", screen.top)
	}
	press(fyne.KeyEnd)
	s.wantLine("line 1000")
	press(fyne.KeyRight, fyne.KeyRight, fyne.KeyLeft)
	if screen.left != sideStep || !screen.follow {
		t.Errorf("column %d, follows %v", screen.left, screen.follow)
	}
	press(fyne.KeyEscape)
	if s.page.pane != paneList {
		t.Error("Escape does not lead back")
	}
}

func TestLinesAreChosenAndCopied(t *testing.T) {
	node := newFake()
	run := node.add(1, "x", 0, "\x1b[31mone\x1b[0m\ntwo\nthree\nfour\n")
	s := opening(t, node, run.Key)
	s.wantLine("four")
	screen := s.page.run.screen
	click := func(row int, modifier fyne.KeyModifier) {
		at := fyne.NewPos(60, screenPad+(float32(row)+0.5)*screen.faces.cell.Height)
		screen.MouseDown(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: at}, Button: desktop.MouseButtonPrimary, Modifier: modifier})
	}
	copied := func(want string) {
		t.Helper()
		s.copied = ""
		screen.TypedShortcut(&fyne.ShortcutCopy{})
		s.Until("it is copied", func() bool { return s.copied != "" })
		if s.copied != want {
			t.Errorf("copied %q, not %q", s.copied, want)
		}
	}
	copied("one\ntwo\nthree\nfour\n")
	s.WantText("4 lines copied.")
	click(1, 0)
	copied("two\n")
	click(3, fyne.KeyModifierShift)
	s.WantText("3 chosen")
	copied("two\nthree\nfour\n")
	click(0, 0)
	screen.KeyDown(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
	screen.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	screen.KeyUp(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
	copied("one\ntwo\n")
	screen.TypedShortcut(&fyne.ShortcutSelectAll{})
	copied("one\ntwo\nthree\nfour\n")
	screen.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if screen.anchor >= 0 || s.page.pane != paneRun {
		t.Error("Escape does not take the choice back first")
	}
}

func TestSearchingLeadsThroughTheOutput(t *testing.T) {
	node := newFake()
	run := node.add(1, "x", 0, strings.ReplaceAll(numbered(5000), "00\n", "00 错误 Error\n"))
	s := opening(t, node, run.Key)
	s.wantLine("line 5000 错误 Error")
	screen := s.page.run.screen
	screen.TypedShortcut(control(fyne.KeyF))
	if s.Window.Canvas().Focused() != s.page.run.find {
		t.Fatal("Ctrl+F does not lead to the search")
	}
	test.Type(s.page.run.find, "error")
	s.Until("all are counted", func() bool { return s.page.run.moment.hits == 50 })
	at := func(want int) {
		t.Helper()
		s.Until("it stands at a hit", func() bool { return screen.hit == want })
	}
	at(4999)
	s.WantText("50 / 50")
	s.page.run.next(false)
	at(99) // all around
	s.WantText("1 / 50")
	s.wantLine("line 100 错误 Error")
	s.page.run.next(false)
	at(199)
	screen.TypedKey(&fyne.KeyEvent{Name: fyne.KeyF3})
	at(299)
	s.page.run.next(true)
	at(199)
	s.page.run.find.SetText("错误")
	s.Until("they are marked", func() bool {
		line, there := screen.at(199)
		return there && slices.Equal(line.hits, []output.Range{{Column: 9, Width: 4}})
	})
	s.page.run.find.SetText("nowhere")
	s.WantText("not found")
}

func TestTheEncodingIsSwitched(t *testing.T) {
	text, err := simplifiedchinese.GBK.NewEncoder().String("活动代码页: 936\n")
	if err != nil {
		t.Fatal(err)
	}
	node := newFake()
	run := node.add(1, "chcp", 0, text)
	s := opening(t, node, run.Key)
	s.wantLine("活动代码页: 936")
	s.WantText("GBK")
	s.page.run.as.SetSelected("UTF-8")
	s.Until("it is garbled", func() bool { return strings.Contains(strings.Join(screenTexts(s.page.run.screen), ""), "�") })
	s.page.run.as.SetSelected("Automatic")
	s.wantLine("活动代码页: 936")
}

func TestWhatIsNotThereIsSaid(t *testing.T) {
	for want, change := range map[string]func(*netcore.Run){
		"It printed nothing.":                           func(*netcore.Run) {},
		`The output went to "Ann", who asked for this.`: func(r *netcore.Run) { r.Here = true },
		"Nothing was printed yet.":                      func(r *netcore.Run) { r.State, r.Ended = netcore.RunRunning, time.Time{} },
		"The output was not kept.":                      func(r *netcore.Run) { r.OutBytes = 100 },
	} {
		node := newFake()
		run := node.add(1, "x", 0, "")
		node.change(run.Key, change)
		s := opening(t, node, run.Key)
		s.WantText(want)
	}
}

func TestWhatWasNotKeptIsSaid(t *testing.T) {
	node := newFake()
	run := node.add(1, "x", 0, "a\n")
	node.change(run.Key, func(r *netcore.Run) { r.OutBytes = 5_000_000 })
	s := opening(t, node, run.Key)
	s.WantText("only the first 2 B of 5.00 MB were kept")
}

func TestALineTooLongIsCutAndCopiedWhole(t *testing.T) {
	node := newFake()
	long := strings.Repeat("x", 200_000)
	run := node.add(1, "x", 0, long+"\nend\n")
	s := opening(t, node, run.Key)
	s.wantLine("end")
	screen := s.page.run.screen
	if line, _ := screen.at(0); line.More == 0 {
		t.Error("it is not said to be cut")
	}
	screen.left = screen.widest - screen.columns() + 10
	screen.Refresh()
	s.WantText("more: copy or save it")
	screen.choose(0, 0)
	screen.copied()
	s.Until("it is copied", func() bool { return s.copied == long+"\n" })
}

func TestOutputIsSaved(t *testing.T) {
	node := newFake()
	run := node.add(1, "x", 0, "\x1b[1mone\x1b[0m\n二\n")
	s := opening(t, node, run.Key)
	s.wantLine("二")
	file := &fakeFile{}
	s.page.run.write(s.page.run.feed, file)
	s.WantText("Saved.")
	if file.String() != "one\n二\n" || !file.closed {
		t.Errorf("%q, closed %v", file.String(), file.closed)
	}
}

type fakeFile struct {
	strings.Builder
	closed bool
}

func (f *fakeFile) Close() error {
	f.closed = true
	return nil
}

func TestARunIsRunAgain(t *testing.T) {
	node := newFake()
	run := node.add(2, "df -h", 1, "x\n")
	s := opening(t, node, run.Key)
	s.Tap("Run again")
	s.Until("it is", func() bool { return len(node.started) == 1 && s.page.run.run.Key == run.Key+1 })
	if !slices.Equal(node.started[0].Argv, []string{"df", "-h"}) || !slices.Equal(node.whom[0], []netcore.PersonID{2}) {
		t.Errorf("%+v for %v", node.started[0], node.whom[0])
	}
}

func TestWhatHadInputIsLaidBeforeTheUser(t *testing.T) {
	node := newFake()
	run := node.add(2, "sort -u", 1, "x\n")
	node.change(run.Key, func(r *netcore.Run) { r.Stdin = true })
	s := opening(t, node, run.Key)
	s.Tap("Run again")
	s.Until("it can be changed", func() bool { return s.page.pane == paneComposer && len(s.page.composer.whom.people) > 0 })
	c := s.page.composer
	if c.line.Text != "sort -u" || !c.stdin.Checked || !slices.Equal(c.whom.chosen(), []netcore.PersonID{2}) || len(node.started) > 0 {
		t.Errorf("%q, %v, %v, %d started", c.line.Text, c.stdin.Checked, c.whom.chosen(), len(node.started))
	}
}

func TestOutputsAreClosed(t *testing.T) {
	node := newFake()
	run := node.add(1, "x", 0, "a\n")
	s := opening(t, node, run.Key)
	s.wantLine("a")
	s.page.back()
	s.Until("nothing is open", func() bool {
		node.mu.Lock()
		defer node.mu.Unlock()
		return node.open == 0
	})
}

func TestNothingHarmfulIsDrawn(t *testing.T) {
	node := newFake()
	run := node.add(1, "x", 0, "\x1b]0;title\x07a\u202eb\x1b[2Jc\u200b\x00\n")
	node.change(run.Key, func(r *netcore.Run) { r.Line, r.Name = "\u202eevil\x1b[31m", "\u202eX" })
	s := opening(t, node, run.Key)
	s.wantLine("a�bc�")
	for _, text := range s.Texts() {
		if strings.ContainsAny(text, "\u202e\u200b\x1b\x00\x07") {
			t.Errorf("%q is drawn", text)
		}
	}
}
