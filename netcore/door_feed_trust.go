package netcore

import (
	"cmp"
	"context"
	"slices"
	"time"

	"lanyard/netcore/control"
)

// vigil turns what happens about trust into lines: who waits to compare digits,
// and who was verified.
type vigil struct {
	door     *Door
	seen     map[PersonID]standing
	verified map[PersonID]struct{} // told by events since the last look
	due      bool                  // somebody's standing may have changed
	all      bool                  // events were lost
}

// standing is how somebody stood at the last look.
type standing struct {
	device   DeviceID
	asks     bool
	verified time.Time
}

func newVigil(door *Door) vigil {
	return vigil{door: door, seen: map[PersonID]standing{}, verified: map[PersonID]struct{}{}}
}

// start takes people as they are now. Who waits already is told of at the
// first look, since they still do.
func (v *vigil) start(people []Person) {
	for _, person := range people {
		v.seen[person.ID] = standing{device: person.Device, verified: person.Verified}
		v.due = v.due || person.Asks
	}
}

// note remembers that an event says to look.
func (v *vigil) note(event Event) {
	switch event.Kind {
	case EventOverflow:
		v.due, v.all = true, true
	case EventVerify, EventPerson: // who asks may be known a moment after that
		v.due = true
	case EventVerified:
		v.due = true
		v.verified[event.Person] = struct{}{}
	}
}

// look prints what is new.
func (v *vigil) look(ctx context.Context, emit control.Emit) error {
	if !v.due {
		return nil
	}
	people, err := v.door.node.People(ctx)
	if err != nil {
		return err
	}
	slices.SortFunc(people, func(a, b Person) int { return cmp.Compare(a.ID, b.ID) })
	for _, person := range people {
		if err := v.step(person, emit); err != nil {
			return err
		}
	}
	v.due, v.all = false, false
	clear(v.verified)
	return nil
}

// step prints what is new about one person.
func (v *vigil) step(person Person, emit control.Emit) error {
	before := v.seen[person.ID]
	v.seen[person.ID] = standing{device: person.Device, asks: person.Asks, verified: person.Verified}
	if person.Asks && !before.asks {
		if err := emit(trustedLine(control.EventVerifyRequest, person)); err != nil {
			return err
		}
	}
	_, told := v.verified[person.ID]
	// Another device of theirs may only have come to the fore.
	missed := v.all && !person.Verified.Equal(before.verified) && (before.device.IsZero() || before.device == person.Device)
	if person.Trust == TrustVerified && (told || missed) {
		return emit(trustedLine(control.EventVerified, person))
	}
	return nil
}
