package transfers

import (
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/app/kit/kittest"
	"lanyard/netcore"
)

func TestACardSaysAllThatThereIsToKnow(t *testing.T) {
	running := netcore.Transfer{
		Key: 1, Name: "photos", Count: 100, Bytes: 200e6, Done: 20, Skipped: 13, DoneBytes: 50e6, State: netcore.StateRunning,
		Speed: 10e6, Left: 15 * time.Second, Limit: netcore.LimitDisk, Pending: 3, Restarted: 2,
		Decision: &netcore.Decision{Left: 100e6, Identical: 12, Beside: 3, Replaced: 1, Kept: 1},
	}
	paused := running
	paused.State, paused.Reason, paused.PausedHere, paused.Speed = netcore.StatePaused, netcore.ReasonPausedHere, true, 0
	waits := running
	waits.Speed, waits.Left = 0, 0
	away := waits
	away.Away = true
	failed := netcore.Transfer{Key: 1, Name: "photos", Count: 10, Done: 7, Failed: 3, State: netcore.StateFailed, Reason: netcore.ReasonDiskFull}
	for _, c := range []struct {
		name  string
		shown netcore.Transfer
		want  []string
	}{
		{"running", running, []string{
			"50%·33/100·10.0 MB/s·5 seconds left", "Limited by the disk", "Verified, MD5 to follow: 3 files",
			"12 there already, 1 kept as it is there, 3 kept both, 1 replaced; 100 MB to come", "The source changed: begun anew 2 times", "Pause", "Cancel",
		}},
		{"away", away, []string{"50%·33/100·waiting until they can be reached"}},
		{"waiting", waits, []string{"50%·33/100·waiting"}},
		{"paused", paused, []string{"You paused it. 50%·33/100", "Resume"}},
		{"queued", netcore.Transfer{Key: 1, Name: "a", Count: 1, State: netcore.StateQueued, Outgoing: true, Wish: netcore.ClashSkip}, []string{
			"Waiting until they can be reached", "You would like them to skip files that are there already. They decide.", "Pause", "Cancel",
		}},
		{"offered", netcore.Transfer{Key: 1, Name: "a", Count: 1, State: netcore.StateOffered, Outgoing: true}, []string{"Waiting for a decision", "Pause"}},
		{"wished for", netcore.Transfer{Key: 1, Name: "a", Count: 1, State: netcore.StateOffered, Wish: netcore.ClashReplace}, []string{
			"They would like you to replace files that are there already. You decide.", "Accept",
		}},
		{"failed", failed, []string{"7 of 10 files arrived, 3 did not", "3 files failed. The receiving disk is full.", "Retry failed"}},
		{"nothing came", netcore.Transfer{Key: 1, Name: "a", Count: 2, Skipped: 2, State: netcore.StateVerified}, []string{"Nothing had to come", "2 files left out"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStage(t, &fakeNode{})
			s.card(c.shown)
			for _, part := range c.want {
				s.WantText(part)
			}
		})
	}
}

// What would fail again is not offered to be sent again.
func TestNoRetryIsOfferedThatCannotHelp(t *testing.T) {
	s := newStage(t, &fakeNode{})
	s.card(netcore.Transfer{Key: 1, Name: "src", Count: 47, Done: 46, Failed: 1, Hopeless: true, State: netcore.StateFailed, Reason: netcore.ReasonTooDeep})
	s.WantText("46 of 47 files arrived, 1 did not")
	s.WantText("It is nested too deep")
	if s.Reads("Retry failed") {
		t.Error("a retry is offered")
	}
}

// In its first second a transfer has no speed yet, and does not wait.
func TestATransferThatJustBeganToMoveDoesNotWait(t *testing.T) {
	s := newStage(t, &fakeNode{})
	s.card(netcore.Transfer{Key: 1, Name: "photos", Count: 1, Bytes: 200, DoneBytes: 50, State: netcore.StateRunning, Moving: true})
	s.WantText("25%")
	if s.Reads("waiting") {
		t.Error("it is said to wait")
	}
}

// TestNothingOfACardIsWiderThanIt looks at the buttons of all states, in both
// languages.
func TestNothingOfACardIsWiderThanIt(t *testing.T) {
	shown := []netcore.Transfer{
		{State: netcore.StateOffered},
		{State: netcore.StateRunning},
		{State: netcore.StatePaused, PausedHere: true},
		{State: netcore.StateVerified, Done: 3, Count: 3, MD5: strings.Repeat("a", 32), Paths: []string{"/x/plans"}},
		{State: netcore.StateFailed, Done: 3, Failed: 2, Count: 5, Paths: []string{"/x/plans"}, Outgoing: true},
	}
	for _, language := range []string{kit.LanguageEnglish, kit.LanguageChinese} {
		s := newStage(t, &fakeNode{})
		if err := kit.UseLanguage(language); err != nil {
			t.Fatal(err)
		}
		for _, one := range shown {
			one.Key, one.Name = 1, "plans"
			card := s.card(one)
			for _, button := range kittest.All[*widget.Button](s.Stage) {
				right := fyne.CurrentApp().Driver().AbsolutePositionForObject(button).X + button.Size().Width
				if left := fyne.CurrentApp().Driver().AbsolutePositionForObject(card.Object()).X; right > left+CardWidth {
					t.Errorf("%s, %s: %q ends at %v", language, one.State, button.Text, right-left)
				}
				if button.Size().Width < button.MinSize().Width {
					t.Errorf("%s, %s: %q is cut", language, one.State, button.Text)
				}
			}
		}
	}
	if err := kit.UseLanguage(kit.LanguageEnglish); err != nil {
		t.Fatal(err)
	}
}

