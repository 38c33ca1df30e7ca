package netcore

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"lanyard/netcore/identity"
	"lanyard/netcore/link"
	"lanyard/netcore/wire"
)

// kindRotation is the stream that tells of a new key: one frame
// {"kind":"rotation","statement":{…}}, see identity.Rotation, answered by
// {"kind":"ok"}. It is told over a link with the new key. Whoever hears it gets
// a notice and has to verify anew.
const kindRotation = "rotation"

// rotationFields are the fields of a frame of kind "rotation".
type rotationFields struct {
	Statement json.RawMessage `json:"statement"`
}

// tellRotation tells a device that this one replaced its key, if it did. It
// is told at each link: who knows it already does not mind.
func (n *Node) tellRotation(id DeviceID) {
	if n.rotated == nil || !n.guard.trusted(id) {
		return
	}
	n.spawn(func(ctx context.Context) {
		ctx, cancel := context.WithTimeout(ctx, renameWait)
		defer cancel()
		text, err := json.Marshal(n.rotated)
		if err == nil {
			err = n.tell(ctx, id, kindRotation, rotationFields{Statement: text})
		}
		if err != nil {
			n.config.Logger.Debug("telling of the new key", "device", id.Short(), "error", err)
		}
	})
}

// tell says something to a device in one frame and waits for its "ok", so that
// the stream is not cut short.
func (n *Node) tell(ctx context.Context, id DeviceID, kind string, fields any) error {
	s, err := n.links.Open(ctx, id, kind, fields)
	if err != nil {
		return err
	}
	defer s.Reset() // after Close it does nothing
	if err := s.SetReadDeadline(time.Now().Add(renameWait)); err != nil {
		return err
	}
	if _, err := s.Wire().Expect(wire.MaxHeader, "ok"); err != nil {
		return err
	}
	return s.Close()
}

// handleRotation takes a statement about the key of the device that makes it.
func (n *Node) handleRotation(ctx context.Context, s *link.Stream, first wire.Frame) {
	if !n.renames.allow(s.Peer().ID, n.config.Now()) {
		_ = s.Wire().WriteError(wire.CodeBusy, "too often") // the stream ends either way
		return
	}
	if err := n.rotation(ctx, s.Peer().ID, first); err != nil {
		n.config.Logger.Debug("a device says that it replaced its key", "device", s.Peer().ID.Short(), "error", err)
		_ = s.Wire().WriteError(wire.CodeMalformed, "not taken") // the stream ends either way
		return
	}
	if err := s.Wire().Write("ok", nil, nil); err == nil {
		_ = s.Close() // nothing more to do for a stream that failed
	}
}

// rotation notes whom a key named as its successor. That is a notice, and
// nothing that was permitted to the old key goes to the new one.
func (n *Node) rotation(ctx context.Context, from DeviceID, first wire.Frame) error {
	var fields rotationFields
	if err := first.Decode(&fields); err != nil {
		return err
	}
	statement, err := identity.ParseRotation(fields.Statement)
	if err != nil {
		return err
	}
	old, next, err := statement.IDs()
	if err != nil {
		return err
	}
	if next != from {
		return fmt.Errorf("it is about %s: %w", next.Short(), identity.ErrRotation)
	}
	if err := n.roster.SetSuccessor(ctx, old, next); err != nil {
		return err
	}
	if row, err := n.roster.ByDevice(ctx, next); err == nil {
		n.bus.publish(Event{Kind: EventPerson, Person: PersonID(row.ID)})
	}
	return nil
}
