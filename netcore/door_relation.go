package netcore

import (
	"context"

	"lanyard/netcore/control"
)

// block ends all links with somebody, and lets none come up again.
func (d *Door) block(ctx context.Context, args control.PersonArgs, emit control.Emit) error {
	return d.change(ctx, args.Person, control.EventBlocked, func(p Person) error { return d.node.Block(ctx, p.ID) }, emit)
}

// unverify takes a verification back.
func (d *Door) unverify(ctx context.Context, args control.PersonArgs, emit control.Emit) error {
	return d.change(ctx, args.Person, control.EventUnverified, func(p Person) error { return d.node.Unverify(ctx, p.ID) }, emit)
}

// unblock is the reverse of block.
func (d *Door) unblock(ctx context.Context, args control.PersonArgs, emit control.Emit) error {
	confirmed := func(p Person) error {
		p, err := d.confirmAbout(ctx, ConfirmUnblock, p, "", emit)
		if err != nil {
			return err
		}
		return d.node.Unblock(ctx, p.ID)
	}
	return d.change(ctx, args.Person, control.EventUnblocked, confirmed, emit)
}

// alias gives somebody a name of this user's own. All that the window says of
// them says it with that name, so it is asked for there.
func (d *Door) alias(ctx context.Context, args control.AliasArgs, emit control.Emit) error {
	confirmed := func(p Person) error {
		p, err := d.confirmAbout(ctx, ConfirmAlias, p, shownAlias(args.Alias), emit)
		if err != nil {
			return err
		}
		return d.node.SetAlias(ctx, p.ID, args.Alias)
	}
	return d.change(ctx, args.Person, control.EventAlias, confirmed, emit)
}

// change does something about somebody, and says so with their name as it is
// then.
func (d *Door) change(ctx context.Context, query, event string, do func(Person) error, emit control.Emit) error {
	person, err := d.find(ctx, query)
	if err != nil {
		return err
	}
	if err := do(person); err != nil {
		return relationFailure(person.Name, err)
	}
	fresh, err := d.again(ctx, person)
	if err != nil {
		return err
	}
	return emit(trustedLine(event, fresh))
}

// merge makes two conversations one.
func (d *Door) merge(ctx context.Context, args control.MergeArgs, emit control.Emit) error {
	from, err := d.find(ctx, args.From)
	if err != nil {
		return err
	}
	into, err := d.find(ctx, args.Into)
	if err != nil {
		return err
	}
	if from.ID == into.ID {
		return fail(control.ExitUsage, wordSamePerson, from.Name)
	}
	detail := into.Name + " " + into.Device.Short()
	if from, err = d.confirmAbout(ctx, ConfirmMerge, from, detail, emit); err != nil {
		return err
	}
	if err := d.node.Merge(ctx, from.ID, into.ID); err != nil {
		return relationFailure(from.Name, err)
	}
	if into, err = d.again(ctx, into); err != nil {
		return err
	}
	return emit(trustedLine(control.EventMerged, into))
}
