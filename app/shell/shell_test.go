package shell

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"lanyard/netcore"
)

// texts returns all that can be read below an object.
func texts(object fyne.CanvasObject) []string {
	var found []string
	walk(object, func(object fyne.CanvasObject) {
		if text, ok := object.(*canvas.Text); ok && text.Text != "" {
			found = append(found, text.Text)
		}
	})
	return found
}

// walk visits an object and all below it that are shown.
func walk(object fyne.CanvasObject, visit func(fyne.CanvasObject)) {
	if !object.Visible() {
		return
	}
	visit(object)
	switch object := object.(type) {
	case *fyne.Container:
		for _, child := range object.Objects {
			walk(child, visit)
		}
	case fyne.Widget:
		for _, child := range test.WidgetRenderer(object).Objects() {
			walk(child, visit)
		}
	}
}

// reads reports whether a text can be read in the window or a dialog over it.
func (s *stage) reads(part string) bool {
	return strings.Contains(strings.Join(s.visible(), "\n"), part)
}

func (s *stage) visible() []string {
	found := texts(s.shell.Window.Content())
	for _, overlay := range s.shell.Window.Canvas().Overlays().List() {
		found = append(found, texts(overlay)...)
	}
	return found
}

func (s *stage) wantText(part string) {
	s.Helper()
	s.until(fmt.Sprintf("%q can be read", part), func() bool { return s.reads(part) })
}

// tap taps the button with the text.
func (s *stage) tap(text string) {
	s.Helper()
	var found *widget.Button
	look := func(object fyne.CanvasObject) {
		if button, ok := object.(*widget.Button); ok && button.Text == text {
			found = button
		}
	}
	walk(s.shell.Window.Content(), look)
	for _, overlay := range s.shell.Window.Canvas().Overlays().List() {
		walk(overlay, look)
	}
	if found == nil {
		s.Fatalf("no button %q", text)
	}
	test.Tap(found)
}

// write types a text into what has the focus and presses Enter.
func (s *stage) write(text string) {
	focused := s.shell.Window.Canvas().Focused()
	test.Type(focused, text)
	focused.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
}

// open shows the conversation with somebody.
func (s *stage) open(id netcore.PersonID) {
	s.Helper()
	person, found := s.shell.list.Find(id)
	if !found {
		s.Fatalf("person %d is not listed", id)
	}
	s.shell.Open(person)
}

func two(node *fakeNode) {
	node.people = []netcore.Person{
		{ID: 1, Name: "李雷", Device: netcore.DeviceID{1}, Online: true},
		{ID: 2, Name: "Zoe", Device: netcore.DeviceID{2}, Online: true},
	}
}

func TestATextIsWrittenAndItsStateShown(t *testing.T) {
	node := newFake()
	two(node)
	s := newStage(t, node)
	s.open(1)
	s.write("早上好 good morning")
	s.wantText("早上好 good morning")
	s.wantText("Waiting until they can be reached")
	node.mu.Lock()
	node.items[0].State = netcore.StateSeen
	node.mu.Unlock()
	node.events <- netcore.Event{Kind: netcore.EventItem, Person: 1, Seq: 1}
	s.wantText("Seen")
}

func TestATextThatCannotBeStoredComesBack(t *testing.T) {
	node := newFake()
	two(node)
	node.refuse = errors.New("disk is full")
	s := newStage(t, node)
	s.open(1)
	s.write("precious")
	s.wantText("disk is full")
	if s.shell.timeline.Draft() != "precious" {
		t.Errorf("the entry holds %q", s.shell.timeline.Draft())
	}
}

func TestAnOfferIsAcceptedDeclinedCancelled(t *testing.T) {
	node := newFake()
	two(node)
	offer := func() netcore.Item {
		return node.add(netcore.Item{
			Person: 2, Kind: netcore.KindFile, State: netcore.StateOffered,
			Transfer: &netcore.Transfer{Person: 2, Name: "plans", Count: 12, Bytes: 5_000_000, State: netcore.StateOffered},
		})
	}
	item := offer()
	s := newStage(t, node)
	s.shell.Open(node.people[1])
	s.wantText("Do you want these files?")
	s.wantText("12 files·5.00 MB")
	s.tap("Accept")
	s.until("it is accepted", func() bool { return len(read(node, &node.accepted)) == 1 })
	s.tap("Decline")
	s.until("it is declined", func() bool { return len(read(node, &node.declined)) == 1 })

	running := *item.Transfer
	running.State, running.DoneBytes, running.Speed, running.Left = netcore.StateRunning, 2_500_000, 1e6, 3*time.Second
	node.events <- netcore.Event{Kind: netcore.EventProgress, Person: 2, Update: &running}
	s.wantText("50%·0/12·1.00 MB/s·3 seconds left")
	if s.reads("Do you want these files?") {
		t.Error("the question stays")
	}
	s.tap("Cancel")
	s.until("it is cancelled", func() bool { return len(read(node, &node.cancelled)) == 1 })
}

