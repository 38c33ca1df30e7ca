package shell

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/app/kit/kittest"
	"lanyard/netcore"
)

// stage is a window on a fake node, drained by the test.
type stage struct {
	*testing.T
	node  *fakeNode
	queue *kittest.Queue
	shell *Shell
	app   fyne.App
}

func newStage(t *testing.T, node *fakeNode) *stage {
	t.Helper()
	return newStageAt(t, node, func() time.Time { return noon })
}

// newStageAt is newStage with a clock.
func newStageAt(t *testing.T, node *fakeNode, now func() time.Time) *stage {
	t.Helper()
	app := test.NewTempApp(t)
	window := test.NewTempWindow(t, nil)
	window.SetPadded(false)
	window.Resize(fyne.NewSize(1000, 680))
	ui, queue := kittest.NewUI(t)
	face, err := New(Config{Node: node, Events: node.events, App: app, Window: window, UI: ui, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	window.Resize(fyne.NewSize(1000, 680))
	s := &stage{T: t, node: node, queue: queue, shell: face, app: app}
	face.Run()
	s.until("the people are read", func() bool { return face.known })
	return s
}

func (s *stage) until(what string, done func() bool) {
	s.Helper()
	s.queue.Until(s.T, what, done)
}

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
	var found fyne.Tappable
	look := func(object fyne.CanvasObject) {
		switch button := object.(type) {
		case *widget.Button:
			if button.Text == text {
				found = button
			}
		case *kit.Button:
			if button.Text == text {
				found = button
			}
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
