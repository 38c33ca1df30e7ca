package netcore

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"lanyard/netcore/command"
	"lanyard/netcore/control"
)

// buttons lists this user's buttons, or those that somebody has for this user.
func (d *Door) buttons(ctx context.Context, args control.ButtonsArgs, emit control.Emit) error {
	list, err := d.buttonsOf(ctx, args.Person)
	if err != nil {
		return err
	}
	for _, button := range list {
		if err := emit(buttonLine(button)); err != nil {
			return err
		}
	}
	return nil
}

// buttonsOf returns somebody's buttons; those of nobody are this user's.
func (d *Door) buttonsOf(ctx context.Context, query string) ([]Button, error) {
	if query == "" {
		return d.node.Buttons(ctx)
	}
	person, err := d.reach(ctx, query)
	if err != nil {
		return nil, err
	}
	list, err := d.node.ButtonsOf(ctx, person.ID)
	if errors.Is(err, command.ErrRefused) {
		return nil, fail(control.ExitRefused, wordRunRefused, person.Name)
	}
	if errors.Is(err, ErrUnreachable) {
		return nil, control.Fail(control.ExitUnreachable, control.WordUnreachable, person.Name)
	}
	return list, err
}

// addButton adds a button, or replaces the one of its name: everybody who may
// press buttons here can then run what is in it.
func (d *Door) addButton(ctx context.Context, args control.Button, emit control.Emit) error {
	button := buttonFrom(args)
	if err := button.Check(); err != nil {
		return fail(control.ExitUsage, wordBadButton, without(err, command.ErrButton))
	}
	detail := button.Name + ": " + command.Line(button.Argv)
	if err := d.confirm(ctx, ConfirmButton, Person{}, detail, emit); err != nil {
		return err
	}
	if err := d.node.SetButton(ctx, button); err != nil {
		return buttonFailure(err)
	}
	return emit(buttonLine(button))
}

// without returns what an error says behind the one that it wraps, which the
// sentence around it says already.
func without(err, kind error) string {
	return strings.TrimPrefix(err.Error(), kind.Error()+": ")
}

// buttonFailure says in a Failure why a button was not set.
func buttonFailure(err error) error {
	if errors.Is(err, command.ErrButton) {
		return fail(control.ExitUsage, wordBadButton, without(err, command.ErrButton))
	}
	return err
}

// removeButton takes a button away.
func (d *Door) removeButton(ctx context.Context, args control.ButtonArgs, _ control.Emit) error {
	list, err := d.node.Buttons(ctx)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(list, func(b Button) bool { return b.Name == args.Name }) {
		return fail(control.ExitFailed, wordNoButton, args.Name)
	}
	return d.node.RemoveButton(ctx, args.Name)
}

// buttonFrom is the reverse of buttonLine.
func buttonFrom(line control.Button) Button {
	button := Button{Name: line.Name, Argv: line.Argv, Dir: line.Dir, Wall: time.Duration(line.WallMS) * time.Millisecond}
	for _, p := range line.Params {
		button.Params = append(button.Params, ButtonParam{
			Name: p.Name, Kind: command.Kind(p.Kind), Optional: p.Optional, Default: p.Default, Choices: p.Choices,
			Min: p.Min, Max: p.Max, MaxLen: p.MaxLen, Pattern: p.Pattern, Dashes: p.Dashes, Folder: p.Folder,
		})
	}
	return button
}

// buttonLine is the line about a button.
func buttonLine(b Button) control.Button {
	line := control.Button{Name: b.Name, Argv: b.Argv, Dir: b.Dir, WallMS: b.Wall.Milliseconds()}
	if len(b.Argv) > 0 {
		line.Line = command.Line(b.Argv)
	}
	for _, p := range b.Params {
		line.Params = append(line.Params, control.Param{
			Name: p.Name, Kind: string(p.Kind), Optional: p.Optional, Default: p.Default, Choices: p.Choices,
			Min: p.Min, Max: p.Max, MaxLen: p.MaxLen, Pattern: p.Pattern, Dashes: p.Dashes, Folder: p.Folder,
		})
	}
	return line
}
