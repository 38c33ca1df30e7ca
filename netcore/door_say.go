package netcore

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"lanyard/netcore/control"
)

// say sends a text and waits until it is committed on the other PC.
func (d *Door) say(ctx context.Context, args control.SayArgs, emit control.Emit) error {
	if err := checkText(args.Text); err != nil {
		return err
	}
	person, err := d.reach(ctx, args.Person)
	if unreachable(err) && args.Later {
		return d.sayLater(ctx, args, emit)
	}
	if err != nil {
		return err
	}
	events := d.node.Subscribe(pageSize)
	defer events.Close()
	item, err := d.node.Say(ctx, person.ID, args.Text)
	if err != nil {
		return err
	}
	return d.awaitDelivery(ctx, events, delivery{person, item, args.Later}, emit)
}

// checkText refuses what cannot be a message.
func checkText(text string) error {
	if strings.TrimSpace(text) == "" {
		return control.Fail(control.ExitUsage, control.WordEmptyText)
	}
	if len(text) > MaxText {
		return control.Fail(control.ExitUsage, control.WordTextTooLong,
			strconv.Itoa(len(text)), strconv.Itoa(MaxText))
	}
	return nil
}

// sayLater leaves a text in the queue for somebody who is not there.
func (d *Door) sayLater(ctx context.Context, args control.SayArgs, emit control.Emit) error {
	person, err := d.known(ctx, args.Person)
	if err != nil {
		return err
	}
	item, err := d.node.Say(ctx, person.ID, args.Text)
	if err != nil {
		return err
	}
	return emit(textLine(control.EventQueued, person, item))
}

// known finds somebody for whom something can be queued.
func (d *Door) known(ctx context.Context, query string) (Person, error) {
	person, err := d.node.Find(ctx, query)
	if errors.Is(err, ErrUnknownPerson) {
		return Person{}, control.Fail(control.ExitUnreachable, control.WordQueueUnknown, query)
	}
	return person, whoFailure(query, err)
}

// delivery is a text on its way.
type delivery struct {
	person Person
	item   Item
	later  bool // it may stay in the queue
}

// awaitDelivery waits until the text is on the other PC. One that is given up
// is taken out of the queue, so that it does not arrive after its sender was
// told that it did not.
func (d *Door) awaitDelivery(ctx context.Context, events *Subscription, way delivery, emit control.Emit) error {
	giveUp := time.Now().Add(lostTime)
	for {
		done, err := d.delivered(context.WithoutCancel(ctx), way, emit)
		if done || err != nil {
			return err
		}
		if time.Now().After(giveUp) {
			return d.giveUp(ctx, way, ReasonLost, emit)
		}
		err = wait(ctx, events)
		if ctx.Err() != nil {
			return d.giveUp(ctx, way, ReasonCancelledHere, emit)
		}
		if err != nil {
			return err
		}
	}
}

// delivered reports whether the text has arrived, and says so, or returns why
// it never will.
func (d *Door) delivered(ctx context.Context, way delivery, emit control.Emit) (bool, error) {
	item, err := d.node.Item(ctx, way.item.Seq)
	if err != nil {
		return false, err
	}
	switch item.State {
	case StateDelivered, StateSeen:
		return true, emit(textLine(control.EventDelivered, way.person, item))
	case StateQueued:
		return false, nil
	}
	return false, reasonFailure(item.Reason, way.person.Name)
}

// giveUp takes a text out of the queue, unless it may stay there or has just
// arrived.
func (d *Door) giveUp(ctx context.Context, way delivery, reason Reason, emit control.Emit) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), partingTime)
	defer cancel()
	if way.later {
		return emit(textLine(control.EventQueued, way.person, way.item))
	}
	failed := d.node.Fail(ctx, way.item.Seq, reason)
	if done, err := d.delivered(ctx, way, emit); done || err != nil {
		return err
	}
	return failed
}

func textLine(event string, person Person, item Item) control.TextState {
	return control.TextState{
		Event: event, To: person.Name, ID: person.Device.String(), Message: item.ID, Seq: item.Seq,
	}
}