func TestFilesEndWithTheirDigestOrTheReason(t *testing.T) {
	node := newFake()
	two(node)
	node.add(netcore.Item{Person: 1, Kind: netcore.KindFile, State: netcore.StateVerified, Transfer: &netcore.Transfer{
		Person: 1, Name: "a.txt", Count: 1, Bytes: 3, Done: 1, State: netcore.StateVerified, MD5: "d41d8cd98f00b204e9800998ecf8427e", Paths: []string{"/x/a.txt"},
	}})
	failed := node.add(netcore.Item{Person: 1, Kind: netcore.KindFile, State: netcore.StateFailed, Transfer: &netcore.Transfer{
		Person: 1, Name: "b", Count: 2, Bytes: 3, Done: 1, Failed: 1, State: netcore.StateFailed, Reason: netcore.ReasonDiskFull,
	}})
	node.results = []netcore.FileResult{
		{Seq: 1, Key: failed.Seq, Path: "b/good", State: netcore.StateVerified, Size: 3},
		{Seq: 2, Key: failed.Seq, Path: "b/bad", State: netcore.StateFailed, Reason: netcore.ReasonVanished},
	}
	s := newStage(t, node)
	s.open(1)
	s.wantText("d41d 8cd9 8f00 b204 e980 0998 ecf8 427e")
	s.wantText("The receiving disk is full.")
	s.tap("Copy")
	if got := s.app.Clipboard().Content(); got != "d41d8cd98f00b204e9800998ecf8427e" {
		t.Errorf("copied %q", got)
	}
	s.tap("Show the files")
	s.wantText("b/bad")
	s.wantText("It is not there any more.")
}

func TestHostileTextsAreShownInBoundedTime(t *testing.T) {
	for name, text := range map[string]string{
		"one line":    strings.Repeat("a", 64<<10),
		"han":         strings.Repeat("汉", 20<<10),
		"lines":       strings.Repeat("x\n", 10_000),
		"bidi":        strings.Repeat("\u202eevil\u2066", 2000),
		"marks":       strings.Repeat("e"+strings.Repeat("\u0301", 50), 600),
		"controls":    strings.Repeat("\x00\x1b[2J\u200b", 3000),
		"many scipts": strings.Repeat("ไทย हिन्दी עברית ", 1000),
	} {
		t.Run(name, func(t *testing.T) {
			node := newFake()
			two(node)
			node.add(netcore.Item{Person: 1, Kind: netcore.KindText, Text: text, State: netcore.StateReceived})
			s := newStage(t, node)
			start := time.Now()
			s.open(1)
			s.until("it is shown", func() bool { return s.shell.timeline.Rows() == 2 })
			if took := time.Since(start); took > 3*time.Second {
				t.Errorf("it took %v", took)
			}
			if all := strings.Join(s.visible(), ""); len(all) > 20_000 || strings.ContainsAny(all, "\u202e\u2066\x1b\x00") {
				t.Errorf("%d bytes are shown, or harmful ones", len(all))
			}
			s.tap("Show all")
			s.tap("Copy all")
			if s.app.Clipboard().Content() != text {
				t.Error("another text was copied")
			}
		})
	}
}

func TestDroppedFilesAreOffered(t *testing.T) {
	node := newFake()
	two(node)
	s := newStage(t, node)
	dropped := []fyne.URI{storage.NewFileURI("/home/a/你 好.txt"), storage.NewFileURI("/home/a/dir#1")}
	s.open(2)
	s.shell.Dropped(dropped)
	s.until("they are offered", func() bool { return len(read(node, &node.items)) == 1 })
	item := read(node, &node.items)[0]
	if item.Person != 2 || strings.Join(item.Transfer.Paths, "|") != "/home/a/你 好.txt|/home/a/dir#1" {
		t.Errorf("offered %+v", item.Transfer)
	}
	s.wantText("Waiting for a decision")
	s.shell.showPage(pageSettings)
	s.shell.Dropped(dropped)
	s.wantText("Send 2 files to whom?")
}

func TestASecondStartWithFilesAsksWhomToSendThem(t *testing.T) {
	node := newFake()
	two(node)
	s := newStage(t, node)
	node.events <- netcore.Event{Kind: netcore.EventRaise, Files: []string{"/tmp/report.pdf"}}
	s.wantText("Send report.pdf to whom?")
	s.shell.Window.Canvas().Overlays().Top().Hide()
	s.open(1)
	node.events <- netcore.Event{Kind: netcore.EventRaise, Files: []string{"/tmp/report.pdf"}}
	s.wantText("Send report.pdf to 李雷?")
	s.tap("Send")
	s.until("it is offered", func() bool { return len(read(node, &node.items)) == 1 })
	if item := read(node, &node.items)[0]; item.Person != 1 || item.Transfer.Paths[0] != "/tmp/report.pdf" {
		t.Errorf("offered %+v to %d", item.Transfer, item.Person)
	}
}

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
	if s.shell.timeline.Draft() != "half written" || s.shell.timeline.Person().ID != 1 {
		t.Error("the conversation was lost")
	}
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
