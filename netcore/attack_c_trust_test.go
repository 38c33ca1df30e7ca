package netcore_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"

	"lanyard/netcore"
	"lanyard/netcore/identity"
	"lanyard/netcore/link"
	"lanyard/netcore/verify"
	"lanyard/netcore/wire"
)

// lower lets in a hostile peer whose device ID is below the victim's, so that
// it plays the caller of a comparison, or above.
func (v *victim) lower(below bool) *hostile {
	v.t.Helper()
	for {
		id := newIdentity(v.t)
		if (id.ID().Compare(v.Self().ID) < 0) == below {
			h, err := enter(v.t, v.address(), id, hello())
			if err != nil {
				v.t.Fatal(err)
			}
			return h
		}
	}
}

// compares has the victim's user open a comparison.
func (v *victim) compares(h *hostile) netcore.Verification {
	v.t.Helper()
	attempt, err := v.Verify(v.t.Context(), v.knows(h).Device)
	if err != nil {
		v.t.Fatalf("opening a comparison: %v", err)
	}
	return attempt
}

// fails waits for the end of a comparison, which must not be a success.
func (v *victim) fails(h *hostile, attempt netcore.Verification, want error) {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := attempt.Wait(ctx); !errors.Is(err, want) {
		v.t.Errorf("ended with %v, want %v", err, want)
	}
	v.isStranger(h)
}

// isStranger fails if a hostile peer is trusted.
func (v *victim) isStranger(h *hostile) {
	v.t.Helper()
	if person := v.knows(h); person.Trust != netcore.TrustStranger {
		v.t.Errorf("it is trusted: %+v", person)
	}
}

// TestC02NonceChosenAfterTheOthers is the attack on digits without a
// commitment: the caller shows another nonce than the one that it committed to,
// found after it knew the victim's. It also shows none, too short ones, and
// commitments of other sessions and roles.
func TestC02NonceChosenAfterTheOthers(t *testing.T) {
	t.Parallel()
	for name, lie := range map[string]func(key, nonce []byte, own, peer identity.DeviceID) (commitment, reveal []byte){
		"another nonce": func(key, nonce []byte, own, peer identity.DeviceID) ([]byte, []byte) {
			sum := identity.Commit(identity.RoleCaller, key, nonce, own, peer)
			return sum[:], randomNonce32()
		},
		"another role": func(key, nonce []byte, own, peer identity.DeviceID) ([]byte, []byte) {
			sum := identity.Commit(identity.RoleAnswerer, key, nonce, own, peer)
			return sum[:], nonce
		},
		"another session": func(_, nonce []byte, own, peer identity.DeviceID) ([]byte, []byte) {
			sum := identity.Commit(identity.RoleCaller, make([]byte, 32), nonce, own, peer)
			return sum[:], nonce
		},
		"another device": func(key, nonce []byte, _, peer identity.DeviceID) ([]byte, []byte) {
			sum := identity.Commit(identity.RoleCaller, key, nonce, peer, peer)
			return sum[:], nonce
		},
		"zeros": func(_, _ []byte, _, _ identity.DeviceID) ([]byte, []byte) { return make([]byte, 32), make([]byte, 32) },
	} {
		t.Run(name, func(t *testing.T) {
			v := newVictim(t)
			h := v.lower(true)
			attempt := v.compares(h)
			key, nonce := h.exporter(h.id.ID(), v.Self().ID), randomNonce32()
			commitment, reveal := lie(key, nonce, h.id.ID(), v.Self().ID)
			s := h.open("verify", nil)
			s.wantAnswer("a request", `"ready"`)
			s.send(encode("commit", fields{"commitment": commitment}, ""))
			s.wantAnswer("a commitment", `"nonce"`)
			s.send(encode("reveal", fields{"nonce": reveal}, ""), encode("match", nil, ""), encode("done", nil, ""))
			attempt.Answer(true) // careless
			v.fails(h, attempt, verify.ErrForged)
		})
	}
}

// exporter is the session's, as the comparison of digits uses it.
func (h *hostile) exporter(caller, answerer identity.DeviceID) []byte {
	h.t.Helper()
	state := h.conn.ConnectionState()
	key, err := state.ExportKeyingMaterial("EXPORTER-lanyard-verify", append(caller[:], answerer[:]...), 32)
	if err != nil {
		h.t.Fatal(err)
	}
	return key
}

func randomNonce32() []byte { return []byte(randomHex(16)) }

// TestC11NothingIsComparedUnlessBothUsersOpenIt: who asks is shown, and no more.
func TestC11NothingIsComparedUnlessBothUsersOpenIt(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	h := v.lower(true)
	s := h.open("verify", nil)
	s.send(encode("commit", fields{"commitment": make([]byte, 32)}, ""), encode("reveal", fields{"nonce": make([]byte, 32)}, ""),
		encode("match", nil, ""), encode("done", nil, ""))
	for range 40 {
		h.open("verify", nil)
		h.open("verify-ask", nil)
		h.open("verify-string", fields{"nonce": make([]byte, 32)})
	}
	for range 20 {
		other := v.meet("crowd")
		other.open("verify", nil)
		other.open("verify-ask", nil)
	}
	v.isStranger(h)
	all := netcore.Permissions{Files: netcore.FilesAuto, Commands: netcore.CommandsAlways, Clock: true}
	if err := v.SetPermissions(t.Context(), v.knows(h).Device, all); !errors.Is(err, netcore.ErrNotVerified) {
		t.Errorf("permissions for a stranger: %v", err)
	}
}

