package trust

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"lanyard/app/kit"
	"lanyard/netcore"
)

func TestTheCardOfAStranger(t *testing.T) {
	s := newStage(t)
	bob := s.bob(func(p *netcore.Person) { p.Alias, p.Name, p.SelfName = "My Bob", "My Bob", "Robert" })
	s.desk.Card(bob)
	s.wantText("My Bob", "They call themselves \"Robert\"", "Not verified", "Only verified people can be permitted anything.")
	for _, group := range strings.Split(bob.Device.String(), "-") {
		s.wantText(group)
	}
	if strings.Contains(s.text(), "Permissions on this PC") {
		t.Error("a stranger is offered permissions")
	}
	s.tap("Copy")
	if s.copied != bob.Device.String() {
		t.Errorf("copied %q", s.copied)
	}
	s.window.Canvas().Focus(s.desk.card.alias)
	s.press(fyne.KeyEscape)
	s.wantGone()
}

func TestTheCardOfSomebodyVerified(t *testing.T) {
	s := newStage(t)
	s.desk.Card(s.bob(verified, func(p *netcore.Person) {
		p.Devices = []netcore.DeviceID{p.Device, {8}}
	}))
	s.wantText("Identity verified on 2026-03-04 by six digits", "Permissions on this PC", "Device 2 of 2", "Ask first", "Never", "belong to the first device")
	if s.button("Compare digits…") != nil || s.button("Unblock…") != nil {
		t.Error("what is done is offered again")
	}
	s.tap("Take back verification…")
	s.wantText("All that they were permitted is taken back")
	s.press(fyne.KeyReturn) // the default is to do nothing
	s.wantText("Identity verified")
	s.tap("Take back verification…")
	s.tap("Take back")
	s.wantDone("unverify 1")
}

func TestTheCardFollowsThePerson(t *testing.T) {
	s := newStage(t)
	s.desk.Card(s.bob())
	s.wantText("Not verified")
	s.bob(verified)
	s.desk.Update()
	s.wantText("Identity verified on")
	s.bob(func(p *netcore.Person) { p.Trust = netcore.TrustBlocked })
	s.desk.Update()
	s.wantText("Blocked", "Unblock…")
	s.tap("Unblock…")
	s.tap("Unblock")
	s.wantDone("unblock 1")
}

func TestBlockingAsksFirst(t *testing.T) {
	s := newStage(t)
	s.desk.Card(s.bob())
	s.tap("Block…")
	s.wantText("Block \"Bob\"?", "not verified any more after that", "The conversation stays.")
	s.tap("Cancel")
	s.tap("Block…")
	s.node.refuse = errDisk
	s.tap("Block")
	s.wantText("the disk is �full")
	s.node.refuse = nil
	s.tap("Block")
	s.wantDone("block 1", "block 1")
	s.wantText("About this person")
}

func TestTheAliasIsKept(t *testing.T) {
	s := newStage(t)
	s.desk.Card(s.bob())
	s.desk.card.alias.SetText(" Bob of accounting ")
	s.tap("Save")
	s.wantDone("alias 1 Bob of accounting")
	s.wantText("Saved.")
}

func TestPermissionsCountAtOnceAndAlwaysAsksBack(t *testing.T) {
	s := newStage(t)
	s.desk.Card(s.bob(verified))
	table := s.desk.card.allowed
	if !table.size.Disabled() {
		t.Error("a size is offered though nothing is accepted by itself")
	}
	table.files.SetSelected("Accept by itself")
	s.wantLast("permit 7 files=auto:1073741824 commands=off clock=on")
	table.size.SetSelected("up to 100 MiB")
	table.clock.SetChecked(false)
	s.wantLast("permit 7 files=auto:104857600 commands=off clock=off")

	table.commands.SetSelected("Always")
	s.wantText("can do everything on this PC that you can do")
	s.press(fyne.KeyReturn)
	if got := table.commands.Selected; got != "Never" {
		t.Errorf("the table says %q though the user changed their mind", got)
	}
	table.commands.SetSelected("Always")
	s.tap("Permit it")
	s.wantLast("permit 7 files=auto:104857600 commands=always clock=off")
}

func TestAPermissionThatIsNotStoredIsNotShown(t *testing.T) {
	s := newStage(t)
	s.node.refuse = netcore.ErrNotVerified
	s.desk.Card(s.bob(verified))
	s.desk.card.allowed.commands.SetSelected("Ask each time")
	s.wantText("Not saved: Only verified people can be given permissions.")
	if got := s.desk.card.allowed.commands.Selected; got != "Never" {
		t.Errorf("the table says %q", got)
	}
}

