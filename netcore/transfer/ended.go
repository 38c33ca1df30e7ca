package transfer

import (
	"context"
	"errors"
	"slices"

	"lanyard/netcore/identity"
	"lanyard/netcore/wire"
)

// endedInFrame is how many files one frame of an offer stream names.
const endedInFrame = 100

// sayEnd tells a sender how a transfer ended while the link was away, and which
// of its files did not come: without, it cannot prove the end.
func (s *Service) sayEnd(ctx context.Context, c *control, peer identity.DeviceID, offer offerFrame, end *endFrame) error {
	if offer.V >= spoken {
		if err := s.sayMissing(ctx, c, peer, offer.ID); err != nil {
			return err
		}
	}
	return errors.Join(c.say(kindEnd, end), c.stream.Close())
}

// sayMissing names the files that were skipped or failed.
func (s *Service) sayMissing(ctx context.Context, c *control, peer identity.DeviceID, id string) error {
	t, err := s.cfg.Store.FindTransfer(ctx, peer, false, id)
	if err != nil || t.Failed+t.Skipped == 0 {
		return err
	}
	rows, err := s.cfg.Store.TransferFiles(ctx, t.Key)
	if err != nil {
		return err
	}
	var missing []skipFrame
	for _, row := range rows {
		if State(row.State) != StateVerified {
			missing = append(missing, skipFrame{row.Index, Reason(row.Reason)})
		}
	}
	for part := range slices.Chunk(missing, endedInFrame) {
		if err := c.say(kindReceipts, receiptsFrame{Failed: part}); err != nil {
			return err
		}
	}
	return nil
}

// missingThere records files that a receiver which has ended names.
func (j *job) missingThere(frame wire.Frame) error {
	var named receiptsFrame
	if err := frame.Decode(&named); err != nil {
		return err
	}
	named.Files = nil // what is there, the digest of all proves
	files, err := j.judged(named, true)
	return errors.Join(err, j.settle(context.WithoutCancel(j.ctx), files))
}
