package trust

import (
	"errors"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"lanyard/netcore"
)

// comparing opens a comparison in which both sides see digits.
func comparing(t *testing.T) *stage {
	t.Helper()
	s := newStage(t)
	s.desk.Verify(s.bob())
	s.wantText("Waiting until \"Bob\" opens the comparison too.", "2:00", netcore.DeviceID{7}.String()[:15])
	s.node.attempt.code <- "042917"
	s.wantText("042 917", "Not by a message here.")
	return s
}

func TestBothSayTheyMatch(t *testing.T) {
	s := comparing(t)
	s.tap("They match")
	s.wantText("Waiting for the answer of \"Bob\"")
	if !<-s.node.attempt.answers {
		t.Error("the answer was no")
	}
	s.node.attempt.ended <- nil
	s.wantText("\"Bob\" is verified.")
	s.press(fyne.KeyReturn)
	s.wantGone()
}

func TestEveryEndHasItsWords(t *testing.T) {
	seen := map[string]string{}
	for name, c := range ends() {
		t.Run(name, func(t *testing.T) {
			s := comparing(t)
			s.node.attempt.ended <- c.err
			s.wantText(c.want)
			if before, twice := seen[c.want]; twice {
				t.Errorf("the same words as %s", before)
			}
			seen[c.want] = name
			s.tap("Close")
			s.wantGone()
		})
	}
}

func TestTheyDifferIsLoudAndGivesNothing(t *testing.T) {
	s := comparing(t)
	s.tap("They differ")
	if <-s.node.attempt.answers {
		t.Error("the answer was yes")
	}
	s.node.attempt.ended <- ends()["differ"].err
	s.wantText("somebody may be between you two", "Nothing was given.")
}

func TestAnAttemptThatDoesNotOpenSaysWhy(t *testing.T) {
	s := newStage(t)
	s.node.opened = ends()["busy"].err
	s.desk.Verify(s.bob())
	s.wantText("Another comparison is open.")
	s.press(fyne.KeyEscape)
	s.wantGone()
	s.node.opened, s.now = nil, noon.Add(time.Hour)
	s.desk.Verify(s.bob())
	s.wantText("Waiting until \"Bob\"")
}

func TestEnterNeverSaysThatTheyMatch(t *testing.T) {
	s := comparing(t)
	s.until("they can be tapped", func() bool { return !s.button("They match").Disabled() })
	for _, text := range []string{"They match", "They differ"} {
		s.window.Canvas().Focus(s.button(text))
		s.press(fyne.KeyReturn)
		s.press(fyne.KeyEnter)
	}
	if len(s.node.attempt.answers) != 0 {
		t.Fatal("Enter answered")
	}
	s.window.Canvas().Focus(s.button("They match"))
	s.press(fyne.KeySpace)
	s.wantText("Waiting for the answer of \"Bob\"")
}

func TestTheDigitsCannotBeAnsweredAtOnce(t *testing.T) {
	s := comparing(t)
	for _, text := range []string{"They match", "They differ"} {
		if !s.button(text).Disabled() {
			t.Errorf("%q can be hit by a click that was meant for something else", text)
		}
	}
	if s.window.Canvas().Focused() != fyne.Focusable(s.button("Cancel")) {
		t.Error("the default is not to cancel")
	}
}

func TestLeavingEndsTheAttempt(t *testing.T) {
	for name, leave := range map[string]func(*stage){
		"button": func(s *stage) { s.tap("Cancel") },
		"escape": func(s *stage) { s.press(fyne.KeyEscape) },
		"enter":  func(s *stage) { s.press(fyne.KeyReturn) },
		"window": func(s *stage) { s.top().Hide() }, // what the window does for Escape without a focus
	} {
		t.Run(name, func(t *testing.T) {
			s := comparing(t)
			leave(s)
			s.wantGone()
			<-s.node.attempt.gone
			s.node.attempt = newAttempt()
			s.desk.Verify(s.bob())
			s.wantText("Waiting until \"Bob\"")
		})
	}
}

func TestLeavingBeforeTheOtherOpensEndsTheAttempt(t *testing.T) {
	s := newStage(t)
	s.desk.Verify(s.bob())
	s.press(fyne.KeyEscape)
	s.wantGone()
	<-s.node.attempt.gone
}

func TestTheCountdownCounts(t *testing.T) {
	s := newStage(t)
	s.desk.Verify(s.bob())
	s.now = noon.Add(75 * time.Second)
	s.wantText("0:45")
}

func TestOneComparisonAtATimeAndNoneWithTheAbsent(t *testing.T) {
	s := comparing(t)
	s.desk.Verify(s.bob())
	if got := len(s.window.Canvas().Overlays().List()); got != 1 {
		t.Errorf("%d dialogs", got)
	}
	s.tap("Cancel")
	s.desk.Verify(s.bob(func(p *netcore.Person) { p.Online = false }))
	s.wantText("To compare digits, both of you must be online.")
	if !s.button("Compare digits…").Disabled() {
		t.Error("it can be opened with nobody there")
	}
}

func TestNamesInTheDialogAreData(t *testing.T) {
	s := newStage(t)
	s.desk.Verify(s.bob(func(p *netcore.Person) {
		p.Name = "{{.Evil}}\u202e" + strings.Repeat("x", 500)
	}))
	s.wantText("{{.Evil}}")
	if got := s.text(); strings.Contains(got, "\u202e") || len(got) > 1500 {
		t.Errorf("%d bytes are shown: %q", len(got), got)
	}
}

// end is one way of ending, and words that only it has.
type end struct {
	err  error
	want string
}

func ends() map[string]end {
	return map[string]end{
		"verified":    {nil, "\"Bob\" is verified."},
		"differ":      {fakeEnd(EndDiffer), "The digits differ: somebody may be between you two."},
		"they differ": {fakeEnd(EndTheyDiffer), "\"Bob\" says that the digits differ."},
		"forged":      {fakeEnd(EndForged), "is forged."},
		"time":        {fakeEnd(EndLate), "The two minutes are over."},
		"gave up":     {fakeEnd(EndGivenUp), "\"Bob\" closed the comparison."},
		"busy":        {fakeEnd(EndBusy), "Another comparison is open."},
		"too many":    {fakeEnd(EndTooMany), "the next can begin at 12:07:30"},
		"lost":        {fakeEnd(EndLost), "The connection was lost."},
		"blocked":     {netcore.ErrBlocked, "They are blocked."},
		"other":       {errors.New("something odd"), "something odd"},
	}
}

// fakeEnd is an error of the engine.
type fakeEnd End

func (e fakeEnd) Error() string { return "the comparison ended" }

// whichEnd tells them apart.
func whichEnd(err error) (End, time.Time) {
	var end fakeEnd
	if errors.As(err, &end) {
		return End(end), noon.Add(450 * time.Second)
	}
	return EndOther, time.Time{}
}
