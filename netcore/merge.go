package netcore

import (
	"context"
	"fmt"

	"lanyard/netcore/roster"
)

// SetAlias gives somebody a name of this user's own; empty takes it back.
func (n *Node) SetAlias(ctx context.Context, person PersonID, alias string) error {
	if err := n.roster.Rename(ctx, int64(person), alias); err != nil {
		return err
	}
	n.changed(ctx, int64(person))
	return nil
}

// Merge makes the conversations and devices of one person those of another.
// Trust and permissions stay with the devices: none are taken along. It fails
// with ErrUnknownPerson, and with store.ErrSamePerson.
func (n *Node) Merge(ctx context.Context, from, into PersonID) error {
	gone, err := n.roster.Person(ctx, int64(from))
	if err != nil {
		return err
	}
	stays, err := n.roster.Person(ctx, int64(into))
	if err != nil {
		return err
	}
	err = n.roster.Merge(ctx, gone.ID, stays.ID)
	n.noteAbout(ctx, stays, AuditMerge, fmt.Sprintf("%s (%s)", roster.Shown(gone), gone.Device.Short()), err)
	if err != nil {
		return err
	}
	n.changed(ctx, stays.ID)
	n.bus.publish(Event{Kind: EventPerson, Person: from})
	n.bus.publish(Event{Kind: EventItem, Person: into})
	return nil
}
