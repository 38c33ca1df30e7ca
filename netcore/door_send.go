package netcore

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"lanyard/netcore/control"
)

// awayTime is how long a link is down before that is said: a link that is made
// anew is down for a moment.
const awayTime = 2 * time.Second

// send sends files and folders and waits until the receiver has verified all.
func (d *Door) send(ctx context.Context, args control.SendArgs, emit control.Emit) error {
	paths := control.Strings(args.Paths)
	if err := checkSources(paths); err != nil {
		return err
	}
	wish, err := clashOf(args.Wish)
	if err != nil {
		return err
	}
	if args.Limit < 0 {
		return fail(control.ExitUsage, wordBadValue, keyText(args.Limit))
	}
	person, err := d.reach(ctx, args.Person)
	later := args.Later && unreachable(err)
	if later {
		person, err = d.known(ctx, args.Person)
	}
	if err != nil {
		return err
	}
	events := d.node.Subscribe(pageSize)
	defer events.Close()
	item, err := d.node.SendWith(ctx, person.ID, paths, SendOptions{Wish: wish})
	if err != nil {
		return err
	}
	s := &shipment{
		door: d, emit: emit, person: person, key: item.Transfer.Key, later: later, leave: args.Later, giveUp: args.GiveUp,
	}
	if args.Limit > 0 {
		_ = d.node.SetTransferBandwidth(s.key, args.Limit) // it may have ended already
	}
	return d.follow(ctx, events, s)
}

// checkSources refuses paths that are not there before anybody is bothered.
func checkSources(paths []string) error {
	if len(paths) == 0 {
		return control.Fail(control.ExitUsage, control.WordNoPaths)
	}
	if err := checkAbsolute(paths...); err != nil {
		return err
	}
	for _, path := range paths {
		if _, err := os.Lstat(path); err != nil {
			return control.Fail(control.ExitFailed, control.WordNoFile, path, pathProblem(err))
		}
	}
	return nil
}

// checkAbsolute refuses relative paths: what they are relative to is another
// process's folder.
func checkAbsolute(paths ...string) error {
	for _, path := range paths {
		if !filepath.IsAbs(path) {
			return control.Fail(control.ExitUsage, control.WordNotAbsolute, path)
		}
	}
	return nil
}

// shipment is a transfer that a command follows to its end.
type shipment struct {
	door   *Door
	emit   control.Emit
	person Person
	key    int64
	later  bool // it is enough that it is queued
	leave  bool // a command that is ended does not cancel it
	giveUp bool // a link that is lost for long is not waited for

	file    int64 // the last file reported
	lines   fileLines
	offered bool // said that it stands on their screen
	notes   transferNotes
	thinner thinner
	looked  time.Time // when it was seen whether the link is up
	lastUp  time.Time // when the link was seen up
	away    bool      // said that it is not
}

// follow reports on a transfer until it has ended, or gives it up.
func (d *Door) follow(ctx context.Context, events *Subscription, s *shipment) error {
	s.lastUp = time.Now()
	s.notes.begin(s.key)
	for {
		ended, err := s.look(context.WithoutCancel(ctx))
		if ended || err != nil {
			return err
		}
		lost, err := s.lost(ctx)
		if err != nil {
			return err
		}
		if lost && s.giveUp {
			return s.abandon(ctx, events, ReasonLost)
		}
		err = wait(ctx, events)
		if ctx.Err() != nil {
			return s.part(ctx, events)
		}
		if err != nil {
			return err
		}
	}
}

// part ends the command before the transfer has ended: it is cancelled, unless
// it is to stay in the queue.
func (s *shipment) part(ctx context.Context, events *Subscription) error {
	if !s.leave {
		return s.abandon(ctx, events, ReasonCancelledHere)
	}
	transfer, err := s.door.node.Transfer(context.WithoutCancel(ctx), s.key)
	if err != nil {
		return err
	}
	return s.emit(shipmentLine(control.EventQueued, s.person, transfer))
}

