package netcore_test

import (
	"errors"
	"strings"
	"testing"

	"lanyard/netcore"
	"lanyard/netcore/link"
)

// verifies makes a hostile peer somebody whom the user has verified, by its ID.
func (v *victim) verifies(h *hostile) netcore.Person {
	v.t.Helper()
	person := v.knows(h)
	if err := v.VerifyID(v.t.Context(), person.ID, h.id.ID().String()); err != nil {
		v.t.Fatal(err)
	}
	return v.knows(h)
}

// permits gives a verified peer leave to send without asking.
func (v *victim) permits(h *hostile, files netcore.FilesPermission, limit int64) {
	v.t.Helper()
	p := netcore.Permissions{Files: files, FilesCap: limit, Commands: netcore.CommandsOff, Clock: true}
	if err := v.SetPermissions(v.t.Context(), v.knows(h).Device, p); err != nil {
		v.t.Fatal(err)
	}
}

// TestG01WhatNeedsAPermissionIsRefused: nothing that is not built, and nothing
// that a stranger may not, is answered otherwise than with a named error.
func TestG01WhatNeedsAPermissionIsRefused(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	h := v.meet("stranger")
	before := v.knows(h)
	for _, verified := range []bool{false, true} {
		if verified {
			v.verifies(h)
		}
		for _, kind := range []string{
			"command", "exec", "shell", "button", "stop", "time", "audit", "settings", "allow", "verify-done", "block",
			"permissions", "password", "identity", "raise", "say", "log", "host", "request", "bye",
		} {
			s := h.open(kind, fields{"command": "id", "args": []string{"-c", "touch pwned"}, "body_size": 0})
			s.wantAnswer("a stream of kind "+kind, `"unknown-kind"`)
		}
	}
	if after := v.knows(h); before.Trust != netcore.TrustStranger || after.Permissions.Commands != netcore.CommandsOff {
		t.Errorf("it was %+v, is %+v", before, after)
	}
}

// TestG01NothingIsAcceptedByItselfWithoutLeave: not from a stranger, not from a
// verified person who has to ask, not over the cap, and not from a stranger
// with the verified person's name.
func TestG01NothingIsAcceptedByItselfWithoutLeave(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	h, thief := v.meet("alice"), v.meet("alice")
	waits := func(who *hostile, what string, size int) {
		g := one(size)
		g.offer["id"] = randomHex(16)
		s, _ := who.propose(g.offer)
		if got := v.offered(who, g.id()); got.State != netcore.StateOffered {
			t.Errorf("%s: %+v", what, got)
		}
		_ = s.raw.Close()
		v.savedNothing(what)
	}
	waits(h, "a stranger's", 10)
	v.verifies(h)
	waits(h, "a verified person's", 10)
	v.permits(h, netcore.FilesAuto, 1000)
	waits(h, "over the cap", 1001)
	waits(thief, "of the same name", 10)
	person := v.verifies(h)
	if err := v.Unverify(t.Context(), person.ID); err != nil {
		t.Fatal(err)
	}
	h, err := enter(t, v.address(), h.id, hello()) // the link of a verified device has ended with that
	if err != nil {
		t.Fatal(err)
	}
	waits(h, "after the verification was taken back", 10)
	v.verifies(h)
	waits(h, "verified anew, with the least permissions", 10)
}

// TestG12PermissionRevokedInTheMiddle stops what came by the permission.
func TestG12PermissionRevokedInTheMiddle(t *testing.T) {
	t.Parallel()
	for name, revoke := range map[string]func(v *victim, person netcore.Person) error{
		"asked again": func(v *victim, person netcore.Person) error {
			return v.SetPermissions(v.t.Context(), person.Device, netcore.Permissions{Files: netcore.FilesAsk, Commands: netcore.CommandsOff})
		},
		"unverified": func(v *victim, person netcore.Person) error { return v.Unverify(v.t.Context(), person.ID) },
		"blocked":    func(v *victim, person netcore.Person) error { return v.Block(v.t.Context(), person.ID) },
	} {
		t.Run(name, func(t *testing.T) {
			v := newVictim(t)
			h := v.meet("alice")
			v.verifies(h)
			v.permits(h, netcore.FilesAuto, 0)
			g := one(2 << 20)
			g.offer["id"] = randomHex(16)
			s, _ := h.propose(g.offer)
			s.wantAnswer("an offer with leave", `"accept"`)
			data := h.open("data", fields{"id": g.id()})
			frames := g.file(0)
			data.send(g.manifest(), frames[0], frames[1])
			transfer := v.offered(h, g.id())
			until(t, "half of it has come", func() bool {
				now, err := v.Transfer(t.Context(), transfer.Key)
				return err == nil && now.DoneBytes >= 1<<20
			})
			if err := revoke(v, v.knows(h)); err != nil {
				t.Fatal(err)
			}
			data.send(append(frames[2:], encode("end", nil, ""))...)
			if end := v.ended(transfer.Key); end.State == netcore.StateVerified {
				t.Errorf("ended as %+v", end)
			}
			v.savedNothing("what was revoked in the middle")
			v.tidySave()
		})
	}
}

