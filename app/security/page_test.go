package security

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/app/kit/kittest"
	"lanyard/netcore"
	"lanyard/netcore/identity"
)

// check is the box with the text.
func check(s *stage, text string) *widget.Check {
	s.Helper()
	for _, one := range kittest.All[*widget.Check](s.Stage) {
		if one.Text == text {
			return one
		}
	}
	s.Fatalf("no box %q", text)
	return nil
}

// entries are those of the open dialog.
func entries(s *stage) []*kit.Entry { return kittest.All[*kit.Entry](s.Stage) }

func TestWhoMayReachMeIsStoredAtOnce(t *testing.T) {
	s := newSecurity(t, &fakeNode{settings: netcore.Settings{Name: "Ming", NoStrangerFiles: true}})
	if !check(s, "Files from verified people only").Checked || check(s, "Invisible").Checked {
		t.Error("the boxes do not show what is set")
	}
	test.Tap(check(s, "Texts from verified people only"))
	test.Tap(check(s, "Files from verified people only"))
	test.Tap(check(s, "Invisible"))
	s.Until("all three are stored", func() bool {
		return s.node.Settings() == netcore.Settings{Name: "Ming", NoStrangerTexts: true, Invisible: true}
	})
}

func TestAReachThatCannotBeStoredIsTakenBack(t *testing.T) {
	s := newSecurity(t, &fakeNode{refuse: netcore.ErrNotConfirmed})
	test.Tap(check(s, "Invisible"))
	s.WantText("It was not confirmed in the window.")
	if check(s, "Invisible").Checked {
		t.Error("the box stays ticked")
	}
}

func TestANetworkPasswordIsMadeShownAndTurnedOff(t *testing.T) {
	s := newSecurity(t, &fakeNode{})
	s.WantText("There is no password")
	s.Tap("Make a new one…")
	s.WantText(freshPassword)
	s.WantText("everybody without it vanishes")
	if len(s.node.all()) > 0 {
		t.Error("it counts before the user agreed")
	}
	s.Tap("Copy")
	if s.copied != freshPassword {
		t.Errorf("copied %q", s.copied)
	}
	s.Tap("Use it")
	s.WantText("A password is in force.")
	s.closed()
	s.Tap("Show")
	s.WantText(freshPassword)
	s.Tap("Close")
	s.closed()
	s.Tap("Turn off…")
	s.WantText("Turn off the network password?")
	s.Tap("Turn off")
	s.WantText("There is no password")
	s.closed()
}

func TestAWeakPasswordIsRefusedWithTheReason(t *testing.T) {
	s := newSecurity(t, &fakeNode{refuse: netcore.ErrWeakPassword})
	s.Tap("Enter one…")
	entry := s.Window.Canvas().Focused().(*kit.Entry)
	if !entry.Password {
		t.Error("it can be read while it is typed")
	}
	test.Type(entry, "secret123")
	entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	s.WantText("Only generated ones are taken")
	test.Tap(check(s, "Show what I type"))
	if entry.Password {
		t.Error("it stays hidden")
	}
	entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	s.closed()
}

func TestAPairingStringIsMadeOnce(t *testing.T) {
	s := newSecurity(t, &fakeNode{})
	s.Tap("Make a pairing string…")
	s.WantText("lanyard:192.168.1.7:9527/ID/SECRET")
	for _, part := range []string{"works once", "ten minutes", "channel that you trust", "close Lanyard"} {
		s.WantText(part)
	}
	s.Tap("Copy")
	if s.copied != "lanyard:192.168.1.7:9527/ID/SECRET" {
		t.Errorf("copied %q", s.copied)
	}
	s.Tap("Close")
	s.closed()
	if s.Reads("SECRET") {
		t.Error("the secret stays on the page")
	}
}

func TestAPairingStringThatCannotBeMadeSaysWhy(t *testing.T) {
	s := newSecurity(t, &fakeNode{refuse: netcore.ErrNotConfirmed})
	s.Tap("Make a pairing string…")
	s.WantText("It was not confirmed in the window.")
}

func TestAPastedPairingStringVerifies(t *testing.T) {
	s := newSecurity(t, &fakeNode{hold: make(chan struct{})})
	s.Tap("Paste one…")
	test.Type(s.Window.Canvas().Focused(), "  lanyard:a/b/c ")
	s.Tap("Pair")
	s.WantText("Connecting…")
	s.Tap("Pair") // once is enough
	close(s.node.hold)
	s.WantText("\"Seven\uFFFD (" + netcore.DeviceID{7}.Short() + ")\" is verified now.")
	s.Tap("Close")
	s.closed()
	if acts := s.node.all(); len(acts) != 1 || acts[0] != "use lanyard:a/b/c" {
		t.Errorf("did %q", acts)
	}
}