func TestTheWholeDeviceIDVerifies(t *testing.T) {
	s := newStage(t)
	bob := s.bob()
	s.desk.Card(bob)
	s.tap("Compare the device ID…")
	typed := func(text string) {
		focused := s.window.Canvas().Focused().(interface{ SetText(string) })
		focused.SetText(text)
		s.press(fyne.KeyReturn)
	}
	typed("ABC")
	s.wantText("a character is missing or wrong")
	typed(strings.Repeat("A", 1000))
	s.wantText("it is too long")
	s.node.refuse = netcore.ErrOtherID
	typed(netcore.DeviceID{9}.String())
	s.wantText("That is another device ID.", "Nothing was given.")
	s.node.refuse = nil
	typed(bob.Device.String())
	s.wantText("\"Bob\" is verified now.")
	s.tap("Close")
	s.wantText("About this person")
}

func TestPuttingTogetherTakesNoPermissionAlong(t *testing.T) {
	s := newStage(t)
	s.people[2] = netcore.Person{ID: 2, Name: "Old Bob", Device: netcore.DeviceID{8}}
	s.desk.Card(s.bob())
	s.tap("It is the same person as…")
	s.wantText("\"Bob\"", "\"Old Bob\"", netcore.DeviceID{8}.Short(), "No permission is taken along")
	s.press(fyne.KeyEscape)
	s.tap("It is the same person as…")
	s.tap("Put together")
	s.wantDone("merge 1 2")
	s.until("the other conversation is opened", func() bool { return s.merged == 2 })
	s.wantGone()
}

func TestACardFitsSmallWindows(t *testing.T) {
	s := newStage(t)
	s.window.Resize(fyne.NewSize(420, 320))
	s.desk.Card(s.bob(verified))
	s.wantText("About this person")
	size := s.window.Canvas().Size()
	walk(s.top(), func(object fyne.CanvasObject) {
		if b, ok := object.(*kit.Button); ok && b == s.desk.card.leave {
			corner := fyne.CurrentApp().Driver().AbsolutePositionForObject(b).AddXY(b.Size().Width, b.Size().Height)
			if corner.X > size.Width || corner.Y > size.Height {
				t.Errorf("%q ends at %v of %v", b.Text, corner, size)
			}
		}
	})
	test.Tap(s.button("Close"))
	s.wantGone()
}

func TestTabBringsIntoViewWhatItReaches(t *testing.T) {
	s := newStage(t)
	s.window.Resize(fyne.NewSize(420, 320))
	s.desk.Card(s.bob(verified))
	canvas, driver := s.window.Canvas(), fyne.CurrentApp().Driver()
	seen := map[fyne.Focusable]bool{}
	for range 20 {
		canvas.(interface{ FocusNext() }).FocusNext()
		focused := canvas.Focused()
		seen[focused] = true
		object := focused.(fyne.CanvasObject)
		top := driver.AbsolutePositionForObject(object).Y
		if bottom := top + object.Size().Height; top < 0 || bottom > canvas.Size().Height {
			t.Errorf("%T has the focus at %v to %v of %v", focused, top, bottom, canvas.Size().Height)
		}
	}
	if len(seen) < 8 || !seen[s.desk.card.allowed.clock] || !seen[s.desk.card.block] {
		t.Errorf("the keyboard reaches only %d things", len(seen))
	}
	s.window.Canvas().Focus(s.desk.card.allowed.clock)
	s.press(fyne.KeyEscape)
	s.wantGone()
}

// TestPermissionsAreForTheDeviceOnTheScreen: another device of theirs comes to
// the fore while something is open.
func TestPermissionsAreForTheDeviceOnTheScreen(t *testing.T) {
	s := newStage(t)
	s.desk.Card(s.bob(verified))
	shown := s.desk.card.allowed
	shown.commands.SetSelected("Always") // asks back
	s.wantText("can do everything on this PC that you can do")
	s.bob(verified, func(p *netcore.Person) { p.Device = netcore.DeviceID{8} })
	s.desk.Update()
	s.tap("Permit it")
	s.wantLast("permit 7 files=ask commands=always clock=on")
	shown.clock.SetChecked(false)
	s.wantLast("permit 7 files=ask commands=always clock=off")
	if now := s.desk.card.allowed; now == shown || now.commands.Selected != "Never" || !now.clock.Checked {
		t.Errorf("what the former device may do is shown of this one: %q", now.commands.Selected)
	}
	s.desk.card.allowed.commands.SetSelected("Ask each time")
	s.wantLast("permit 8 files=ask commands=ask clock=on")
}

func TestTheDeviceOnTheScreenIsCompared(t *testing.T) {
	s := newStage(t)
	s.desk.Verify(s.bob())
	s.bob(func(p *netcore.Person) { p.Device = netcore.DeviceID{8} })
	s.desk.Update()
	s.wantText(netcore.DeviceID{7}.String()[:15])
	s.wantDone("verify 7")
}
