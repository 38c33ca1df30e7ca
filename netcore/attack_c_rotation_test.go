package netcore_test

import (
	"encoding/json"
	"strings"
	"testing"

	"lanyard/netcore"
	"lanyard/netcore/identity"
)

// TestC19ForgedSuccessors: beyond the list. Somebody says that a verified key
// named theirs as its successor: with a signature of their own, with one that
// was made for another key, or with one of nobody.
func TestC19ForgedSuccessors(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	alice := v.meet("alice")
	v.verifies(alice)
	v.permits(alice, netcore.FilesAuto, 0)
	thief := v.meet("alice")
	genuine := identity.NewRotation(alice.id, newIdentity(t)) // heard elsewhere, for a key that is not the thief's
	own := identity.NewRotation(thief.id, newIdentity(t))
	own.Old = alice.id.Public()
	turned := identity.NewRotation(thief.id, alice.id)
	for name, statement := range map[string]identity.Rotation{"for another key": genuine, "signed by the thief": own, "turned around": turned} {
		text, err := json.Marshal(statement)
		if err != nil {
			t.Fatal(err)
		}
		s := thief.open("rotation", fields{"statement": json.RawMessage(text)})
		if answer := s.answer(); strings.Contains(answer, `"ok"`) {
			t.Errorf("%s: answered %s", name, answer)
		}
	}
	for _, text := range []string{`null`, `{}`, `[]`, `"x"`, `{"old":"` + strings.Repeat("A", 4000) + `"}`} {
		s := thief.blank()
		s.send(frame(`{"kind":"rotation","statement":`+text+`}`, ""))
		if answer := s.answer(); strings.Contains(answer, `"ok"`) {
			t.Errorf("%.40s: answered %s", text, answer)
		}
	}
	for _, person := range v.people() {
		switch person.Device {
		case alice.id.ID():
			if person.Trust != netcore.TrustVerified || person.Permissions.Files != netcore.FilesAuto {
				t.Errorf("alice is %+v", person)
			}
		case thief.id.ID():
			if person.Notice == netcore.NoticeRotated || person.Trust != netcore.TrustStranger || person.Permissions.Files == netcore.FilesAuto {
				t.Errorf("the thief is %+v", person)
			}
		}
	}
}

// TestC19GenuineSuccessor gets a notice, and nothing that the old key was permitted.
func TestC19GenuineSuccessor(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	alice := v.meet("alice")
	v.verifies(alice)
	v.permits(alice, netcore.FilesAuto, 0)
	next := v.meet("alice")
	text, err := json.Marshal(identity.NewRotation(alice.id, next.id))
	if err != nil {
		t.Fatal(err)
	}
	next.open("rotation", fields{"statement": json.RawMessage(text)}).wantAnswer("a genuine statement", `"ok"`)
	for _, person := range v.people() {
		if person.Device == next.id.ID() && (person.Notice != netcore.NoticeRotated || person.Trust != netcore.TrustStranger) {
			t.Errorf("the new key is %+v", person)
		}
	}
	g := one(10)
	g.offer["id"] = randomHex(16)
	next.propose(g.offer)
	if got := v.offered(next, g.id()); got.State != netcore.StateOffered {
		t.Errorf("the new key's offer: %+v", got)
	}
}
