package transfers

import (
	"fmt"
	"testing"
	"time"

	"lanyard/app/kit"
	"lanyard/app/kit/kittest"
	"lanyard/netcore"
)

func some() *fakeNode {
	return &fakeNode{all: []netcore.Transfer{
		{Key: 6, Person: 1, Name: "waits", Count: 1, State: netcore.StateOffered},
		{Key: 5, Person: 1, Name: "runs", Count: 1, State: netcore.StateRunning},
		{Key: 4, Person: 2, Name: "held", Count: 1, State: netcore.StatePaused, Reason: netcore.ReasonPausedThere, Outgoing: true},
		{Key: 3, Person: 2, Name: "good", Count: 1, Done: 1, State: netcore.StateVerified},
		{Key: 2, Person: 2, Name: "bad", Count: 1, Failed: 1, State: netcore.StateFailed, Reason: netcore.ReasonLost},
	}}
}

func TestThePageShowsGroups(t *testing.T) {
	s := newStage(t, some())
	s.open()
	for _, part := range []string{"All 5", "Queue 1", "Under way 2", "Done 1", "Failed 1", "waits", "runs", "held", "good", "bad", "with person 2"} {
		s.WantText(part)
	}
	s.Tap("Under way 2")
	s.WantText("The other side paused it.")
	s.Until("only that group is shown", func() bool { return s.Reads("runs") && !s.Reads("waits") && !s.Reads("good") })
	s.Tap("Failed 1")
	s.Until("only that group is shown", func() bool { return s.Reads("bad") && !s.Reads("runs") })
}

func TestThePageIsSearched(t *testing.T) {
	s := newStage(t, some())
	s.open()
	search := kittest.All[*kit.Entry](s.Stage)[0]
	for _, letter := range []string{"g", "go", "goo"} {
		search.SetText(letter)
	}
	s.Until("only what matches is shown", func() bool { return s.Reads("good") && !s.Reads("runs") })
	for _, query := range s.node.asked {
		if query.Text == "g" || query.Text == "go" {
			t.Errorf("%q was searched for while more was typed", query.Text)
		}
	}
	search.SetText("nothing like it")
	s.WantText("No transfer matches.")
	search.SetText("")
	s.WantText("runs")
}

func TestTheListIsClearedAfterAQuestion(t *testing.T) {
	s := newStage(t, some())
	s.open()
	s.WantText("Done 1")
	s.Tap("Clear…")
	s.WantText("no file is deleted")
	s.Tap("Cancel")
	if done := s.node.did(); len(done) != 0 {
		t.Errorf("it was done all the same: %q", done)
	}
	s.Tap("Clear…")
	s.Tap("Clear")
	s.untilDid(`clear ""`)
	s.Until("what has ended is gone", func() bool { return !s.Reads("good") && s.Reads("runs") })
}

func TestALongHistoryTakesABoundedNumberOfCards(t *testing.T) {
	node := &fakeNode{}
	for key := int64(1000); key > 0; key-- {
		node.all = append(node.all, netcore.Transfer{Key: key, Name: fmt.Sprintf("number %d.", key), Count: 1, Done: 1, State: netcore.StateVerified})
	}
	s := newStage(t, node)
	s.open()
	s.WantText("All 99+")
	s.WantText("number 1000.")
	for range 10 {
		last := s.page.column.cards[len(s.page.column.cards)-1].shown.Key
		s.Tap("Show more")
		s.Until("older ones are shown", func() bool { return s.page.column.cards[len(s.page.column.cards)-1].shown.Key < last })
		if held := len(s.page.cards); held > pageMost {
			t.Fatalf("%d cards are held", held)
		}
	}
	if s.Reads("number 1000.") {
		t.Error("the newest were not let go")
	}
	s.Tap("Back to the newest")
	s.WantText("number 1000.")
}

func TestProgressReachesThePage(t *testing.T) {
	s := newStage(t, some())
	s.open()
	s.WantText("runs")
	now := netcore.Transfer{Key: 5, Name: "runs", Count: 1, Bytes: 100, DoneBytes: 30, Speed: 10, Left: 7 * time.Second, State: netcore.StateRunning, Limit: netcore.LimitNetwork}
	s.page.Progress(now)
	s.WantText("30%·10 B/s·7 seconds left")
	s.WantText("Limited by the network")
}
