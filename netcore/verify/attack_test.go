package verify

import (
	"errors"
	"os"
	"slices"
	"testing"
	"time"

	"lanyard/netcore/identity"
	"lanyard/netcore/wire"
)

// someNonce is a nonce of an attacker.
func someNonce(fill byte) []byte { return slices.Repeat([]byte{fill}, nonceSize) }

// silent checks that a node says nothing on a stream.
func (h *heard) silent(t *testing.T) {
	t.Helper()
	_ = h.SetDeadline(time.Now().Add(time.Second))
	if frame, err := h.conn.Next(maxFrame); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("it says %q, %v", frame.Raw, err)
	}
	_ = h.SetDeadline(time.Time{})
}

// asCaller brings an attacker with the lower ID to where it must commit.
func asCaller(t *testing.T, m, victim *node) (*heard, *Attempt) {
	t.Helper()
	h := m.raw(victim, KindCompare, nil)
	settle()
	a := victim.begin(m)
	h.want(t, kindReady)
	return h, a
}

// asAnswerer brings an attacker with the higher ID to where the commitment of
// the victim has come.
func asAnswerer(t *testing.T, m, victim *node) (*heard, *Attempt, []byte) {
	t.Helper()
	a := victim.begin(m)
	h := m.heard(KindCompare)
	h.say(kindReady, nil)
	return h, a, h.want(t, kindCommit).Commitment
}

// attack runs a test of one attacker and one victim.
func attack(t *testing.T, attacker, victim byte, test func(t *testing.T, m, victim *node)) {
	t.Helper()
	run(t, func(t *testing.T, l *lan) {
		m, v := l.attacker(attacker), l.node(victim)
		l.link(m, v)
		test(t, m, v)
	})
}

// C2: the commitment must be to the nonce, by the caller, in this session.
func TestACommitmentThatDoesNotFitItsNonceIsForged(t *testing.T) {
	for name, forge := range map[string]func(t *testing.T, h *heard, m, victim *node, nonce []byte) [32]byte{
		"to another nonce": func(t *testing.T, h *heard, m, v *node, _ []byte) [32]byte {
			return identity.Commit(identity.RoleCaller, h.exporter(t, m, v), someNonce(7), m.id, v.id)
		},
		"to nothing": func(*testing.T, *heard, *node, *node, []byte) [32]byte { return [32]byte{} },
		"in the wrong role": func(t *testing.T, h *heard, m, v *node, nonce []byte) [32]byte {
			return identity.Commit(identity.RoleAnswerer, h.exporter(t, m, v), nonce, m.id, v.id)
		},
		"of another session": func(_ *testing.T, _ *heard, m, v *node, nonce []byte) [32]byte {
			return identity.Commit(identity.RoleCaller, someNonce(9), nonce, m.id, v.id)
		},
		"of another device": func(t *testing.T, h *heard, m, v *node, nonce []byte) [32]byte {
			return identity.Commit(identity.RoleCaller, h.exporter(t, m, v), nonce, identity.DeviceID{5}, v.id)
		},
		"to another device": func(t *testing.T, h *heard, m, v *node, nonce []byte) [32]byte {
			return identity.Commit(identity.RoleCaller, h.exporter(t, m, v), nonce, m.id, identity.DeviceID{5})
		},
	} {
		t.Run(name, func(t *testing.T) {
			attack(t, 1, 2, func(t *testing.T, m, victim *node) {
				h, a := asCaller(t, m, victim)
				commitment := forge(t, h, m, victim, someNonce(1))
				h.say(kindCommit, fields{Commitment: commitment[:]})
				h.want(t, kindNonce)
				h.say(kindReveal, fields{Nonce: someNonce(1)})
				h.wantError(t, wire.CodeMalformed)
				ends(t, a, ErrForged)
				victim.reported(ErrForged)
				if _, err := a.Code(t.Context()); !errors.Is(err, ErrForged) {
					t.Errorf("digits were shown: %v", err)
				}
				if victim.failures() != 1 {
					t.Errorf("%d failures counted", victim.failures())
				}
			})
		})
	}
}

// C2: whoever answers must choose a nonce before seeing the caller's, and gets
// one choice.
func TestTheAnswererCannotChooseItsNonceLast(t *testing.T) {
	attack(t, 2, 1, func(t *testing.T, m, victim *node) {
		h, a, commitment := asAnswerer(t, m, victim)
		h.silent(t)
		h.say(kindNonce, fields{Nonce: someNonce(1)})
		shown := h.want(t, kindReveal).Nonce
		exporter := h.exporter(t, victim, m)
		if due := identity.Commit(identity.RoleCaller, exporter, shown, victim.id, m.id); !identity.ProofEqual(due, commitment) {
			t.Error("the victim shows another nonce than the one it committed to")
		}
		before := code(t, a)
		if due := identity.Code(exporter, shown, someNonce(1), victim.id, m.id); before != due {
			t.Errorf("the code is %s, want %s", before, due)
		}
		h.say(kindNonce, fields{Nonce: someNonce(2)})
		h.wantError(t, wire.CodeMalformed)
		ends(t, a, ErrAborted)
		if victim.failures() != 1 {
			t.Errorf("%d failures counted", victim.failures())
		}
	})
}

// C2: whoever calls must be bound before the answerer shows its nonce, and
// gets one try an attempt.
func TestTheCallerSeesNoNonceBeforeItsCommitment(t *testing.T) {
	attack(t, 1, 2, func(t *testing.T, m, victim *node) {
		h, a := asCaller(t, m, victim)
		h.silent(t)
		commitment := identity.Commit(identity.RoleCaller, h.exporter(t, m, victim), someNonce(1), m.id, victim.id)
		h.say(kindCommit, fields{Commitment: commitment[:]})
		h.want(t, kindNonce)
		_ = h.Reset() // the digits would not fit: try again
		ends(t, a, ErrLost)
		if victim.failures() != 1 {
			t.Errorf("%d failures counted", victim.failures())
		}
		again := m.raw(victim, KindCompare, nil)
		again.silent(t)
	})
}

// C11: two at once.
func TestASecondStreamOfARunningAttemptIsRefused(t *testing.T) {
	attack(t, 1, 2, func(t *testing.T, m, victim *node) {
		h, a := asCaller(t, m, victim)
		m.raw(victim, KindCompare, nil).wantError(t, wire.CodeBusy)
		commitment := identity.Commit(identity.RoleCaller, h.exporter(t, m, victim), someNonce(1), m.id, victim.id)
		h.say(kindCommit, fields{Commitment: commitment[:]})
		h.want(t, kindNonce)
		m.raw(victim, KindCompare, nil).wantError(t, wire.CodeBusy)
		h.say(kindReveal, fields{Nonce: someNonce(1)})
		code(t, a)
		m.raw(victim, KindCompare, nil).wantError(t, wire.CodeBusy)
		h.say(kindMatch, nil)
		a.Answer(true)
		h.want(t, kindMatch)
		h.want(t, kindDone)
		ends(t, a, nil)
	})
}

func TestABlockedDeviceGetsNoAnswer(t *testing.T) {
	for kind, ids := range map[string][2]byte{KindCompare: {1, 2}, KindAsk: {2, 1}, KindString: {1, 2}} {
		attack(t, ids[0], ids[1], func(t *testing.T, m, victim *node) {
			victim.blocked = true
			h := m.raw(victim, kind, fields{Nonce: someNonce(1)})
			if _, err := h.conn.Next(maxFrame); !errors.Is(err, errReset) {
				t.Errorf("%s: %v", kind, err)
			}
			victim.asked()
			victim.reported()
		})
	}
}
