package verify

import (
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
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

// C11: nothing is told to a device whose user is not waited for.
func TestWithoutThisUserNothingIsAnswered(t *testing.T) {
	for kind, ids := range map[string][2]byte{KindCompare: {1, 2}, KindAsk: {2, 1}} {
		t.Run(kind, func(t *testing.T) {
			attack(t, ids[0], ids[1], func(t *testing.T, m, victim *node) {
				h := m.raw(victim, kind, nil)
				h.silent(t)
				if !victim.service.Asking(m.id) {
					t.Error("the request is not shown")
				}
				later(window)
				h.wantError(t, wire.CodeBusy)
				victim.asked(true, false)
				victim.reported()
			})
		})
	}
}

func TestARequestThatSaysMoreIsRefused(t *testing.T) {
	for kind, ids := range map[string][2]byte{KindCompare: {1, 2}, KindAsk: {2, 1}} {
		for _, say := range []string{kindReady, kindCommit, kindNonce, kindReveal, kindMatch, kindDiffer, kindDone, "zzz"} {
			t.Run(kind+" "+say, func(t *testing.T) {
				attack(t, ids[0], ids[1], func(t *testing.T, m, victim *node) {
					h := m.raw(victim, kind, nil)
					settle()
					h.say(say, fields{Commitment: someNonce(1), Nonce: someNonce(1)})
					h.wantError(t, wire.CodeMalformed)
					victim.asked(true, false)
				})
			})
		}
	}
}

func TestOpeningFramesAreChecked(t *testing.T) {
	for name, c := range map[string]struct {
		ids    [2]byte
		kind   string
		fields any
	}{
		"verify from the higher ID":    {[2]byte{2, 1}, KindCompare, nil},
		"verify-ask from the lower ID": {[2]byte{1, 2}, KindAsk, nil},
		"a nonce of a number":          {[2]byte{1, 2}, KindString, map[string]int{"nonce": 1}},
		"a nonce of no base64":         {[2]byte{1, 2}, KindString, map[string]string{"nonce": "!"}},
		"no nonce":                     {[2]byte{1, 2}, KindString, nil},
		"a long nonce":                 {[2]byte{1, 2}, KindString, fields{Nonce: make([]byte, nonceSize+1)}},
		"a long frame":                 {[2]byte{1, 2}, KindCompare, map[string]string{"x": strings.Repeat("x", maxFrame)}},
	} {
		t.Run(name, func(t *testing.T) {
			attack(t, c.ids[0], c.ids[1], func(t *testing.T, m, victim *node) {
				h := m.raw(victim, c.kind, c.fields)
				h.wantError(t, wire.CodeMalformed)
				if victim.service.Asking(m.id) {
					t.Error("it is shown as a request")
				}
			})
		})
	}
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

// theirSteps are what an honest other side would send, frame by frame.
type theirSteps func(t *testing.T, m, victim *node) (h *heard, a *Attempt, steps []func())

func callerSteps(t *testing.T, m, victim *node) (*heard, *Attempt, []func()) {
	h := m.raw(victim, KindCompare, nil)
	settle()
	a := victim.begin(m)
	return h, a, []func(){
		func() {
			h.want(t, kindReady)
			commitment := identity.Commit(identity.RoleCaller, h.exporter(t, m, victim), someNonce(1), m.id, victim.id)
			h.say(kindCommit, fields{Commitment: commitment[:]})
			h.want(t, kindNonce)
		},
		func() { h.say(kindReveal, fields{Nonce: someNonce(1)}) },
	}
}

func answererSteps(t *testing.T, m, victim *node) (*heard, *Attempt, []func()) {
	a := victim.begin(m)
	h := m.heard(KindCompare)
	return h, a, []func(){
		func() { h.say(kindReady, nil); h.want(t, kindCommit) },
		func() { h.say(kindNonce, fields{Nonce: someNonce(1)}); h.want(t, kindReveal) },
	}
}

// faults are what an attacker does in place of the frame that is due.
var faults = map[string]struct {
	do   func(h *heard)
	want error
}{
	"an unknown frame": {func(h *heard) { h.say("zzz", nil) }, ErrAborted},
	"done":             {func(h *heard) { h.say(kindDone, nil) }, ErrAborted},
	"no JSON":          {func(h *heard) { _, _ = h.Write([]byte{2, 0, 0, 0, '{', '{'}) }, ErrAborted},
	"a header too long": {func(h *heard) {
		_, _ = h.Write(binary.LittleEndian.AppendUint32(nil, maxFrame+1))
	}, ErrAborted},
	"the largest length": {func(h *heard) { _, _ = h.Write([]byte{255, 255, 255, 255}) }, ErrAborted},
	"a body": {func(h *heard) {
		go func() { _ = h.conn.Write(kindMatch, nil, []byte("body")) }()
	}, ErrAborted},
	"wrong types":     {func(h *heard) { h.say(kindMatch, map[string]int{"nonce": 1}) }, ErrAborted},
	"an abort":        {func(h *heard) { h.say(kindAbort, nil) }, ErrAborted},
	"an error frame":  {func(h *heard) { _ = h.conn.WriteError("zzz", "\x1b[2J") }, ErrAborted},
	"the end":         {func(h *heard) { _ = h.Close() }, ErrAborted},
	"half a frame":    {func(h *heard) { _, _ = h.Write([]byte{9, 0, 0}); _ = h.Close() }, ErrLost},
	"a reset":         {func(h *heard) { _ = h.Reset() }, ErrLost},
	"a short nonce":   {func(h *heard) { h.say(kindNonce, fields{Nonce: make([]byte, 31)}) }, ErrAborted},
	"a short reveal":  {func(h *heard) { h.say(kindReveal, fields{Nonce: make([]byte, 31)}) }, ErrAborted},
	"a long nonce":    {func(h *heard) { h.say(kindNonce, fields{Nonce: make([]byte, 33)}) }, ErrAborted},
	"a second opener": {func(h *heard) { h.say(KindCompare, nil) }, ErrAborted},
	"silence":         {func(*heard) {}, ErrTimeout},
	"a cut":           {func(h *heard) { h.session.cut() }, ErrLost},
}

// The frames of either side are wrong, missing, or the last ones, at each step.
func TestFaultsAtEachStep(t *testing.T) {
	for role, c := range map[string]struct {
		ids   [2]byte
		steps theirSteps
	}{"caller": {[2]byte{1, 2}, callerSteps}, "answerer": {[2]byte{2, 1}, answererSteps}} {
		for name, fault := range faults {
			for good := range 3 {
				t.Run(role+" "+name+" after "+strings.Repeat("|", good), func(t *testing.T) {
					attack(t, c.ids[0], c.ids[1], func(t *testing.T, m, victim *node) {
						h, a, steps := c.steps(t, m, victim)
						for _, step := range steps[:good] {
							step()
						}
						if good == 0 && role == "caller" {
							h.want(t, kindReady)
						}
						m.lan.work.Go(func() { _, _ = io.Copy(io.Discard, h.end) }) // as a link would
						settle()
						fault.do(h)
						if errors.Is(fault.want, ErrLost) {
							m.lan.cut(m, victim) // the stream may be lost alone, too; here the link is
						}
						ends(t, a, fault.want)
						victim.is()
						committed := good > 0
						if counted := victim.failures() == 1; counted != committed {
							t.Errorf("counted: %v, want %v", counted, committed)
						}
					})
				})
			}
		}
	}
}

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
