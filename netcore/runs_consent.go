package netcore

import (
	"context"
	"slices"

	"lanyard/netcore/command"
	"lanyard/netcore/roster"
	"lanyard/netcore/store"
)

// consents keeps what was consented to for good in the profile.
type consents struct{ db *store.DB }

// Has implements command.Consents.
func (c consents) Has(ctx context.Context, key command.Key) (bool, error) {
	return c.db.HasConsent(ctx, key)
}

// Add implements command.Consents.
func (c consents) Add(ctx context.Context, consent command.Consent) error {
	return c.db.AddConsent(ctx, store.Consent{
		Key: consent.Key, Device: consent.Device, Argv: consent.Argv, Dir: consent.Dir, Given: consent.Given,
	})
}

// Remove implements command.Consents.
func (c consents) Remove(ctx context.Context, key command.Key) error {
	return c.db.RemoveConsent(ctx, key)
}

// All implements command.Consents.
func (c consents) All(ctx context.Context) ([]command.Consent, error) {
	rows, err := c.db.Consents(ctx)
	if err != nil {
		return nil, err
	}
	all := make([]command.Consent, len(rows))
	for i, row := range rows {
		all[i] = command.Consent{Key: row.Key, Device: row.Device, Argv: row.Argv, Dir: row.Dir, Given: row.Given}
	}
	return all, nil
}

// Asks returns the consents that are waited for, the oldest first.
func (n *Node) Asks() []RunAsk {
	var asks []RunAsk
	for _, a := range n.commands.service.Asks() {
		if ask := n.runAsk(a); ask.Run.Key != 0 { // else it is being written down, and an event follows
			asks = append(asks, ask)
		}
	}
	return asks
}

// runAsk is what the card shows of a consent that is waited for.
func (n *Node) runAsk(a command.Ask) RunAsk {
	row := store.Run{Device: a.Run.Device, Here: true, Line: a.Line, Request: requestOf(a.Run), RunState: runStateOf(a.Run), Asked: a.Run.Asked}
	n.commands.mu.Lock()
	if l := n.commands.numbers[a.Run.Number]; l != nil {
		row.Key = l.row.Key
	}
	n.commands.mu.Unlock()
	ask := RunAsk{Number: a.Run.Number, Account: n.commands.account, Quarter: a.Quarter, Forever: a.Forever}
	name := row.Device.Short()
	if person, err := n.byDevice(patiently(), row.Device); err == nil {
		row.Person, name = person.ID, roster.Shown(person)
		ask.Trust, ask.Verified = trust(person.Trust), person.Verified
	}
	ask.Run = shownRun(row, name)
	ask.Run.Until = a.Run.Until
	return ask
}

// AnswerAsk gives this user's answer to a consent that is waited for. It fails
// with ErrNoAsk if that came too late, and with ErrNotRemembered if this one is
// for once only: it still waits then. Any other error says that the command was
// allowed once, and could not be remembered.
func (n *Node) AnswerAsk(ctx context.Context, number int64, answer ConsentAnswer) error {
	asks := n.commands.service.Asks()
	i := slices.IndexFunc(asks, func(a command.Ask) bool { return a.Run.Number == number })
	if i < 0 {
		return command.ErrNoAsk
	}
	err := n.commands.service.Answer(context.WithoutCancel(ctx), number, answer)
	outcome := OutcomeAllowed
	switch {
	case err != nil:
		outcome = OutcomeFailed
	case answer == Deny:
		outcome = OutcomeRefused
	}
	n.commands.noteRun(asks[i].Run.Device, facts{AuditConsent, string(answer) + " " + asks[i].Line, outcome})
	if answer == AllowQuarter || answer == AllowForever {
		n.bus.publish(Event{Kind: EventButtons})
	}
	return err
}

// Consents returns what this user consented to and is remembered, the oldest
// first.
func (n *Node) Consents(ctx context.Context) ([]RunConsent, error) {
	rows, err := n.commands.service.Remembered(ctx)
	if err != nil {
		return nil, err
	}
	all := make([]RunConsent, len(rows))
	for i, row := range rows {
		all[i] = RunConsent{
			Key: row.Key, Name: row.Device.Short(), Device: row.Device,
			Line: command.Line(row.Argv), Folder: shownFolder(row.Dir), Given: row.Given, Until: row.Until,
		}
		if person, err := n.roster.ByDevice(ctx, row.Device); err == nil {
			all[i].Person, all[i].Name = PersonID(person.ID), roster.Shown(person)
		}
	}
	return all, nil
}

// ForgetConsent takes a remembered yes back, and stops what runs by it.
func (n *Node) ForgetConsent(ctx context.Context, key ConsentKey) error {
	all, err := n.commands.service.Remembered(ctx)
	if err != nil {
		return err
	}
	err = n.commands.service.Forget(context.WithoutCancel(ctx), key)
	for _, c := range all {
		if c.Key == key {
			n.commands.noteRun(c.Device, facts{AuditConsent, "forgotten " + command.Line(c.Argv), outcomeOf(err)})
		}
	}
	n.bus.publish(Event{Kind: EventButtons})
	return err
}
