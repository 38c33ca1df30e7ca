package transfer

import (
	"context"
	"errors"
	"time"

	"lanyard/netcore/store"
	"lanyard/netcore/wire"
)

// progress is how far a try had come when it last went on.
type progress struct {
	at    time.Time
	moved int64
	ended int // files
}

// patient returns an error when the receiver has for too long said that it is
// alive, and nothing has moved.
func (s *sending) patient(last *progress) error {
	rec, now := s.j.record(), s.j.s.cfg.Now()
	here := progress{now, s.j.moved.Load(), rec.Done + rec.Failed}
	if here.moved != last.moved || here.ended != last.ended {
		*last = here
	}
	if now.Sub(last.at) >= s.j.s.cfg.Patience {
		return errStuck
	}
	return nil
}

// errStuck says that the receiver does not go on.
var errStuck = errors.New("the receiver is alive and does not go on")

// listen reads what the receiver answers until it says how it ended.
func (s *sending) listen(ctx context.Context) error {
	last := progress{at: s.j.s.cfg.Now()}
	for {
		if err := s.stream.SetReadDeadline(time.Now().Add(s.j.s.cfg.Stall)); err != nil {
			return err
		}
		frame, err := nextFrame(s.conn, wire.MaxManifest)
		if err != nil {
			return s.lastWord(err)
		}
		if frame.BodySize != 0 {
			return broken("a %.32q with a body", frame.Kind)
		}
		switch frame.Kind {
		case kindAlive:
			err = errors.Join(s.j.hear(frame), s.patient(&last))
		case kindDone, kindStop, kindCancel:
			return s.end(ctx, frame)
		default:
			err = s.answer(frame)
		}
		if err != nil {
			return err
		}
	}
}

// lastWord is the error of a stream that ended: one for the list alone may.
func (s *sending) lastWord(err error) error {
	if s.only {
		return errOver
	}
	return err
}

// answer acts on what a receiver says while data flows.
func (s *sending) answer(frame wire.Frame) error {
	switch {
	case frame.Kind == kindWant && !s.only:
		return s.want(frame)
	case frame.Kind == kindReceipts && !s.only:
		return s.receipts(frame)
	case frame.Kind == kindList && s.v2:
		return s.wantList()
	case frame.Kind == kindHash && s.v2:
		return s.wantHashes(frame)
	case frame.Kind == kindPlan && s.v2 && !s.only:
		return s.planned(frame)
	}
	return unknown(frame)
}

// wantList has the list sent, once.
func (s *sending) wantList() error {
	select {
	case s.listed <- struct{}{}:
		return nil
	default:
		return broken("the list is wanted twice")
	}
}

// nextFrame reads a header. What is wrong with it is a *fault.
func nextFrame(conn *wire.Conn, limit int) (wire.Frame, error) {
	frame, err := conn.Next(limit)
	if errors.Is(err, wire.ErrMalformed) || errors.Is(err, wire.ErrTooLarge) {
		err = &fault{ReasonProtocol, err}
	}
	return frame, err
}

// unknown is the error of a frame that has no place here.
func unknown(frame wire.Frame) error {
	if frame.Kind != wire.KindError {
		return broken("a %.32q has no place here", frame.Kind)
	}
	remote := &wire.RemoteError{}
	if err := errors.Join(frame.Decode(remote), remote); !errors.Is(err, &wire.RemoteError{Code: wire.CodeMalformed}) {
		return err
	}
	return &fault{ReasonProtocol, remote}
}

// want takes what the receiver wants.
func (s *sending) want(frame wire.Frame) error {
	var want wantFrame
	if err := frame.Decode(&want); err != nil {
		return &fault{ReasonProtocol, err}
	}
	for _, span := range want.From {
		if err := s.wantFiles(span, want.Again && s.v2); err != nil {
			return err
		}
	}
	for i := range want.Parts {
		if err := s.wantPart(&want.Parts[i], want.Again); err != nil {
			return err
		}
	}
	if want.More {
		return nil
	}
	if !s.v2 {
		s.j.beginAt(s.j.record().Bytes - s.wanted)
	}
	s.wishes.close()
	return nil
}

