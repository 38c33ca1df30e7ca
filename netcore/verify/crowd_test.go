package verify

import (
	"errors"
	"testing"

	"lanyard/netcore/identity"
	"lanyard/netcore/wire"
)

// Whom this user knows is not kept out by a crowd, before it or after it.
func TestACrowdKeepsNobodyOutWhomTheUserKnows(t *testing.T) {
	for name, before := range map[string]bool{"asked before the crowd": true, "asks after it": false} {
		t.Run(name, func(t *testing.T) {
			run(t, func(t *testing.T, l *lan) {
				friend, high := l.node(100), l.node(200)
				l.link(friend, high)
				high.service.config.Known = func(id identity.DeviceID) bool { return id == friend.id }
				crowd := func(n byte) {
					for i := range n {
						m := l.attacker(1 + i)
						l.link(m, high)
						m.raw(high, KindCompare, nil)
						settle()
					}
				}
				if !before {
					crowd(maxHeld)
				}
				a := friend.begin(high)
				settle()
				if before {
					crowd(2 * maxHeld)
				}
				if !high.service.Asking(friend.id) {
					t.Error("the friend's request is not shown")
				}
				if held := len(high.service.held); held != maxHeld {
					t.Errorf("%d requests are held", held)
				}
				b := high.begin(friend)
				if code(t, a) != code(t, b) {
					t.Error("the codes differ")
				}
			})
		})
	}
}

// Strangers never take the place of somebody known.
func TestACrowdOfFriendsIsNotReplaced(t *testing.T) {
	run(t, func(t *testing.T, l *lan) {
		high := l.node(200)
		known := true
		high.service.config.Known = func(identity.DeviceID) bool { return known }
		ask := func(id byte) *heard {
			m := l.attacker(id)
			l.link(m, high)
			h := m.raw(high, KindCompare, nil)
			settle()
			return h
		}
		for i := range byte(maxHeld) {
			ask(1 + i)
		}
		ask(50).wantError(t, wire.CodeBusy)
		known = false
		ask(51).wantError(t, wire.CodeBusy)
		if len(high.service.held) != maxHeld {
			t.Errorf("%d requests are held", len(high.service.held))
		}
	})
}

// Identities are free: a crowd that opens streams and says nothing keeps nobody
// out who has the string, and holds no place at all while there is none.
func TestSilentGuestsKeepNobodyOut(t *testing.T) {
	run(t, func(t *testing.T, l *lan) {
		issuer, user := l.node(200), l.node(201)
		l.link(user, issuer)
		var crowd []*heard
		comes := func(i byte) {
			m := l.attacker(i)
			l.link(m, issuer)
			crowd = append(crowd, m.raw(issuer, KindString, fields{Nonce: someNonce(i)}))
		}
		for i := range byte(maxGuests) {
			comes(1 + i)
			crowd[i].wantError(t, wire.CodeRefused)
		}
		if len(issuer.service.guests) != 0 {
			t.Errorf("%d places are taken, and there is no string", len(issuer.service.guests))
		}
		crowd = nil
		p := issuer.make(t)
		for i := range byte(maxGuests) {
			comes(50 + i)
			crowd[i].want(t, kindNonce)
		}
		user.use(t, p, nil)
		crowd[0].wantError(t, wire.CodeBusy)
		settle()
		if len(issuer.service.guests) != maxGuests-1 {
			t.Errorf("%d places are taken", len(issuer.service.guests))
		}
		issuer.is("string")
		user.is("string")
	})
}

// Whoever has proved keeps the place until that is committed.
func TestAGuestWhoHasProvedIsNotReplaced(t *testing.T) {
	s := New(Config{Self: identity.DeviceID{255}})
	defer s.Close()
	if _, err := s.MakeString([]string{"127.0.0.1:1"}); err != nil {
		t.Fatal(err)
	}
	left := map[byte]error{}
	guests := map[byte]*guest{}
	for i := range byte(maxGuests + 1) {
		g, err := s.welcome(identity.DeviceID{i}, func(cause error) { left[i] = cause })
		if err != nil {
			t.Fatalf("guest %d: %v", i, err)
		}
		if guests[i] = g; i < 2 && !s.stays(identity.DeviceID{i}, g) {
			t.Errorf("guest %d has no place", i)
		}
	}
	if len(left) != 1 || !errors.Is(left[2], ErrBusy) || s.stays(identity.DeviceID{2}, guests[2]) {
		t.Errorf("sent off: %v", left)
	}
	for i, g := range guests {
		s.stays(identity.DeviceID{i}, g)
	}
	if _, err := s.welcome(identity.DeviceID{99}, nil); !errors.Is(err, ErrBusy) {
		t.Errorf("when all have proved: %v", err)
	}
	for i, g := range guests {
		s.sendOff(identity.DeviceID{i}, g)
	}
	if len(s.guests) != 0 {
		t.Errorf("%d places are kept", len(s.guests))
	}
}
