package netcore

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"lanyard/netcore/identity"
	"lanyard/netcore/link"
	"lanyard/netcore/roster"
	"lanyard/netcore/store"
)

var (
	// ErrNotVerified says that permissions were asked for somebody who is not verified.
	ErrNotVerified = store.ErrNotVerified
	// ErrOtherID says that the device ID that was compared is another one.
	ErrOtherID = errors.New("that is another device ID")
	// ErrNotConfirmed says that the user refused in the window, or did not answer.
	ErrNotConfirmed = errors.New("it was not confirmed in the window")
	// ErrBlocked says that the person is blocked.
	ErrBlocked = store.ErrBlocked
)

// SetPermissions commits what a device may do here: that device, whichever its
// person is shown with by now. It fails with ErrUnknownPerson, ErrNotVerified,
// and with store.ErrPermission for values that do not exist. What a permission
// that is taken back had started is stopped.
func (n *Node) SetPermissions(ctx context.Context, device DeviceID, p Permissions) error {
	row, err := n.byDevice(ctx, device)
	if err != nil {
		return err
	}
	err = n.roster.SetPermissions(ctx, device, store.Permissions{
		Files: string(p.Files), FilesCap: p.FilesCap, Commands: string(p.Commands), Clock: p.Clock,
	})
	n.noteAbout(ctx, row, AuditPermissions, p.String(), err)
	if err != nil {
		return err
	}
	if p.Files != FilesAuto {
		n.auto.stop(ctx, device)
	}
	if err := n.guard.reload(context.WithoutCancel(ctx)); err != nil {
		n.config.Logger.Error("reading whom to trust", "error", err)
	}
	n.bus.publish(Event{Kind: EventPerson, Person: PersonID(row.ID)})
	return nil
}

// String returns permissions as they are written in a terminal.
func (p Permissions) String() string {
	files := string(p.Files)
	if p.Files == FilesAuto && p.FilesCap > 0 {
		files += ":" + strconv.FormatInt(p.FilesCap, 10)
	}
	return "files=" + files + " commands=" + string(p.Commands) + " clock=" + onOrOff(p.Clock)
}

// byDevice returns the person of a device, with that device and what was
// decided about it in place of the one that they are shown with.
func (n *Node) byDevice(ctx context.Context, id DeviceID) (roster.Person, error) {
	row, err := n.roster.ByDevice(ctx, id)
	if err != nil || row.Device == id {
		return row, err
	}
	return n.withDevice(ctx, row, id)
}

// VerifyID verifies the one of somebody's devices whose whole ID this user
// typed or pasted. It fails with ErrOtherID if it is that of none of them, and
// with identity.ErrDeviceID if it is no device ID.
func (n *Node) VerifyID(ctx context.Context, person PersonID, typed string) error {
	row, devices, err := n.devicesOf(ctx, person)
	if err != nil {
		return err
	}
	id, err := identity.ParseDeviceID(typed)
	if err == nil && !slices.ContainsFunc(devices, func(d store.Device) bool { return d.ID == id }) {
		err = ErrOtherID
	}
	if err != nil {
		n.noteAbout(ctx, row, AuditVerify, string(VerifiedByID), err)
		return fmt.Errorf("comparing device IDs: %w", err)
	}
	return n.setVerified(ctx, id, VerifiedByID)
}

// setVerified commits that a device is verified, and lets everybody know.
func (n *Node) setVerified(ctx context.Context, id DeviceID, by VerifiedBy) error {
	n.remember(ctx, id)
	err := n.roster.SetVerified(ctx, id, string(by), n.config.Now())
	row, found := n.byDevice(ctx, id)
	if found != nil {
		return errors.Join(err, found)
	}
	n.noteAbout(ctx, row, AuditVerify, string(by), err)
	if err != nil {
		return err
	}
	n.changed(ctx, row.ID)
	n.kept.contact(row.ID)
	n.watch.verified(id)
	n.bus.publish(Event{Kind: EventVerified, Person: PersonID(row.ID)})
	return nil
}

// remember makes sure that a linked device is known: a crowd of strangers may
// have pushed it out since it came, or its coming is not yet committed.
func (n *Node) remember(ctx context.Context, id DeviceID) {
	peer, linked := n.links.Peer(id)
	if _, err := n.roster.ByDevice(ctx, id); linked && errors.Is(err, ErrUnknownPerson) {
		_, _, _ = n.roster.Seen(ctx, id, peer.Name, peer.Address) // what comes next says that it failed
	}
}

// Unverify takes back that somebody's devices are verified, all of them, and
// with it all permissions. The links are made anew, as those with a stranger.
// Once begun it is done, whatever becomes of ctx.
func (n *Node) Unverify(ctx context.Context, person PersonID) error {
	row, devices, err := n.devicesOf(ctx, person)
	if err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx)
	for _, device := range devices {
		row.Device = device.ID
		failed := n.roster.SetVerified(ctx, device.ID, "", time.Time{})
		n.noteAbout(ctx, row, AuditUnverify, "", failed)
		err = errors.Join(err, failed)
	}
	n.changed(ctx, row.ID)
	for _, device := range devices {
		n.auto.stop(ctx, device.ID)
		n.links.Drop(device.ID, fmt.Errorf("no longer verified: %w", link.ErrLinkLost))
	}
	n.links.Recheck(false)
	return err
}

// changed makes what was decided about somebody count at once, and tells.
func (n *Node) changed(ctx context.Context, person int64) {
	if err := n.guard.reload(context.WithoutCancel(ctx)); err != nil {
		n.config.Logger.Error("reading whom to trust", "error", err)
	}
	n.links.Recheck(false)
	n.bus.publish(Event{Kind: EventPerson, Person: PersonID(person)})
}

// acquainted makes it count that this user turned to somebody: no stranger any
// more.
func (n *Node) acquainted(ctx context.Context, id DeviceID, person int64) {
	if !n.guard.of(id).Known {
		n.changed(ctx, person)
	}
}

// trust is what a row says about trust in the words of this package.
func trust(row store.Trust) Trust {
	switch {
	case !row.Blocked.IsZero():
		return TrustBlocked
	case !row.Verified.IsZero():
		return TrustVerified
	}
	return TrustStranger
}

// permissions is what a device may do, in the words of this package.
func permissions(p store.Permissions) Permissions {
	return Permissions{
		Files: FilesPermission(p.Files), FilesCap: p.FilesCap,
		Commands: CommandsPermission(p.Commands), Clock: p.Clock,
	}
}

// noteAbout adds to the audit log what was done about somebody.
func (n *Node) noteAbout(ctx context.Context, row roster.Person, what AuditWhat, detail string, err error) {
	n.note(ctx, logged{
		device: row.Device, person: PersonID(row.ID), name: roster.Shown(row),
		what: what, detail: detail, outcome: outcomeOf(err),
	})
}
