package command

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"
)

// Ask is a consent that is waited for: what the card shows.
type Ask struct {
	Run Info // Run.Number names it; Run.Until is when silence denies
	// Line is the whole command in one line, ready to be shown, and Folder the
	// folder, empty for this user's home. Both have at most MaxLine characters.
	Line, Folder string
	// Quarter and Forever say whether these answers are possible: never with
	// standard input.
	Quarter, Forever bool
}

// asked is an Ask and where its answer goes.
type asked struct {
	ask    Ask
	answer chan Answer // holds one
}

// Asks returns the consents that are waited for, the oldest first.
func (s *Service) Asks() []Ask {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []Ask
	for _, a := range s.asks {
		ask := a.ask
		ask.Run = ask.Run.clone()
		list = append(list, ask)
	}
	slices.SortFunc(list, func(a, b Ask) int { return cmp.Compare(a.Run.Number, b.Run.Number) })
	return list
}

// Answer gives this user's answer. ErrNoAsk says that it came too late,
// ErrNotRemembered that this one is for once only: the card stays. Any other
// error says that the run was allowed once, and could not be remembered.
func (s *Service) Answer(ctx context.Context, number int64, answer Answer) error {
	s.mu.Lock()
	a := s.asks[number]
	err := a.check(answer)
	if err == nil {
		delete(s.asks, number) // from here on this answer counts
		if j := s.jobs[number]; j != nil && (answer == AllowQuarter || answer == AllowForever) {
			j.consent = keyOf(j.peer, j.info.Argv, j.info.Dir)
		}
	}
	s.mu.Unlock()
	if err != nil {
		return err
	}
	if err := s.remember(ctx, a.ask.Run, answer); err != nil {
		a.answer <- AllowOnce
		return fmt.Errorf("remembering a consent: %w", err)
	}
	a.answer <- answer
	return nil
}

// check reports whether an answer is possible.
func (a *asked) check(answer Answer) error {
	switch {
	case a == nil:
		return ErrNoAsk
	case answer == AllowQuarter && !a.ask.Quarter, answer == AllowForever && !a.ask.Forever:
		return ErrNotRemembered
	case !slices.Contains([]Answer{AllowOnce, AllowQuarter, AllowForever, Deny}, answer):
		return fmt.Errorf("%.40q is no answer", answer)
	}
	return nil
}

// decide returns what lets a job run, or why it may not.
func (j *job) decide() (Decision, Reason) {
	switch j.need {
	case LevelButtons:
		return DecidedButton, ""
	case LevelAlways:
		return DecidedAlways, ""
	}
	if j.in == nil {
		// It stands on the consent before that is looked up, so that one who
		// forgets it meanwhile finds this job.
		key := keyOf(j.peer, j.info.Argv, j.info.Dir)
		j.standOn(key)
		if j.service.remembered(j.ctx, key) {
			return DecidedRemembered, ""
		}
		j.standOn(Key{})
	}
	return j.askUser()
}

// standOn notes which remembered consent a job needs.
func (j *job) standOn(key Key) {
	j.service.mu.Lock()
	defer j.service.mu.Unlock()
	j.consent = key
}

// askUser asks this user, and waits.
func (j *job) askUser() (Decision, Reason) {
	a := &asked{answer: make(chan Answer, 1), ask: Ask{Line: Line(j.info.Argv), Quarter: j.in == nil}}
	a.ask.Forever = a.ask.Quarter && j.service.config.Consents != nil
	if j.info.Dir != "" {
		a.ask.Folder = Line([]string{j.info.Dir})
	}
	if utf8.RuneCountInString(a.ask.Line)+utf8.RuneCountInString(a.ask.Folder) > MaxLine {
		return "", ReasonTooLong
	}
	if !j.placeAsk(a) {
		return "", ReasonBusy
	}
	defer j.leaveAsk(a)
	wait := j.service.config.Limits.AskTime
	timer := time.NewTimer(wait)
	defer timer.Stop()
	if err := j.talk.say(kindAsked, fields{WaitMS: wait.Milliseconds()}); err != nil {
		j.end(outcome{state: StateLost})
	}
	answer, reason := j.await(a, timer.C)
	return answer.decision(), reason
}

// placeAsk shows an Ask, if there is room for it.
func (j *job) placeAsk(a *asked) bool {
	s := j.service
	now := s.config.Now()
	s.mu.Lock()
	if len(s.asks) >= s.config.Limits.Asks || j.guest.asks >= s.config.Limits.AsksPerDevice || !j.guest.asking.AllowN(now, 1) {
		s.mu.Unlock()
		return false
	}
	j.info.Until = now.Add(s.config.Limits.AskTime)
	a.ask.Run = j.info.clone()
	s.asks[j.info.Number] = a
	j.guest.asks++
	s.mu.Unlock()
	j.change(func(*Info) {})
	j.tellAsk(a, true)
	return true
}

// leaveAsk takes an Ask away.
func (j *job) leaveAsk(a *asked) {
	s := j.service
	s.mu.Lock()
	delete(s.asks, j.info.Number)
	j.guest.asks--
	s.mu.Unlock()
	j.tellAsk(a, false)
}

// tellAsk has Config.Asks told.
func (j *job) tellAsk(a *asked, open bool) {
	ask := a.ask
	ask.Run = ask.Run.clone()
	j.tell(&j.changes, func() { j.service.config.Asks(ask, open) })
}

// await waits for an answer. One that was given counts even if it is being
// remembered while the time ends.
func (j *job) await(a *asked, late <-chan time.Time) (Answer, Reason) {
	select {
	case answer := <-a.answer:
		return answer, ""
	case <-j.ctx.Done():
		return Deny, ReasonWithdrawn
	case <-late:
	}
	j.service.mu.Lock()
	given := j.service.asks[j.info.Number] != a
	delete(j.service.asks, j.info.Number)
	j.service.mu.Unlock()
	if !given {
		return Deny, ReasonExpired
	}
	return <-a.answer, ""
}

// decision returns the decision that an answer is.
func (answer Answer) decision() Decision {
	switch answer {
	case AllowOnce:
		return DecidedOnce
	case AllowQuarter:
		return DecidedQuarter
	case AllowForever:
		return DecidedForever
	}
	return ""
}
