package security

import (
	"fmt"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/app/kit/kittest"
	"lanyard/netcore"
)

var wide, narrow = fyne.NewSize(720, 600), fyne.NewSize(420, 400)

// picks are the choices of the first row: files, commands.
func picks(s *stage) (files, commands *pick) {
	s.Helper()
	all := kittest.All[*pick](s.Stage)
	if len(all) < 2 {
		s.Fatalf("%d choices are shown", len(all))
	}
	return all[0], all[1]
}

// choose opens a choice and picks one of its words.
func choose(s *stage, p *pick, words string) {
	s.Helper()
	test.Tap(p)
	s.Window.Canvas().Overlays().Top().Hide() // the menu goes before what was chosen is told
	p.SetSelected(words)
}

func TestVerifiedAndBlockedPeopleAreListed(t *testing.T) {
	for name, size := range map[string]fyne.Size{"wide": wide, "narrow": narrow} {
		t.Run(name, func(t *testing.T) {
			stranger := netcore.Person{ID: 3, Name: "Stranger", Trust: netcore.TrustStranger}
			blocked := someone(2, "Bad")
			blocked.Trust = netcore.TrustBlocked
			node := &fakeNode{people: []netcore.Person{blocked, stranger, someone(1, "李雷")}}
			s := newTable(t, node, size)
			for _, part := range []string{"李雷", someone(1, "").Device.Short(), "2026-03-04", "by six digits", "Ask first", "Never", "Bad", "Blocked"} {
				s.WantText(part)
			}
			if s.Reads("Stranger") {
				t.Error("strangers are listed: they have no permissions")
			}
			s.Tap("Unblock…")
			s.WantText("They can write to you and offer files again.")
			s.Tap("Cancel")
			s.closed()
			s.Tap("Unblock…")
			s.Tap("Unblock")
			s.did("unblock 2")
			s.closed()
		})
	}
}

func TestAPermissionIsStoredAsChosen(t *testing.T) {
	s := newTable(t, &fakeNode{people: []netcore.Person{someone(1, "李雷")}}, wide)
	s.WantText("李雷")
	files, commands := picks(s)
	choose(s, files, "Auto up to 10 GiB")
	s.did("permit 1 auto 10737418240 off true")
	choose(s, commands, "Ask each time")
	s.did("permit 1 auto 10737418240 ask true")
	test.Tap(kittest.All[*widget.Check](s.Stage)[0])
	s.did("permit 1 auto 10737418240 ask false")
	s.Until("it is shown", func() bool { return s.Reads("Auto up to 10 GiB") && s.Reads("Ask each time") })
}

func TestTheHighestRightIsAskedBackFor(t *testing.T) {
	s := newTable(t, &fakeNode{people: []netcore.Person{someone(1, "李雷")}}, wide)
	s.WantText("李雷")
	_, commands := picks(s)
	choose(s, commands, "Always")
	s.WantText("Permit all commands?")
	if commands.Selected != "Never" {
		t.Errorf("%q is shown before it is permitted", commands.Selected)
	}
	s.Window.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn}) // the safe button has the focus
	s.closed()
	if acts := s.node.all(); len(acts) > 0 {
		t.Errorf("%q without consent", acts)
	}
	choose(s, commands, "Always")
	s.Tap("Permit it")
	s.did("permit 1 ask 1073741824 always true")
	s.closed()
}

func TestAChoiceCountsForWhomItWasOpenedFor(t *testing.T) {
	node := &fakeNode{people: []netcore.Person{someone(2, "Zoe")}}
	s := newTable(t, node, wide)
	s.WantText("Zoe")
	_, commands := picks(s)
	test.Tap(commands) // the menu is open
	node.mu.Lock()
	node.people = append(node.people, someone(1, "Adam"))
	node.mu.Unlock()
	s.table.Trigger()
	s.WantText("Adam")
	if shown := commands.row.person.Name; shown != "Adam" {
		t.Fatalf("the row shows %q: the test is of no use", shown)
	}
	commands.SetSelected("Ask each time")
	s.did("permit 2 ask 1073741824 ask true")
	for _, act := range node.all() {
		if act != "permit 2 ask 1073741824 ask true" {
			t.Errorf("also %q", act)
		}
	}
}

