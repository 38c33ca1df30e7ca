package transfer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"lanyard/netcore/wire"
)

// arrived is a small file that has come.
type arrived struct {
	f     int
	body  *buffer
	frame fileFrame
}

// result is a file that is written, to be committed, or that failed.
type result struct {
	f       int
	sum     digest
	pending bool   // sum is still to come
	reason  Reason // why it failed alone
	err     error  // why the whole transfer fails
}

// frames takes the files as they come.
func (r *receiving) frames(ctx context.Context) error {
	defer r.handOn()
	for {
		frame, err := r.next(ctx, wire.MaxHeader)
		if errors.Is(err, errComplete) {
			return nil
		}
		if err != nil {
			return err
		}
		switch {
		case r.current != nil && frame.Kind != kindChunk && frame.Kind != kindTrailer && frame.Kind != kindSkip:
			err = r.stray(frame)
		case frame.Kind == kindFile:
			err = r.file(ctx, frame)
		case frame.Kind == kindChunk:
			err = r.chunk(ctx, frame)
		case frame.Kind == kindTrailer:
			err = r.trailer(frame)
		case frame.Kind == kindSkip:
			err = r.skip(frame)
		case frame.Kind == kindDigests && r.v2:
			err = r.digests(frame)
		case frame.Kind == kindEnd:
			if err = r.end(frame); err == nil && r.complete.Load() {
				return nil
			}
		default:
			err = r.stray(frame)
		}
		if err != nil {
			return err
		}
	}
}

// end takes note that all has come. In version 1 that is all; else digests may
// follow.
func (r *receiving) end(frame wire.Frame) error {
	r.mu.Lock()
	due, bad := r.due, r.due > 0 || r.asking || r.over || frame.BodySize != 0
	r.over = true
	r.mu.Unlock()
	if bad {
		return broken("the end with %d files missing", due)
	}
	if !r.v2 {
		r.complete.Store(true)
		return nil
	}
	r.ending <- struct{}{}
	r.finished()
	return nil
}

// finished looks whether all that was to come is there and recorded.
func (r *receiving) finished() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.over && r.unended == 0 && r.v2 {
		r.isComplete()
	}
}

// expect takes note that file f comes, and refuses one that is not due.
func (r *receiving) expect(f int) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if f < 0 || f >= len(r.expected) || r.expected[f] == 0 {
		return broken("file %d is not due", f)
	}
	r.expected[f]--
	return nil
}

// came counts down the files that are due: it does not begin again, however
// often parts of it were asked for. After the last, no more is asked for.
func (r *receiving) came(f int) error {
	r.mu.Lock()
	r.due--
	r.expected[f] = 0
	last := r.due == 0 && r.asking && r.v2
	if last {
		r.asking = false
	}
	r.mu.Unlock()
	if last {
		return r.say(kindWant, wantFrame{From: [][2]int{}})
	}
	return nil
}

// file takes one file, or the beginning of a large one.
func (r *receiving) file(ctx context.Context, frame wire.Frame) error {
	var head fileFrame
	if err := decodeFile(frame, &head); err != nil {
		return &fault{ReasonProtocol, err}
	}
	if head.F < 0 || head.F >= len(r.plan.files) {
		return broken("file %d is not due", head.F)
	}
	if late, err := r.late(ctx, head.F, frame); late {
		return err
	}
	e := &r.plan.files[head.F]
	if r.v2 && head.Changed {
		return r.changedFile(ctx, frame, head)
	}
	if head.Size != e.size || r.v2 && e.size > smallMax && head.MTime != e.mtime {
		return broken("file %d has %d bytes, %d were listed", head.F, head.Size, e.size)
	}
	if err := r.expect(head.F); err != nil {
		return err
	}
	if e.size > smallMax {
		if frame.BodySize != 0 {
			return broken("file %d of %d bytes in one frame", head.F, e.size)
		}
		return r.large(head.F)
	}
	return r.small(ctx, frame, head)
}

