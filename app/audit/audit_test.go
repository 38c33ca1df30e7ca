package audit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"lanyard/app/kit"
	"lanyard/app/kit/kittest"
	"lanyard/netcore"
)

var wide, narrow = fyne.NewSize(720, 600), fyne.NewSize(420, 480)

// fakeNode has a log in memory.
type fakeNode struct {
	mu     sync.Mutex
	people []netcore.Person
	log    []netcore.AuditEntry // the oldest first
	asked  []netcore.AuditQuery
	refuse error
}

func (f *fakeNode) People(context.Context) ([]netcore.Person, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.people), nil
}

func (f *fakeNode) Audit(_ context.Context, query netcore.AuditQuery) ([]netcore.AuditEntry, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked = append(f.asked, query)
	if f.refuse != nil {
		return nil, f.refuse
	}
	var chosen []netcore.AuditEntry
	for _, entry := range slices.Backward(f.log) {
		if len(chosen) < query.Limit && (query.Before == 0 || entry.Seq < query.Before) && matches(entry, query) {
			chosen = append(chosen, entry)
		}
	}
	return chosen, nil
}

func matches(entry netcore.AuditEntry, query netcore.AuditQuery) bool {
	return (query.Device.IsZero() || query.Device == entry.Device) &&
		(query.What == "" || query.What == entry.What) &&
		strings.Contains(entry.Name+"\n"+entry.Detail, query.Text)
}

// add writes an entry about somebody.
func (f *fakeNode) add(device netcore.DeviceID, what netcore.AuditWhat, detail string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	seq := int64(len(f.log) + 1)
	entry := netcore.AuditEntry{
		Seq: seq, At: time.Date(2026, 3, 4, 12, 0, int(seq), 0, time.Local), Device: device,
		What: what, Detail: detail, Outcome: netcore.OutcomeDone,
	}
	if !device.IsZero() {
		entry.Person, entry.Name = netcore.PersonID(device[0]), fmt.Sprintf("Person %d", device[0])
	}
	f.log = append(f.log, entry)
}

func (f *fakeNode) lastAsked() netcore.AuditQuery {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.asked) == 0 {
		return netcore.AuditQuery{}
	}
	return f.asked[len(f.asked)-1]
}

// filled has a log of so many entries about files, of two people.
func filled(count int) *fakeNode {
	node := &fakeNode{people: []netcore.Person{
		{ID: 1, Name: "Person 1", Device: netcore.DeviceID{1}, Devices: []netcore.DeviceID{{1}, {11}}},
		{ID: 2, Name: "Person 2", Device: netcore.DeviceID{2}},
	}}
	for i := range count {
		node.add(netcore.DeviceID{byte(1 + i%2)}, netcore.AuditFiles, fmt.Sprintf("file %d.", i+1))
	}
	return node
}

type stage struct {
	*kittest.Stage
	node   *fakeNode
	page   *Page
	copied string
}

func newStage(t *testing.T, node *fakeNode, size fyne.Size) *stage {
	t.Helper()
	s := &stage{Stage: kittest.NewStage(t, size), node: node}
	s.page = New(s.UI, node, Host{Window: s.Window, Copy: func(text string) { s.copied = text }, Escaped: func() {}})
	s.Show(container.NewStack(s.page.Object()))
	s.page.Trigger()
	return s
}

func TestAnEntryIsShownWithAllItsColumns(t *testing.T) {
	for name, size := range map[string]fyne.Size{"wide": wide, "narrow": narrow} {
		t.Run(name, func(t *testing.T) {
			node := filled(1)
			node.add(netcore.DeviceID{}, netcore.AuditPassword, "set")
			node.log[1].Outcome = netcore.OutcomeRefused
			s := newStage(t, node, size)
			for _, part := range []string{
				"2026-03-04 12:00:01", "Person 1", netcore.DeviceID{1}.Short(), "Files", "file 1.", "Done",
				"This PC", "Network password", "Refused",
			} {
				s.WantText(part)
			}
		})
	}
}

func TestAnEmptyLogSaysSo(t *testing.T) {
	s := newStage(t, &fakeNode{}, narrow)
	s.WantText("Nothing is in the log yet.")
	test.Type(s.page.filter.text, "zzz")
	s.WantText("Nothing in the log matches.")
}

func TestALogThatCannotBeReadSaysWhy(t *testing.T) {
	s := newStage(t, &fakeNode{refuse: errors.New("disk \x1b[31m is gone")}, wide)
	s.WantText("It did not work: disk \uFFFD[31m is gone")
}

func TestTheLogIsFiltered(t *testing.T) {
	node := filled(4)
	node.add(netcore.DeviceID{1}, netcore.AuditBlock, "")
	s := newStage(t, node, wide)
	s.WantText("file 1.")
	s.page.filter.kind.SetSelected("Blocked")
	s.Until("only that is shown", func() bool { return s.page.lines.len() == 1 })
	s.page.filter.kind.SetSelected("Everything")
	s.page.filter.person.SetSelected("Person 2 (" + netcore.DeviceID{2}.Short() + ")")
	s.Until("only theirs are shown", func() bool { return s.page.lines.len() == 2 && !s.Reads("file 1.") })
	test.Type(s.page.filter.text, "file 4")
	s.Until("only that one is shown", func() bool { return s.page.lines.len() == 1 && s.Reads("file 4.") })
	want := netcore.AuditQuery{Device: netcore.DeviceID{2}, Text: "file 4", Limit: chunkSize}
	if got := node.lastAsked(); got != want {
		t.Errorf("asked for %+v", got)
	}
	s.page.filter.text.SetText(strings.Repeat("汉", 1000))
	s.Until("it is cut", func() bool { text := node.lastAsked().Text; return len(text) > 100 && len(text) <= textMost })
}