// look prints what is new. When the transfer has ended the error is the
// outcome of the command.
func (s *shipment) look(ctx context.Context) (ended bool, err error) {
	// The transfer is read before its files: when it has ended, they are all
	// there.
	transfer, err := s.door.node.Transfer(ctx, s.key)
	if err != nil {
		return false, err
	}
	if err := s.sayOffered(transfer); err != nil {
		return false, err
	}
	if err := s.notes.look(s.person, transfer, s.emit); err != nil {
		return false, err
	}
	if err := s.files(ctx); err != nil {
		return false, err
	}
	if s.later && transfer.State == StateQueued {
		return true, s.emit(shipmentLine(control.EventQueued, s.person, transfer))
	}
	if transfer.State.Ended() {
		if err := s.emit(endedLine(s.person, transfer)); err != nil {
			return true, err
		}
		return true, s.outcome(transfer)
	}
	if transfer.State == StateRunning && !transfer.Away && s.thinner.due(s.key) {
		return false, s.emit(progressLine(s.person, transfer))
	}
	return false, nil
}

// sayOffered says once that the other side has the offer; of one that came here,
// that it waits for an answer.
func (s *shipment) sayOffered(transfer Transfer) error {
	if s.offered || transfer.State != StateOffered {
		return nil
	}
	s.offered = true
	if !transfer.Outgoing {
		return s.emit(offerLine(s.person, transfer, false))
	}
	return s.emit(shipmentLine(control.EventOffered, s.person, transfer))
}

// files prints the files that ended since the last look.
func (s *shipment) files(ctx context.Context) error {
	for {
		files, err := s.door.node.Files(ctx, s.key, s.file, filePage)
		if err != nil {
			return err
		}
		for _, file := range files {
			if err := s.emit(s.lines.line(s.person, file)); err != nil {
				return err
			}
			s.file = file.Seq
		}
		if len(files) < filePage {
			return nil
		}
	}
}

// outcome is the result of the command for a transfer that has ended.
func (s *shipment) outcome(transfer Transfer) error {
	switch {
	case transfer.State == StateDeclined:
		return reasonFailure(ReasonDeclined, s.person.Name)
	case transfer.State == StateVerified && transfer.Failed == 0:
		return nil
	case transfer.Failed > 0 && transfer.State != StateCancelled:
		// Files that could not even be listed may be missing in the count.
		all := max(transfer.Count, transfer.Done+transfer.Failed)
		return control.Fail(control.ExitFailed, control.WordSomeFailed, strconv.Itoa(transfer.Failed), strconv.Itoa(all))
	}
	return reasonFailure(transfer.Reason, s.person.Name)
}

// lost says when the link is down, and when it is up again. It reports whether
// it has been down for longer than is waited if somebody wants to give up.
func (s *shipment) lost(ctx context.Context) (bool, error) {
	now := time.Now()
	if now.Sub(s.looked) < lookEvery {
		return false, nil
	}
	s.looked = now
	up, err := s.linked(ctx)
	switch {
	case err != nil:
		return false, nil // the next look tells
	case up:
		s.lastUp = now
		return false, s.sayAway(ctx, false)
	case now.Sub(s.lastUp) < awayTime:
		return false, nil
	}
	return now.Sub(s.lastUp) > lostTime, s.sayAway(ctx, true)
}

// sayAway says that the link is down or up again, if that is news.
func (s *shipment) sayAway(ctx context.Context, away bool) error {
	if s.away == away {
		return nil
	}
	s.away = away
	transfer, err := s.door.node.Transfer(context.WithoutCancel(ctx), s.key)
	if err != nil {
		return err
	}
	event := control.EventBack
	if away {
		event = control.EventAway
	}
	return s.emit(noteLine(event, s.person, transfer))
}

// linked reports whether there is a link.
func (s *shipment) linked(ctx context.Context) (bool, error) {
	people, err := s.door.node.People(ctx)
	if err != nil {
		return false, err
	}
	for _, person := range people {
		if person.ID == s.person.ID {
			return person.Online, nil
		}
	}
	return false, nil
}

// abandon cancels the transfer on both sides and waits a little until it is so.
func (s *shipment) abandon(ctx context.Context, events *Subscription, reason Reason) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), partingTime)
	defer cancel()
	if err := s.door.node.Cancel(ctx, s.key); err != nil {
		return err
	}
	for {
		ended, err := s.look(ctx)
		switch {
		case err == nil && ended, err != nil && !ended: // just in time, or nobody listens
			return err
		case ended, wait(ctx, events) != nil:
			return reasonFailure(reason, s.person.Name)
		}
	}
}
