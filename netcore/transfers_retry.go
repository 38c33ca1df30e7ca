package netcore

import (
	"context"

	"lanyard/netcore/store"
)

// What the audit log says of failed files that are sent again.
const (
	askedAgain    = "asked again"         // this user wants them
	acceptedAgain = "accepted again"      // they come, and need no other yes
	sentAgain     = "sent again"          // this user sends them
	sentAsAsked   = "sent again as asked" // the receiver wants them
)

// Retry is [TransferActs].Retry.
func (n *Node) Retry(ctx context.Context, key int64) error {
	old, err := n.db.Transfer(ctx, key)
	if err != nil {
		return err
	}
	if old.Failed == 0 {
		return ErrNothingToRetry
	}
	if n.hopeless(ctx, old) {
		return ErrHopeless
	}
	again, err := n.transfers.Retry(ctx, key)
	if err != nil {
		return err
	}
	if again == 0 {
		_ = n.noteFailed(ctx, old, askedAgain, OutcomeDone) // the log's own Logger is told
		return nil
	}
	_ = n.noteFailed(ctx, old, sentAgain, OutcomeDone)
	row, err := n.db.Transfer(ctx, again)
	if err != nil {
		return err
	}
	_, err = n.addFiles(ctx, row)
	return err
}

// onRetry shows and notes failed files that are sent again because the receiver
// wants them. What is sent without this user being there is in the log before.
func (n *Node) onRetry(ctx context.Context, t store.Transfer) error {
	if !t.Outgoing {
		return n.noteFiles(ctx, t, acceptedAgain, OutcomeAllowed)
	}
	old, err := n.db.FindTransfer(ctx, t.Device, true, t.Retry)
	if err != nil {
		return err
	}
	if err := n.noteFailed(ctx, old, sentAsAsked, OutcomeAllowed); err != nil {
		return err
	}
	_, err = n.addFiles(ctx, t)
	return err
}

// noteFailed is noteFiles for the failed files of a transfer.
func (n *Node) noteFailed(ctx context.Context, of store.Transfer, detail string, outcome AuditOutcome) error {
	size, err := n.db.FailedBytes(ctx, of.Key)
	if err != nil {
		return err
	}
	of.Count, of.Bytes = of.Failed, size
	return n.noteFiles(ctx, of, detail, outcome)
}
