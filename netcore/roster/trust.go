package roster

import (
	"context"
	"fmt"
	"time"

	"lanyard/netcore/identity"
	"lanyard/netcore/store"
)

// What this user decides about a device belongs to its key. Each of these is
// committed when it returns, and fails with ErrUnknown for a device that was
// never met.

// SetVerified commits that this user verified a device, how and when; a zero
// time takes it back, and with it all permissions. It fails with
// [store.ErrBlocked] if a device is to be verified that is blocked.
func (r *Roster) SetVerified(ctx context.Context, device identity.DeviceID, by string, at time.Time) error {
	return decided(r.config.Store.SetVerified(ctx, device, by, at))
}

// SetPermissions commits what a device may do. It fails with
// [store.ErrNotVerified] unless the device is verified and not blocked.
func (r *Roster) SetPermissions(ctx context.Context, device identity.DeviceID, p store.Permissions) error {
	return decided(r.config.Store.SetPermissions(ctx, device, p))
}

// SetBlocked commits that this user blocked a device, which takes all
// permissions from it; a zero time takes the block back, not the rest.
func (r *Roster) SetBlocked(ctx context.Context, device identity.DeviceID, at time.Time) error {
	return decided(r.config.Store.SetBlocked(ctx, device, at))
}

// SetSuccessor commits that the key of one device named another one as its
// successor. It gives the other one nothing but a notice.
func (r *Roster) SetSuccessor(ctx context.Context, old, next identity.DeviceID) error {
	return decided(r.config.Store.SetSuccessor(ctx, old, next))
}

// Merge commits that two people are one, called into from now on. Trust and
// permissions stay with the devices. It fails with ErrUnknown, and with
// [store.ErrSamePerson].
func (r *Roster) Merge(ctx context.Context, from, into int64) error {
	return decided(r.config.Store.Merge(ctx, from, into))
}

// DevicesOf returns the devices of a person, the one that they are shown with
// first; none for somebody who is not known.
func (r *Roster) DevicesOf(ctx context.Context, person int64) ([]store.Device, error) {
	return r.config.Store.DevicesOf(ctx, person)
}

// decided gives the store's error the roster's name.
func decided(err error) error {
	if err = known(err); err != nil {
		return fmt.Errorf("deciding about somebody: %w", err)
	}
	return nil
}
