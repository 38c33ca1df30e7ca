package verify

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"lanyard/netcore/identity"
	"lanyard/netcore/wire"
)

// Guesses at the same time: three are looked at, whatever the order.
func TestConcurrentGuessesGetThreeTries(t *testing.T) {
	run(t, func(t *testing.T, l *lan) {
		issuer := l.node(200)
		p := issuer.make(t)
		var ready []func()
		for i := range byte(maxGuests) {
			m := l.attacker(1 + i)
			l.link(m, issuer)
			h := m.raw(issuer, KindString, fields{Nonce: someNonce(i)})
			h.want(t, kindNonce)
			ready = append(ready, func() {
				h.say(kindProof, fields{Proof: someNonce(i)})
				h.wantError(t, wire.CodeRefused)
			})
		}
		var guessing sync.WaitGroup
		for _, guess := range ready {
			guessing.Go(guess)
		}
		guessing.Wait()
		user := l.node(101)
		l.link(user, issuer)
		user.use(t, p, ErrString)
		issuer.is()
	})
}

func TestOneDeviceProvesOneStringAtATime(t *testing.T) {
	attack(t, 1, 2, func(t *testing.T, m, victim *node) {
		victim.make(t)
		first := m.raw(victim, KindString, fields{Nonce: someNonce(1)})
		first.want(t, kindNonce)
		m.raw(victim, KindString, fields{Nonce: someNonce(1)}).wantError(t, wire.CodeBusy)
		began := time.Now()
		if _, err := first.conn.Expect(maxFrame, kindAbort); err != nil {
			t.Errorf("the silent one: %v", err)
		}
		if took := time.Since(began); took != stringWindow {
			t.Errorf("it took %v", took)
		}
		settle()
		m.raw(victim, KindString, fields{Nonce: someNonce(1)}).want(t, kindNonce)
	})
}

// proofFor is a proof of a string on a stream to its issuer.
func proofFor(t *testing.T, h *heard, p identity.PairString, role identity.Role, own, theirs []byte, m, v *node) []byte {
	t.Helper()
	exporter, err := h.Exporter(stringExporter, slices.Concat(m.id[:], v.id[:]), exporterSize)
	if err != nil {
		t.Fatal(err)
	}
	proof := identity.Proof(p.Secret[:], stringLabel, role, exporter, own, theirs, m.id, v.id)
	return proof[:]
}

// C5: a proof that was good once is good on no other stream; and the issuer
// proves nothing before it was convinced.
func TestAProofIsGoodOnce(t *testing.T) {
	attack(t, 1, 2, func(t *testing.T, m, victim *node) {
		p := victim.make(t)
		first := m.raw(victim, KindString, fields{Nonce: someNonce(1)})
		proof := proofFor(t, first, p, identity.RoleCaller, someNonce(1), first.want(t, kindNonce).Nonce, m, victim)
		_ = first.Reset() // it is kept for later
		settle()
		again := m.raw(victim, KindString, fields{Nonce: someNonce(1)})
		again.want(t, kindNonce)
		again.say(kindProof, fields{Proof: proof})
		again.wantError(t, wire.CodeRefused)
		victim.is()
	})
}

// C4: what one side makes does not serve as what the other side owes.
func TestAProofInTheWrongRoleIsWrong(t *testing.T) {
	attack(t, 1, 2, func(t *testing.T, m, victim *node) {
		p := victim.make(t)
		h := m.raw(victim, KindString, fields{Nonce: someNonce(1)})
		h.say(kindProof, fields{
			Proof: proofFor(t, h, p, identity.RoleAnswerer, someNonce(1), h.want(t, kindNonce).Nonce, m, victim),
		})
		h.wantError(t, wire.CodeRefused)
		victim.is()
	})
}

