package netcore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lanyard/netcore/roster"
	"lanyard/netcore/store"
)

// Block ends all links with somebody's devices, and what is under way with
// them, and lets no link come up again. None of them is verified any more after
// that. Once begun it is done, whatever becomes of ctx.
func (n *Node) Block(ctx context.Context, person PersonID) error {
	row, devices, err := n.devicesOf(ctx, person)
	if err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx)
	for _, device := range devices {
		err = errors.Join(err, n.blockDevice(ctx, row, device))
	}
	n.changed(ctx, row.ID)
	for _, device := range devices {
		n.cutOff(ctx, device.ID)
	}
	return err
}

// blockDevice commits that one device is blocked.
func (n *Node) blockDevice(ctx context.Context, row roster.Person, device store.Device) error {
	row.Device = device.ID
	err := n.roster.SetBlocked(ctx, device.ID, n.config.Now())
	n.noteAbout(ctx, row, AuditBlock, "", err)
	return err
}

// cutOff ends everything with a device.
func (n *Node) cutOff(ctx context.Context, id DeviceID) {
	n.links.Forget(id)
	n.links.Drop(id, errBlocked)
	n.verifier.Down(id)
	n.cancelAll(ctx, id, func(store.Transfer) bool { return true })
}

// cancelAll stops the transfers with a device that fit, whatever becomes of ctx:
// the right to them is gone already.
func (n *Node) cancelAll(ctx context.Context, id DeviceID, fits func(store.Transfer) bool) {
	ctx = context.WithoutCancel(ctx)
	open, err := n.db.OpenTransfers(ctx)
	if err != nil {
		n.config.Logger.Warn("finding what is under way", "error", err)
		return
	}
	for _, t := range open {
		if t.Device != id || !fits(t) {
			continue
		}
		if err := n.transfers.Cancel(ctx, t.Key); err != nil {
			n.config.Logger.Info("stopping a transfer", "transfer", t.Key, "error", err)
		}
	}
}

// Unblock lets all devices of somebody come again. Nothing else comes back:
// they are not verified, and nothing is permitted.
func (n *Node) Unblock(ctx context.Context, person PersonID) error {
	row, devices, err := n.devicesOf(ctx, person)
	if err != nil {
		return err
	}
	for _, device := range devices {
		row.Device = device.ID
		err := n.roster.SetBlocked(ctx, device.ID, time.Time{})
		n.noteAbout(ctx, row, AuditUnblock, "", err)
		if err != nil {
			return err
		}
	}
	n.changed(ctx, row.ID)
	n.kept.again(row.ID)
	return nil
}

// devicesOf returns somebody with all their devices.
func (n *Node) devicesOf(ctx context.Context, person PersonID) (roster.Person, []store.Device, error) {
	row, err := n.roster.Person(ctx, int64(person))
	if err != nil {
		return row, nil, err
	}
	devices, err := n.roster.DevicesOf(ctx, row.ID)
	if err != nil {
		return row, nil, fmt.Errorf("finding the devices of %s: %w", row.Device.Short(), err)
	}
	return row, devices, nil
}