func TestPairingThatFailsSaysWhyAndStays(t *testing.T) {
	for words, err := range map[string]error{
		"This person is blocked.":                            netcore.ErrBlocked,
		"The maker of this string does not answer":           fmt.Errorf("dialing: %w", netcore.ErrUnreachable),
		"This is no pairing string, or not the whole of it.": identity.ErrPairString,
		"This string did not work. (proving it: ":            errors.New("proving it: \x1b[31mno"),
		"has been used already, is older than ten minutes":   fmt.Errorf("using it: %w", netcore.ErrPairString),
		"(proving it: \uFFFD[31mno)":                         errors.New("proving it: \x1b[31mno"),
	} {
		s := newSecurity(t, &fakeNode{refuse: err})
		s.Tap("Paste one…")
		test.Type(s.Window.Canvas().Focused(), "lanyard:a/b/c")
		s.Tap("Pair")
		s.WantText(words)
		entries(s)[0].SetText(long())
		s.Tap("Pair")
		s.WantText("This is no pairing string, or not the whole of it.")
		s.Tap("Cancel")
		s.closed()
	}
}

func TestClosingAQuestionEndsItsWork(t *testing.T) {
	s := newSecurity(t, &fakeNode{hold: make(chan struct{})})
	s.Tap("Paste one…")
	test.Type(s.Window.Canvas().Focused(), "lanyard:a/b/c")
	s.Tap("Pair")
	s.WantText("Connecting…")
	s.Tap("Cancel")
	s.closed()
	s.UI.Close() // hangs if the work goes on
}

func TestTheIdentityIsExported(t *testing.T) {
	t.Setenv("HOME", "/home/ming")
	t.Setenv("USERPROFILE", "/home/ming")
	s := newSecurity(t, &fakeNode{})
	for half := range strings.SplitSeq(kit.DeviceLines(s.node.Self().ID.String()), "\n") {
		s.WantText(half)
	}
	s.Tap("Export…")
	fields := entries(s)
	name, first, again := fields[0], fields[1], fields[2]
	for _, c := range []struct{ name, first, again, want string }{
		{"a.age", "short", "short", "The passphrase needs at least 8 characters."},
		{"a.age", "long enough", "long enoufh", "The two passphrases differ."},
		{"../a.age", "long enough", "long enough", "The file needs a plain name."},
		{"", "long enough", "long enough", "The file needs a plain name."},
	} {
		name.SetText(c.name)
		first.SetText(c.first)
		again.SetText(c.again)
		s.Tap("Export")
		s.WantText(c.want)
	}
	if len(s.node.all()) > 0 {
		t.Errorf("did %q", s.node.all())
	}
	name.SetText("a.age")
	s.Tap("Export")
	s.did("export /home/ming/a.age long enough")
	s.WantText("The identity was exported to /home/ming/a.age")
	s.Tap("Close")
	s.closed()
}

func TestAnExportOverwritesNothing(t *testing.T) {
	s := newSecurity(t, &fakeNode{refuse: fs.ErrExist})
	s.Tap("Export…")
	for _, entry := range entries(s)[1:] {
		entry.SetText("八个字以上的口令")
	}
	s.Tap("Export")
	s.WantText("Nothing was overwritten.")
}

func TestAnIdentityIsImported(t *testing.T) {
	s := newSecurity(t, &fakeNode{})
	s.Tap("Import…")
	s.WantText("Never use one identity on two PCs at once.")
	s.Tap("Import")
	s.WantText("Choose the file.")
	s.Tap("Choose…")
	s.Until("the files are shown", func() bool { return len(s.Window.Canvas().Overlays().List()) == 2 })
}

func TestAWrongPassphraseIsSaid(t *testing.T) {
	s := newSecurity(t, &fakeNode{refuse: netcore.ErrPassphrase})
	file := newPlace("File", "None yet", func(chosen func(string)) { chosen("/home/ming/a.age") })
	s.page.identity.askImport(file)
	s.Tap("Choose…")
	s.WantText("/home/ming/a.age")
	s.Tap("Import")
	s.WantText("The passphrase is missing.")
	entries(s)[0].SetText("wrong")
	s.Tap("Import")
	s.did("import /home/ming/a.age wrong")
	s.WantText("This passphrase does not open the file.")
}

func TestANewKeyTakesEffectAtTheNextStart(t *testing.T) {
	s := newSecurity(t, &fakeNode{})
	s.Tap("New key…")
	s.WantText("must verify you anew")
	s.Window.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	s.closed()
	s.Tap("New key…")
	s.Tap("Make a new key")
	s.did("rotate")
	s.WantText("will then be")
	s.Tap("Close")
	s.closed()
	s.WantText("It takes effect at the next start.")
	s.WantText(netcore.DeviceID{8}.Short())
}
