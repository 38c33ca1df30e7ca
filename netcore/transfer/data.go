package transfer

import (
	"context"
	"errors"
	"time"

	"lanyard/netcore/identity"
	"lanyard/netcore/wire"
)

// HandleData serves a data stream of a peer whose first frame has been read.
// It returns when the stream or the transfer ends.
func (s *Service) HandleData(ctx context.Context, stream Stream, peer identity.DeviceID, first wire.Frame) {
	if !s.enter() {
		_ = stream.Reset()
		return
	}
	defer s.tasks.Done()
	var data dataFrame
	err := first.Decode(&data)
	j := s.find(peer, false, data.ID)
	if err != nil || first.BodySize != 0 || j == nil || !j.mayBring(data) {
		s.log.Debug("data without an accepted offer", "device", peer.Short(), "error", err)
		_ = stream.SetWriteDeadline(time.Now().Add(farewell))
		_ = wire.NewConn(stream).WriteError(wire.CodeRefused, "no such accepted transfer")
		_ = stream.Close()
		return
	}
	if data.Only != "" {
		j.serveList(ctx, stream, data)
		return
	}
	j.serveData(ctx, stream, data)
}

// mayBring reports whether a data stream has a place: files after the yes, the
// list when it was asked for.
func (j *job) mayBring(data dataFrame) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	if data.Only != "" {
		return data.Only == onlyList && data.V >= spoken && j.curious
	}
	return State(j.rec.State) == StateRunning
}

// serveList takes the list of an offer, and nothing else.
func (j *job) serveList(ctx context.Context, stream Stream, first dataFrame) {
	if !j.data.TryLock() { // one at a time is enough for a list
		_ = stream.Reset()
		return
	}
	defer j.data.Unlock()
	r := j.newReceiving(stream, first)
	for _, over := range []context.Context{ctx, j.ctx} {
		stop := context.AfterFunc(over, func() { _ = stream.Reset() })
		defer stop()
	}
	if _, err := r.list(j.ctx); err != nil {
		j.s.log.Debug("no list came", "key", j.key, "error", err)
	}
	_ = stream.Close()
}

// serveData receives over a stream, in place of an older one that has not
// noticed its end yet.
func (j *job) serveData(ctx context.Context, stream Stream, first dataFrame) {
	if !j.beginData(stream) {
		_ = stream.Reset()
		return
	}
	out, err := j.receiveAlone(ctx, stream, first)
	j.present(-1)
	j.streams.Done()
	if err != nil {
		j.s.log.Debug("data stream ended", "key", j.key, "error", err)
	}
	if out == nil {
		_ = stream.Reset()
		return
	}
	j.finish(*out)
	<-j.ended
	j.concludeData(stream)
}

// beginData makes room for a data stream, unless the job has ended.
func (j *job) beginData(stream Stream) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.outcome != nil || j.ctx.Err() != nil || j.rec.Paused != 0 {
		return false
	}
	if j.newer != nil {
		j.newer()
	}
	j.newer = func() { _ = stream.Reset() }
	j.streams.Add(1)
	j.live++
	j.away = false
	j.judge()
	return true
}

// receiveAlone receives once an older stream is gone. The outcome is nil if
// only the stream failed.
func (j *job) receiveAlone(ctx context.Context, stream Stream, first dataFrame) (*outcome, error) {
	j.data.Lock()
	defer j.data.Unlock()
	for _, over := range []context.Context{ctx, j.ctx} {
		stop := context.AfterFunc(over, func() { _ = stream.Reset() })
		defer stop()
	}
	out, err := j.receive(stream, first)
	if f, ok := errors.AsType[*fault](err); ok && j.ctx.Err() == nil {
		j.s.log.Warn("receiving failed", "key", j.key, "error", err)
		return &outcome{state: StateFailed, reason: f.reason, tell: kindStop}, nil
	}
	return out, err
}

// concludeData tells the stream how the transfer ended and closes it.
func (j *job) concludeData(stream Stream) {
	rec := j.record()
	conn := wire.NewConn(stream)
	_ = stream.SetWriteDeadline(time.Now().Add(farewell))
	j.mu.Lock()
	complete := j.outcome != nil && j.outcome.complete
	j.mu.Unlock()
	var err error
	if complete {
		err = conn.Write(kindDone, endFrame{State: State(rec.State), Reason: Reason(rec.Reason), MD5: rec.MD5}, nil)
	} else {
		err = conn.Write(kindStop, endFrame{Reason: Reason(rec.Reason)}, nil)
	}
	if err = errors.Join(err, stream.Flush(), stream.Close()); err != nil {
		j.s.log.Debug("ending a data stream", "key", j.key, "error", err)
	}
}
