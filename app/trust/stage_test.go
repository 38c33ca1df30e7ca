package trust

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
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"lanyard/app/kit"
	"lanyard/app/kit/kittest"
	"lanyard/netcore"
)

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.Local)

// fakeNode is an engine in memory that notes what it is told.
type fakeNode struct {
	mu      sync.Mutex
	acts    []string
	refuse  error // what every act answers
	opened  error // what Verify answers
	attempt *fakeAttempt
}

func (f *fakeNode) did(format string, args ...any) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.acts = append(f.acts, fmt.Sprintf(format, args...))
	return f.refuse
}

// done returns what it was told.
func (f *fakeNode) done() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.acts)
}

func (f *fakeNode) Verify(_ context.Context, device netcore.DeviceID) (netcore.Verification, error) {
	_ = f.did("verify %d", device[0])
	if f.opened != nil {
		return nil, f.opened
	}
	return f.attempt, nil
}

func (f *fakeNode) VerifyID(_ context.Context, person netcore.PersonID, typed string) error {
	return f.did("id %d %s", person, typed)
}

func (f *fakeNode) Unverify(_ context.Context, person netcore.PersonID) error {
	return f.did("unverify %d", person)
}

func (f *fakeNode) SetPermissions(_ context.Context, device netcore.DeviceID, p netcore.Permissions) error {
	return f.did("permit %d %s", device[0], p)
}

func (f *fakeNode) SetAlias(_ context.Context, person netcore.PersonID, alias string) error {
	return f.did("alias %d %s", person, alias)
}

func (f *fakeNode) Block(_ context.Context, person netcore.PersonID) error {
	return f.did("block %d", person)
}

func (f *fakeNode) Unblock(_ context.Context, person netcore.PersonID) error {
	return f.did("unblock %d", person)
}

func (f *fakeNode) Merge(_ context.Context, from, into netcore.PersonID) error {
	return f.did("merge %d %d", from, into)
}

func (f *fakeNode) AnswerConfirm(id int64, yes bool) { _ = f.did("confirm %d %t", id, yes) }

// fakeAttempt is a comparison that a test leads.
type fakeAttempt struct {
	code    chan string
	ended   chan error
	answers chan bool
	gone    chan struct{}
	once    sync.Once
}

func newAttempt() *fakeAttempt {
	return &fakeAttempt{code: make(chan string, 1), ended: make(chan error, 1), answers: make(chan bool, 1), gone: make(chan struct{})}
}

func (a *fakeAttempt) ID() int64 { return 1 }

