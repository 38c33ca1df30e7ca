package shell

import (
	"fmt"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"lanyard/netcore"
)

func TestUnreadIsCountedToldAndSeen(t *testing.T) {
	node := newFake()
	two(node)
	s := newStage(t, node)
	node.mu.Lock()
	node.people[0].Unread = 2
	node.mu.Unlock()
	node.add(netcore.Item{Person: 1, Kind: netcore.KindText, Text: "$(calc) \u201d; evil", State: netcore.StateReceived})
	want := fyne.NewNotification("Lanyard", "There are new messages.")
	test.AssertNotificationSent(t, want, func() {
		s.until("the title says so", func() bool { return s.shell.Window.Title() == "(2) Lanyard" })
		s.shell.UI.Close() // waits for the notification
	})
}

func TestOpeningAConversationMarksItSeen(t *testing.T) {
	node := newFake()
	two(node)
	node.people[0].Unread = 2
	node.add(netcore.Item{Person: 1, Kind: netcore.KindText, Text: "hello", State: netcore.StateReceived})
	s := newStage(t, node)
	s.open(1)
	s.wantText("hello")
	if len(read(node, &node.seen)) != 0 {
		t.Error("it was marked seen though nobody looks")
	}
	s.shell.SetFocused(true)
	s.until("it is seen", func() bool { return len(read(node, &node.seen)) == 1 })
	s.until("the title is plain", func() bool { return s.shell.Window.Title() == "Lanyard" })
}

func TestLanguageAndLookSwitchLive(t *testing.T) {
	node := newFake()
	two(node)
	s := newStage(t, node)
	s.open(1)
	s.shell.timeline.SetDraft("half written")
	set := node.Settings()
	set.Language, set.Theme = "zh-Hans", "dark"
	if err := node.SetSettings(t.Context(), set); err != nil {
		t.Fatal(err)
	}
	s.wantText("传输")
	if s.reads("Transfers") || s.reads("Online") {
		t.Errorf("English stays: %q", s.visible())
	}
	s.until("the conversation is back", func() bool {
		return s.shell.timeline.Draft() == "half written" && s.shell.timeline.Person().ID == 1
	})
}

func TestNobodyNearSaysWhatWasTried(t *testing.T) {
	node := newFake()
	node.search.Unreached = []string{"192.168.1.99:9527"}
	node.settings.Named = false
	s := newStage(t, node)
	s.wantText("Start Lanyard on another PC in this network.")
	s.shell.started = noon.Add(-time.Minute)
	node.events <- netcore.Event{Kind: netcore.EventSearch}
	for _, part := range []string{"What shall others call you?", "Nobody was found yet.", "This PC listens at 192.168.1.7:9527", "eth0", "Heard but not reached: 192.168.1.99:9527"} {
		s.wantText(part)
	}
	s.shell.welcome.name.SetText("阿明")
	s.tap("Start")
	s.until("the name is kept", func() bool { return node.Settings().Name == "阿明" })
	s.until("the question is gone", func() bool { return !s.reads("What shall others call you?") })
	node.mu.Lock()
	two(node)
	node.mu.Unlock()
	node.events <- netcore.Event{Kind: netcore.EventPerson, Person: 1}
	s.wantText("Near you: Zoe, 李雷")
	set := node.Settings()
	set.Language = "zh-Hans"
	if err := node.SetSettings(t.Context(), set); err != nil {
		t.Fatal(err)
	}
	s.wantText("附近有：Zoe、李雷")
}

func TestEverythingByKeyboard(t *testing.T) {
	node := newFake()
	two(node)
	s := newStage(t, node)
	press := func(key fyne.KeyName, more ...fyne.KeyModifier) {
		modifier := fyne.KeyModifierControl
		for _, m := range more {
			modifier |= m
		}
		s.shell.shortcut(&desktop.CustomShortcut{KeyName: key, Modifier: modifier})
	}
	press(fyne.Key2)
	if s.shell.timeline.Person().Name != "李雷" {
		t.Errorf("Ctrl+2: %q", s.shell.timeline.Person().Name)
	}
	press(fyne.KeyTab)
	if s.shell.timeline.Person().Name != "Zoe" {
		t.Errorf("Ctrl+Tab: %q", s.shell.timeline.Person().Name)
	}
	press(fyne.KeyTab, fyne.KeyModifierShift)
	if s.shell.timeline.Person().Name != "李雷" {
		t.Errorf("Ctrl+Shift+Tab: %q", s.shell.timeline.Person().Name)
	}
	press(fyne.KeyComma)
	s.wantText("Received files go to")
	s.shell.back()
	if s.shell.page != pageConversation {
		t.Error("Escape does not lead back")
	}
	press(fyne.KeyT)
	s.wantText("No files yet.")
	press(fyne.Key1)
	press(fyne.KeyO)
	s.wantText("Choose a file…")
	s.tap("Cancel")
	node.add(netcore.Item{
		Person: s.shell.timeline.Person().ID, Kind: netcore.KindFile, State: netcore.StateOffered,
		Transfer: &netcore.Transfer{Person: 1, Name: "plans", Count: 1, State: netcore.StateOffered},
	})
	s.wantText("plans")
	press(fyne.KeyD)
	s.until("it is accepted", func() bool { return len(read(node, &node.accepted)) == 1 })
	press(fyne.KeyN)
	s.write("10.0.0.8")
	s.wantText("Nobody answered there.")
}

func TestSomebodyIsAddedByAddress(t *testing.T) {
	node := newFake()
	s := newStage(t, node)
	s.shell.addPerson()
	s.write("10.0.0.9")
	s.until("the conversation opens", func() bool { return s.shell.timeline.Person().Name == "Nine" })
	s.until("they are listed", func() bool { return len(s.shell.list.People()) == 1 })
}

func TestOlderItemsAreReadOnScrollingUp(t *testing.T) {
	node := newFake()
	two(node)
	for i := range 300 {
		node.items = append(node.items, netcore.Item{Seq: int64(i + 1), Person: 1, Kind: netcore.KindText, Text: fmt.Sprintf("text %d", i+1), State: netcore.StateReceived, Added: noon})
	}
	s := newStage(t, node)
	s.open(1)
	s.wantText("text 300")
	rows := s.shell.timeline.Rows()
	toTop := func() {
		for range 40 {
			s.shell.timeline.Page(-1)
		}
	}
	toTop()
	s.until("older ones are there", func() bool { return s.shell.timeline.Rows() > rows })
	s.until("the newest ones are let go", func() bool {
		toTop()
		return !s.reads("text 300")
	})
	if rows := s.shell.timeline.Rows(); rows > 200+5 {
		t.Errorf("%d rows are held", rows)
	}
	s.wantText("Newest messages")
	s.tap("Newest messages")
	s.wantText("text 300")
}
