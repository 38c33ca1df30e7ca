package netcore

import (
	"context"
	"errors"
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
	switch {
	case err == nil:
		return OutcomeDone
	case errors.Is(err, ErrNotConfirmed), errors.Is(err, ErrNotVerified), errors.Is(err, ErrOtherID):
		return OutcomeRefused
	}
	return OutcomeFailed
}

// note adds an entry to the audit log. What was done stays done if that fails.
func (n *Node) note(ctx context.Context, entry logged) {
	n.bus.publish(Event{Kind: EventAudit})
}