func (a *fakeAttempt) Code(ctx context.Context) (string, error) {
	select {
	case code := <-a.code:
		return code, nil
	case err := <-a.ended:
		return "", err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

func (a *fakeAttempt) Answer(match bool) { a.answers <- match }

func (a *fakeAttempt) Wait(ctx context.Context) error {
	select {
	case err := <-a.ended:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (a *fakeAttempt) Cancel() { a.once.Do(func() { close(a.gone) }) }

// stage is a desk over an empty window, drained by the test.
type stage struct {
	*testing.T
	node   *fakeNode
	queue  *kittest.Queue
	desk   *Desk
	window fyne.Window
	people map[netcore.PersonID]netcore.Person
	now    time.Time
	copied string
	merged netcore.PersonID
	fronts int
}

func newStage(t *testing.T) *stage {
	t.Helper()
	app := test.NewTempApp(t)
	if err := kit.UseLanguage(kit.LanguageEnglish); err != nil {
		t.Fatal(err)
	}
	look, err := kit.NewTheme("light")
	if err != nil {
		t.Fatal(err)
	}
	app.Settings().SetTheme(look)
	s := &stage{T: t, node: &fakeNode{attempt: newAttempt()}, now: noon, people: map[netcore.PersonID]netcore.Person{}}
	s.window = test.NewTempWindow(t, container.NewWithoutLayout())
	s.window.Resize(fyne.NewSize(900, 640))
	ui, queue := kittest.NewUI(t)
	s.queue = queue
	s.desk = NewDesk(ui, s.node, Host{
		Window: s.window, Now: func() time.Time { return s.now },
		Copy: func(text string) { s.copied = text },
		Find: func(id netcore.PersonID) (netcore.Person, bool) {
			person, found := s.people[id]
			return person, found
		},
		Pick: func(_ string, but netcore.PersonID, picked func(netcore.Person)) {
			for _, person := range s.people {
				if person.ID != but {
					picked(person)
					return
				}
			}
		},
		Merged: func(into netcore.PersonID) { s.merged = into },
		Front:  func() { s.fronts++ },
		Ended:  whichEnd,
	})
	return s
}

// bob is a person who is online.
func (s *stage) bob(with ...func(*netcore.Person)) netcore.Person {
	person := netcore.Person{ID: 1, Name: "Bob", SelfName: "Bob", Device: netcore.DeviceID{7}, Online: true, Trust: netcore.TrustStranger}
	for _, change := range with {
		change(&person)
	}
	s.people[person.ID] = person
	return person
}

func verified(p *netcore.Person) {
	p.Trust, p.Verified, p.VerifiedBy = netcore.TrustVerified, noon, netcore.VerifiedByCode
	p.Permissions = netcore.Permissions{Files: netcore.FilesAsk, Commands: netcore.CommandsOff, Clock: true}
}

func (s *stage) until(what string, done func() bool) {
	s.Helper()
	s.queue.Until(s.T, what, done)
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

// top is the dialog in front, or nil.
func (s *stage) top() fyne.CanvasObject { return s.window.Canvas().Overlays().Top() }

// text is all that can be read in the dialog in front.
func (s *stage) text() string {
	var found []string
	if top := s.top(); top != nil {
		walk(top, func(object fyne.CanvasObject) {
			if text, ok := object.(*canvas.Text); ok && text.Text != "" {
				found = append(found, text.Text)
			}
		})
	}
	return strings.Join(found, " ")
}

func (s *stage) wantText(parts ...string) {
	s.Helper()
	for _, part := range parts {
		s.until(fmt.Sprintf("%q can be read", part), func() bool { return strings.Contains(s.text(), part) })
	}
}

func (s *stage) wantGone() {
	s.Helper()
	s.until("no dialog is left", func() bool { return s.top() == nil })
}

// button returns the button with the text in the dialog in front, or nil.
func (s *stage) button(text string) *kit.Button {
	var found *kit.Button
	walk(s.top(), func(object fyne.CanvasObject) {
		if b, ok := object.(*kit.Button); ok && b.Text == text {
			found = b
		}
	})
	return found
}

// tap taps a button as soon as it can be tapped.
func (s *stage) tap(text string) {
	s.Helper()
	s.until(text+" can be tapped", func() bool {
		b := s.button(text)
		return b != nil && !b.Disabled()
	})
	test.Tap(s.button(text))
}

// press gives a key to what has the focus.
func (s *stage) press(key fyne.KeyName) {
	s.Helper()
	focused := s.window.Canvas().Focused()
	if focused == nil {
		s.Fatal("nothing has the focus")
	}
	focused.TypedKey(&fyne.KeyEvent{Name: key})
}

// wantDone waits until just these acts were done, in any order.
func (s *stage) wantDone(want ...string) {
	s.Helper()
	s.until(fmt.Sprintf("%q was done", want), func() bool { return slices.Equal(slices.Sorted(slices.Values(s.node.done())), want) })
}

// wantLast waits until a list of acts ends in one.
func (s *stage) wantLast(want string) {
	s.Helper()
	s.until(fmt.Sprintf("%q was done", want), func() bool {
		done := s.node.done()
		return len(done) > 0 && done[len(done)-1] == want
	})
}

var errDisk = errors.New("the disk is \u202efull")
