package netcore

import (
	"context"
	"errors"
	"slices"

	"lanyard/netcore/control"
)

// transfersShown is how many transfers are listed if nobody says how many.
const transfersShown = 20

// runTransfer runs one of the commands about transfers.
func (d *Door) runTransfer(ctx context.Context, request control.Request, emit control.Emit) error {
	switch request.Command {
	case control.CommandTransfers:
		return run(ctx, request, emit, d.listTransfers)
	case control.CommandTransfer:
		return run(ctx, request, emit, d.showTransfer)
	case control.CommandTransfersClear:
		return run(ctx, request, emit, d.clearTransfers)
	case control.CommandPause:
		return run(ctx, request, emit, d.pauseTransfer)
	case control.CommandResume:
		return run(ctx, request, emit, d.resumeTransfer)
	case control.CommandCancel:
		return run(ctx, request, emit, d.cancelTransfer)
	case control.CommandRetry:
		return run(ctx, request, emit, d.retryTransfer)
	case control.CommandLimit:
		return run(ctx, request, emit, d.limitTransfer)
	case control.CommandPreflight:
		return run(ctx, request, emit, d.preflight)
	case control.CommandMD5:
		return run(ctx, request, emit, func(ctx context.Context, args control.MD5Args, emit control.Emit) error {
			return d.exportMD5(ctx, args, request.Pipes, emit)
		})
	}
	return unknownCommand(request.Command)
}

// listTransfers prints transfers, the newest first.
func (d *Door) listTransfers(ctx context.Context, args control.TransfersArgs, emit control.Emit) error {
	query := TransferQuery{Group: TransferGroup(args.Group), Text: args.Search, Limit: args.Last}
	if !slices.Contains(transferGroups(), query.Group) || args.Last < 0 {
		return fail(control.ExitUsage, wordBadValue, args.Group)
	}
	if args.Person != "" {
		person, err := d.find(ctx, args.Person)
		if err != nil {
			return err
		}
		query.Person = person.ID
	}
	if query.Limit == 0 {
		query.Limit = transfersShown
	}
	transfers, err := d.node.FindTransfers(ctx, query)
	if err != nil {
		return err
	}
	names := directory{node: d.node}
	for _, transfer := range transfers {
		if err := emit(transferLine(names.get(ctx, transfer.Person), transfer)); err != nil {
			return err
		}
	}
	return nil
}

// transferGroups returns the groups that can be asked for.
func transferGroups() []TransferGroup {
	return []TransferGroup{GroupAll, GroupQueue, GroupRunning, GroupDone, GroupFailed}
}

// showTransfer prints one transfer and its files that have ended.
func (d *Door) showTransfer(ctx context.Context, args control.TransferShowArgs, emit control.Emit) error {
	transfer, person, err := d.transferOf(ctx, args.Transfer)
	if err != nil {
		return err
	}
	if err := emit(transferLine(person, transfer)); err != nil {
		return err
	}
	var lines fileLines
	query := FileQuery{Key: args.Transfer, Failed: args.Failed, Text: args.Search, Limit: filePage}
	for {
		files, err := d.node.FindFiles(ctx, query)
		if err != nil {
			return err
		}
		for _, file := range files {
			if err := emit(lines.line(person, file)); err != nil {
				return err
			}
			query.After = file.Seq
		}
		if len(files) < filePage {
			return nil
		}
	}
}

// clearTransfers takes ended transfers off the list.
func (d *Door) clearTransfers(ctx context.Context, args control.TransfersClearArgs, emit control.Emit) error {
	group := TransferGroup(args.Group)
	if group != GroupAll && group != GroupDone && group != GroupFailed {
		return fail(control.ExitUsage, wordBadValue, args.Group)
	}
	count, err := d.node.ClearTransfers(ctx, group)
	if err != nil {
		return err
	}
	return emit(control.Cleared{Event: control.EventCleared, Count: count})
}

// pauseTransfer holds a transfer.
func (d *Door) pauseTransfer(ctx context.Context, args control.TransferArgs, emit control.Emit) error {
	return d.actOn(ctx, args.Transfer, d.node.Pause, emit)
}

// resumeTransfer holds it no more.
func (d *Door) resumeTransfer(ctx context.Context, args control.TransferArgs, emit control.Emit) error {
	return d.actOn(ctx, args.Transfer, d.node.Resume, emit)
}

// cancelTransfer stops a transfer for both sides.
func (d *Door) cancelTransfer(ctx context.Context, args control.TransferArgs, emit control.Emit) error {
	return d.actOn(ctx, args.Transfer, d.node.Cancel, emit)
}

// actOn does something with a transfer that has not ended, and prints how it is
// then.
func (d *Door) actOn(ctx context.Context, key int64, act func(context.Context, int64) error, emit control.Emit) error {
	transfer, person, err := d.transferOf(ctx, key)
	switch {
	case err != nil:
		return err
	case transfer.State.Ended():
		return control.Fail(control.ExitFailed, control.WordTransferOver, keyText(key))
	}
	if err := act(ctx, key); err != nil {
		return transferFailure(key, person.Name, err)
	}
	if transfer, err = d.node.Transfer(ctx, key); err != nil {
		return err
	}
	return emit(transferLine(person, transfer))
}

// limitTransfer limits the bandwidth of one transfer.
func (d *Door) limitTransfer(ctx context.Context, args control.LimitArgs, emit control.Emit) error {
	transfer, person, err := d.transferOf(ctx, args.Transfer)
	switch {
	case err != nil:
		return err
	case transfer.State.Ended():
		return control.Fail(control.ExitFailed, control.WordTransferOver, keyText(args.Transfer))
	case args.Limit < 0:
		return fail(control.ExitUsage, wordBadValue, keyText(args.Limit))
	}
	if err := d.node.SetTransferBandwidth(args.Transfer, args.Limit); err != nil {
		return transferFailure(args.Transfer, person.Name, err)
	}
	return emit(control.Limited{Event: control.EventLimited, Transfer: args.Transfer, Limit: args.Limit})
}

// transferOf returns a transfer, and with whom it is.
func (d *Door) transferOf(ctx context.Context, key int64) (Transfer, Person, error) {
	transfer, err := d.node.Transfer(ctx, key)
	if err != nil {
		return Transfer{}, Person{}, control.Fail(control.ExitFailed, control.WordNoTransfer, keyText(key))
	}
	names := directory{node: d.node}
	return transfer, names.get(ctx, transfer.Person), nil
}

// transferFailure says in a Failure why something cannot be done with a
// transfer with the person of that name.
func transferFailure(key int64, name string, err error) error {
	switch {
	case errors.Is(err, ErrTransferState):
		return control.Fail(control.ExitFailed, control.WordTransferState, keyText(key))
	case errors.Is(err, ErrTransferVersion):
		return control.Fail(control.ExitFailed, control.WordMustUpdate, name)
	case errors.Is(err, ErrNothingToRetry):
		return control.Fail(control.ExitFailed, control.WordNothingFailed, keyText(key))
	case errors.Is(err, ErrHopeless):
		return control.Fail(control.ExitFailed, control.WordHopeless, keyText(key))
	case errors.Is(err, context.Canceled):
		return control.Fail(control.ExitFailed, control.WordCancelled)
	}
	return err
}
