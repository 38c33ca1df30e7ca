package shell

import (
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"lanyard/netcore"
)

// known changes somebody of the list and tells the window of it.
func known(node *fakeNode, id netcore.PersonID, change func(*netcore.Person)) {
	node.mu.Lock()
	at := slices.IndexFunc(node.people, func(p netcore.Person) bool { return p.ID == id })
	change(&node.people[at])
	node.mu.Unlock()
	node.events <- netcore.Event{Kind: netcore.EventPerson, Person: id}
}

func (s *stage) wantNot(part string) {
	s.Helper()
	s.until(part+" cannot be read", func() bool { return !s.reads(part) })
}

func TestTheHeadSaysWhatIsKnownOfTheKey(t *testing.T) {
	node := newFake()
	two(node)
	s := newStage(t, node)
	s.open(1)
	s.wantText("Not verified")
	s.wantText("Verify…")
	known(node, 1, func(p *netcore.Person) { p.Trust = netcore.TrustVerified })
	s.wantText("Identity verified")
	s.wantNot("Verify…")
	known(node, 1, func(p *netcore.Person) { p.Trust = netcore.TrustBlocked })
	s.wantText("Blocked: nothing comes from them and nothing goes to them.")
	s.tap("Unblock…")
	s.tap("Unblock")
	s.until("it is done", func() bool { return slices.Equal(read(node, &node.acts), []string{"unblock 1"}) })
}

func TestNoticesComeFirst(t *testing.T) {
	for _, c := range []struct {
		notice netcore.Notice
		want   string
		merge  bool
	}{
		{netcore.NoticeNewKey, "This is not the \"Zoe\" you know: it has another key.", true},
		{netcore.NoticeRotated, "The old key of \"Zoe\" says that this is its new one.", true},
		{netcore.NoticeTwin, "Somebody else is called \"Zoe\", or almost so.", false},
	} {
		node := newFake()
		two(node)
		s := newStage(t, node)
		s.open(1)
		known(node, 1, func(p *netcore.Person) { p.Notice, p.NoticeOf = c.notice, 2 })
		s.wantRead(c.want)
		if s.reads("It is the same person…") != c.merge {
			t.Errorf("%s: to put together is offered: %t", c.notice, !c.merge)
		}
		if c.merge {
			s.tap("It is the same person…")
			s.wantRead("No permission is taken along")
			s.tap("Put together")
			s.until("the conversation with both opens", func() bool { return s.shell.timeline.Person().ID == 2 })
			if got := read(node, &node.acts); !slices.Equal(got, []string{"merge 1 2"}) {
				t.Errorf("done: %q", got)
			}
		}
	}
}

// wantRead waits until a sentence can be read, however it is broken into lines.
func (s *stage) wantRead(sentence string) {
	s.Helper()
	plain := func(text string) string { return strings.ReplaceAll(text, " ", "") }
	s.until("it says "+sentence, func() bool {
		return strings.Contains(plain(strings.Join(s.visible(), "")), plain(sentence))
	})
}

func TestWhoAsksIsMarkedAndDoesNotPopUp(t *testing.T) {
	node := newFake()
	two(node)
	now := noon
	s := newStageAt(t, node, func() time.Time { return now })
	s.open(2)
	known(node, 1, func(p *netcore.Person) { p.Asks = true })
	s.wantText("Wants to compare digits")
	if overlays := s.shell.Window.Canvas().Overlays().List(); len(overlays) != 0 {
		t.Error("a stranger opened a dialog")
	}
	s.open(1)
	s.wantRead("\"李雷\" wants to compare digits with you.")
	s.tap("Not now")
	s.wantNot("Compare…")
	known(node, 1, func(p *netcore.Person) { p.Asks = false })
	s.wantNot("Wants to compare digits")
	known(node, 1, func(p *netcore.Person) { p.Asks = true })
	s.wantText("Wants to compare digits")
	if s.reads("Compare…") {
		t.Error("who asks again and again is not to be got rid of")
	}
	now = noon.Add(3 * time.Minute)
	known(node, 1, func(p *netcore.Person) { p.Unread = 1 })
	s.wantText("Compare…")
	s.tap("Compare…")
	s.wantText("Compare digits with \"李雷\"")
	s.wantRead("the fake compares nothing")
}

func TestTheCardOpensByKeyboard(t *testing.T) {
	node := newFake()
	two(node)
	s := newStage(t, node)
	press := &desktop.CustomShortcut{KeyName: fyne.KeyI, Modifier: fyne.KeyModifierControl}
	s.shell.shortcut(press)
	if s.reads("About this person") {
		t.Error("a card of nobody opened")
	}
	s.open(1)
	s.shell.shortcut(press)
	s.wantText("About this person")
	s.shell.Window.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	s.wantNot("About this person")
	s.shell.shortcut(&desktop.CustomShortcut{KeyName: fyne.KeyL, Modifier: fyne.KeyModifierControl})
	s.wantRead("What was decided about trust")
}

func TestQuestionsOfOtherProgramsReachTheUser(t *testing.T) {
	node := newFake()
	two(node)
	s := newStage(t, node)
	ask := &netcore.Confirmation{ID: 3, Act: netcore.ConfirmAllow, Person: 1, Name: "李雷", Detail: "files=auto:104857600 commands=always evil=\u202e", Until: noon.Add(time.Minute)}
	node.events <- netcore.Event{Kind: netcore.EventConfirm, Confirm: ask}
	s.wantRead("Let \"李雷\" do more on this PC?")
	s.wantRead("Files: Accept by itself up to 100 MiB")
	s.wantRead("Commands: Always")
	s.wantRead("Then \"李雷\" can do everything on this PC that you can do")
	if s.reads("\u202e") {
		t.Error("what another program wrote changes what stands beside it")
	}
	node.events <- netcore.Event{Kind: netcore.EventConfirmed, Confirm: ask}
	s.wantNot("do more on this PC")
	if got := read(node, &node.acts); len(got) != 0 {
		t.Errorf("done: %q", got)
	}
}
