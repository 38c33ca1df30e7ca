package shell

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"lanyard/netcore"
)

// aRun is a run with 李雷.
func aRun(key int64, here bool, state netcore.RunState) netcore.Run {
	return netcore.Run{Key: key, Person: 1, Name: "李雷", Here: here, Line: "make 文档", Argv: []string{"make", "文档"}, State: state, Began: noon.Add(-12 * time.Second)}
}

// addRun puts a run into the conversation with 李雷.
func addRun(node *fakeNode, run netcore.Run) {
	node.mu.Lock()
	if node.runs == nil {
		node.runs = map[int64]netcore.Run{}
	}
	node.runs[run.Key] = run
	node.mu.Unlock()
	node.add(netcore.Item{Person: 1, Kind: netcore.KindRun, Outgoing: !run.Here, Run: &run})
}

func TestARunOfThisUserIsFollowedToItsEnd(t *testing.T) {
	node := newFake()
	two(node)
	run := aRun(7, false, netcore.RunRunning)
	node.outputs = map[int64]string{7: "one\ntwo \x1b[31mred\x1b[0m\n\u202ethree"}
	run.Kept = 30
	addRun(node, run)
	s := newStage(t, node)
	s.open(1)
	s.wantRead("You, on the PC of \"李雷\"")
	s.wantRead("make 文档")
	s.wantRead("Running")
	s.wantRead("two red")
	if all := strings.Join(s.visible(), ""); strings.ContainsAny(all, "\u202e\x1b") {
		t.Errorf("what a program prints changes what stands beside it: %q", all)
	}
	s.tap("Stop")
	s.until("it is stopped", func() bool { return slices.Contains(read(node, &node.acts), "stop 7") })
	run.State, run.Exit, run.Ended = netcore.RunExited, 2, run.Began.Add(1500*time.Millisecond)
	node.setRun(run)
	s.wantRead("Exit code 2·1.50 s")
	s.tap("Run again")
	s.until("it is run again", func() bool { return slices.Contains(read(node, &node.acts), "run on 1: make 文档") })
	s.tap("Open")
	if s.shell.page != pageCommands {
		t.Error("the run is not opened")
	}
}

func TestARunHereIsSeenInEveryPageAndStopped(t *testing.T) {
	node := newFake()
	two(node)
	s := newStage(t, node)
	node.setRun(aRun(3, true, netcore.RunRunning))
	for _, page := range []page{pageWelcome, pageTransfers, pageCommands, pageClocks, pageAudit, pageSettings} {
		s.shell.showPage(page)
		s.wantRead("\"李雷\" runs on this PC:")
		s.wantRead("make 文档")
		s.wantRead("0:12")
	}
	set := node.Settings()
	set.Language = "zh-Hans"
	if err := node.SetSettings(t.Context(), set); err != nil {
		t.Fatal(err)
	}
	s.wantRead("“李雷”正在本机运行：")
	s.tap("停止")
	s.until("it is stopped", func() bool { return slices.Contains(read(node, &node.acts), "stop 3") })
	node.setRun(aRun(3, true, netcore.RunKilledHere))
	s.wantNot("正在本机运行")
}

func TestAConsentIsAskedForAndAnsweredInTheConversation(t *testing.T) {
	node := newFake()
	two(node)
	run := aRun(5, true, netcore.RunAsking)
	run.Until = noon.Add(time.Minute)
	addRun(node, run)
	s := newStage(t, node)
	s.open(1)
	s.wantRead("Waits for your consent")
	want := fyne.NewNotification("Lanyard", "Somebody asks to run a command on this PC.")
	test.AssertNotificationSent(t, want, func() {
		node.mu.Lock()
		node.asks = []netcore.RunAsk{{Number: 1, Run: run, Account: "ming", Trust: netcore.TrustVerified}}
		node.mu.Unlock()
		node.events <- netcore.Event{Kind: netcore.EventAsk}
		s.wantText("Run this on your PC?")
		s.tap("Later")
		s.wantNot("Run this on your PC?")
	})
	s.wantRead("1 request waits for your consent")
	s.tap("Answer…")
	s.wantText("Run this on your PC?")
	s.until("it is denied", func() bool {
		if focused := s.shell.Window.Canvas().Focused(); focused != nil {
			focused.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
		}
		return slices.Equal(read(node, &node.acts), []string{"answer 1 deny"})
	})
}

