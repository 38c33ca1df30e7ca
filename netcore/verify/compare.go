package verify

import (
	"context"
	"errors"

	"lanyard/netcore/identity"
)

// exporterLabel and exporterSize are those of the TLS exporter for digits.
const (
	exporterLabel = "EXPORTER-lanyard-verify"
	exporterSize  = 32
)

// callRound is one try of the device with the lower ID: it asks, and goes on
// when the other user has opened the comparison, too.
func (a *Attempt) callRound() (err error) {
	t, err := a.start(KindCompare)
	if err != nil {
		return err
	}
	defer t.endWith(a.ctx)()
	defer func() { t.leave(err) }()
	if _, err := t.next(a.ctx, kindReady); err != nil {
		return err
	}
	return a.call(t)
}

// call commits to a nonce before it knows the other one.
func (a *Attempt) call(t *talk) error {
	self, peer := a.service.config.Self, a.peer
	exporter, err := t.exporter(exporterLabel, self[:], peer[:])
	if err != nil {
		return err
	}
	own := a.service.nonce()
	commitment := identity.Commit(identity.RoleCaller, exporter, own, self, peer)
	a.committed = true
	if err := t.write(kindCommit, fields{Commitment: commitment[:]}); err != nil {
		return err
	}
	m, err := t.next(a.ctx, kindNonce)
	if err != nil {
		return err
	}
	theirs, err := nonceOf(m)
	if err != nil {
		return err
	}
	if err := t.write(kindReveal, fields{Nonce: own}); err != nil {
		return err
	}
	return a.compare(t, identity.Code(exporter, own, theirs, self, peer))
}

// answerRound is one try of the device with the higher ID.
func (a *Attempt) answerRound() (err error) {
	t, err := a.meet()
	if err != nil {
		return err
	}
	defer t.endWith(a.ctx)()
	defer a.service.release(a)
	defer func() { t.leave(err) }()
	if err := t.write(kindReady, fields{}); err != nil {
		return err
	}
	m, err := t.next(a.ctx, kindCommit)
	if err != nil {
		return err
	}
	a.committed = true
	return a.answer(t, m.fields.Commitment)
}

// release lets the next "verify" stream of the device in.
func (s *Service) release(a *Attempt) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a.taken = false
}

// meet waits for the caller's "verify" stream, and asks for it meanwhile.
func (a *Attempt) meet() (t *talk, err error) {
	select {
	case t := <-a.incoming:
		return t, nil
	default:
	}
	ask, err := a.start(KindAsk)
	if err != nil {
		return nil, err
	}
	defer ask.endWith(a.ctx)()
	defer func() { ask.leave(err) }()
	in := ask.in
	for {
		select {
		case t := <-a.incoming:
			return t, nil
		case m := <-in:
			if err := m.check(); !errors.Is(err, ErrBusy) {
				return nil, err
			}
			in = nil // not shown there; their user may open it all the same
		case <-a.ctx.Done():
			return nil, context.Cause(a.ctx)
		}
	}
}

// answer shows its nonce only to a commitment, and checks what was committed to.
func (a *Attempt) answer(t *talk, commitment []byte) error {
	if len(commitment) != nonceSize {
		return broken("a commitment of %d bytes", len(commitment))
	}
	self, peer := a.service.config.Self, a.peer
	exporter, err := t.exporter(exporterLabel, peer[:], self[:])
	if err != nil {
		return err
	}
	own := a.service.nonce()
	if err := t.write(kindNonce, fields{Nonce: own}); err != nil {
		return err
	}
	m, err := t.next(a.ctx, kindReveal)
	if err != nil {
		return err
	}
	theirs, err := nonceOf(m)
	if err != nil {
		return err
	}
	due := identity.Commit(identity.RoleCaller, exporter, theirs, peer, self)
	if !identity.ProofEqual(due, commitment) {
		return ErrForged
	}
	return a.compare(t, identity.Code(exporter, theirs, own, peer, self))
}

// nonce returns a fresh nonce.
func (s *Service) nonce() []byte {
	nonce := make([]byte, nonceSize)
	s.random(nonce)
	return nonce
}

// compare shows the code, and waits for the word of both users.
func (a *Attempt) compare(t *talk, code string) error {
	a.code = code
	close(a.shown)
	heard := false
	answers := a.answers // nil once this user has answered
	for answers != nil || !heard {
		select {
		case match := <-answers:
			if err := sayAnswer(t, match); err != nil {
				return err
			}
			answers = nil
		case m := <-t.in:
			if err := hearAnswer(m, heard); err != nil {
				return err
			}
			heard = true
		case <-a.ctx.Done():
			return context.Cause(a.ctx)
		}
	}
	return a.conclude(t)
}

// sayAnswer tells the other side what this user saw.
func sayAnswer(t *talk, match bool) error {
	if match {
		return t.write(kindMatch, fields{})
	}
	if err := t.write(kindDiffer, fields{}); err != nil {
		return errors.Join(ErrDiffer, err)
	}
	return ErrDiffer
}

// hearAnswer reads what the other user saw.
func hearAnswer(m message, before bool) error {
	if err := m.check(kindMatch, kindDiffer); err != nil {
		return err
	}
	if m.kind == kindDiffer {
		return ErrDifferThere
	}
	if before {
		return broken("two answers")
	}
	return nil
}

// conclude commits the success, and waits a moment until the other side has
// done so, too. Whatever it says, the device is verified here.
func (a *Attempt) conclude(t *talk) error {
	if err := a.service.commit(a.ctx, a.peer, byCode); err != nil {
		return err
	}
	_ = t.write(kindDone, fields{}) // on failure the next read fails
	ctx, cancel := context.WithTimeout(a.ctx, lastWord)
	defer cancel()
	if _, err := t.next(ctx, kindDone); err != nil {
		a.service.config.Logger.Warn("the other side did not say that it is verified there",
			"device", a.peer.Short(), "error", err)
	}
	return nil
}
