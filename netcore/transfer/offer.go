package transfer

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"lanyard/netcore/identity"
	"lanyard/netcore/store"
	"lanyard/netcore/wire"
)

// Pauses between tries to reach the other side; LinkUp cuts them short.
const (
	firstPause = 200 * time.Millisecond
	lastPause  = 15 * time.Second
)

// Offer begins to offer files and folders, by their paths, to a device. It
// returns when the transfer is recorded; listing, offering and sending go on
// by themselves, whether the device can be reached now or only later.
func (s *Service) Offer(ctx context.Context, device identity.DeviceID, paths []string) (int64, error) {
	return s.offerRoots(ctx, device, paths, PolicyBeside)
}

// offerRoots is Offer with a wish.
func (s *Service) offerRoots(ctx context.Context, device identity.DeviceID, paths []string, wish Policy) (int64, error) {
	if len(paths) == 0 {
		return 0, errors.New("no files to offer")
	}
	roots, err := rootsOf(paths)
	if err != nil {
		return 0, err
	}
	return s.propose(ctx, store.Transfer{Device: device, Roots: roots, Options: wishText(wish)}, nil)
}

// propose records an outgoing transfer, of which the device and the roots are
// given, and starts it. shown, if there is one, is called in between; where it
// fails nothing is left.
func (s *Service) propose(
	ctx context.Context, t store.Transfer, shown func(context.Context, store.Transfer) error,
) (int64, error) {
	var id [idDigits / 2]byte
	_, _ = rand.Read(id[:]) // never fails
	t.ID, t.Outgoing, t.Name = hex.EncodeToString(id[:]), true, t.Roots[0].Name
	t.State, t.Created = string(StatePreparing), s.cfg.Now()
	var err error
	if !s.enter() {
		return 0, ErrClosed
	}
	defer s.tasks.Done()
	if t.Key, err = s.cfg.Store.AddTransfer(ctx, t); err != nil {
		return 0, err
	}
	if shown != nil {
		if err := shown(ctx, t); err != nil {
			return 0, errors.Join(err, s.cfg.Store.DeleteTransfer(context.WithoutCancel(ctx), t.Key))
		}
	}
	return t.Key, s.launch(s.newJob(t))
}

// rootsOf names the roots: no two the same.
func rootsOf(paths []string) ([]store.TransferRoot, error) {
	roots := make([]store.TransferRoot, 0, len(paths))
	taken := map[string]bool{}
	for _, p := range paths {
		full, err := filepath.Abs(p)
		if err != nil {
			return nil, fmt.Errorf("finding %q: %w", p, err)
		}
		roots = append(roots, store.TransferRoot{Name: freeName(rootName(full), taken), Path: full})
	}
	return roots, nil
}

// offer drives an outgoing job: lists, then offers and sends side by side.
func (j *job) offer() {
	if err := j.prepare(); err != nil {
		if j.ctx.Err() == nil {
			j.fail(err)
		}
		return
	}
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		j.deliver()
	}()
	j.keepOffered()
	<-sent
}

// prepare lists the source and stores what is offered.
func (j *job) prepare() error {
	if j.restored {
		return nil
	}
	list, err := j.listSource()
	if err != nil {
		return err
	}
	if j.s.cfg.Dir != "" {
		if err := writeList(listPath(j.s.cfg.Dir, j.key), &list.manifest, true); err != nil {
			return err
		}
	}
	j.mu.Lock()
	j.list, j.folders = &list.manifest, list.folders
	j.sums = make([]sum, len(list.entries))
	j.mu.Unlock()
	if _, err = j.change(j.ctx, func(t *store.Transfer) {
		t.Count, t.Bytes, t.Roots, t.List = list.files, list.bytes, list.roots, list.name
	}); err != nil {
		return err
	}
	if list.sendable == 0 {
		return errors.Join(j.settle(j.ctx, j.unsent()), list.firstFault())
	}
	return nil
}

// listSource lists what there is to send: the roots, or what failed of an
// ended transfer.
func (j *job) listSource() (*listing, error) {
	rec := j.record()
	if rec.Retry != "" {
		return j.listFailed(rec)
	}
	return walk(j.ctx, rec.Roots)
}

// reload takes up an outgoing transfer of the last run from its list.
func (j *job) reload(ctx context.Context) error {
	list, err := readList(listPath(j.s.cfg.Dir, j.key))
	if err != nil {
		return err
	}
	rows, err := j.s.cfg.Store.TransferFiles(ctx, j.key)
	if err != nil {
		return err
	}
	j.list, j.sums, j.restored = list, make([]sum, len(list.entries)), true
	for i := range list.entries {
		if list.entries[i].dir {
			j.folders++
		}
	}
	for _, row := range rows {
		if row.Index < 0 || row.Index >= len(j.sums) {
			return errList
		}
		if err := j.remember(row); err != nil {
			return err
		}
	}
	return nil
}

// remember takes up a file that ended in an earlier run.
func (j *job) remember(row store.TransferFile) error {
	s := &j.sums[row.Index]
	if row.Pending {
		s.bits, j.pending[row.Index] = sumPlaced, true
		j.hashLater(row.Index)
		return nil
	}
	s.bits = sumEnded
	if State(row.State) != StateVerified {
		s.reason = Reason(row.Reason)
	} else if row.MD5 != "" {
		s.bits |= sumKnown
		return unhex(s.digest[:], row.MD5)
	}
	return nil
}

