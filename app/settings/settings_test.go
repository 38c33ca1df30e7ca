package settings

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit/kittest"
	"lanyard/app/security"
	"lanyard/netcore"
)

// fakeNode answers what the page asks when it is made; nothing is changed.
type fakeNode struct {
	security.Node
	*fakeRuns
}

func (fakeNode) Self() netcore.Self { return netcore.Self{ID: netcore.DeviceID{42}, Name: "Ming"} }

func (fakeNode) Settings() netcore.Settings { return netcore.Settings{Name: "Ming"} }

func TestTheTabsAreReachedByKeyboard(t *testing.T) {
	s := kittest.NewStage(t, fyne.NewSize(720, 600))
	page := New(s.UI, fakeNode{fakeRuns: &fakeRuns{}}, Host{Window: s.Window, Escaped: func() {}})
	s.Show(container.NewStack(page.Object()))
	s.WantText("Name shown to others")
	for _, c := range []struct{ tab, shows string }{
		{"Permissions", "What verified people may do on this PC."},
		{"Security", "Who may reach me"},
		{"Buttons", "A button is a command of yours with a name."},
		{"Consents", "These commands run without a question"},
		{"General", "Name shown to others"},
	} {
		canvas := s.Window.Canvas()
		canvas.Unfocus()
		for range 7 {
			canvas.FocusNext()
			if button, ok := canvas.Focused().(*widget.Button); ok && button.Text == c.tab {
				test.Type(button, " ")
				button.TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
				break
			}
		}
		s.WantText(c.shows)
	}
	if s.Reads("Who may reach me") {
		t.Error("another tab is still seen")
	}
}