func TestWhatCannotBeAskedForSaysWhy(t *testing.T) {
	for _, c := range []struct {
		trust  netcore.Trust
		online bool
		want   string
	}{
		{netcore.TrustVerified, true, ""},
		{netcore.TrustVerified, false, "they are offline"},
		{netcore.TrustStranger, true, "verify each other first"},
		{netcore.TrustBlocked, true, "they are blocked"},
	} {
		node := newFake()
		two(node)
		node.people[0].Trust, node.people[0].Online = c.trust, c.online
		s := newStage(t, node)
		s.open(1)
		s.tap("Actions")
		menu := s.shell.Window.Canvas().Focused().(*widget.PopUpMenu)
		for _, item := range menu.Items {
			if c.want == "" {
				continue
			}
			if text := fmt.Sprint(s.visible()); !strings.Contains(text, "("+c.want+")") {
				t.Errorf("%s, %t: %v, %q", c.trust, c.online, item, text)
			}
		}
		menu.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
		menu.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
		menu.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
		if c.want == "" {
			s.until("the clock is asked", func() bool { return slices.Equal(read(node, &node.acts), []string{"clock 1"}) })
		} else if got := read(node, &node.acts); len(got) != 0 {
			t.Errorf("%s: %q", c.want, got)
		}
	}
}

func TestAClockThatIsOffIsWarnedOf(t *testing.T) {
	node := newFake()
	two(node)
	node.people[0].Trust, node.people[0].ClockOff = netcore.TrustVerified, 95*time.Second
	node.add(netcore.Item{Person: 1, Kind: netcore.KindClock, Outgoing: true, Clock: &netcore.ClockCheck{
		Estimate: netcore.ClockEstimate{At: noon, Offset: 95 * time.Second, Bound: time.Millisecond, Samples: 8}, Verdict: netcore.ClockOff,
	}})
	s := newStage(t, node)
	s.open(1)
	s.wantRead("Their clock is 95 s fast, compared with this PC")
	s.wantRead("Clock check")
	s.tap("Check again")
	s.until("it is asked again", func() bool { return slices.Equal(read(node, &node.acts), []string{"clock 1"}) })
}

func TestThePagesOpenByKeyboard(t *testing.T) {
	node := newFake()
	two(node)
	s := newStage(t, node)
	for key, want := range map[fyne.KeyName]page{fyne.KeyR: pageCommands, fyne.KeyK: pageClocks, fyne.KeyT: pageTransfers, fyne.KeyL: pageAudit} {
		s.shell.shortcut(&desktop.CustomShortcut{KeyName: key, Modifier: fyne.KeyModifierControl})
		if s.shell.page != want {
			t.Errorf("Ctrl+%s opens %d", key, s.shell.page)
		}
	}
}

func TestTheKeysAreListed(t *testing.T) {
	node := newFake()
	two(node)
	s := newStage(t, node)
	press := &desktop.CustomShortcut{KeyName: fyne.KeySlash, Modifier: fyne.KeyModifierControl}
	s.shell.shortcut(press)
	s.wantText("Ctrl+R")
	s.wantText("Run commands")
	s.shell.Window.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	s.wantNot("Ctrl+R")
	seen := map[fyne.KeyName]bool{}
	for _, one := range s.shell.keys() {
		if seen[one.name] || one.words == "" {
			t.Errorf("%s is there twice, or says nothing", one.name)
		}
		seen[one.name] = true
	}
}