// TestC11OneAtATimeAndBackingOff: an attacker gets three tries, not a million.
func TestC11OneAtATimeAndBackingOff(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	h := v.lower(true)
	for range 3 {
		attempt := v.compares(h)
		if _, err := v.Verify(t.Context(), v.knows(h).Device); !errors.Is(err, verify.ErrBusy) {
			t.Errorf("two at once: %v, want ErrBusy", err)
		}
		s := h.open("verify", nil)
		s.wantAnswer("a request", `"ready"`)
		s.send(encode("commit", fields{"commitment": make([]byte, 32)}, ""))
		s.wantAnswer("a commitment", `"nonce"`)
		s.send(encode("abort", nil, "")) // it saw the nonce and does not like it
		v.fails(h, attempt, verify.ErrAborted)
	}
	if _, err := v.Verify(t.Context(), v.knows(h).Device); !errors.Is(err, verify.ErrBackoff) {
		t.Errorf("after three failures: %v, want ErrBackoff", err)
	}
}

// TestC11GuessingAPairingString kills the string at the third wrong proof.
func TestC11GuessingAPairingString(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	text, err := v.MakePairString(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	h := v.meet("guesser")
	for range 3 {
		s := h.open("verify-string", fields{"nonce": randomNonce32()})
		s.wantAnswer("somebody with a string", `"nonce"`)
		s.send(encode("proof", fields{"proof": randomNonce32()}, ""))
		s.wantAnswer("a wrong proof", `"refused"`)
		s.ends()
	}
	h.open("verify-string", fields{"nonce": randomNonce32()}).wantAnswer("a fourth try", `"refused"`)
	friend := newFriend(t, v)
	if _, err := friend.UsePairString(t.Context(), text); !errors.Is(err, verify.ErrString) {
		t.Errorf("a string that was guessed at: %v, want ErrString", err)
	}
	v.isStranger(h)
	v.leaksNowhere(map[string][]byte{"the pairing secret": []byte(text[strings.LastIndex(text, "/")+1:])})
}

// TestC04PasswordProofsSentBack: the victim proves to whom it dials. What it
// said is sent back to it, on that connection and on another.
func TestC04PasswordProofsSentBack(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	password := v.NewPassword()
	if err := v.SetPassword(t.Context(), password); err != nil {
		t.Fatal(err)
	}
	own := newIdentity(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	caught := make(chan string, 1)
	go echoFrames(listener, own, caught)
	if _, err := v.AddAddress(t.Context(), listener.Addr().String()); !errors.Is(err, link.ErrPassword) {
		t.Errorf("dialing an echo: %v, want ErrPassword", err)
	}
	_ = listener.Close()
	proof := <-caught
	for name, mac := range map[string]string{
		"a proof of another connection": proof, "an empty one": "", "zeros": strings.Repeat("0", 64), "half": proof[:32], "a random one": randomHex(32),
	} {
		conn := secure(t, v.address(), newIdentity(t))
		frames := wire.NewConn(conn)
		_ = frames.Write("auth", map[string]string{"nonce": randomHex(32)}, nil)
		if _, err := frames.Expect(wire.MaxHello, "auth"); err != nil {
			t.Logf("%s: %v", name, err) // the rate of wrong proofs is over
			continue
		}
		_ = frames.Write("proof", map[string]string{"mac": mac}, nil)
		if frame, err := frames.Next(wire.MaxHello); err != nil || frame.Kind != "error" {
			t.Errorf("%s: answered %s, %v", name, frame.Raw, err)
		}
		_ = conn.Close()
	}
	if people := v.people(); len(people) != 0 {
		t.Errorf("they became people: %+v", people)
	}
	v.leaksNowhere(map[string][]byte{"the network password": []byte(password)}, "lanyard.db")
	if err := v.SetPassword(t.Context(), ""); err != nil { // for the honest friend at the end
		t.Error(err)
	}
}

// echoFrames accepts one connection and says what it hears.
func echoFrames(listener net.Listener, own *identity.Identity, caught chan<- string) {
	var proof string
	defer func() { caught <- proof }()
	raw, err := listener.Accept()
	if err != nil {
		return
	}
	defer func() { _ = raw.Close() }()
	conn := tlsServer(raw, own)
	frames := wire.NewConn(conn)
	mirror := ""
	for range 4 {
		frame, err := frames.Next(wire.MaxHello)
		if err != nil {
			return
		}
		var said struct{ Nonce, MAC string }
		_ = frame.Decode(&said)
		if mirror = string(frame.Raw); frame.Kind == "proof" {
			proof = said.MAC
		}
		if frame.Kind == "auth" { // the same nonce would be noticed at once
			mirror = `{"kind":"auth","nonce":"` + randomHex(32) + `"}`
		}
		if wire.WriteHeader(conn, []byte(mirror)) != nil {
			return
		}
	}
}
