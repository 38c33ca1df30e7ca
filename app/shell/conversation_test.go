package shell

import (
	"errors"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/storage"

	"lanyard/netcore"
)

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
	s.until("it is declined", func() bool { // not before the other click is dealt with
		s.tap("Decline")
		return len(read(node, &node.declined)) >= 1
	})

	running := *item.Transfer
	running.State, running.DoneBytes, running.Speed, running.Left = netcore.StateRunning, 2_500_000, 1e6, 3*time.Second
	node.events <- netcore.Event{Kind: netcore.EventProgress, Person: 2, Update: &running}
	s.wantText("50%·0/12·1.00 MB/s·3 seconds left")
	if s.reads("Do you want these files?") {
		t.Error("the question stays")
	}
	s.until("it is cancelled", func() bool {
		s.tap("Cancel")
		return len(read(node, &node.cancelled)) >= 1
	})
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
		"one line":     strings.Repeat("a", 64<<10),
		"han":          strings.Repeat("汉", 20<<10),
		"lines":        strings.Repeat("x\n", 10_000),
		"bidi":         strings.Repeat("\u202eevil\u2066", 2000),
		"marks":        strings.Repeat("e"+strings.Repeat("\u0301", 50), 600),
		"controls":     strings.Repeat("\x00\x1b[2J\u200b", 3000),
		"many scripts": strings.Repeat("ไทย हिन्दी עברית ", 1000),
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
	s.wantText("Send report.pdf to \"李雷\"?")
	s.tap("Send")
	s.until("it is offered", func() bool { return len(read(node, &node.items)) == 1 })
	if item := read(node, &node.items)[0]; item.Person != 1 || item.Transfer.Paths[0] != "/tmp/report.pdf" {
		t.Errorf("offered %+v to %d", item.Transfer, item.Person)
	}
}
