package netcore

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"lanyard/netcore/control"
)

// allow tells or changes what somebody may do here.
func (d *Door) allow(ctx context.Context, args control.AllowArgs, emit control.Emit) error {
	person, err := d.find(ctx, args.Person)
	if err != nil {
		return err
	}
	wanted, detail, err := changed(person.Permissions, args)
	switch {
	case err != nil:
		return err
	case detail == "":
		return emit(allowedLine(person))
	case person.Trust != TrustVerified:
		return fail(control.ExitRefused, wordNotVerified, person.Name)
	}
	if raises(person.Permissions, wanted) {
		if person, err = d.confirmAbout(ctx, ConfirmAllow, person, detail, emit); err != nil {
			return err
		}
		// What was not asked for may have changed while the window asked.
		wanted, _, _ = changed(person.Permissions, args)
	}
	if err := d.node.SetPermissions(ctx, person.Device, wanted); err != nil {
		return relationFailure(person.Name, err)
	}
	if person, err = d.again(ctx, person); err != nil {
		return err
	}
	return emit(allowedLine(person))
}

// changed returns permissions with what args name, and those as `allow` would
// be told them.
func changed(p Permissions, args control.AllowArgs) (wanted Permissions, detail string, err error) {
	var told []string
	switch files := FilesPermission(args.Files); files {
	case "":
	case FilesAsk, FilesAuto:
		p.Files = files
		told = append(told, "files="+args.Files)
	default:
		return p, "", fail(control.ExitUsage, wordBadValue, args.Files)
	}
	if args.FilesCap != 0 {
		if p.Files != FilesAuto || args.Files == "" || args.FilesCap < 0 {
			return p, "", fail(control.ExitUsage, wordBadValue, strconv.FormatInt(args.FilesCap, 10))
		}
		p.FilesCap = args.FilesCap
		told[0] += ":" + strconv.FormatInt(args.FilesCap, 10)
	}
	if args.Commands != "" {
		p.Commands = CommandsPermission(args.Commands)
		told = append(told, "commands="+args.Commands)
		if commandsRank(p.Commands) < 0 {
			return p, "", fail(control.ExitUsage, wordBadValue, args.Commands)
		}
	}
	if p.Clock, err = switchTo(args.Clock, p.Clock); err != nil {
		return p, "", err
	}
	if args.Clock != "" {
		told = append(told, "clock="+args.Clock)
	}
	return p, strings.Join(told, " "), nil
}

// commandsRank orders what may be run; -1: no such permission.
func commandsRank(p CommandsPermission) int {
	switch p {
	case CommandsOff:
		return 0
	case CommandsButtons, CommandsAsk:
		return 1
	case CommandsAlways:
		return 2
	}
	return -1
}

// raises reports whether permissions give something that the former ones did
// not. Buttons and questions are two things: neither contains the other.
func raises(before, after Permissions) bool {
	rank := commandsRank(after.Commands)
	switch {
	case after.Files == FilesAuto && (before.Files != FilesAuto || filesCap(after) > filesCap(before)):
		return true
	case after.Commands != before.Commands && rank > 0 && rank >= commandsRank(before.Commands):
		return true
	}
	return after.Clock && !before.Clock
}

// filesCap is how much of one offer is accepted by itself.
func filesCap(p Permissions) int64 {
	if p.FilesCap == 0 {
		return DefaultFilesCap
	}
	return p.FilesCap
}

// allowedLine says what somebody may do.
func allowedLine(person Person) control.Allowed {
	return control.Allowed{
		Person: person.Name, ID: person.Device.String(), Trust: string(person.Trust), Rights: rightsOf(person),
	}
}

// rightsOf returns what a verified person may do; nil of anybody else.
func rightsOf(person Person) *control.Rights {
	if person.Trust != TrustVerified {
		return nil
	}
	p := person.Permissions
	rights := &control.Rights{Files: string(p.Files), Commands: string(p.Commands), Clock: switchText(p.Clock)}
	if p.Files == FilesAuto {
		rights.FilesCap = filesCap(p)
	}
	return rights
}

// relationFailure says in a Failure why something about somebody was not done.
func relationFailure(name string, err error) error {
	switch {
	case errors.Is(err, ErrNotVerified):
		return fail(control.ExitRefused, wordNotVerified, name)
	case errors.Is(err, ErrBlocked):
		return fail(control.ExitRefused, wordBlocked, name)
	case errors.Is(err, ErrUnknownPerson):
		return control.Fail(control.ExitFailed, control.WordUnknownPerson, name)
	}
	return err
}