// TestC15BlockedInTheMiddleOfASession: the link ends at once, and none comes up
// again, from whichever side.
func TestC15BlockedInTheMiddleOfASession(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	h := v.meet("mallory")
	h.say("hello")
	person := v.verifies(h)
	open := []*stream{h.open("text", nil), h.blank(), h.open("verify", nil)}
	pending, _ := h.propose(present("d/x").offer)
	if err := v.Block(t.Context(), person.ID); err != nil {
		t.Fatal(err)
	}
	for _, s := range append(open, pending) {
		s.ends()
	}
	until(t, "the link is gone", func() bool { return !v.knows(h).Online })
	for range 3 {
		if again, err := enter(t, v.address(), h.id, hello()); err == nil {
			t.Errorf("let in again: %s", again.say("me again"))
		}
	}
	if _, err := v.Verify(t.Context(), person.Device); !errors.Is(err, netcore.ErrBlocked) {
		t.Errorf("comparing with a blocked device: %v", err)
	}
	if items := v.items(person.ID); len(items) != 2 {
		t.Errorf("the conversation has %+v", items)
	}
	for _, item := range v.items(person.ID) {
		if item.Transfer != nil && !item.State.Ended() {
			t.Errorf("its offer still waits: %+v", item)
		}
	}
	if now := v.knows(h); now.Trust != netcore.TrustBlocked || now.Online {
		t.Errorf("shown as %+v", now)
	}
}

// TestG01StrangersKeptOutByTheSettings: texts and offers from verified people
// only, and invisible.
func TestG01StrangersKeptOutByTheSettings(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	stranger, known := v.meet("stranger"), v.meet("known")
	v.verifies(known)
	set := func(change func(*netcore.Settings)) {
		settings := v.Settings()
		change(&settings)
		if err := v.SetSettings(t.Context(), settings); err != nil {
			t.Fatal(err)
		}
	}
	set(func(s *netcore.Settings) { s.NoStrangerTexts, s.NoStrangerFiles = true, true })
	if answer := stranger.say("buy now"); strings.Contains(answer, "stored") {
		t.Errorf("a stranger's text was answered %s", answer)
	}
	if _, shown := stranger.propose(present("d/x").offer); shown {
		t.Error("a stranger's offer was shown")
	}
	if items := v.items(v.knows(stranger).ID); len(items) != 0 {
		t.Errorf("shown: %+v", items)
	}
	if answer := known.say("it is me"); !strings.Contains(answer, "stored") {
		t.Errorf("a verified person's text was answered %q", answer)
	}
	set(func(s *netcore.Settings) { s.Invisible = true })
	until(t, "the stranger is dropped", func() bool { return !v.knows(stranger).Online })
	if _, err := enter(t, v.address(), newIdentity(t), hello()); err == nil {
		t.Error("a stranger was let in by an invisible copy")
	}
	if again, err := enter(t, v.address(), known.id, hello()); err != nil {
		t.Errorf("a verified person was kept out: %v", err)
	} else if answer := again.say("still here"); !strings.Contains(answer, "stored") {
		t.Errorf("answered %q", answer)
	}
	set(func(s *netcore.Settings) { s.NoStrangerTexts, s.NoStrangerFiles, s.Invisible = false, false, false })
}

// TestG01OldKeyUnderANewName, and a new key under the old name: trust is the key's.
func TestG01OldKeyUnderANewName(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	alice := v.meet("alice")
	v.verifies(alice)
	v.permits(alice, netcore.FilesAuto, 0)
	_ = alice.conn.NetConn().Close()
	says := hello()
	says["name"] = "bob"
	renamed, err := enter(t, v.address(), alice.id, says)
	if err != nil {
		t.Fatal(err)
	}
	until(t, "the new name is seen", func() bool { return v.knows(renamed).SelfName == "bob" })
	if now := v.knows(renamed); now.Trust != netcore.TrustVerified || now.Permissions.Files != netcore.FilesAuto {
		t.Errorf("the verified key under another name: %+v", now)
	}
	thief := v.meet("alice")
	if now := v.knows(thief); now.Trust != netcore.TrustStranger || now.Permissions.Files == netcore.FilesAuto || now.ID == v.knows(alice).ID {
		t.Errorf("another key under the old name: %+v", now)
	}
	if _, err := v.AddAddress(t.Context(), "127.0.0.1:1"); !errors.Is(err, link.ErrUnreachable) {
		t.Errorf("nobody there: %v", err)
	}
}
