package verify

import (
	"errors"
	"testing"
	"time"

	"lanyard/netcore/wire"
)

// A match of the other side alone verifies nothing, however often it comes.
func TestTheOtherSidesYesIsNotEnough(t *testing.T) {
	attack(t, 1, 2, func(t *testing.T, m, victim *node) {
		h, a, steps := callerSteps(t, m, victim)
		for _, step := range steps {
			step()
		}
		code(t, a)
		h.say(kindMatch, nil)
		later(time.Minute)
		victim.is()
		h.say(kindMatch, nil)
		h.wantError(t, wire.CodeMalformed)
		ends(t, a, ErrAborted)
		victim.is()
	})
}

// Once both have said yes, this side is verified and says so, whatever becomes
// of the other's last word.
func TestALinkLostAfterBothYesIsASuccessHere(t *testing.T) {
	for name, end := range map[string]func(h *heard){
		"silence":  func(*heard) {},
		"reset":    func(h *heard) { _ = h.Reset() },
		"cut":      func(h *heard) { h.session.cut() },
		"no store": func(h *heard) { _ = h.conn.WriteError(wire.CodeFailed, "disk full") },
		"a fault":  func(h *heard) { h.say("zzz", nil) },
	} {
		t.Run(name, func(t *testing.T) {
			attack(t, 2, 1, func(t *testing.T, m, victim *node) {
				h, a, steps := answererSteps(t, m, victim)
				for _, step := range steps {
					step()
				}
				code(t, a)
				a.Answer(true)
				h.want(t, kindMatch)
				h.say(kindMatch, nil)
				h.want(t, kindDone)
				began := time.Now()
				end(h)
				ends(t, a, nil)
				victim.is("code")
				victim.reported(nil)
				if took := time.Since(began); took > lastWord+farewell {
					t.Errorf("it took %v", took)
				}
			})
		})
	}
}

// What could not be saved is told as that, and never as done.
func TestDoneIsNotSaidBeforeItIsSaved(t *testing.T) {
	attack(t, 2, 1, func(t *testing.T, m, victim *node) {
		victim.failing = errors.New("disk full")
		h, a, steps := answererSteps(t, m, victim)
		for _, step := range steps {
			step()
		}
		code(t, a)
		h.say(kindMatch, nil)
		a.Answer(true)
		h.want(t, kindMatch)
		h.wantError(t, wire.CodeFailed)
		ends(t, a, victim.failing)
	})
}

// mute is a stream of a session without keying material.
type mute struct{ *end }

func (mute) Exporter(string, []byte, int) ([]byte, error) { return nil, errCut }

// short is one with too little of it.
type short struct{ *end }

func (short) Exporter(string, []byte, int) ([]byte, error) { return make([]byte, exporterSize-1), nil }

func TestWithoutAnExporterNothingIsCompared(t *testing.T) {
	for name, weak := range map[string]func(e *end) Stream{
		"none":      func(e *end) Stream { return mute{e} },
		"too short": func(e *end) Stream { return short{e} },
	} {
		t.Run(name, func(t *testing.T) {
			run(t, func(t *testing.T, l *lan) {
				low, high := pair(l)
				low.weak, high.weak = weak, weak
				a, b := atOnce(low, high)
				ends(t, a, ErrLost)
				ends(t, b, ErrLost)
				low.use(t, high.make(t), ErrLost)
				low.is()
				high.is()
			})
		})
	}
}

// The link dies when this user has said yes, and before the other's yes is here.
func TestAYesThatCannotBeSentVerifiesNobody(t *testing.T) {
	attack(t, 1, 2, func(t *testing.T, m, victim *node) {
		h, a, steps := callerSteps(t, m, victim)
		for _, step := range steps {
			step()
		}
		code(t, a)
		h.say(kindMatch, nil)
		settle()
		h.session.cut()
		a.Answer(true)
		ends(t, a, ErrLost)
		victim.is()
	})
}

// A device that does not know the kinds is an older version; the node can say
// that it must update.
func TestAnOlderVersionIsKnownAsOne(t *testing.T) {
	for kind, ids := range map[string][2]byte{KindCompare: {2, 1}, KindAsk: {1, 2}} {
		attack(t, ids[0], ids[1], func(t *testing.T, m, victim *node) {
			a := victim.begin(m)
			h := m.heard(kind)
			if err := h.conn.WriteError(wire.CodeUnknownKind, "no handler"); err != nil {
				t.Fatal(err)
			}
			ends(t, a, ErrAborted)
			if err := a.Wait(t.Context()); !errors.Is(err, &wire.RemoteError{Code: wire.CodeUnknownKind}) {
				t.Errorf("ended with %v", err)
			}
		})
	}
}

// An attacker who does not read holds nobody up for long.
func TestAnAttackerWhoDoesNotReadHoldsNobodyUp(t *testing.T) {
	attack(t, 1, 2, func(t *testing.T, m, victim *node) {
		m.raw(victim, KindCompare, nil)
		settle()
		a := victim.begin(m)
		settle()
		began := time.Now()
		a.Cancel()
		ends(t, a, ErrCanceled)
		if took := time.Since(began); took > 2*farewell {
			t.Errorf("Cancel took %v", took)
		}
	})
}