func TestEveryKindCanBeChosen(t *testing.T) {
	test.NewTempApp(t)
	for at, words := range kindWords() {
		if words == "" || slices.Index(kindWords(), words) != at {
			t.Errorf("kind %d is called %q", at, words)
		}
	}
	if got := len(kinds()); got != 17 {
		t.Errorf("%d kinds", got)
	}
}

func TestALongLogIsReadAsItIsScrolled(t *testing.T) {
	const count = 12*chunkSize + 7
	s := newStage(t, filled(count), wide)
	s.WantText("file 1207.")
	list := s.page.view.table.List
	s.Until("the oldest is there", func() bool {
		list.ScrollToBottom()
		return s.Reads("file 1.")
	})
	if got := s.page.lines.len(); got != count {
		t.Errorf("%d rows", got)
	}
	held := 0
	for _, c := range s.page.lines.chunks {
		held += len(c.entries)
	}
	if held > (chunksHeld+1)*chunkSize {
		t.Errorf("%d entries are held", held)
	}
	list.ScrollToTop()
	s.WantText("file 1207.")
	for at := range 20 {
		s.WantText(fmt.Sprintf("file %d.", count-at/2))
	}
}

func TestWhatIsReadAgainIsWhatWasThere(t *testing.T) {
	const count = 12 * chunkSize
	node := filled(count)
	s := newStage(t, node, wide)
	s.WantText("file 1200.")
	list := s.page.view.table.List
	s.Until("the oldest is there", func() bool {
		list.ScrollToBottom()
		return s.Reads("file 1.")
	})
	for i := range 5 {
		node.add(netcore.DeviceID{1}, netcore.AuditFiles, fmt.Sprintf("new %d", i))
	}
	list.ScrollToTop()
	s.WantText("file 1200.")
	if s.Reads("new ") || s.page.lines.len() != count {
		t.Error("new entries moved the old ones")
	}
}

func TestNewEntriesComeByThemselves(t *testing.T) {
	node := filled(3 * chunkSize)
	s := newStage(t, node, wide)
	s.WantText("file 300.")
	node.add(netcore.DeviceID{1}, netcore.AuditFiles, "fresh")
	s.page.Trigger()
	s.WantText("fresh")
	s.page.view.table.List.ScrollToOffset(900)
	node.add(netcore.DeviceID{1}, netcore.AuditFiles, "fresher")
	s.page.Trigger()
	s.WantText("Show new entries")
	if s.page.view.atTop() {
		t.Error("the user was torn away from what they read")
	}
	s.Tap("Show new entries")
	s.WantText("fresher")
	if s.Reads("Show new entries") {
		t.Error("the button stays")
	}
}

func TestAnEntryIsShownWholeAndCopied(t *testing.T) {
	node := filled(2)
	node.log[1].Detail = "=cmd|' /C calc'!A0 \x1b[2J\u202e"
	s := newStage(t, node, narrow)
	s.WantText("file 1.")
	s.page.view.table.List.Select(0)
	s.WantText(netcore.DeviceID{2}.String()[:31])
	s.Tap("Copy")
	at := node.log[1].At.Format(time.RFC3339)
	want := at + "\tPerson 2\t" + netcore.DeviceID{2}.String() + "\tFiles\t'=cmd|' /C calc'!A0 \uFFFD[2J\uFFFD\tDone"
	if s.copied != want {
		t.Errorf("copied %q, want %q", s.copied, want)
	}
	node.add(netcore.DeviceID{1}, netcore.AuditFiles, "fresh")
	s.page.Trigger()
	s.Until("it is shown", func() bool { return s.page.lines.len() == 3 })
	s.Tap("Copy")
	if s.copied != want {
		t.Error("another entry took its place")
	}
}

func TestAllThatMatchesIsCopied(t *testing.T) {
	node := filled(2*chunkSize + 1)
	s := newStage(t, node, wide)
	s.WantText("file 201.")
	s.Tap("Copy all")
	s.WantText("201 lines copied.")
	lines := strings.Split(strings.TrimSuffix(s.copied, "\n"), "\n")
	if len(lines) != 201 || !strings.Contains(lines[0], "file 201.") || !strings.Contains(lines[200], "file 1.") {
		t.Errorf("copied %d lines", len(lines))
	}
	if got := copiedWords(copyMost); !strings.Contains(got, "There are more") {
		t.Errorf("of too many it says %q", got)
	}
}

func TestHostileEntriesDoNotHoldTheWindow(t *testing.T) {
	node := filled(200)
	for i := range 200 {
		node.people = append(node.people, netcore.Person{ID: 9, Name: strings.Repeat("汉\u202e", 300), Device: netcore.DeviceID{byte(i), 9}})
		node.log[i].Name = strings.Repeat("x\x1b[2J", 200)
		node.log[i].Detail = strings.Repeat("ไทย हिन्दी ", 1000)
	}
	s := newStage(t, node, narrow)
	s.Until("it is shown", func() bool { return s.page.lines.len() > 0 })
	s.page.view.table.List.Select(1)
	for _, text := range s.Texts() {
		if kit.Neutral(text) != text {
			t.Errorf("%.40q is drawn", text)
		}
	}
	start := time.Now()
	test.Tap(s.page.filter.person)
	if longest := max(s.UI.Stats().Longest, time.Since(start)); longest > 2*time.Second {
		t.Errorf("the window was held for %v, the menu for %v", s.UI.Stats().Longest, time.Since(start))
	}
}
