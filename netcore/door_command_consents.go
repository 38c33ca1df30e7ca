package netcore

import (
	"context"
	"encoding/hex"
	"errors"
	"slices"
	"strings"

	"lanyard/netcore/command"
	"lanyard/netcore/control"
)

// leastKey is how many digits of a key must be given.
const leastKey = 4

// consents lists who waits for this user's consent.
func (d *Door) consents(emit control.Emit) error {
	for _, ask := range d.node.Asks() {
		if err := emit(consentLine(ask)); err != nil {
			return err
		}
	}
	return nil
}

// consentLine is the line about a consent that is waited for.
func consentLine(ask RunAsk) control.Consent {
	return control.Consent{
		Event: control.EventConsent, Number: ask.Number, Person: ask.Run.Name, ID: ask.Run.Device.String(),
		Line: ask.Run.Line, Folder: ask.Run.Folder, Account: ask.Account, Stdin: ask.Run.Stdin,
		Until: timeText(ask.Run.Until), Quarter: ask.Quarter, Forever: ask.Forever,
	}
}

// answerConsent gives this user's answer. One that holds for later too is a
// right, and is confirmed in the window; to allow something once is an act.
func (d *Door) answerConsent(ctx context.Context, args control.ConsentArgs, emit control.Emit) error {
	answer := command.Answer(args.Answer)
	if !slices.Contains([]command.Answer{command.AllowOnce, command.AllowQuarter, command.AllowForever, command.Deny}, answer) {
		return fail(control.ExitUsage, wordBadValue, args.Answer)
	}
	asks := d.node.Asks()
	i := slices.IndexFunc(asks, func(a RunAsk) bool { return a.Number == args.Number })
	if i < 0 {
		return fail(control.ExitFailed, wordNoConsent, keyText(args.Number))
	}
	if ask := asks[i]; answer == command.AllowQuarter || answer == command.AllowForever {
		if answer == command.AllowQuarter && !ask.Quarter || answer == command.AllowForever && !ask.Forever {
			return fail(control.ExitFailed, wordOnceOnly)
		}
		if err := d.confirmAsk(ctx, ask, answer, emit); err != nil {
			return err
		}
	}
	return consentFailure(args.Number, d.node.AnswerAsk(ctx, args.Number, answer))
}

// confirmAsk asks in the window whether a consent may hold for later too.
func (d *Door) confirmAsk(ctx context.Context, ask RunAsk, answer ConsentAnswer, emit control.Emit) error {
	person, err := d.node.Find(ctx, ask.Run.Device.String())
	if err != nil {
		return whoFailure(ask.Run.Name, err)
	}
	_, err = d.confirmAbout(ctx, ConfirmConsent, person, string(answer)+" "+ask.Run.Line, emit)
	return err
}

// consentFailure says in a Failure why an answer was not taken.
func consentFailure(number int64, err error) error {
	switch {
	case errors.Is(err, command.ErrNoAsk):
		return fail(control.ExitFailed, wordNoConsent, keyText(number))
	case errors.Is(err, command.ErrNotRemembered):
		return fail(control.ExitFailed, wordOnceOnly)
	}
	return err
}

// remembered lists what this user consented to for later too.
func (d *Door) remembered(ctx context.Context, emit control.Emit) error {
	all, err := d.node.Consents(ctx)
	if err != nil {
		return err
	}
	for _, consent := range all {
		if err := emit(rememberedLine(consent)); err != nil {
			return err
		}
	}
	return nil
}

// rememberedLine is the line about a remembered consent.
func rememberedLine(c RunConsent) control.Remembered {
	return control.Remembered{
		Key: hex.EncodeToString(c.Key[:]), Person: c.Name, ID: c.Device.String(),
		Line: c.Line, Folder: c.Folder, Given: timeText(c.Given), Until: timeText(c.Until),
	}
}

// forgetConsent takes a remembered consent back.
func (d *Door) forgetConsent(ctx context.Context, args control.ForgetArgs, emit control.Emit) error {
	all, err := d.node.Consents(ctx)
	if err != nil {
		return err
	}
	beginning := strings.ToLower(args.Key)
	all = slices.DeleteFunc(all, func(c RunConsent) bool {
		return len(beginning) < leastKey || !strings.HasPrefix(hex.EncodeToString(c.Key[:]), beginning)
	})
	switch len(all) {
	case 0:
		return fail(control.ExitFailed, wordNoRemembered, args.Key)
	case 1:
	default:
		return fail(control.ExitFailed, wordManyRemembered, args.Key)
	}
	if err := d.node.ForgetConsent(ctx, all[0].Key); err != nil {
		return err
	}
	return emit(rememberedLine(all[0]))
}