// keepOffered keeps an offer stream open until the job ends, or until the
// other side has taken streams for too long and said nothing.
func (j *job) keepOffered() {
	var mute time.Time // since when; zero: it is away, or answers
	for wait := firstPause; j.ctx.Err() == nil; wait = min(2*wait, lastPause) {
		began := j.s.cfg.Now()
		silent, err := j.offerOnce()
		if j.ctx.Err() != nil {
			return
		}
		switch {
		case !silent:
			mute = time.Time{}
		case mute.IsZero():
			mute = began
		}
		if silent && !j.flowing() && j.s.cfg.Now().Sub(mute) >= j.s.cfg.GiveUp {
			j.finish(outcome{state: StateFailed, reason: ReasonLost, tell: kindStop})
			return
		}
		j.s.log.Debug("offer stream ended", "key", j.key, "error", err)
		if j.s.cfg.Now().Sub(began) > lastPause {
			wait = firstPause
		}
		j.pause(wait)
	}
}

// flowing reports whether there is a data stream.
func (j *job) flowing() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.live > 0
}

// offerOnce opens an offer stream and serves it to its end. It reports whether
// the other side took the stream and said nothing; that is waited for no longer
// than the stall time.
func (j *job) offerOnce() (silent bool, err error) {
	ctx, cancel := context.WithTimeout(j.ctx, j.s.cfg.Stall)
	stream, err := j.s.cfg.Links.Open(ctx, j.device, KindOffer, j.offerFrame())
	cancel()
	if err != nil {
		return false, errors.Join(err, j.advance(StatePreparing, StateQueued))
	}
	c := newControl(stream)
	_ = stream.SetReadDeadline(time.Now().Add(j.s.cfg.Stall))
	j.attach(c)
	defer j.detach(c)
	err = j.converse(j.ctx, c)
	return !c.heard.Load(), err
}

// offerFrame is what opens the offer stream.
func (j *job) offerFrame() offerFrame {
	j.mu.Lock()
	defer j.mu.Unlock()
	frame := offerFrame{
		ID: j.id, Name: j.rec.Name, Count: j.rec.Count, Bytes: j.rec.Bytes, Folders: j.folders,
		Clash: WishOf(j.rec), V: spoken, List: j.list.name, Retry: j.rec.Retry, Paused: j.rec.Paused&pausedHere != 0,
	}
	for _, root := range j.rec.Roots[:nameable(j.rec.Roots)] {
		frame.Roots = append(frame.Roots, offerRoot{Name: root.Name, Dir: root.Dir, Size: root.Size})
	}
	return frame
}

// answered acts on what only a receiver says.
func (j *job) answered(frame wire.Frame, end endFrame) error {
	switch frame.Kind {
	case kindOffered:
		return j.isOffered(frame)
	case kindList:
		j.wantsList()
	case kindAccept:
		if err := j.isAccepted(); err != nil {
			return err
		}
		j.start()
	case kindDecline:
		reason := ReasonDeclined
		if end.Reason != ReasonNone {
			reason = known(end.Reason)
		}
		j.finish(outcome{state: StateDeclined, reason: reason})
	case kindReceipts:
		return j.missingThere(frame)
	case kindEnd:
		j.theirEnd(end)
	}
	return nil // later versions may say more
}

// start lets the data flow. It may be called again.
func (j *job) start() {
	j.mu.Lock()
	defer j.mu.Unlock()
	select {
	case <-j.accepted:
	default:
		close(j.accepted)
	}
}

// advance brings the job from one state to the next, if it is in that one.
func (j *job) advance(from, to State) error {
	if State(j.record().State) != from {
		return nil
	}
	_, err := j.change(j.ctx, func(t *store.Transfer) {
		if State(t.State) == from {
			t.State = string(to)
		}
	})
	return err
}

// isOffered takes note that the offer is known there, and what the other side
// can do.
func (j *job) isOffered(frame wire.Frame) error {
	var offered offeredFrame
	if err := frame.Decode(&offered); err != nil {
		return err
	}
	j.mu.Lock()
	j.theirs = max(offered.V, 1)
	select {
	case <-j.answers:
	default:
		close(j.answers)
	}
	if j.before != StateRunning {
		j.before = StateOffered
	}
	j.mu.Unlock()
	return errors.Join(j.hold(j.ctx, pausedThere, offered.Paused),
		j.advance(StatePreparing, StateOffered), j.advance(StateQueued, StateOffered))
}

// isAccepted takes note that data may be sent.
func (j *job) isAccepted() error {
	j.mu.Lock()
	j.before = StateRunning
	rec := j.rec
	j.mu.Unlock()
	if rec.Accepted && State(rec.State) != StateQueued && State(rec.State) != StateOffered {
		return nil
	}
	_, err := j.change(j.ctx, func(t *store.Transfer) {
		t.Accepted = true
		if t.Paused == 0 {
			t.State, t.Reason = string(StateRunning), ""
		}
	})
	return err
}

// theirEnd ends the transfer when the receiver says that it ended for it while
// the link was away.
func (j *job) theirEnd(end endFrame) {
	out := outcome{state: StateFailed, reason: ReasonLost}
	switch end.State {
	case StateVerified:
		j.streams.Go(func() { j.settleEnd(end.MD5) })
		return
	case StateDeclined:
		out = outcome{state: StateDeclined, reason: ReasonDeclined}
	case StateCancelled:
		out = outcome{state: StateCancelled, reason: ReasonCancelledThere}
	case StateFailed:
		out.reason = known(end.Reason)
	}
	j.finish(out)
}
