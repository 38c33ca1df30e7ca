package netcore

import (
	"context"
	"errors"
	"slices"
	"time"

	"lanyard/netcore/control"
)

// truster is what the door needs of a Node about who may do what.
type truster interface {
	Verify(ctx context.Context, device DeviceID) (Verification, error)
	VerifyID(ctx context.Context, person PersonID, typed string) error
	MakePairString(ctx context.Context) (string, error)
	UsePairString(ctx context.Context, text string) (Person, error)
	SetPermissions(ctx context.Context, device DeviceID, p Permissions) error
	Unverify(ctx context.Context, person PersonID) error
	Block(ctx context.Context, person PersonID) error
	Unblock(ctx context.Context, person PersonID) error
	SetAlias(ctx context.Context, person PersonID, alias string) error
	Merge(ctx context.Context, from, into PersonID) error
	Audit(ctx context.Context, query AuditQuery) ([]AuditEntry, error)
	Password() string
	SetPassword(ctx context.Context, password string) error
	NewPassword() string
	ExportIdentity(ctx context.Context, path, passphrase string) error
	ImportIdentity(ctx context.Context, path, passphrase string) (DeviceID, error)
	RotateIdentity(ctx context.Context) (DeviceID, error)
	Confirm(ctx context.Context, act ConfirmAct, person Person, detail string) error
}

// confirmQuiet is how long a confirmation may take before it is said that the
// window asks: without a window there is none.
const confirmQuiet = 300 * time.Millisecond

// confirm asks in the window whether a right may be raised. It must come right
// before that, and what was read before it may have changed meanwhile.
func (d *Door) confirm(ctx context.Context, act ConfirmAct, person Person, detail string, emit control.Emit) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	answer := make(chan error, 1)
	go func() { answer <- d.node.Confirm(ctx, act, person, detail) }()
	timer := time.NewTimer(confirmQuiet)
	defer timer.Stop()
	select {
	case err := <-answer:
		return confirmFailure(err)
	case <-timer.C:
	}
	if err := emit(control.Confirming{Event: control.EventConfirm, Act: string(act)}); err != nil {
		cancel() // nobody is there any more who wants it
	}
	return confirmFailure(<-answer)
}

// confirmFailure says in a Failure why something was not confirmed.
func confirmFailure(err error) error {
	switch {
	case errors.Is(err, ErrNotConfirmed):
		return fail(control.ExitRefused, wordNotConfirmed)
	case errors.Is(err, context.Canceled):
		return control.Fail(control.ExitFailed, control.WordCancelled)
	}
	return err
}

// confirmAbout is confirm for what is done about a person and their device. It
// returns them as they are now, with that device: a confirmation for one key, or
// for some of their devices, is none for another.
func (d *Door) confirmAbout(ctx context.Context, act ConfirmAct, person Person, detail string, emit control.Emit) (Person, error) {
	if err := d.confirm(ctx, act, person, detail, emit); err != nil {
		return Person{}, err
	}
	fresh, err := d.again(ctx, person)
	if err == nil && (fresh.ID != person.ID || !sameDevices(fresh, person)) {
		err = fail(control.ExitFailed, wordChanged, person.Name)
	}
	return fresh, err
}

// again reads somebody again, with the same device.
func (d *Door) again(ctx context.Context, person Person) (Person, error) {
	fresh, err := d.node.Find(ctx, person.Device.String())
	if errors.Is(err, ErrUnknownPerson) {
		err = control.Fail(control.ExitFailed, control.WordUnknownPerson, person.Name)
	}
	return fresh, err
}

// sameDevices reports whether two people have the same devices.
func sameDevices(one, other Person) bool {
	all := func(p Person) []DeviceID { return slices.SortedFunc(slices.Values(p.Devices), DeviceID.Compare) }
	return slices.Equal(all(one), all(other))
}

// trustedLine is a line about a person and their device.
func trustedLine(event string, person Person) control.Trusted {
	line := control.Trusted{Event: event, Person: person.Name, ID: person.Device.String()}
	switch event {
	case control.EventVerified:
		line.By = string(person.VerifiedBy)
	case control.EventWaiting, control.EventVerifyRequest:
		line.Notice = string(person.Notice)
	}
	return line
}

// switchText returns the form of a yes or no in lines.
func switchText(on bool) string {
	if on {
		return wordOn
	}
	return wordOff
}

// What is on, or off.
const (
	wordOn  = "on"
	wordOff = "off"
)

// switchTo reads an argument that is on, off, or left out, which leaves value
// as it is.
func switchTo(argument string, value bool) (bool, error) {
	switch argument {
	case "":
		return value, nil
	case wordOn, wordOff:
		return argument == wordOn, nil
	}
	return value, fail(control.ExitUsage, wordBadValue, argument)
}
