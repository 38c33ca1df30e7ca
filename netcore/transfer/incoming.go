package transfer

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"lanyard/netcore/identity"
	"lanyard/netcore/store"
	"lanyard/netcore/wire"
)

// How many offers may wait for a decision.
const (
	pendingOfOne = 8
	pendingOfAll = 128 // beyond it, no stranger's; somebody known is not kept out by a crowd
)

// HandleOffer serves an offer stream of a peer whose first frame has been
// read. It returns when the stream or the transfer ends.
func (s *Service) HandleOffer(ctx context.Context, stream Stream, peer identity.DeviceID, first wire.Frame) {
	if !s.enter() {
		_ = stream.Reset()
		return
	}
	defer s.tasks.Done()
	c := newControl(stream)
	var offer offerFrame
	err := first.Decode(&offer)
	if err == nil && first.BodySize != 0 {
		err = broken("an offer with a body")
	}
	if err == nil {
		err = s.serveOffer(ctx, c, peer, offer)
	}
	if err != nil {
		s.log.Debug("offer stream ended", "device", peer.Short(), "error", err)
		s.refuse(c, err)
	}
}

// refuse answers a stream that cannot be served, where that may help.
func (s *Service) refuse(c *control, err error) {
	_ = c.stream.SetWriteDeadline(time.Now().Add(farewell))
	switch f, ok := errors.AsType[*fault](err); {
	case ok && f.reason == ReasonNotAccepted:
		_ = c.say(kindDecline, endFrame{Reason: f.reason})
	case ok && f.reason == ReasonTooMany, errors.Is(err, store.ErrFull):
		_ = c.say(kindDecline, endFrame{Reason: ReasonTooMany})
	case ok:
		_ = c.conn.WriteError(wire.CodeMalformed, err.Error())
	case errors.Is(err, errBusy):
		_ = c.conn.WriteError(wire.CodeBusy, err.Error())
	}
	_ = c.stream.Close()
}

// serveOffer finds or makes the transfer and serves its offer stream.
func (s *Service) serveOffer(ctx context.Context, c *control, peer identity.DeviceID, offer offerFrame) error {
	if !isID(offer.ID) {
		return broken("transfer ID %.80q", offer.ID)
	}
	if offer.Ended != ReasonNone {
		return s.endedThere(ctx, c, peer, offer)
	}
	if err := checkOffer(offer); err != nil {
		return err
	}
	j, end, err := s.take(ctx, peer, offer)
	if err != nil {
		return err
	}
	if end != nil {
		return s.sayEnd(ctx, c, peer, offer, end)
	}
	j.attach(c)
	defer j.detach(c)
	// A peer that went away may have said why: that is read below even if
	// nothing can be written any more.
	if err := j.hold(ctx, pausedThere, offer.Paused); err != nil {
		return err
	}
	rec := j.record()
	_ = c.say(kindOffered, offeredFrame{V: spoken, Paused: rec.Paused&pausedHere != 0})
	if rec.Accepted {
		_ = c.say(kindAccept, nil)
	}
	j.askList(c)
	_ = j.converse(ctx, c) // its end is the peer's or the transfer's
	return nil
}

// endedThere ends a transfer whose sender says that it ended for it.
func (s *Service) endedThere(ctx context.Context, c *control, peer identity.DeviceID, offer offerFrame) error {
	if j := s.find(peer, false, offer.ID); j != nil {
		out := outcome{state: StateFailed, reason: known(offer.Ended)}
		if offer.Ended == ReasonCancelledHere {
			out = outcome{state: StateCancelled, reason: ReasonCancelledThere}
		}
		j.finish(out)
		if err := j.wait(ctx); err != nil { // it is not told again
			return err
		}
	}
	return errors.Join(c.say(kindEnd, nil), c.stream.Close())
}