// small takes a file of one frame.
func (r *receiving) small(ctx context.Context, frame wire.Frame, head fileFrame) error {
	if frame.BodySize != head.Size {
		return broken("file %d has a body of %d bytes, %d were listed", head.F, frame.BodySize, head.Size)
	}
	body, err := r.body(ctx, int(head.Size))
	if err != nil {
		return err
	}
	r.pending.Add(1)
	if r.group = append(r.group, arrived{head.F, body, head}); len(r.group) == runFiles {
		r.handOn()
	}
	return r.came(head.F)
}

// handOn gives the small files that have come to those who write them.
func (r *receiving) handOn() {
	if len(r.group) == 0 {
		return
	}
	select {
	case r.work <- r.group:
	default:
		began := time.Now()
		r.work <- r.group
		since(&r.j.gauge.full, began)
	}
	r.group = make([]arrived, 0, runFiles)
}

// body reads the body of the frame read last into a buffer.
func (r *receiving) body(ctx context.Context, size int) (*buffer, error) {
	b, err := r.buffers.get(ctx, size)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	part := 128 << 10 // must come within the stall time
	if r.j.limited() {
		part = bandPiece
	}
	for rest := b.data; len(rest) > 0 && err == nil; {
		one := rest[:min(len(rest), part)]
		rest = rest[len(one):]
		if r.j.limited() {
			err = r.j.spend(ctx, len(one))
		}
		if err == nil {
			err = r.goOn()
		}
		if err == nil && ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		if err == nil {
			err = r.conn.ReadFull(one)
		}
	}
	if err != nil {
		b.release()
		return nil, err
	}
	if size > smallBuffer {
		since(&r.j.gauge.empty, began)
	}
	r.j.moved.Add(int64(size))
	return b, nil
}

// skip takes note that a file does not come, or not further.
func (r *receiving) skip(frame wire.Frame) error {
	var skip skipFrame
	if err := frame.Decode(&skip); err != nil {
		return &fault{ReasonProtocol, err}
	}
	if frame.BodySize != 0 {
		return broken("a skip with a body")
	}
	reason := known(skip.Reason)
	if reason.skips() {
		reason = ReasonFailed // not theirs to say
	}
	if r.wasJudged(skip.F) {
		return nil
	}
	r.mu.Lock()
	in := r.files[skip.F]
	if in != nil {
		r.expected[skip.F] = 0
	}
	r.mu.Unlock()
	if r.current != nil && in != r.current {
		return broken("file %d skipped within another", skip.F)
	}
	if in != nil {
		r.current = nil
		r.j.moved.Add(in.left())
		return r.drop(in, reason)
	}
	if err := r.expect(skip.F); err != nil {
		return err
	}
	r.mu.Lock()
	r.judged[skip.F] = r.v2
	r.mu.Unlock()
	r.j.moved.Add(r.plan.files[skip.F].size)
	r.results <- result{f: skip.F, reason: reason}
	return r.came(skip.F)
}

// store checks a small file and writes it.
func (r *receiving) store(a arrived) result {
	defer a.body.release()
	sum := digestData(a.body.data)
	if a.frame.MD5 != sum.text() {
		return result{f: a.f, reason: ReasonMismatch}
	}
	e := &r.plan.files[a.f]
	if err := r.disk.writeSmall(a.f, a.body.data, e.mtime, r.permOf(e)); err != nil {
		return result{f: a.f, err: diskFault("writing a file", err)}
	}
	return result{f: a.f, sum: sum}
}

// permOf is the mode of a new file before the umask: executable for the user
// who accepted one that is, and never for what came by itself.
func (r *receiving) permOf(e *planned) uint32 {
	if e.exec && !r.auto() {
		return 0o766
	}
	return 0o666
}

// auto reports whether nobody was asked.
func (r *receiving) auto() bool { return r.j.record().Auto }

// digestOf takes the MD5 of what a reader has.
func digestOf(from io.Reader) (digest, error) {
	h := newDigest()
	if _, err := io.Copy(h, from); err != nil {
		return digest{}, fmt.Errorf("hashing: %w", err)
	}
	return digest(h.Sum(nil)), nil
}