func TestWrongFramesAreNoProof(t *testing.T) {
	for name, say := range map[string]func(h *heard){
		"an empty proof": func(h *heard) { h.say(kindProof, nil) },
		"a short proof":  func(h *heard) { h.say(kindProof, fields{Proof: make([]byte, 31)}) },
		"a long proof":   func(h *heard) { h.say(kindProof, fields{Proof: make([]byte, 33)}) },
	} {
		attack(t, 1, 2, func(t *testing.T, m, victim *node) {
			victim.make(t)
			h := m.raw(victim, KindString, fields{Nonce: someNonce(1)})
			h.want(t, kindNonce)
			say(h)
			h.wantError(t, wire.CodeRefused)
			victim.is()
			if len(victim.attempts) != 1 {
				t.Errorf("%s: told %v", name, victim.attempts)
			}
		})
	}
}

// C3: the string is used over a relay that passes all frames on.
func TestARelayedStringVerifiesNobody(t *testing.T) {
	run(t, func(t *testing.T, l *lan) {
		issuer, user := l.node(5), l.node(6)
		m := l.attacker(7)
		l.link(m, issuer)
		l.link(m, user)
		p := issuer.make(t)
		// The user is made to believe that m is the issuer; the ID in the string
		// would not allow it.
		p.Device = m.id
		used := make(chan error, 1)
		l.work.Go(func() { used <- user.service.UseString(context.Background(), p) })
		left := m.heard(KindString)
		var opened fields
		if err := (wire.Frame{Kind: KindString, Raw: []byte(left.raw)}).Decode(&opened); err != nil {
			t.Fatal(err)
		}
		right := m.raw(issuer, KindString, opened)
		left.say(kindNonce, right.want(t, kindNonce))
		right.say(kindProof, left.want(t, kindProof))
		right.wantError(t, wire.CodeRefused)
		left.say(kindProof, fields{Proof: someNonce(1)})
		if err := <-used; !errors.Is(err, ErrForged) {
			t.Errorf("the user is told %v", err)
		}
		issuer.is()
		user.is()
	})
}

// What the other side may do to a user of a string.
func TestTheIssuerMustProveTheSecretToo(t *testing.T) {
	for name, c := range map[string]struct {
		answer func(h *heard, nonce, proof []byte)
		want   error
	}{
		"the proof sent back": {func(h *heard, _, proof []byte) { h.say(kindProof, fields{Proof: proof}) }, ErrForged},
		"another proof":       {func(h *heard, _, _ []byte) { h.say(kindProof, fields{Proof: someNonce(1)}) }, ErrForged},
		"no proof":            {func(h *heard, _, _ []byte) { h.say(kindProof, nil) }, ErrForged},
		"done without proof":  {func(h *heard, _, _ []byte) { h.say(kindDone, nil) }, ErrAborted},
		"no such string":      {func(h *heard, _, _ []byte) { _ = h.conn.WriteError(wire.CodeRefused, "no") }, ErrString},
		"not saved":           {func(h *heard, _, _ []byte) { _ = h.conn.WriteError(wire.CodeFailed, "no") }, ErrAborted},
		"busy":                {func(h *heard, _, _ []byte) { _ = h.conn.WriteError(wire.CodeBusy, "no") }, ErrBusy},
		"the end":             {func(h *heard, _, _ []byte) { _ = h.Close() }, ErrAborted},
		"a cut":               {func(h *heard, _, _ []byte) { h.session.cut() }, ErrLost},
		"silence":             {func(*heard, []byte, []byte) {}, ErrTimeout},
	} {
		t.Run(name, func(t *testing.T) {
			attack(t, 1, 2, func(t *testing.T, m, victim *node) {
				p := identity.PairString{Device: m.id}
				used := make(chan error, 1)
				m.lan.work.Go(func() { used <- victim.service.UseString(context.Background(), p) })
				h := m.heard(KindString)
				h.say(kindNonce, fields{Nonce: someNonce(1)})
				c.answer(h, nil, h.want(t, kindProof).Proof)
				if name == "silence" {
					_, _ = h.conn.Next(maxFrame)
				}
				if err := <-used; !errors.Is(err, c.want) {
					t.Errorf("told %v, want %v", err, c.want)
				}
				victim.is()
				victim.reported(c.want)
			})
		})
	}
}