// checkOffer refuses an offer that nobody honest makes, or over the limits.
func checkOffer(offer offerFrame) error {
	if offer.Count > maxEntries || offer.Folders > maxEntries-offer.Count {
		return &fault{ReasonTooMany, fmt.Errorf("offer of %d files and %d folders", offer.Count, offer.Folders)}
	}
	if offer.Count < 0 || offer.Folders < 0 || offer.Count+offer.Folders == 0 ||
		offer.Bytes < 0 || offer.Bytes > maxBytes || offer.Count == 0 && offer.Bytes > 0 {
		return broken("offer of %d files, %d folders, %d bytes", offer.Count, offer.Folders, offer.Bytes)
	}
	return checkRoots(offer)
}

// checkRoots checks what an offer names, all of which is stored.
func checkRoots(offer offerFrame) error {
	if len(offer.Roots) == 0 || len(offer.Roots) > maxRoots || len(offer.Name) > maxName {
		return broken("offer of %d roots, named with %d bytes", len(offer.Roots), len(offer.Name))
	}
	names := 0
	for _, root := range offer.Roots {
		if root.Name == "" || len(root.Name) > maxName || root.Size < 0 || root.Size > maxBytes {
			return broken("root %.80q of %d bytes", root.Name, root.Size)
		}
		names += len(root.Name)
	}
	if names > maxNames {
		return broken("%d roots named with %d bytes", len(offer.Roots), names)
	}
	return nil
}

// take returns the transfer of an offer: the one that is there already, its
// end if it ended, or a new one.
func (s *Service) take(ctx context.Context, peer identity.DeviceID, offer offerFrame) (*job, *endFrame, error) {
	if j := s.find(peer, false, offer.ID); j != nil {
		return j, nil, nil
	}
	switch t, err := s.cfg.Store.FindTransfer(ctx, peer, false, offer.ID); {
	case err == nil && State(t.State).Ended():
		return nil, &endFrame{State: State(t.State), Reason: Reason(t.Reason), MD5: t.MD5}, nil
	case err == nil:
		return nil, nil, fmt.Errorf("transfer %d is just being made: %w", t.Key, errBusy)
	case !errors.Is(err, store.ErrNotFound):
		return nil, nil, err
	}
	if err := s.admit(ctx, peer); err != nil {
		return nil, nil, err
	}
	j, err := s.begin(ctx, peer, offer)
	return j, nil, err
}

// admit applies the limits to a new offer.
func (s *Service) admit(ctx context.Context, peer identity.DeviceID) error {
	if s.cfg.Takes != nil && !s.cfg.Takes(peer) {
		return &fault{ReasonNotAccepted, errors.New("offers are taken from verified people only")}
	}
	stranger, err := s.cfg.Store.Stranger(ctx, peer)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.rates.allow(peer, stranger, s.cfg.Now()) {
		return fmt.Errorf("offers come too fast: %w", errBusy)
	}
	waiting := s.list(func(j *job) bool { return !j.outgoing && !j.record().Accepted })
	ofPeer := 0
	for _, j := range waiting {
		if j.device == peer {
			ofPeer++
		}
	}
	if ofPeer >= pendingOfOne || stranger && len(waiting) >= pendingOfAll {
		return &fault{ReasonTooMany, fmt.Errorf("%d offers wait, %d of this device", len(waiting), ofPeer)}
	}
	return nil
}

// begin records a new offer and has it shown. Nothing is left of one that
// cannot be shown.
func (s *Service) begin(ctx context.Context, peer identity.DeviceID, offer offerFrame) (*job, error) {
	t := store.Transfer{
		Device: peer, ID: offer.ID, Name: offer.Name, Count: offer.Count, Folders: offer.Folders, Bytes: offer.Bytes,
		State: string(StateOffered), Created: s.cfg.Now(), Options: wishText(offer.Clash),
	}
	if isID(offer.Retry) {
		t.Retry = offer.Retry
	}
	for _, root := range offer.Roots {
		t.Roots = append(t.Roots, store.TransferRoot{Name: root.Name, Dir: root.Dir, Size: root.Size})
	}
	var err error
	if t.Key, err = s.cfg.Store.AddTransfer(ctx, t); err != nil {
		return nil, err
	}
	j := s.newJob(t)
	j.theirs = max(offer.V, 1)
	if err = s.show(ctx, j, t); err != nil {
		return nil, errors.Join(err, s.cfg.Store.DeleteTransfer(context.WithoutCancel(ctx), t.Key))
	}
	s.acceptRetry(ctx, j)
	return j, nil
}