// wantFiles takes a range of whole files.
func (s *sending) wantFiles(span [2]int, again bool) error {
	list := s.j.list.entries
	if span[0] < 0 || span[0] > span[1] || span[1] >= len(list) {
		return broken("files %v wanted of %d", span, len(list))
	}
	for f := span[0]; f <= span[1]; f++ {
		if !list[f].sendable() {
			return broken("file %d wanted that is not to be had", f)
		}
		s.wanted += list[f].size
		if again {
			s.j.moved.Add(-list[f].size)
		}
	}
	return s.wishes.add(wish{first: span[0], last: span[1]}, again)
}

// wantPart takes chunks of one file.
func (s *sending) wantPart(part *partWant, again bool) error {
	list := s.j.list.entries
	if !s.v2 || part.F < 0 || part.F >= len(list) || !list[part.F].sendable() {
		return broken("chunks of file %d wanted", part.F)
	}
	if part.Size <= smallMax || part.Size > maxBytes {
		return broken("chunks wanted of %d bytes", part.Size)
	}
	next := 0
	for _, span := range part.C {
		if span[0] < next || span[1] < span[0] || span[1] >= chunksOf(part.Size) {
			return broken("chunks %v wanted", span)
		}
		next = span[1] + 1
		if again {
			s.j.moved.Add(-int64(span[1]+1-span[0]) * chunkSize)
		}
	}
	return s.wishes.add(wish{first: part.F, last: part.F, part: part}, again)
}

// planned notes what the receiver decided.
func (s *sending) planned(frame wire.Frame) error {
	var plan Decision
	if err := frame.Decode(&plan); err != nil {
		return &fault{ReasonProtocol, err}
	}
	if plan.Left < 0 {
		return broken("%d bytes left", plan.Left)
	}
	s.j.mu.Lock()
	all := s.j.rec.Bytes + s.j.grown
	s.j.mu.Unlock()
	s.j.beginAt(max(all-plan.Left, 0))
	return s.j.decide(plan)
}

// receipts records files that ended at the receiver.
func (s *sending) receipts(frame wire.Frame) error {
	var r receiptsFrame
	if err := frame.Decode(&r); err != nil {
		return &fault{ReasonProtocol, err}
	}
	files, err := s.j.judged(r, s.v2)
	if err != nil {
		return err
	}
	return s.j.settle(context.WithoutCancel(s.j.ctx), files)
}

// judged notes what a receiver says of files, and returns the records of those
// that ended.
func (j *job) judged(r receiptsFrame, v2 bool) (files []store.TransferFile, err error) {
	for _, got := range r.Files {
		file, news, err := j.receipted(got, v2)
		if err != nil {
			return nil, err
		}
		if news {
			files = append(files, file)
		}
	}
	for _, lost := range r.Failed {
		file, news, err := j.lost(lost.F, known(lost.Reason))
		if err != nil {
			return nil, err
		}
		if news {
			files = append(files, file)
		}
	}
	return files, nil
}

// end takes how it ended for the receiver.
func (s *sending) end(ctx context.Context, frame wire.Frame) error {
	var end endFrame
	if err := frame.Decode(&end); err != nil {
		return &fault{ReasonProtocol, err}
	}
	switch frame.Kind {
	case kindCancel:
		s.out = &outcome{state: StateCancelled, reason: ReasonCancelledThere}
		return errOver
	case kindStop:
		s.out = &outcome{state: StateFailed, reason: known(end.Reason)}
		return errOver
	}
	close(s.over)
	s.wishes.close()
	if err := s.j.digestsDue(ctx); err != nil {
		return err
	}
	out, err := s.j.tally(end.MD5)
	if err != nil {
		return err
	}
	s.out = out
	return nil
}
