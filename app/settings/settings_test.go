package settings

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/app/kit/kittest"
	"lanyard/app/security"
	"lanyard/netcore"
)

// fakeNode answers what the page asks when it is made; nothing is changed.
type fakeNode struct {
	security.Node
	*fakeRuns
	set *atomic.Pointer[netcore.Settings] // nil: nothing is changed
}

func (f fakeNode) SetSettings(_ context.Context, s netcore.Settings) error {
	f.set.Store(&s)
	return nil
}

func (fakeNode) Self() netcore.Self { return netcore.Self{ID: netcore.DeviceID{42}, Name: "Ming"} }

func (f fakeNode) Settings() netcore.Settings {
	if f.set == nil {
		return netcore.Settings{Name: "Ming"}
	}
	return *f.set.Load()
}

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

func TestWhereFilesGoAndHowFast(t *testing.T) {
	var set atomic.Pointer[netcore.Settings]
	set.Store(&netcore.Settings{Name: "Ming", SaveDir: "/home/ming/Lanyard", Clash: netcore.ClashKeep, SendLimit: 800_000})
	s := kittest.NewStage(t, fyne.NewSize(720, 900))
	page := New(s.UI, fakeNode{fakeRuns: &fakeRuns{}, set: &set}, Host{Window: s.Window, Escaped: func() {}})
	s.Show(container.NewStack(page.Object()))
	s.WantText("sends today go to /home/ming/Lanyard")
	entries := kittest.All[*kit.Entry](s)
	folder, send, receive := entries[1], entries[2], entries[3]
	if send.Text != "800" || receive.Text != "" {
		t.Errorf("the limits are shown as %q and %q", send.Text, receive.Text)
	}
	folder.SetText("/home/ming/{person}/{type}/{date}/{x}")
	s.WantText("/home/ming/Li Lei/images/" + time.Now().Format(time.DateOnly) + "/{x}")
	page.fill() // as when other settings change: what was typed stays
	s.WantText("/home/ming/Li Lei/images/")
	receive.SetText("2,5")
	receive.OnSubmitted("")
	s.Until("it is saved", func() bool { return set.Load().ReceiveLimit == 2_500_000 })
	if got := set.Load(); got.SaveDir != "/home/ming/{person}/{type}/{date}/{x}" || got.SendLimit != 800_000 {
		t.Errorf("saved %+v", got)
	}
	s.WantText("Saved.")
	send.SetText("-1")
	send.OnSubmitted("")
	s.WantText("A limit is a number, at least 16.4 KB/s; nothing means no limit.")
	folder.SetText("somewhere")
	s.WantText("The folder must be an absolute path.")
	kittest.All[*widget.Select](s)[0].SetSelected("Replace with the new one")
	s.Until("it is saved", func() bool { return set.Load().Clash == netcore.ClashReplace })
}
