package verify

import (
	"bytes"
	"context"
	"io"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lanyard/netcore/identity"
	"lanyard/netcore/wire"
)

// fuzzed is a node whose sessions, nonces and peers are always the same, so
// that a good run can be among the seeds.
type fuzzed struct {
	service  *Service
	peer     identity.DeviceID
	verified atomic.Int32
	opened   atomic.Int32
}

// said is a stream on which the other side says data and then no more, and
// takes whatever this side says. An honest side says nothing between its
// "match" and the other's, so what is behind it waits for that, but not for
// long.
type said struct {
	end
	before, after *bytes.Reader
	waits         bool
	answered      chan struct{} // closed at this side's "match", or at the end
	once          sync.Once
}

func matchFrame() []byte { return []byte(`{"kind":"match"}`) }

func theirs(data []byte) *said {
	cut, at := len(data), bytes.Index(data, matchFrame())
	if at >= 0 {
		cut = at + len(matchFrame())
	}
	return &said{
		end: end{session: &session{}}, before: bytes.NewReader(data[:cut]), after: bytes.NewReader(data[cut:]),
		waits: at >= 0, answered: make(chan struct{}),
	}
}

func (s *said) Read(p []byte) (int, error) {
	if n, err := s.before.Read(p); err == nil {
		return n, nil
	}
	if s.waits {
		select {
		case <-s.answered:
		case <-time.After(20 * time.Millisecond):
		}
	}
	return s.after.Read(p)
}

func (s *said) Write(p []byte) (int, error) {
	if bytes.Contains(p, matchFrame()) {
		_ = s.Close()
	}
	return len(p), nil
}

func (s *said) Close() error {
	s.once.Do(func() { close(s.answered) })
	return nil
}
func (s *said) Reset() error                { return s.Close() }
func (s *said) SetDeadline(time.Time) error { return nil }

// silence is a stream on which nothing comes until this side closes it.
type silence struct{ *said }

func (s silence) Read([]byte) (int, error) {
	<-s.answered
	return 0, io.EOF
}

func newFuzzed(self, peer byte, data []byte) *fuzzed {
	f := &fuzzed{peer: identity.DeviceID{peer}}
	f.service = New(Config{
		Self: identity.DeviceID{self},
		Open: func(_ context.Context, _ identity.DeviceID, kind string, _ any) (Stream, error) {
			if kind == KindAsk {
				return silence{theirs(nil)}, nil
			}
			f.service.Up(f.peer) // nobody waits for another round, which fails
			if f.opened.Add(1) > 1 {
				return nil, errNoLink
			}
			return theirs(data), nil
		},
		Verified: func(context.Context, identity.DeviceID, string) error {
			f.verified.Add(1)
			return nil
		},
	})
	f.service.random = func(p []byte) { copy(p, someNonce(7)) }
	return f
}

// frames is what a peer says, as bytes.
func frames(kindsAndFields ...any) []byte {
	var out bytes.Buffer
	conn := wire.NewConn(&out)
	for i := 0; i < len(kindsAndFields); i += 2 {
		_ = conn.Write(kindsAndFields[i].(string), kindsAndFields[i+1], nil)
	}
	return out.Bytes()
}

// goodExporter is the exporter of all sessions here.
func goodExporter(label string, caller, answerer byte) []byte {
	callerID, answererID := identity.DeviceID{caller}, identity.DeviceID{answerer}
	material, _ := (&end{session: &session{}}).Exporter(label, slices.Concat(callerID[:], answererID[:]), exporterSize)
	return material
}

// goodCaller is what device 1 says to device 2 in a comparison that succeeds.
func goodCaller() []byte {
	exporter := goodExporter(exporterLabel, 1, 2)
	commitment := identity.Commit(identity.RoleCaller, exporter, someNonce(1), identity.DeviceID{1}, identity.DeviceID{2})
	return frames(kindCommit, fields{Commitment: commitment[:]}, kindReveal, fields{Nonce: someNonce(1)},
		kindMatch, nil, kindDone, nil)
}

// goodProof is the proof of a string with the secret that the fuzzed node makes.
func goodProof(role identity.Role, nonceCaller []byte) fields {
	exporter := goodExporter(stringExporter, 1, 2)
	proof := identity.Proof(someNonce(7)[:16], stringLabel, role, exporter, nonceCaller, someNonce(7),
		identity.DeviceID{1}, identity.DeviceID{2})
	return fields{Proof: proof[:]}
}

// The fuzzer begins where frames get far: its good seeds succeed.
func TestTheGoodSeedsVerify(t *testing.T) {
	answerer := newFuzzed(2, 1, nil)
	a, err := answerer.service.Begin(answerer.peer)
	if err != nil {
		t.Fatal(err)
	}
	go yes(a)
	answerer.handle(KindCompare, nil, goodCaller())
	answerer.judge(t, a.Wait(t.Context()), goodCaller())
	issuer := newFuzzed(2, 1, nil)
	if _, err := issuer.service.MakeString([]string{"127.0.0.1:1"}); err != nil {
		t.Fatal(err)
	}
	issuer.handle(KindString, frames(KindString, fields{Nonce: someNonce(1)})[4:],
		frames(kindProof, goodProof(identity.RoleCaller, someNonce(1))))
	_ = issuer.service.Close()
	user := newFuzzed(1, 2, goodIssuer())
	p := identity.PairString{Device: user.peer}
	copy(p.Secret[:], someNonce(7))
	user.judge(t, user.service.UseString(t.Context(), p), goodIssuer())
	caller := newFuzzed(1, 2, goodAnswerer())
	if a, err = caller.service.Begin(caller.peer); err != nil {
		t.Fatal(err)
	}
	go yes(a)
	caller.judge(t, a.Wait(t.Context()), goodAnswerer())
	for name, n := range map[string]*fuzzed{"answerer": answerer, "caller": caller, "issuer": issuer, "user": user} {
		if n.verified.Load() != 1 {
			t.Errorf("the %s is not verified", name)
		}
	}
}

