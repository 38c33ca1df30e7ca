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
	if len(paths) == 0 {
		return 0, errors.New("no files to offer")
	}
	roots, err := rootsOf(paths)
	if err != nil {
		return 0, err
	}
	var id [idDigits / 2]byte
	_, _ = rand.Read(id[:]) // never fails
	t := store.Transfer{
		Device: device, ID: hex.EncodeToString(id[:]), Outgoing: true, Name: roots[0].Name,
		State: string(StatePreparing), Roots: roots, Created: s.cfg.Now(),
	}
	if !s.enter() {
		return 0, ErrClosed
	}
	defer s.tasks.Done()
	if t.Key, err = s.cfg.Store.AddTransfer(ctx, t); err != nil {
		return 0, err
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
	list, err := walk(j.ctx, j.record().Roots)
	if err != nil {
		return err
	}
	j.mu.Lock()
	j.source, j.folders = list.entries, list.folders
	j.sums = make([]sum, len(list.entries))
	j.mu.Unlock()
	if _, err = j.change(j.ctx, func(t *store.Transfer) {
		t.Count, t.Bytes, t.Roots = list.files, list.bytes, list.roots
	}); err != nil {
		return err
	}
	if list.sendable == 0 {
		return errors.Join(j.settle(j.ctx, j.unsent()), list.firstFault())
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
		return errors.Join(j.advance(StatePreparing, StateOffered), j.advance(StateQueued, StateOffered))
	case kindAccept:
		if err := errors.Join(j.advance(StatePreparing, StateRunning), j.advance(StateQueued, StateRunning),
			j.advance(StateOffered, StateRunning)); err != nil {
			return err
		}
		j.start()
	case kindDecline:
		reason := ReasonDeclined
		if end.Reason != ReasonNone {
			reason = known(end.Reason)
		}
		j.finish(outcome{state: StateDeclined, reason: reason})
	case kindEnd:
		j.finish(j.theirEnd(end))
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

// theirEnd is the outcome when the receiver says that the transfer ended for
// it while the link was away.
func (j *job) theirEnd(end endFrame) outcome {
	switch end.State {
	case StateVerified:
		if out, ok := j.allVerified(end.MD5); ok {
			return out
		}
	case StateDeclined:
		return outcome{state: StateDeclined, reason: ReasonDeclined}
	case StateCancelled:
		return outcome{state: StateCancelled, reason: ReasonCancelledThere}
	case StateFailed:
		return outcome{state: StateFailed, reason: known(end.Reason)}
	}
	return outcome{state: StateFailed, reason: ReasonLost}
}

// deliver sends the data once the offer is accepted, again after each lost
// link, until the job ends.
func (j *job) deliver() {
	select {
	case <-j.ctx.Done():
		return
	case <-j.accepted:
	}
	free, err := j.s.turns.wait(j.ctx, j.device)
	if err != nil {
		return
	}
	defer free()
	moving := j.s.cfg.Now()
	for wait := firstPause; j.ctx.Err() == nil; wait = min(2*wait, lastPause) {
		before := j.record().Done
		j.deliverOnce()
		if j.ctx.Err() != nil {
			return
		}
		if j.record().Done > before {
			moving, wait = j.s.cfg.Now(), firstPause
		}
		if j.s.cfg.Now().Sub(moving) > j.s.cfg.GiveUp {
			j.finish(outcome{state: StateFailed, reason: ReasonLost, tell: kindStop})
			return
		}
		j.pause(wait)
	}
}

// deliverOnce makes one try.
func (j *job) deliverOnce() {
	ctx, cancel := context.WithTimeout(j.ctx, j.s.cfg.Stall)
	stream, err := j.s.cfg.Links.OpenBulk(ctx, j.device, KindData, dataFrame{ID: j.id})
	cancel()
	if err != nil {
		j.s.log.Debug("opening a data stream", "key", j.key, "error", err)
		return
	}
	j.present(1)
	defer j.present(-1)
	out, err := j.send(stream)
	if out != nil {
		j.finish(*out)
		_ = stream.Close()
		return
	}
	_ = stream.Reset()
	if _, ours := errors.AsType[*fault](err); ours && j.ctx.Err() == nil {
		j.fail(err)
		return
	}
	j.s.log.Debug("data stream ended", "key", j.key, "error", err)
}
