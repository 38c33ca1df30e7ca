package transfer

import (
	"context"
	"errors"
	"time"

	"lanyard/netcore/store"
	"lanyard/netcore/wire"
)

// sum is what the sender knows of an entry.
type sum struct {
	digest digest
	known  bool   // digest is that of what was sent
	ended  bool   // recorded
	reason Reason // why it did not end well
}

// know notes the digest of what was sent.
func (j *job) know(f int, d digest) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if !j.sums[f].ended {
		j.sums[f].digest, j.sums[f].known = d, true
	}
}

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
func (s *sending) listen(context.Context) error {
	var wanted []bool
	last := progress{at: s.j.s.cfg.Now()}
	for {
		if err := s.stream.SetReadDeadline(time.Now().Add(s.j.s.cfg.Stall)); err != nil {
			return err
		}
		frame, err := nextFrame(s.conn, wire.MaxManifest)
		if err != nil {
			return err
		}
		if frame.BodySize != 0 {
			return broken("a %.32q with a body", frame.Kind)
		}
		switch frame.Kind {
		case kindWant:
			wanted, err = s.want(frame, wanted)
		case kindReceipts:
			err = s.receipts(frame)
		case kindAlive:
			err = s.patient(&last)
		case kindDone, kindStop, kindCancel:
			return s.end(frame)
		default:
			err = unknown(frame)
		}
		if err != nil {
			return err
		}
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

// want takes the ranges of files that the receiver wants.
func (s *sending) want(frame wire.Frame, wanted []bool) ([]bool, error) {
	var want wantFrame
	if err := frame.Decode(&want); err != nil {
		return nil, &fault{ReasonProtocol, err}
	}
	if wanted == nil {
		wanted = make([]bool, len(s.j.source))
	}
	for _, span := range want.From {
		if span[0] < 0 || span[0] > span[1] || span[1] >= len(wanted) {
			return nil, broken("files %v wanted of %d", span, len(wanted))
		}
		for f := span[0]; f <= span[1]; f++ {
			if e := s.j.source[f]; wanted[f] || e.dir || e.reason != ReasonNone {
				return nil, broken("file %d wanted that is not to be had", f)
			}
			wanted[f] = true
		}
	}
	if want.More {
		return wanted, nil
	}
	left := s.j.record().Bytes
	for f, yes := range wanted {
		if yes {
			left -= s.j.source[f].size
		}
	}
	s.j.moved.Store(left)
	select {
	case s.wanted <- wanted:
	default:
		return nil, broken("a second want")
	}
	return wanted, nil
}

// receipts records files that ended at the receiver.
func (s *sending) receipts(frame wire.Frame) error {
	var r receiptsFrame
	if err := frame.Decode(&r); err != nil {
		return &fault{ReasonProtocol, err}
	}
	var files []store.TransferFile
	for _, got := range r.Files {
		var sum digest
		if err := unhex(sum[:], got.MD5); err != nil {
			return err
		}
		file, news, err := s.j.receipted(got.F, &sum, ReasonNone)
		if err != nil {
			return err
		}
		if news {
			files = append(files, file)
		}
	}
	for _, lost := range r.Failed {
		file, news, err := s.j.receipted(lost.F, nil, known(lost.Reason))
		if err != nil {
			return err
		}
		if news {
			files = append(files, file)
		}
	}
	return s.j.settle(context.WithoutCancel(s.j.ctx), files)
}

// receipted notes that file f ended at the receiver: with the digest that it
// says, or for a reason. It reports whether that is news.
func (j *job) receipted(f int, got *digest, reason Reason) (store.TransferFile, bool, error) {
	if f < 0 || f >= len(j.source) || j.source[f].dir {
		return store.TransferFile{}, false, broken("receipt for file %d", f)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	state := &j.sums[f]
	if state.ended {
		return store.TransferFile{}, false, nil
	}
	if got != nil && !state.known {
		return store.TransferFile{}, false, broken("receipt for file %d before it was sent", f)
	}
	e := &j.source[f]
	switch {
	case e.reason != ReasonNone:
		got, reason = nil, e.reason
	case got != nil && *got != state.digest:
		got, reason = nil, ReasonMismatch
	}
	file := store.TransferFile{
		Index: f, Path: e.path, Saved: e.source, Size: e.size, State: string(StateFailed), Reason: string(reason),
	}
	if got != nil {
		file.MD5, file.State = got.text(), string(StateVerified)
	}
	state.ended, state.reason = true, reason
	return file, true, nil
}

// end takes how it ended for the receiver.
func (s *sending) end(frame wire.Frame) error {
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
	out, err := s.j.tally(end.MD5)
	if err != nil {
		return err
	}
	s.out = out
	close(s.over)
	return nil
}

// tally is the outcome once every file has its receipt.
func (j *job) tally(theirs string) (*outcome, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	var files []named
	first := ReasonNone
	for f := range j.source {
		switch e, s := &j.source[f], &j.sums[f]; {
		case e.dir:
		case !s.ended:
			return nil, broken("done without a receipt for file %d", f)
		case s.reason == ReasonNone:
			files = append(files, named{e.path, s.digest})
		case first == ReasonNone:
			first = s.reason
		}
	}
	out := &outcome{state: StateVerified, md5: listDigest(files, j.rec.Count == 1 && j.folders == 0, first != ReasonNone)}
	if out.md5 != theirs {
		return &outcome{state: StateFailed, reason: ReasonMismatch, tell: kindStop}, nil
	}
	if first != ReasonNone {
		out.state, out.reason = StateFailed, first
	}
	return out, nil
}

// allVerified is the outcome when the receiver says that it has all, and its
// digest proves it.
func (j *job) allVerified(theirs string) (outcome, bool) {
	j.mu.Lock()
	var files []named
	var rows []store.TransferFile
	for f := range j.source {
		e, s := &j.source[f], &j.sums[f]
		if !s.known {
			continue
		}
		files = append(files, named{e.path, s.digest})
		if !s.ended {
			rows = append(rows, store.TransferFile{
				Index: f, Path: e.path, Saved: e.source, Size: e.size, MD5: s.digest.text(), State: string(StateVerified),
			})
		}
	}
	all := len(files) == j.rec.Count && listDigest(files, j.rec.Count == 1 && j.folders == 0, false) == theirs
	j.mu.Unlock()
	if !all || j.settle(context.WithoutCancel(j.ctx), rows) != nil {
		return outcome{}, false
	}
	return outcome{state: StateVerified, md5: theirs}, true
}

// unsent is the record of files none of which can be sent.
func (j *job) unsent() []store.TransferFile {
	var rows []store.TransferFile
	for f, e := range j.source {
		rows = append(rows, store.TransferFile{
			Index: f, Path: e.path, Saved: e.source, Size: e.size, State: string(StateFailed), Reason: string(e.reason),
		})
	}
	return rows
}
