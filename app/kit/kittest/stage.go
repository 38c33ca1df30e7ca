package kittest

import (
	"fmt"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
)

// Stage is a window in Lanyard's look that a test reads and works on.
type Stage struct {
	*testing.T
	App    fyne.App
	Window fyne.Window
	UI     *kit.UI
	Queue  *Queue
}

// NewStage returns an empty window of a size, in English.
func NewStage(t *testing.T, size fyne.Size) *Stage {
	t.Helper()
	s := &Stage{T: t, App: test.NewTempApp(t)}
	look, err := kit.NewTheme("light")
	if err != nil {
		t.Fatal(err)
	}
	s.App.Settings().SetTheme(look)
	if err := kit.UseLanguage(kit.LanguageEnglish); err != nil {
		t.Fatal(err)
	}
	s.Window = test.NewTempWindow(t, nil)
	s.Window.SetPadded(false)
	s.Window.Resize(size)
	s.UI, s.Queue = NewUI(t)
	return s
}

// Show puts an object into the window.
func (s *Stage) Show(object fyne.CanvasObject) {
	size := s.Window.Canvas().Size()
	s.Window.SetContent(object)
	s.Window.Resize(size)
}

// Until runs posted functions until done holds.
func (s *Stage) Until(what string, done func() bool) {
	s.Helper()
	s.Queue.Until(s.T, what, done)
}

// Texts returns all that can be read, in the window and over it.
func (s *Stage) Texts() []string {
	var found []string
	s.walk(func(object fyne.CanvasObject) {
		if text, ok := object.(*canvas.Text); ok && text.Text != "" {
			found = append(found, text.Text)
		}
	})
	return found
}

// Reads reports whether a text can be read. Lines that were wrapped are joined
// by blanks.
func (s *Stage) Reads(part string) bool {
	return strings.Contains(strings.Join(s.Texts(), " "), part)
}

// WantText waits until a text can be read.
func (s *Stage) WantText(part string) {
	s.Helper()
	s.Until(fmt.Sprintf("%q can be read", part), func() bool {
		if !s.Reads(part) {
			s.Window.Content().Refresh() // a real window is laid out anew before each frame
		}
		return s.Reads(part)
	})
}

// Tap taps the button with the text; the one on top if there are several.
func (s *Stage) Tap(text string) {
	s.Helper()
	var found fyne.Tappable
	s.walk(func(object fyne.CanvasObject) {
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
	})
	if found == nil {
		s.Fatalf("no button %q among %q", text, s.Texts())
	}
	test.Tap(found)
}

// All returns all widgets of a type that are shown, the deepest last.
func All[T fyne.CanvasObject](s *Stage) []T {
	var found []T
	s.walk(func(object fyne.CanvasObject) {
		if one, ok := object.(T); ok {
			found = append(found, one)
		}
	})
	return found
}

// walk visits all that is shown, the overlays last.
func (s *Stage) walk(visit func(fyne.CanvasObject)) {
	walk(s.Window.Content(), visit)
	for _, overlay := range s.Window.Canvas().Overlays().List() {
		walk(overlay, visit)
	}
}

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
