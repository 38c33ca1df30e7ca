package verify

import (
	"context"
	"fmt"

	"lanyard/netcore/identity"
)

// maxGuests is how many devices may be proving a string at a time. One more
// takes the place of the one that has been proving longest.
const maxGuests = 16

// guest is a device that proves a string. Service.mu guards its fields.
type guest struct {
	came   int64 // in which order
	proved bool  // its proof has come
	leave  context.CancelCauseFunc
}

// errReplaced ends a guest whose place another one took.
var errReplaced = fmt.Errorf("another device took the place: %w", ErrBusy)

// welcome takes a place for a device that proves a string, if there is one to be
// proved. Identities cost nothing: those that hold all places and say nothing
// must not keep out who has the string, who needs one only for a moment.
func (s *Service) welcome(peer identity.DeviceID, leave context.CancelCauseFunc) (*guest, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.valid(); err != nil {
		return nil, err
	}
	if s.guests[peer] != nil || len(s.guests) >= maxGuests && !s.makeRoom() {
		return nil, ErrBusy
	}
	s.arrivals++
	g := &guest{came: s.arrivals, leave: leave}
	s.guests[peer] = g
	return g, nil
}

// makeRoom sends off the guest that came first of those whose proof has not
// come, and reports whether there was one. Service.mu is held.
func (s *Service) makeRoom() bool {
	var first *guest
	var whose identity.DeviceID
	for id, g := range s.guests {
		if !g.proved && (first == nil || g.came < first.came) {
			first, whose = g, id
		}
	}
	if first == nil {
		return false
	}
	delete(s.guests, whose)
	first.leave(errReplaced)
	return true
}

// stays notes that the proof of a guest has come. It reports false if another
// one has its place.
func (s *Service) stays(peer identity.DeviceID, g *guest) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	g.proved = s.guests[peer] == g
	return g.proved
}

// sendOff gives the place back.
func (s *Service) sendOff(peer identity.DeviceID, g *guest) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.guests[peer] == g {
		delete(s.guests, peer)
	}
}
