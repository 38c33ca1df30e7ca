package consent

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"lanyard/netcore"
)

func TestTheCardSaysWhoRunsWhatWhereAsWhom(t *testing.T) {
	s := newStage(t)
	ask := asked(1, `tar -cf "a b.tar" 文档`)
	ask.Run.Stdin = true
	s.asks(ask)
	for _, want := range []string{
		`"小明" wants to run this command here:`, "Identity verified on 2026-03-04. Device ID begins with",
		`tar -cf "a b.tar"`, "文档", "The home folder, /home/ming", "ming", "Its standard input comes from them",
		"It can do everything that you can do.", "denied in 60 s",
	} {
		s.WantText(want)
	}
	if s.fronts != 1 || s.notified != 1 {
		t.Errorf("brought to the front %d times, notified %d times", s.fronts, s.notified)
	}
	s.now = noon.Add(20 * time.Second)
	s.WantText("denied in 40 s")
}

func TestANoticeAboutTheKeyStandsOnTheCard(t *testing.T) {
	s := newStage(t)
	s.person.Notice = netcore.NoticeTwin
	s.asks(asked(1, "id"))
	s.WantText("Somebody else has the same name")
}

func TestEveryKeyThatIsNotMeantDenies(t *testing.T) {
	for _, key := range []fyne.KeyName{fyne.KeyReturn, fyne.KeyEnter, fyne.KeyEscape} {
		s := newStage(t)
		s.asks(asked(1, "rm -rf /"))
		s.press(key)
		if s.overlays() != 1 {
			t.Error("a key that was meant for what was there before answered")
		}
		s.ready()
		s.press(fyne.KeySpace)
		s.Window.Canvas().Focused().TypedRune('y')
		s.press(key)
		s.wantGone()
		s.wantDone("deny 1")
	}
}

func TestEachAnswerIsGivenByItsButtonAlone(t *testing.T) {
	for text, want := range map[string]string{
		"Allow once": "once 1", "Allow for 15 minutes": "quarter 1", "Always allow exactly this": "forever 1", "Deny": "deny 1",
	} {
		s := newStage(t)
		s.asks(asked(1, "id"))
		if text != "Deny" && !s.button(text).Disabled() {
			t.Errorf("%s: a click that was meant for something else gives it", text)
		}
		s.ready()
		s.Window.Canvas().Focus(s.button(text))
		if text != "Deny" {
			s.press(fyne.KeyReturn)
			if len(s.node.acts) != 0 {
				t.Errorf("%s: Enter gave it", text)
			}
		}
		s.Tap(text)
		s.wantDone(want)
		s.wantGone()
	}
}

func TestWhatCannotBeRememberedIsNotOffered(t *testing.T) {
	s := newStage(t)
	ask := asked(1, "id")
	ask.Quarter, ask.Forever = false, false
	s.asks(ask)
	s.WantText("Allow once")
	if s.Reads("15 minutes") || s.Reads("Always") {
		t.Error("it is offered")
	}
}

func TestALongCommandIsWholeAndReadBeforeItIsAllowed(t *testing.T) {
	s := newStage(t)
	line := "sh -c \"" + strings.Repeat("echo harmless; ", 120) + "evil\u0416\""
	s.asks(asked(1, line))
	s.ready()
	s.WantText("read it to its end")
	if !strings.Contains(strings.ReplaceAll(strings.Join(s.Texts(), ""), " ", ""), "evilЖ") {
		t.Error("the end of the command is not there")
	}
	if !s.button("Allow once").Disabled() {
		t.Fatal("it can be allowed unread")
	}
	for range 40 {
		s.press(fyne.KeyPageDown)
	}
	s.Until("it can be allowed", func() bool { return !s.button("Allow once").Disabled() })
}

func TestCharactersWithoutAGlyphAreToldApart(t *testing.T) {
	s := newStage(t)
	s.asks(asked(1, "cat \U00012000 \U00012001"))
	s.WantText("U+12000")
	s.WantText("U+12001")
}

func TestAQuestionThatIsOverSaysSo(t *testing.T) {
	for _, c := range []struct {
		state  netcore.RunState
		reason netcore.RunReason
		want   string
	}{
		{netcore.RunDenied, netcore.RunExpired, `Nobody answered "小明" in time, so it was denied.`},
		{netcore.RunDenied, netcore.RunRevoked, "may not ask this any more"},
		{netcore.RunKilledThere, netcore.RunWithdrawn, "took the question back"},
		{netcore.RunAsking, "", "was allowed elsewhere"},
		{netcore.RunDenied, netcore.RunSaidNo, "asked was denied"},
		{netcore.RunLost, "", "was lost. Nothing was run."},
	} {
		s := newStage(t)
		s.asks(asked(1, "id"))
		s.end(1, c.state, c.reason)
		s.WantText(c.want)
		if s.Reads("Allow once") {
			t.Errorf("%s: it can still be answered", c.state)
		}
		s.press(fyne.KeyEscape)
		s.wantGone()
		if len(s.node.acts) != 0 {
			t.Errorf("%s: it was answered: %q", c.state, s.node.acts)
		}
	}
}

func TestTheNextQuestionSaysHowTheOneBeforeEnded(t *testing.T) {
	s := newStage(t)
	s.asks(asked(1, "first"), asked(2, "second"))
	s.ready()
	s.end(1, netcore.RunKilledThere, netcore.RunWithdrawn)
	s.WantText("took the question back")
	s.WantText("second")
	if s.overlays() != 1 {
		t.Errorf("%d cards at once", s.overlays())
	}
	if s.desk.card.ready {
		t.Error("a click meant for the first question answers the second")
	}
}

func TestAFloodOfQuestionsIsDeniedAtOnceOrPutOff(t *testing.T) {
	s := newStage(t)
	var flood []netcore.RunAsk
	for number := range int64(16) {
		flood = append(flood, asked(number+1, "id"))
	}
	s.asks(flood...)
	if s.overlays() != 1 {
		t.Errorf("%d cards at once", s.overlays())
	}
	s.WantText("15 more wait")
	s.ready()
	s.Tap("Later")
	s.wantGone()
	s.WantText("16 requests wait for your consent·1:00")
	s.node.mu.Lock()
	s.node.asks = append(s.node.asks, asked(17, "again"))
	s.node.mu.Unlock()
	s.desk.Trigger()
	s.WantText("17 requests wait")
	if s.overlays() != 0 || s.fronts != 1 {
		t.Error("who was put off comes up again by asking again")
	}
	s.Tap("Show")
	s.ready()
	s.Tap("Deny all 17")
	s.wantGone()
	s.Until("all are denied", func() bool { return len(s.node.Asks()) == 0 })
}

func TestTheCardOfOneRunIsOpened(t *testing.T) {
	s := newStage(t)
	s.asks(asked(1, "first"), asked(2, "second"))
	s.ready()
	s.Tap("Later")
	s.desk.Review(102)
	s.WantText("second")
}

func TestAnAnswerThatComesTooLateIsTold(t *testing.T) {
	s := newStage(t)
	s.asks(asked(1, "id"))
	s.ready()
	s.node.refuse = netcore.ErrNoAsk
	s.Tap("Allow once")
	s.Until("it is told", func() bool { return strings.Contains(s.failed, "too late") })
}
