package consent

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/app/kit/kittest"
	"lanyard/netcore"
)

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.Local)

// fakeNode is an engine in memory that notes what it is told.
type fakeNode struct {
	mu      sync.Mutex
	asks    []netcore.RunAsk
	running []netcore.Run
	ends    map[int64]netcore.Run
	acts    []string
	refuse  error
}

func (f *fakeNode) Asks() []netcore.RunAsk {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.asks)
}

func (f *fakeNode) Running() []netcore.Run {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.running)
}

func (f *fakeNode) Run(_ context.Context, key int64) (netcore.Run, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	run, found := f.ends[key]
	if !found {
		return run, fmt.Errorf("no run %d", key)
	}
	return run, nil
}

func (f *fakeNode) AnswerAsk(_ context.Context, number int64, answer netcore.ConsentAnswer) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.acts = append(f.acts, fmt.Sprintf("%s %d", answer, number))
	f.asks = slices.DeleteFunc(f.asks, func(ask netcore.RunAsk) bool { return ask.Number == number })
	return f.refuse
}

func (f *fakeNode) StopRun(key int64) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.acts = append(f.acts, fmt.Sprintf("stop %d", key))
	f.running = slices.DeleteFunc(f.running, func(run netcore.Run) bool { return run.Key == key })
	return nil
}

// stage is a desk over a page, drained by the test.
type stage struct {
	*kittest.Stage
	node     *fakeNode
	desk     *Desk
	now      time.Time
	person   netcore.Person
	fronts   int
	notified int
	failed   string
}

func newStage(t *testing.T) *stage {
	t.Helper()
	s := &stage{Stage: kittest.NewStage(t, fyne.NewSize(700, 500)), node: &fakeNode{ends: map[int64]netcore.Run{}}, now: noon}
	s.person = netcore.Person{ID: 1, Name: "小明", Trust: netcore.TrustVerified}
	s.desk = NewDesk(s.UI, s.node, Host{
		Window: s.Window, Now: func() time.Time { return s.now }, Home: "/home/ming",
		Find:    func(id netcore.PersonID) (netcore.Person, bool) { return s.person, id == s.person.ID },
		Front:   func() { s.fronts++ },
		Notify:  func() { s.notified++ },
		Fail:    func(message string) { s.failed = message },
		Resized: func() { s.Window.Content().Refresh() },
	})
	s.Show(container.NewBorder(s.desk.Bar(), nil, nil, nil, widget.NewLabel("a page")))
	return s
}

// asked is a question of 小明.
func asked(number int64, line string) netcore.RunAsk {
	return netcore.RunAsk{
		Number: number, Account: "ming", Trust: netcore.TrustVerified, Verified: noon, Quarter: true, Forever: true,
		Run: netcore.Run{Key: 100 + number, Person: 1, Name: "小明", Device: netcore.DeviceID{7}, Here: true, Line: line, State: netcore.RunAsking, Until: noon.Add(time.Minute)},
	}
}

// asks makes questions and shows them.
func (s *stage) asks(asks ...netcore.RunAsk) {
	s.Helper()
	s.node.mu.Lock()
	s.node.asks = append(s.node.asks, asks...)
	want := len(s.node.asks)
	s.node.mu.Unlock()
	s.desk.Trigger()
	s.Until("they are there", func() bool { return len(s.desk.waiting) == want })
}

// end ends a question as the engine does.
func (s *stage) end(number int64, state netcore.RunState, reason netcore.RunReason) {
	s.node.mu.Lock()
	s.node.asks = slices.DeleteFunc(s.node.asks, func(ask netcore.RunAsk) bool { return ask.Number == number })
	s.node.ends[100+number] = netcore.Run{State: state, Reason: reason}
	s.node.mu.Unlock()
	s.desk.Trigger()
}

// runs makes commands that run here.
func (s *stage) runs(count int) {
	s.node.mu.Lock()
	for key := range count {
		s.node.running = append(s.node.running, netcore.Run{
			Key: int64(key + 1), Person: 1, Name: "小明", Here: true, Line: fmt.Sprint("sleep ", key+1), State: netcore.RunRunning, Began: noon.Add(-12 * time.Second),
		})
	}
	s.node.mu.Unlock()
	s.desk.Trigger()
}

func (s *stage) button(text string) *kit.Button {
	s.Helper()
	for _, button := range kittest.All[*kit.Button](s.Stage) {
		if button.Text == text {
			return button
		}
	}
	s.Fatalf("no button %q among %q", text, s.Texts())
	return nil
}

func (s *stage) press(key fyne.KeyName) {
	s.Window.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: key})
}

// ready waits until an answer counts.
func (s *stage) ready() {
	s.Helper()
	s.Until("an answer counts", func() bool { return s.desk.card != nil && s.desk.card.ready })
}

func (s *stage) wantDone(want ...string) {
	s.Helper()
	s.Until(fmt.Sprintf("%q is done", want), func() bool {
		s.node.mu.Lock()
		defer s.node.mu.Unlock()
		return slices.Equal(s.node.acts, want)
	})
}

func (s *stage) overlays() int { return len(s.Window.Canvas().Overlays().List()) }

func (s *stage) wantGone() {
	s.Helper()
	s.Until("no card is there", func() bool { return s.overlays() == 0 })
}