// goodAnswerer is what device 2 says to device 1 in a comparison that succeeds.
func goodAnswerer() []byte {
	return frames(kindReady, nil, kindNonce, fields{Nonce: someNonce(1)}, kindMatch, nil, kindDone, nil)
}

// goodIssuer is what device 2 says to device 1, who has its string.
func goodIssuer() []byte {
	return frames(kindNonce, fields{Nonce: someNonce(7)}, kindProof, goodProof(identity.RoleAnswerer, someNonce(7)))
}

// seeds are frames of every kind, and faults.
func seeds(f *testing.F) {
	for _, data := range [][]byte{
		goodCaller(), nil,
		{2, 0, 0, 0, '{', '}'},
		{255, 255, 255, 255},
		goodAnswerer(), goodIssuer(),
		frames(kindReady, nil, kindNonce, fields{Nonce: someNonce(1)}, kindDiffer, nil),
		frames(kindProof, goodProof(identity.RoleCaller, someNonce(1))),
		frames(kindAbort, nil), frames(wire.KindError, wire.RemoteError{Code: wire.CodeBusy}),
		[]byte("\x1c\x00\x00\x00{\"kind\":\"match\",\"kind\":\"a\"}"),
	} {
		f.Add(data)
	}
}

// handle gives the node a stream, the first frame of which is fields.
func (n *fuzzed) handle(kind string, opening, data []byte) {
	n.service.Handle(context.Background(), theirs(data), n.peer, wire.Frame{Kind: kind, Raw: opening})
}

// yes answers that the digits match, as soon as there are any.
func yes(a *Attempt) {
	if _, err := a.Code(context.Background()); err == nil {
		a.Answer(true)
	}
}

// FuzzHandleCompare is what a caller may say to a user who waits for it, and
// always says yes. That verifies only somebody whose own yes is there.
func FuzzHandleCompare(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		n := newFuzzed(2, 1, nil)
		a, err := n.service.Begin(n.peer)
		if err != nil {
			t.Fatal(err)
		}
		go yes(a)
		n.handle(KindCompare, nil, data)
		a.Cancel()
		n.judge(t, a.Wait(context.Background()), data)
	})
}

// judge compares what was told with what was committed.
func (n *fuzzed) judge(t *testing.T, err error, data []byte) {
	t.Helper()
	if verified := n.verified.Load(); (err == nil) != (verified == 1) || verified > 1 {
		t.Errorf("ended with %v, verified %d times", err, verified)
	}
	if err == nil && !bytes.Contains(data, []byte(`"kind"`)) {
		t.Errorf("%q verifies somebody", data)
	}
	_ = n.service.Close()
}

// FuzzHandleAsk is what an answerer may say on the stream that only waits, and
// a caller on one that nobody takes up.
func FuzzHandleAsk(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		for kind, self := range map[string]byte{KindAsk: 1, KindCompare: 2} {
			n := newFuzzed(self, 3-self, nil)
			n.handle(kind, data, nil)
			n.handle(kind, nil, data)
			if n.verified.Load() != 0 || len(n.service.held) != 0 {
				t.Error("it was verified, or is still held")
			}
			_ = n.service.Close()
		}
	})
}

// FuzzCall is what an answerer may say to a caller whose user says yes.
func FuzzCall(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		n := newFuzzed(1, 2, data)
		a, err := n.service.Begin(n.peer)
		if err != nil {
			t.Fatal(err)
		}
		go yes(a)
		n.judge(t, a.Wait(context.Background()), data)
	})
}

// FuzzHandleString is what somebody may say who claims to have a string: only
// the one proof is good.
func FuzzHandleString(f *testing.F) {
	f.Add([]byte(nil), []byte(nil))
	f.Add(frames(KindString, fields{Nonce: someNonce(1)})[4:], frames(kindProof, goodProof(identity.RoleCaller, someNonce(1))))
	f.Add([]byte(`{"nonce":1}`), frames(kindProof, goodProof(identity.RoleAnswerer, someNonce(1))))
	f.Fuzz(func(t *testing.T, opening, data []byte) {
		n := newFuzzed(2, 1, nil)
		if _, err := n.service.MakeString([]string{"127.0.0.1:1"}); err != nil {
			t.Fatal(err)
		}
		n.handle(KindString, opening, data)
		if n.verified.Load() > 1 || len(n.service.guests) != 0 {
			t.Errorf("verified %d times, %d guests are kept", n.verified.Load(), len(n.service.guests))
		}
		_ = n.service.Close()
	})
}

// FuzzUseString is what the maker of a string may say to who uses it.
func FuzzUseString(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		n := newFuzzed(1, 2, data)
		p := identity.PairString{Device: n.peer}
		copy(p.Secret[:], someNonce(7))
		n.judge(t, n.service.UseString(context.Background(), p), data)
	})
}