func TestOnePressAcceptsAsTheSettingsSay(t *testing.T) {
	node := &fakeNode{settings: netcore.Settings{Clash: netcore.ClashSkip}}
	s := newStage(t, node)
	s.card(netcore.Transfer{Key: 4, Name: "a", Count: 1, State: netcore.StateOffered})
	s.Tap("Accept")
	s.untilDid("accept 4")
	if got := node.accepted[0]; got.Clash != netcore.ClashSkip || got.Select != nil || got.SaveDir != "" {
		t.Errorf("accepted with %+v", got)
	}
}

func TestWhatCanBeDoneWithATransfer(t *testing.T) {
	node := &fakeNode{}
	s := newStage(t, node)
	card := s.card(netcore.Transfer{Key: 7, Name: "a.bin", Count: 1, State: netcore.StateRunning})
	s.Tap("Pause")
	s.untilDid("pause 7")
	s.Queue.Drain()
	card.Set(netcore.Transfer{Key: 7, Name: "a.bin", Count: 1, State: netcore.StatePaused, PausedHere: true, Reason: netcore.ReasonPausedHere})
	s.Until("it goes on", func() bool {
		s.Tap("Resume") // not before the other click is dealt with
		return slices.Contains(node.did(), "resume 7")
	})
	card.askLimit()
	entry := kittest.All[*kit.Entry](s.Stage)[0]
	test.Type(entry, "2.5")
	s.Tap("Set the limit")
	s.untilDid("limit 7 2500000")
	s.Until("the question is gone", func() bool { return !s.Reads("Set the limit") })
	card.askLimit()
	kittest.All[*kit.Entry](s.Stage)[0].SetText("lots")
	s.Tap("Set the limit")
	s.WantText("A limit is a number, at least 16.4 KB/s; nothing means no limit.")
}

func TestWhatEndedIsOpenedSentAgainAndPassedOn(t *testing.T) {
	node := &fakeNode{}
	s := newStage(t, node)
	sent := netcore.Transfer{Key: 9, Person: 3, Outgoing: true, Name: "plan.pdf", Count: 1, Done: 1, State: netcore.StateVerified, Paths: []string{"/home/me/plan.pdf"}, MD5: "d41d8cd98f00b204e9800998ecf8427e"}
	card := s.card(sent)
	s.Tap("Open")
	if s.passed != "open /home/me/plan.pdf" {
		t.Errorf("opened: %q", s.passed)
	}
	s.Tap("Show in folder")
	if s.passed != "reveal /home/me/plan.pdf" {
		t.Errorf("shown: %q", s.passed)
	}
	press := func(words string) {
		for _, item := range card.buttons.items() {
			if item.Label == words {
				item.Action()
				return
			}
		}
		t.Errorf("the menu has no %q", words)
	}
	press("Send again")
	s.untilDid("send to 3: /home/me/plan.pdf")
	press("Forward to somebody else…")
	if s.passed != "forward /home/me/plan.pdf" {
		t.Errorf("passed on: %q", s.passed)
	}
	press("Save the MD5 list…")
	s.Tap("Save")
	s.untilDid("export 9 /home/me/plan.pdf.md5")
	s.WantText("The list was written.")
}

func TestNothingThatMightRunIsOpened(t *testing.T) {
	for _, name := range []string{"a.exe", "a.pdf.exe", "a.PDF.lnk", "run.desktop", "a.pdf.", "x.sh", "a.html", "a.svg", "a.pdf .js"} {
		got := netcore.Transfer{Name: name, Count: 1, Paths: []string{"/home/me/" + name}}
		if mayOpen(got) && name != "a.pdf." {
			t.Errorf("%s may be opened", name)
		}
	}
	if !Opens("/x/photo.JPG", false) || !Opens("/x/photos", true) || Opens("/x/Game.app", true) || Opens("/x/Makefile", false) {
		t.Error("what may be opened is told apart wrongly")
	}
}

func TestEachFileShowsItsMD5(t *testing.T) {
	node := &fakeNode{files: []netcore.FileResult{
		{Seq: 1, Key: 1, Path: "p/a.txt", State: netcore.StateVerified, Size: 3, MD5: "764efa883dda1e11db47671c4a3bbd9e"},
		{Seq: 2, Key: 1, Path: "p/b.txt", State: netcore.StateSkipped, Reason: netcore.ReasonIdentical, Size: 9},
		{Seq: 3, Key: 1, Path: "p/c.txt", State: netcore.StateFailed, Reason: netcore.ReasonVanished},
	}}
	s := newStage(t, node)
	s.card(netcore.Transfer{Key: 1, Name: "p", Count: 3, Done: 1, Skipped: 1, Failed: 1, State: netcore.StateFailed})
	s.Tap("Show the files")
	for _, part := range []string{"764e fa88 3dda 1e11 db47 671c 4a3b bd9e", "Left out: It is there already.", "It is not there any more."} {
		s.WantText(part)
	}
}
