package main

import (
	"fmt"
	"strings"

	"lanyard/netcore"
	"lanyard/netcore/control"
	"lanyard/netcore/safename"
)

// transferView shows events: what say, send and serve print.
type transferView struct {
	screen *screen
	asker  *asker // nil: offers are not asked about
}

func (p *program) newTransferView() *transferView {
	return &transferView{screen: p.newScreen()}
}

func (v *transferView) begin(s *session) {
	if v.asker != nil {
		v.asker.begin(s.runner)
	}
}

func (v *transferView) finish() {
	if v.asker != nil {
		v.asker.stop()
	}
	v.screen.finish()
}

// show shows one event. Those that this version does not know are left out.
func (v *transferView) show(l line) error {
	words := v.screen.program.words
	switch l.Event {
	case control.EventReady:
		return v.screen.print(words.say("ready", l.Address, l.ID))
	case control.EventMessage:
		return v.screen.print(words.say("message", name(l.From), messageText(l.Text)))
	case control.EventDelivered, control.EventQueued:
		return v.screen.print(words.say("text-"+l.Event, name(l.To)))
	case control.EventOffer:
		return v.offer(l)
	case control.EventOffered:
		return v.screen.print(words.say("offered", name(l.To), filesText(words, l)))
	case control.EventTransfer:
		return v.screen.print(words.say("retry-of", fmt.Sprint(l.Transfer), withText(words, l), safename.Display(l.Name, maxPath), words.count(l.Failed)))
	case control.EventProgress:
		return v.screen.progress(l)
	case control.EventReceived, control.EventSent:
		return v.screen.print(fileText(words, l))
	case control.EventSkipped:
		return v.skipped(l)
	case control.EventPlan, control.EventPaused, control.EventResumed, control.EventPending, control.EventAway, control.EventBack:
		return v.note(l)
	case control.EventFailed:
		v.screen.program.complain(words.failedFile(l))
	case control.EventEnded:
		v.screen.end(l.Transfer)
		return v.screen.print(endText(words, l))
	case control.EventVerifyRequest:
		return v.screen.print(words.say("verify-request", name(l.Person), plainID(l.ID)) + noticeLine(words, l))
	case control.EventConsent, control.EventConsentOver, control.EventStarted, control.EventExit:
		return v.screen.print(happenedText(v.screen.program, l))
	case control.EventVerified:
		return v.screen.print(trustText(words, l))
	case control.EventError:
		v.screen.program.complain(words.failure(&control.Failure{Word: l.Word, Args: l.Args, Text: l.Error}))
	}
	return nil
}

// skipped shows a file that was left out, unless the plan has said all that is
// to be said of it.
func (v *transferView) skipped(l line) error {
	if l.Reason == string(netcore.ReasonIdentical) || l.Reason == string(netcore.ReasonUnselected) {
		return nil
	}
	return v.screen.print(v.screen.program.words.failedFile(l))
}

// note shows what became of a transfer.
func (v *transferView) note(l line) error {
	if text := noteText(v.screen.program.words, l); text != "" {
		return v.screen.print(text)
	}
	return nil
}

// messageText indents all lines but the first: they must not look like
// somebody else's.
func messageText(text string) string {
	return strings.ReplaceAll(safename.DisplayText(text, maxText), "\n", "\n    ")
}

// offer shows an offer, or asks about it.
func (v *transferView) offer(l line) error {
	words := v.screen.program.words
	switch {
	case l.Accepted:
		return v.screen.print(words.say("offer-accepted", offerText(words, l)))
	case v.asker != nil && v.asker.ask(l):
		return nil
	}
	return v.screen.print(words.say("offer", offerText(words, l), fmt.Sprint(l.Transfer)))
}

// offerText says who offers what.
func offerText(words lexicon, l line) string {
	text := words.say("offer-of", name(l.From), filesText(words, l))
	if l.Retry {
		text += words.say("offer-retry")
	}
	if wish := wishText(words, l); wish != "" {
		text += words.say("comma") + wish
	}
	return text
}

// endText says how a transfer ended.
func endText(words lexicon, l line) string {
	key := "ended-in"
	if l.Direction == "out" {
		key = "ended-out"
	}
	text := words.say(key, name(l.Person), filesText(words, l), stateText(words, l))
	return text + countsText(words, l) + digestText(l)
}

// digestText is the MD5 of a transfer; nothing where no file arrived, which
// would be that of an empty list.
func digestText(l line) string {
	if l.MD5 == "" || l.Done == 0 {
		return ""
	}
	return "  MD5 " + l.MD5
}
