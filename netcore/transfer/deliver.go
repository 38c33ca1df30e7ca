package transfer

import (
	"context"
	"errors"

	"lanyard/netcore/wire"
)

// deliver sends the data once the offer is accepted, again after each lost
// link, until the job ends.
func (j *job) deliver() {
	select {
	case <-j.ctx.Done():
		return
	case <-j.accepted:
	}
	select { // an earlier run may have heard the yes: what is spoken there is heard now
	case <-j.ctx.Done():
		return
	case <-j.answers:
	}
	moving := j.s.cfg.Now()
	for wait := firstPause; j.ctx.Err() == nil; wait = min(2*wait, lastPause) {
		if j.held() {
			j.pause(lastPause)
			moving, wait = j.s.cfg.Now(), firstPause
			continue
		}
		before, bytes := j.record().Done, j.moved.Load()
		if !j.deliverInTurn() {
			return
		}
		if j.record().Done > before || j.moved.Load() > bytes {
			moving, wait = j.s.cfg.Now(), firstPause
		}
		if j.s.cfg.Now().Sub(moving) > j.s.cfg.GiveUp {
			j.finish(outcome{state: StateFailed, reason: ReasonLost, tell: kindStop})
			return
		}
		j.pause(wait)
	}
}

// deliverInTurn makes one try when it is this transfer's turn. It reports
// whether there may be others.
func (j *job) deliverInTurn() bool {
	free, err := j.s.turns.wait(j.ctx, j.device)
	if err != nil {
		return false
	}
	defer free()
	j.deliverOnce("")
	return j.ctx.Err() == nil
}

// deliverOnce makes one try to send the data, or the list alone.
func (j *job) deliverOnce(only string) {
	ctx, cancel := context.WithTimeout(j.ctx, j.s.cfg.Stall)
	defer cancel()
	j.mu.Lock()
	v2 := j.theirs >= spoken
	j.mu.Unlock()
	first := dataFrame{ID: j.id}
	if v2 {
		first.V, first.List, first.Only = spoken, j.list.name, only
	}
	stream, err := j.s.cfg.Links.OpenBulk(ctx, j.device, KindData, first)
	if err != nil {
		j.s.log.Debug("opening a data stream", "key", j.key, "error", err)
		return
	}
	if only == "" && !j.beginSend(stream) {
		_ = stream.Reset()
		return
	}
	j.present(1)
	defer j.present(-1)
	out, err := j.send(stream, v2, only != "")
	if out != nil {
		j.finish(*out)
		_ = stream.Close()
		return
	}
	_ = stream.Reset()
	if only != "" {
		return // it ends so
	}
	if _, ours := errors.AsType[*fault](err); ours && j.ctx.Err() == nil {
		j.fail(err)
		return
	}
	if errors.Is(err, &wire.RemoteError{Code: wire.CodeRefused}) {
		j.offerAnew()
	}
	j.s.log.Debug("data stream ended", "key", j.key, "error", err)
}

// offerAnew gives up the offer stream: the receiver takes no data, so something
// was decided there that this stream has not brought, because it is dead and
// nothing has shown that. Another brings it.
func (j *job) offerAnew() {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.ctl != nil {
		_ = j.ctl.stream.Reset()
	}
}

// beginSend notes how the data stream under way is stopped, unless the
// transfer is held by now.
func (j *job) beginSend(stream Stream) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.rec.Paused != 0 {
		return false
	}
	j.sent = func() { _ = stream.Reset() }
	return true
}

// wantsList has the list sent, by itself, once at a time.
func (j *job) wantsList() {
	select {
	case j.asked <- struct{}{}:
	default:
		return
	}
	if !j.s.enter() {
		<-j.asked
		return
	}
	j.streams.Go(func() {
		defer j.s.tasks.Done()
		defer func() { <-j.asked }()
		j.deliverOnce(onlyList)
	})
}

// wantHashes takes which files the receiver wants to compare.
func (s *sending) wantHashes(frame wire.Frame) error {
	var ask hashFrame
	if err := frame.Decode(&ask); err != nil {
		return &fault{ReasonProtocol, err}
	}
	for _, f := range ask.F {
		if f < 0 || f >= len(s.j.list.entries) || !s.j.list.entries[f].sendable() {
			return broken("the hash of file %d", f)
		}
	}
	select {
	case s.hashes <- ask.F:
		s.wishes.poke()
		return nil
	default:
		return broken("hashes wanted before the last came")
	}
}
