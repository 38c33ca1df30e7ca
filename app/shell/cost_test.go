package shell

import (
	"fmt"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"lanyard/netcore"
)

// longest guards against a callback that does the work of all items at once.
// The target is 50 ms on a machine that does nothing else, which whole programs
// are measured against; tests beside this one may take the processors for long.
const longest = 2 * time.Second

func TestNoCallbackHoldsTheWindow(t *testing.T) {
	node := newFake()
	two(node)
	for i := range 300 {
		node.items = append(node.items, ordinary(int64(i+1)))
	}
	s := newStage(t, node)
	s.open(1)
	s.wantText("text 300")
	s.until("as much as may be is held", func() bool {
		s.shell.timeline.Page(-100)
		return !s.reads("text 300")
	})
	s.shell.showPage(pageTransfers)
	s.wantText("file 297")
	s.shell.Window.Resize(fyne.NewSize(700, 500))
	s.shell.Raise([]string{"/tmp/a"})
	if stats := s.shell.UI.Stats(); stats.Longest > longest {
		t.Errorf("one callback took %v", stats.Longest)
	}
}

// ordinary is an item as people write them; each fourth is a file.
func ordinary(seq int64) netcore.Item {
	item := netcore.Item{Seq: seq, Person: 1, State: netcore.StateReceived, Added: noon, Kind: netcore.KindText}
	item.Text = fmt.Sprintf("text %d 你好，这是一条普通的消息，不长也不短。 with some words", seq)
	if seq%4 == 1 {
		item.Kind, item.State = netcore.KindFile, netcore.StateVerified
		item.Transfer = &netcore.Transfer{
			Key: seq, Person: 1, Name: fmt.Sprint("file ", seq), Count: 3, Bytes: 100, Done: 3,
			State: netcore.StateVerified, MD5: "d41d8cd98f00b204e9800998ecf8427e", Paths: []string{"/x"},
		}
	}
	return item
}