// show starts the job of a new offer and has it shown, or ends it again.
func (s *Service) show(ctx context.Context, j *job, t store.Transfer) error {
	if err := s.launch(j); err != nil {
		return err
	}
	err := s.cfg.OnOffer(ctx, t)
	if err != nil {
		j.finish(outcome{state: StateFailed, reason: ReasonFailed})
		<-j.ended
	}
	return err
}

// Accept takes an incoming offer into a folder, which is made if it is not
// there. It returns when the decision is recorded; what then goes wrong, a
// full disk too, ends the transfer with its reason, on both sides.
//
// What is accepted may be a part of it, and files that are there already may
// be dealt with as the options say; it returns ErrOptions for those that mean
// nothing.
func (s *Service) Accept(ctx context.Context, key int64, options AcceptOptions) error {
	return s.accept(ctx, key, options, false)
}

// AcceptAuto is Accept of an offer about which the user was not asked. That is
// recorded in the same commit; and no more folders may come than were offered,
// since nobody looks at them.
func (s *Service) AcceptAuto(ctx context.Context, key int64, options AcceptOptions) error {
	return s.accept(ctx, key, options, true)
}

// accept takes an offer, whoever decided it.
func (s *Service) accept(ctx context.Context, key int64, options AcceptOptions, auto bool) error {
	full, err := filepath.Abs(options.Folder)
	if err != nil {
		return fmt.Errorf("finding %q: %w", options.Folder, err)
	}
	if err := options.check(); err != nil {
		return err
	}
	j, err := s.undecided(key)
	if err != nil {
		return err
	}
	options.Seen = j.seen()
	text, err := options.text()
	if err != nil {
		return fmt.Errorf("keeping what was chosen: %w", err)
	}
	fit := false
	changed, err := j.change(ctx, func(t *store.Transfer) {
		if fit = !t.Accepted; fit {
			t.Accepted, t.Folder, t.Auto, t.Options = true, full, auto, text
			j.before = StateRunning
			j.show(t)
		}
	})
	if err != nil || !changed || !fit {
		return errors.Join(err, stateError(changed && fit))
	}
	j.start()
	j.mu.Lock()
	c := j.ctl
	j.mu.Unlock()
	if c != nil {
		_ = c.say(kindAccept, nil) // lost: said again on the next offer stream
	}
	return nil
}

// stateError is ErrState unless all is well.
func stateError(well bool) error {
	if well {
		return nil
	}
	return ErrState
}

// undecided returns an incoming offer that waits for a decision.
func (s *Service) undecided(key int64) (*job, error) {
	j := s.job(key)
	if j == nil || j.outgoing || j.record().Accepted {
		return nil, ErrState
	}
	return j, nil
}

// Decline says no to an incoming offer. It returns when that is recorded.
func (s *Service) Decline(ctx context.Context, key int64) error {
	j, err := s.undecided(key)
	if err != nil {
		return err
	}
	j.finish(outcome{state: StateDeclined, reason: ReasonDeclined, tell: kindDecline})
	return j.wait(ctx)
}

// Cancel stops a transfer in either direction, at any point; the other side
// hears of it at once. Files that have arrived stay. It returns when all is
// cleaned up, with ErrState if the transfer had ended.
func (s *Service) Cancel(ctx context.Context, key int64) error {
	j := s.job(key)
	if j == nil {
		return ErrState
	}
	j.finish(outcome{state: StateCancelled, reason: ReasonCancelledHere, tell: kindCancel})
	return j.wait(ctx)
}

// wait waits until the job ended.
func (j *job) wait(ctx context.Context) error {
	select {
	case <-j.ended:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
