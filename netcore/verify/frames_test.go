package verify

import (
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"testing"

	"lanyard/netcore/identity"
	"lanyard/netcore/wire"
)

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