func TestARefusedPermissionIsTakenBackOnScreen(t *testing.T) {
	s := newTable(t, &fakeNode{people: []netcore.Person{someone(1, "李雷")}, refuse: netcore.ErrNotVerified}, narrow)
	s.WantText("李雷")
	_, commands := picks(s)
	choose(s, commands, "Ask each time")
	s.WantText("Only verified people can be given permissions.")
	s.Until("the old one is shown", func() bool { return commands.Selected == "Never" })
}

func TestTheLastOfManyChoicesWins(t *testing.T) {
	node := &fakeNode{people: []netcore.Person{someone(1, "李雷")}, hold: make(chan struct{})}
	s := newTable(t, node, wide)
	s.WantText("李雷")
	_, commands := picks(s)
	for _, words := range []string{"Ask each time", "Buttons only", "Never", "Buttons only"} {
		choose(s, commands, words)
	}
	close(node.hold)
	s.did("permit 1 ask 1073741824 buttons true")
	s.Until("all is settled", func() bool { return len(s.table.busy) == 0 })
	if acts := node.all(); len(acts) != 2 {
		t.Errorf("stored %q", acts)
	}
	if commands.Selected != "Buttons only" {
		t.Errorf("%q is shown", commands.Selected)
	}
}

func TestNobodyAndNoMatchAreSaid(t *testing.T) {
	node := &fakeNode{}
	s := newTable(t, node, narrow)
	s.WantText("Nobody is verified yet.")
	node.mu.Lock()
	node.people = []netcore.Person{someone(1, "李雷"), someone(2, "Zoe")}
	node.mu.Unlock()
	s.table.Trigger()
	s.WantText("Zoe")
	test.Type(s.table.find, "zo")
	if s.Reads("李雷") || !s.Reads("Zoe") {
		t.Errorf("the search shows %q", s.Texts())
	}
	test.Type(s.table.find, "e!")
	s.WantText("Nobody here matches.")
	s.table.find.SetText(someone(1, "").Device.Short())
	s.WantText("李雷")
}

func TestTwoHundredPeopleDoNotHoldTheWindow(t *testing.T) {
	node := &fakeNode{}
	for i := range 200 {
		one := someone(netcore.PersonID(i+1), fmt.Sprintf("Person %03d 某某", i))
		if i == 0 {
			one.Name = long()
		}
		node.people = append(node.people, one)
	}
	s := newTable(t, node, wide)
	s.WantText("Person 001")
	if rows := len(kittest.All[*row](s.Stage)); rows > 30 {
		t.Errorf("%d rows exist", rows)
	}
	s.table.Trigger()
	s.Until("it was read again", func() bool { return s.UI.Stats().Callbacks >= 2 })
	start := time.Now()
	s.table.table.List.ScrollToBottom()
	s.WantText("Person 199")
	if longest := max(s.UI.Stats().Longest, time.Since(start)); longest > 500*time.Millisecond {
		t.Errorf("the window was held for %v", longest)
	}
}

func TestNamesCannotMisleadInAQuestion(t *testing.T) {
	hostile := someone(1, "Zoe\u202e) may\x1b[2J "+long())
	blocked := hostile
	blocked.Trust = netcore.TrustBlocked
	s := newTable(t, &fakeNode{people: []netcore.Person{blocked}}, wide)
	s.Until("it is listed", func() bool { return len(kittest.All[*row](s.Stage)) == 1 })
	s.Tap("Unblock…")
	s.WantText(hostile.Device.Short())
	for _, text := range s.Texts() {
		if kit.Neutral(text) != text || len(text) > 2000 {
			t.Errorf("%.60q is drawn", text)
		}
	}
}
