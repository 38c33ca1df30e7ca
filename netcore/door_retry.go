package netcore

import (
	"context"
	"time"

	"lanyard/netcore/control"
)

// retryTime is how long the other side has to offer failed files again.
const retryTime = 20 * time.Second

// retryTransfer has the failed files of a transfer sent again, in either
// direction, and follows that to its end. Without a number it takes the newest
// that has any, and says which that is.
func (d *Door) retryTransfer(ctx context.Context, args control.TransferArgs, emit control.Emit) error {
	if args.Transfer == 0 {
		chosen, err := d.lastFailed(ctx)
		if err != nil {
			return err
		}
		names := directory{node: d.node}
		if err := emit(transferLine(names.get(ctx, chosen.Person), chosen)); err != nil {
			return err
		}
		args.Transfer = chosen.Key
	}
	old, person, err := d.transferOf(ctx, args.Transfer)
	switch {
	case err != nil:
		return err
	case !old.State.Ended():
		return control.Fail(control.ExitFailed, control.WordTransferState, keyText(args.Transfer))
	case old.Failed == 0:
		return control.Fail(control.ExitFailed, control.WordNothingFailed, keyText(args.Transfer))
	case old.Hopeless:
		return transferFailure(args.Transfer, person.Name, ErrHopeless)
	}
	if person, err = d.reach(ctx, person.Device.String()); err != nil {
		return err
	}
	newest, err := d.newestRetry(ctx, old)
	if err != nil {
		return err
	}
	events := d.node.Subscribe(pageSize)
	defer events.Close()
	if err := d.node.Retry(ctx, args.Transfer); err != nil {
		return transferFailure(args.Transfer, person.Name, err)
	}
	key, err := d.awaitRetry(ctx, events, old, newest)
	if err != nil {
		return err
	}
	if key == 0 {
		return control.Fail(control.ExitFailed, control.WordNotRetried, person.Name)
	}
	return d.follow(ctx, events, &shipment{door: d, emit: emit, person: person, key: key})
}

// lastFailed returns the newest transfer with failed files that were not sent
// again since.
func (d *Door) lastFailed(ctx context.Context) (Transfer, error) {
	transfers, err := d.node.FindTransfers(ctx, TransferQuery{Limit: mostFound})
	if err != nil {
		return Transfer{}, err
	}
	type what struct {
		person   PersonID
		outgoing bool
		id       string
	}
	again := map[what]bool{}
	for _, t := range transfers {
		settled := again[what{t.Person, t.Outgoing, t.id}]
		if t.State.Ended() && t.Failed > 0 && !t.Hopeless && !settled {
			return t, nil
		}
		if t.Retry && (settled || t.State == StateVerified || !t.State.Ended()) {
			again[what{t.Person, t.Outgoing, t.retryOf}] = true
		}
	}
	return Transfer{}, control.Fail(control.ExitFailed, control.WordNoneFailed)
}

// newestRetry returns the key of the newest transfer of failed files with the
// person of another, in its direction; 0: there is none.
func (d *Door) newestRetry(ctx context.Context, of Transfer) (int64, error) {
	transfers, err := d.node.FindTransfers(ctx, TransferQuery{Person: of.Person, Limit: pageSize})
	if err != nil {
		return 0, err
	}
	for _, t := range transfers {
		if t.Retry && t.Outgoing == of.Outgoing {
			return t.Key, nil
		}
	}
	return 0, nil
}

// awaitRetry waits for a newer one than newest; 0: it does not come.
func (d *Door) awaitRetry(ctx context.Context, events *Subscription, of Transfer, newest int64) (int64, error) {
	waiting, cancel := context.WithTimeout(ctx, retryTime)
	defer cancel()
	for {
		key, err := d.newestRetry(ctx, of)
		if err != nil || key > newest {
			return key, err
		}
		err = wait(waiting, events)
		switch {
		case ctx.Err() != nil:
			return 0, control.Fail(control.ExitFailed, control.WordCancelled)
		case waiting.Err() != nil:
			return 0, nil
		case err != nil:
			return 0, err
		}
	}
}
