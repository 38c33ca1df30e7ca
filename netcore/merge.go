package netcore

import (
	"context"
	"fmt"
	"slices"

	"lanyard/netcore/roster"
	"lanyard/netcore/safename"
	"lanyard/netcore/store"
)

// SetAlias gives somebody a name of this user's own; empty takes it back. It
// fails with ErrUnknownPerson.
func (n *Node) SetAlias(ctx context.Context, person PersonID, alias string) error {
	row, err := n.roster.Person(ctx, int64(person))
	if err != nil {
		return err
	}
	err = n.roster.Rename(ctx, row.ID, alias)
	n.noteAbout(ctx, row, AuditAlias, shownAlias(alias), err)
	if err != nil {
		return err
	}
	n.changed(ctx, row.ID)
	return nil
}

// shownAlias returns a name of this user's own as it will be shown.
func shownAlias(alias string) string { return safename.Display(alias, roster.MaxName) }

// sameBlock fails with ErrBlocked unless both people are blocked, or neither is.
func (n *Node) sameBlock(ctx context.Context, one, other int64) error {
	var blocked [2]bool
	for i, person := range []int64{one, other} {
		devices, err := n.roster.DevicesOf(ctx, person)
		if err != nil {
			return err
		}
		blocked[i] = slices.ContainsFunc(devices, func(d store.Device) bool { return !d.Blocked.IsZero() })
	}
	if blocked[0] != blocked[1] {
		return fmt.Errorf("one of the two is blocked: %w", ErrBlocked)
	}
	return nil
}

// Merge makes the conversations and devices of one person those of another.
// Trust and permissions stay with the devices: none are taken along. It fails
// with ErrUnknownPerson, with store.ErrSamePerson, and with ErrBlocked if one of
// the two is blocked and the other is not: to unblock the one that both became
// would unblock what was blocked on purpose.
func (n *Node) Merge(ctx context.Context, from, into PersonID) error {
	gone, err := n.roster.Person(ctx, int64(from))
	if err != nil {
		return err
	}
	stays, err := n.roster.Person(ctx, int64(into))
	if err != nil {
		return err
	}
	if err = n.sameBlock(ctx, gone.ID, stays.ID); err == nil {
		err = n.roster.Merge(ctx, gone.ID, stays.ID)
	}
	n.noteAbout(ctx, stays, AuditMerge, fmt.Sprintf("%s (%s)", roster.Shown(gone), gone.Device.Short()), err)
	if err != nil {
		return err
	}
	n.changed(ctx, stays.ID)
	n.bus.publish(Event{Kind: EventPerson, Person: from})
	n.bus.publish(Event{Kind: EventItem, Person: into})
	return nil
}
