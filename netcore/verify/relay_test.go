package verify

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"

	"lanyard/netcore/identity"
)

// relay is an attacker between two nodes, with a key of its own on each side,
// below or above the victim's, so that it calls or answers there.
type relay struct {
	t        *testing.T
	toA, toB *node
}

// run brings both legs to the digits that the victims see, as late in each as
// the protocol lets it, so that all that can be known is known.
func (r relay) run(a, b *node, random *rand.Rand) (here, there string) {
	attempts := []*Attempt{a.begin(r.toA), b.begin(r.toB)}
	settle()
	for i, victim := range []*node{a, b} {
		m := []*node{r.toA, r.toB}[i]
		nonce := binary.BigEndian.AppendUint64(someNonce(0)[:24], random.Uint64())
		if m.id.Compare(victim.id) > 0 {
			h := m.heard(KindCompare)
			h.say(kindReady, nil)
			h.want(r.t, kindCommit)
			h.say(kindNonce, fields{Nonce: nonce})
			h.want(r.t, kindReveal)
			continue
		}
		m.heard(KindAsk)
		h := m.raw(victim, KindCompare, nil)
		h.want(r.t, kindReady)
		commitment := identity.Commit(identity.RoleCaller, h.exporter(r.t, m, victim), nonce, m.id, victim.id)
		h.say(kindCommit, fields{Commitment: commitment[:]})
		h.want(r.t, kindNonce)
		h.say(kindReveal, fields{Nonce: nonce})
	}
	return code(r.t, attempts[0]), code(r.t, attempts[1])
}

// C1, C3: whatever keys the relay takes, the two victims see different digits.
// All nonces are drawn from fixed seeds.
func TestARelayMakesTheDigitsDiffer(t *testing.T) {
	for name, keys := range map[string][2]byte{
		"calls both": {1, 2}, "answers both": {8, 9}, "calls one, answers the other": {1, 9}, "the other way round": {9, 1},
	} {
		t.Run(name, func(t *testing.T) {
			seen := map[string]bool{}
			const runs = 40
			for seed := range uint64(runs) {
				run(t, func(t *testing.T, l *lan) {
					random := rand.New(rand.NewPCG(seed, uint64(keys[0])))
					draw := func(p []byte) { binary.BigEndian.PutUint64(p, random.Uint64()) }
					a, b := l.node(4), l.node(5)
					a.service.random, b.service.random = draw, draw
					r := relay{t, l.attacker(keys[0]), l.attacker(keys[1])}
					l.link(a, r.toA).key = [32]byte{1, byte(seed)}
					l.link(b, r.toB).key = [32]byte{2, byte(seed)}
					here, there := r.run(a, b, random)
					if here == there {
						t.Errorf("seed %d: both see %s", seed, here)
					}
					seen[here], seen[there] = true, true
				})
			}
			if len(seen) != 2*runs {
				t.Errorf("only %d different codes in %d sessions", len(seen), 2*runs)
			}
		})
	}
}

// C3: a relay that passes the frames on as they are is found out before there
// are digits.
func TestFramesPassedOnBetweenTwoSessionsAreForged(t *testing.T) {
	run(t, func(t *testing.T, l *lan) {
		a, b := l.node(4), l.node(5)
		toA, toB := l.attacker(9), l.attacker(1)
		l.link(a, toA)
		l.link(b, toB)
		here, there := a.begin(toA), b.begin(toB)
		toB.heard(KindAsk)
		left, right := toA.heard(KindCompare), toB.raw(b, KindCompare, nil)
		for _, step := range []struct {
			from, to *heard
			kind     string
		}{
			{right, left, kindReady},
			{left, right, kindCommit},
			{right, left, kindNonce},
			{left, right, kindReveal},
		} {
			step.to.say(step.kind, step.from.want(t, step.kind))
		}
		ends(t, there, ErrForged)
		here.Cancel()
		ends(t, here, ErrCanceled)
	})
}
