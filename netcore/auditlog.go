package netcore

import (
	"context"
	"errors"

	"lanyard/netcore/audit"
	"lanyard/netcore/identity"
	"lanyard/netcore/verify"
)

// logged is an entry for the audit log.
type logged struct {
	device  DeviceID
	person  PersonID
	name    string
	what    AuditWhat
	detail  string
	outcome AuditOutcome
}

// outcomeOf says in the words of the log how something ended.
func outcomeOf(err error) AuditOutcome {
	if err == nil {
		return OutcomeDone
	}
	for _, no := range []error{
		ErrNotConfirmed, ErrNotVerified, ErrOtherID, ErrBlocked, identity.ErrPassphrase,
		verify.ErrDiffer, verify.ErrDifferThere, verify.ErrForged, verify.ErrString,
	} {
		if errors.Is(err, no) {
			return OutcomeRefused
		}
	}
	return OutcomeFailed
}

// note adds an entry to the audit log, whatever becomes of ctx. What was done
// stays done if that fails; the log's own Logger is told.
func (n *Node) note(ctx context.Context, entry logged) { _ = n.noted(ctx, entry) }

// noted is note for what is done only once it is written down.
func (n *Node) noted(ctx context.Context, entry logged) error {
	return n.audit.Add(context.WithoutCancel(ctx), audit.Entry{
		At: n.config.Now(), Device: entry.device, Person: int64(entry.person), Name: entry.name,
		What: string(entry.what), Detail: entry.detail, Outcome: string(entry.outcome),
	})
}

// Audit reads the audit log, the newest entries first.
func (n *Node) Audit(ctx context.Context, query AuditQuery) ([]AuditEntry, error) {
	rows, err := n.audit.Entries(ctx, audit.Query{
		Before: query.Before, Limit: query.Limit, Device: query.Device, What: string(query.What), Text: query.Text,
	})
	if err != nil {
		return nil, err
	}
	entries := make([]AuditEntry, len(rows))
	for i, row := range rows {
		entries[i] = AuditEntry{
			Seq: row.Seq, At: row.At, Person: PersonID(row.Person), Name: row.Name, Device: row.Device,
			What: AuditWhat(row.What), Detail: row.Detail, Outcome: AuditOutcome(row.Outcome),
		}
	}
	return entries, nil
}
