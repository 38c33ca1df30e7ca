package timeline

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"lanyard/netcore/store"
)

// unhurried are limits that no test reaches.
func unhurried() Limits {
	limits := DefaultLimits()
	limits.StrangerRate, limits.StrangerBurst = 1e6, 1e6
	limits.Quota = store.Quota{PerStranger: 1e6, Strangers: 1e6}
	return limits
}

// numbered returns n different texts.
func numbered(n int) []string {
	var texts []string
	for i := range n {
		texts = append(texts, fmt.Sprint("text ", i))
	}
	return texts
}

func TestTextsArriveAsTheyWereWritten(t *testing.T) {
	l := newLAN(t)
	a, b := l.node('a'), l.node('b')
	meet(t, a, b)
	texts := []string{
		"hello", "你好，世界 \U0001f469\u200d\U0001f4bb", "two\nlines\tand a tab\r\n", "nul \x00 inside",
		"\u202e bidi", strings.Repeat("x", MaxText), strings.Repeat("长", MaxText/3),
	}
	a.service.Up(b.id)
	b.service.Up(a.id)
	a.post(t, b, texts...)
	a.until(t, store.StateDelivered, len(texts))
	if got := b.texts(t); !slices.Equal(got, texts) {
		t.Errorf("got %.200q", got)
	}
	for i, item := range b.items(t) {
		mine := a.items(t)[i]
		if item.ID != mine.ID || !item.Sent.Equal(mine.Sent) || item.State != store.StateReceived || !item.Unread {
			t.Errorf("item %d: %.200v, sent as %.200v", i, item, mine)
		}
	}
	b.post(t, a, "and back")
	b.until(t, store.StateDelivered, 1)
}

func TestSeenReachesTheAuthor(t *testing.T) {
	l := newLAN(t)
	a, b := l.node('a'), l.node('b', unhurried())
	meet(t, a, b)
	const count = maxReceipts + 44
	a.post(t, b, numbered(count)...)
	a.service.Up(b.id)
	a.until(t, store.StateDelivered, count)
	last := b.items(t)[count-1]
	// Nobody is linked to the reader yet: the receipts wait.
	if changed, err := b.service.MarkSeen(t.Context(), last.Person, last.Seq); !changed || err != nil {
		t.Fatalf("MarkSeen = %v, %v", changed, err)
	}
	if changed, err := b.service.MarkSeen(t.Context(), last.Person, last.Seq); changed || err != nil {
		t.Errorf("again: %v, %v", changed, err)
	}
	b.service.Up(a.id)
	a.until(t, store.StateSeen, count)
	a.post(t, b, "one more")
	a.until(t, store.StateDelivered, 1)
	last = b.items(t)[count]
	if _, err := b.service.MarkSeen(t.Context(), last.Person, last.Seq); err != nil {
		t.Fatal(err)
	}
	a.until(t, store.StateSeen, count+1)
}

func TestWhatWaitsSurvivesARestart(t *testing.T) {
	l := newLAN(t)
	a, b := l.node('a'), l.node('b')
	meet(t, a, b)
	a.post(t, b, numbered(10)...)
	if got := a.count(t, store.StateQueued); got != 10 {
		t.Fatalf("%d queued", got)
	}
	a.stop()
	a.start()
	a.service.Up(b.id)
	a.until(t, store.StateDelivered, 10)
	if got := b.texts(t); !slices.Equal(got, numbered(10)) {
		t.Errorf("got %q", got)
	}
}

// TestADeathBetweenCommitAndAnswer cuts the stream after each of the first
// commits, before the author hears of it: nothing is lost, nothing doubled,
// and the order stays.
func TestADeathBetweenCommitAndAnswer(t *testing.T) {
	l := newLAN(t)
	a, b := l.node('a'), l.node('b', unhurried())
	meet(t, a, b)
	cuts := make(chan struct{}, 5)
	for range cap(cuts) {
		cuts <- struct{}{}
	}
	b.faulty.set(func(f *faulty) {
		f.afterReceived = func([]store.Item) {
			select {
			case <-cuts:
				l.cut()
				a.service.Up(b.id) // as the link does when it is back
			default:
			}
		}
	})
	a.post(t, b, numbered(200)...)
	a.service.Up(b.id)
	a.until(t, store.StateDelivered, 200)
	if got := b.texts(t); !slices.Equal(got, numbered(200)) {
		t.Errorf("%d texts: %q", len(got), got)
	}
	if len(cuts) != 0 {
		t.Errorf("%d cuts were not made", len(cuts))
	}
}

