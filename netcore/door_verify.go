package netcore

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"lanyard/netcore/control"
	"lanyard/netcore/identity"
)

const (
	// pairStringTime is how long a pairing string works.
	pairStringTime = 10 * time.Minute
	// useStringTime is how long its maker is looked for.
	useStringTime = 2 * reachTime
)

// attempt is a comparison of digits that a command waits for.
type attempt struct {
	Verification
	person Person

	mu       sync.Mutex
	code     string // empty: not known yet
	answered bool
	refused  error // why this user's yes does not count
}

// show keeps the code, which makes it one that can be answered.
func (a *attempt) show(code string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.code = code
}

// take returns the code for the one answer that there can be.
func (a *attempt) take() (code string, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.code == "" || a.answered {
		return "", false
	}
	a.answered = true
	return a.code, true
}

// refuse ends the attempt for a reason of this side.
func (a *attempt) refuse(reason error) {
	a.mu.Lock()
	a.refused = reason
	a.mu.Unlock()
	a.Cancel()
}

// outcome is why the attempt ended as it did.
func (a *attempt) outcome(err error) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if err != nil && a.refused != nil {
		return a.refused
	}
	return err
}

// attemptByID finds the attempt that an answer is about, or nil.
func (d *Door) attemptByID(id int64) *attempt {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.attempts[id]
}

// addAttempt makes an attempt known to answers, until the function that it
// returns is called.
func (d *Door) addAttempt(a *attempt) (remove func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.attempts == nil {
		d.attempts = map[int64]*attempt{}
	}
	d.attempts[a.ID()] = a
	return func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		delete(d.attempts, a.ID())
	}
}

// verify compares digits with somebody.
func (d *Door) verify(ctx context.Context, args control.PersonArgs, emit control.Emit) error {
	person, err := d.reach(ctx, args.Person)
	if err != nil {
		return err
	}
	comparison, err := d.node.Verify(ctx, person.Device)
	if err != nil {
		return verifyFailure(person.Name, err)
	}
	defer comparison.Cancel()
	a := &attempt{Verification: comparison, person: person}
	defer d.addAttempt(a)()
	if err := emit(trustedLine(control.EventWaiting, person)); err != nil {
		return err
	}
	if err := a.outcome(a.follow(ctx, emit)); err != nil {
		return verifyFailure(person.Name, err)
	}
	person.VerifiedBy = VerifiedByCode
	return emit(trustedLine(control.EventVerified, person))
}

// follow shows the digits and waits for both answers.
func (a *attempt) follow(ctx context.Context, emit control.Emit) error {
	code, err := a.Code(ctx)
	if err != nil {
		return err
	}
	a.show(code)
	if err := emit(control.Code{
		Event: control.EventCode, Code: code, Person: a.person.Name, ID: a.person.Device.String(),
		Attempt: a.ID(), Notice: string(a.person.Notice),
	}); err != nil {
		return err
	}
	return a.Wait(ctx)
}

// answer carries what the user saw to the attempt. It takes no back: the first
// answer counts.
func (d *Door) answer(ctx context.Context, args control.AnswerArgs, emit control.Emit) error {
	a := d.attemptByID(args.Attempt)
	if a == nil {
		return fail(control.ExitFailed, wordNoAttempt)
	}
	code, ok := a.take()
	if !ok {
		return fail(control.ExitFailed, wordNoAttempt)
	}
	if !args.Match {
		a.Answer(false)
		return nil
	}
	if err := d.confirm(ctx, ConfirmVerify, a.person, code, emit); err != nil {
		a.refuse(err)
		return err
	}
	a.Answer(true)
	return nil
}

// verifyID verifies somebody by the device ID that they read out.
func (d *Door) verifyID(ctx context.Context, args control.VerifyIDArgs, emit control.Emit) error {
	typed, err := identity.ParseDeviceID(args.ID)
	if err != nil {
		return fail(control.ExitRefused, wordBadID, args.ID)
	}
	person, err := d.find(ctx, args.Person)
	if errors.Is(err, &control.Failure{Word: control.WordUnknownPerson}) {
		person, err = d.reach(ctx, args.Person)
	}
	if err != nil {
		return err
	}
	if typed != person.Device && !slices.Contains(person.Devices, typed) {
		return fail(control.ExitRefused, wordOtherID, person.Name)
	}
	if typed != person.Device { // the window is to name the device that is verified
		if person, err = d.find(ctx, typed.String()); err != nil {
			return err
		}
	}
	if err := d.confirm(ctx, ConfirmVerify, person, typed.String(), emit); err != nil {
		return err
	}
	if err := d.node.VerifyID(ctx, person.ID, typed.String()); err != nil {
		return verifyFailure(person.Name, err)
	}
	person.Device, person.VerifiedBy = typed, VerifiedByID
	return emit(trustedLine(control.EventVerified, person))
}

// useString verifies the maker of a pairing string.
func (d *Door) useString(ctx context.Context, args control.UseStringArgs, emit control.Emit) error {
	parsed, err := identity.ParsePairString(args.String)
	switch {
	case errors.Is(err, identity.ErrPairVersion):
		return fail(control.ExitRefused, wordStringVersion)
	case err != nil: // it may not be told: it holds what was to be a secret
		return fail(control.ExitRefused, wordBadString)
	}
	maker, err := d.node.Find(ctx, parsed.Device.String())
	if err != nil {
		maker = Person{Device: parsed.Device}
	}
	if err := d.confirm(ctx, ConfirmUseString, maker, parsed.Device.String(), emit); err != nil {
		return err
	}
	limited, cancel := context.WithTimeout(ctx, useStringTime)
	defer cancel()
	person, err := d.node.UsePairString(limited, args.String)
	if err != nil {
		return stringFailure(ctx, parsed.Device.Short(), err)
	}
	person.VerifiedBy = VerifiedByString
	return emit(trustedLine(control.EventVerified, person))
}

// pairString makes a pairing string of this copy.
func (d *Door) pairString(ctx context.Context, _ struct{}, emit control.Emit) error {
	if err := d.confirm(ctx, ConfirmMakeString, Person{}, "", emit); err != nil {
		return err
	}
	expires := time.Now().Add(pairStringTime)
	text, err := d.node.MakePairString(ctx)
	if err != nil {
		return err
	}
	return emit(control.PairString{String: text, Expires: timeText(expires)})
}