func TestNothingIsAnsweredThatWasNotCommitted(t *testing.T) {
	l := newLAN(t)
	a, b := l.node('a'), l.node('b')
	meet(t, a, b)
	full := errors.New("the disk is full")
	tried := make(chan struct{}, 1)
	b.faulty.set(func(f *faulty) { f.failReceived = full })
	a.service.config.Logger = logTo(func() { signal(tried) })
	a.post(t, b, numbered(3)...)
	a.service.Up(b.id)
	<-tried
	if queued := a.count(t, store.StateQueued); queued != 3 || len(b.texts(t)) != 0 {
		t.Errorf("%d queued, %d arrived", queued, len(b.texts(t)))
	}
	b.faulty.set(func(f *faulty) { f.failReceived = nil })
	a.service.Up(b.id)
	a.until(t, store.StateDelivered, 3)
	if got := b.texts(t); !slices.Equal(got, numbered(3)) {
		t.Errorf("got %q", got)
	}
}

func TestAnAnswerThatCouldNotBeNotedIsAskedForAgain(t *testing.T) {
	l := newLAN(t)
	a, b := l.node('a'), l.node('b')
	meet(t, a, b)
	tried := make(chan struct{}, 1)
	a.faulty.set(func(f *faulty) { f.failDelivered = errors.New("the disk is full") })
	a.service.config.Logger = logTo(func() { signal(tried) })
	a.post(t, b, numbered(3)...)
	a.service.Up(b.id)
	<-tried
	if queued := a.count(t, store.StateQueued); queued != 3 || len(b.texts(t)) != 3 {
		t.Errorf("%d queued, %d arrived", queued, len(b.texts(t)))
	}
	a.faulty.set(func(f *faulty) { f.failDelivered = nil })
	a.service.Up(b.id)
	a.until(t, store.StateDelivered, 3)
	if got := b.texts(t); !slices.Equal(got, numbered(3)) {
		t.Errorf("got %q", got)
	}
}

func TestManyAuthorsAtOnce(t *testing.T) {
	l := newLAN(t)
	b := l.node('b')
	const each = 50
	var authors []*node
	for name := range byte(4) {
		authors = append(authors, l.node(name+1))
		meet(t, authors[name], b)
	}
	var posting sync.WaitGroup
	for _, a := range authors {
		a.service.Up(b.id)
		posting.Go(func() { a.post(t, b, numbered(each)...) })
	}
	posting.Wait()
	for _, a := range authors {
		a.until(t, store.StateDelivered, each)
	}
	got := map[string][]string{}
	for _, item := range b.items(t) {
		got[item.Device.Short()] = append(got[item.Device.Short()], item.Text)
	}
	for _, a := range authors {
		if texts := got[a.id.Short()]; !slices.Equal(texts, numbered(each)) {
			t.Errorf("of %s: %q", a.id.Short(), texts)
		}
	}
}

func TestPostRefusesWhatIsNoText(t *testing.T) {
	l := newLAN(t)
	a, b := l.node('a'), l.node('b')
	meet(t, a, b)
	for name, text := range map[string]string{
		"empty": "", "a byte too long": strings.Repeat("x", MaxText+1), "not UTF-8": "caf\xe9",
	} {
		if _, err := a.service.Post(t.Context(), b.id, text); !errors.Is(err, ErrText) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := a.service.Post(t.Context(), [32]byte{99}, "hi"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("to nobody: %v", err)
	}
	if items := a.items(t); len(items) != 0 {
		t.Errorf("queued all the same: %v", items)
	}
}

func TestFilesHaveOneItem(t *testing.T) {
	l := newLAN(t)
	a, b := l.node('a'), l.node('b')
	meet(t, a, b)
	key, err := b.db.AddTransfer(t.Context(), store.Transfer{Device: a.id, ID: "t", State: "offered"})
	if err != nil {
		t.Fatal(err)
	}
	offer := store.Item{Device: a.id, ID: "t", Text: "report.pdf", State: "offered", Transfer: key}
	first, err := b.service.AddFiles(t.Context(), offer)
	if err != nil {
		t.Fatal(err)
	}
	again, err := b.service.AddFiles(t.Context(), offer)
	if err != nil || again.Seq != first.Seq || len(b.items(t)) != 1 {
		t.Errorf("the second time: %+v, %v", again, err)
	}
	if err := b.service.SetFiles(t.Context(), key, "verified", ""); err != nil {
		t.Fatal(err)
	}
	if got := b.items(t)[0]; got.State != "verified" || !got.Unread || got.Kind != store.KindFile {
		t.Errorf("item = %+v", got)
	}
}
