package transfer

import (
	"context"
	"errors"
	"path"
	"sync"
	"time"
)

// readers is how many small files are read at a time.
const readers = 4

// runFiles is how many of them are handed on together: from hand to hand they
// cost more than to read. All readers together leave some small buffers free.
const runFiles = 8

// errRenewed says that a source changed while it was read, and may be sent anew.
var errRenewed = errors.New("the source changed")

// produce reads what the receiver wants: small files by several readers, large
// ones one after the other.
func (s *sending) produce(ctx context.Context) error {
	defer close(s.packets)
	work := make(chan [2]int, readers)
	var pool, pending, tails sync.WaitGroup
	defer tails.Wait()
	defer pool.Wait()
	defer close(work)
	for range readers {
		pool.Go(func() {
			for run := range work {
				s.files(ctx, run, &tails)
				pending.Done()
			}
		})
	}
	for {
		one, more, err := s.wishes.next(ctx)
		if err != nil || !more {
			pending.Wait()
			return err
		}
		select {
		case files := <-s.hashes:
			s.hashFiles(ctx, files)
		default:
		}
		if s.wishes.isVoid(one) {
			s.overtaken(one)
			continue
		}
		if one.anew {
			s.file(ctx, one.first, nil, true, &tails)
			continue
		}
		for f := one.first; f <= one.last; {
			if s.j.nowLarge(f) {
				if !s.v2 {
					pending.Wait() // nothing may come between its chunks
				}
				s.file(ctx, f, one.part, false, &tails)
				f++
				continue
			}
			run := s.run(f, one.last)
			f = run[1] + 1
			pending.Add(1)
			select {
			case work <- run:
			case <-ctx.Done():
				pending.Done()
				return context.Cause(ctx)
			}
		}
	}
}

// run returns a run of small files from first on, at most to last.
func (s *sending) run(first, last int) [2]int {
	run := [2]int{first, first}
	for run[1] < min(last, first+runFiles-1) && !s.j.nowLarge(run[1]+1) {
		run[1]++
	}
	return run
}

// files sends a run of small files. Those that are what was listed, most of
// them, go to the stream together.
func (s *sending) files(ctx context.Context, run [2]int, tails *sync.WaitGroup) {
	ready := make([]packet, 0, runFiles)
	for f := run[0]; f <= run[1]; f++ {
		p, ok := s.asListed(ctx, f)
		if ok {
			ready = append(ready, p)
			continue
		}
		s.put(ctx, ready...)
		ready = make([]packet, 0, runFiles)
		s.file(ctx, f, nil, false, tails)
	}
	s.put(ctx, ready...)
}

// asListed reads a file that fits into a small buffer and is what was listed. It
// reports false for all others.
func (s *sending) asListed(ctx context.Context, f int) (packet, bool) {
	e := &s.j.list.entries[f]
	if e.size > smallBuffer || s.j.wasRenewed(f) {
		return packet{}, false
	}
	b := s.readSmall(ctx, s.j.list.source(e), e.size, e.mtime)
	if b == nil {
		return packet{}, false
	}
	return s.packed(&fileFrame{F: f, Name: path.Base(e.path), Size: e.size}, b), true
}

// put queues packets. It gives their buffers back if there is no use for them.
func (s *sending) put(ctx context.Context, packets ...packet) {
	if len(packets) == 0 {
		return
	}
	select {
	case s.packets <- packets:
		return
	default:
	}
	began := time.Now()
	select {
	case s.packets <- packets:
	case <-ctx.Done():
		for i := range packets {
			packets[i].body.release()
		}
	}
	since(&s.j.gauge.full, began)
}

// file sends a file, or says why not. One that changes meanwhile comes anew later:
// what writes to it mostly goes on for a time, and the rest need not wait for that.
func (s *sending) file(ctx context.Context, f int, part *partWant, again bool, tails *sync.WaitGroup) {
	err := s.fileOnce(ctx, f, part, again, tails)
	for errors.Is(err, errRenewed) && ctx.Err() == nil && !s.wishes.isGiven(f) {
		wait, tired := s.j.settling(f)
		if tired != nil {
			err = tired
			break
		}
		if s.wishes.later(f, wait, s.j.nowLarge(f)) {
			return
		}
		err = s.fileOnce(ctx, f, nil, true, tails)
	}
	if err != nil && ctx.Err() == nil && !errors.Is(err, errRenewed) {
		s.skip(ctx, f, err)
	}
}

// skip says why a file does not come, or not further.
func (s *sending) skip(ctx context.Context, f int, err error) {
	e := &s.j.list.entries[f]
	s.j.s.log.Info("file not sent", "key", s.j.key, "path", s.j.list.source(e), "error", err)
	size, _ := s.j.now(f)
	s.j.moved.Add(size)
	s.wishes.giveUp(f)
	s.put(ctx, packet{kind: kindSkip, fields: skipFrame{f, sourceReason(err)}})
}

// overtaken takes back what was counted of a wish that is not met.
func (s *sending) overtaken(one wish) {
	if one.anew {
		return // counted when it was skipped
	}
	if one.part == nil {
		s.j.moved.Add(s.j.list.entries[one.first].size)
		return
	}
	for _, span := range one.part.C {
		s.j.moved.Add(int64(span[1]+1-span[0]) * chunkSize)
	}
}

// fileOnce sends a file as it is now; again: some of it has come in this try.
func (s *sending) fileOnce(ctx context.Context, f int, part *partWant, again bool, tails *sync.WaitGroup) error {
	e := &s.j.list.entries[f]
	src, err := openSource(s.j.list.source(e))
	if err != nil {
		return err
	}
	whole, err := s.admit(f, part, src.version, again)
	if err != nil {
		return errors.Join(err, src.Close())
	}
	if whole {
		part = nil
	}
	head := &fileFrame{
		F: f, Name: path.Base(e.path), Size: src.size,
		Changed: src.size != e.size || src.mtime != e.mtime || whole || again || s.j.wasRenewed(f),
	}
	if head.Changed {
		s.wishes.begunAnew(f, src.version)
	}
	if src.size > smallMax {
		return s.large(ctx, src, head, part, tails)
	}
	defer func() { _ = src.Close() }()
	return s.small(ctx, src, head)
}

// admit decides whether a source may be sent as it is now, and whether it must
// be as a whole, because it is not what was listed or what the receiver has. Each
// new beginning is counted here; again: it is one, whatever the source is.
func (s *sending) admit(f int, part *partWant, is version, again bool) (whole bool, err error) {
	size, mtime := s.j.now(f)
	listed := is.size == size && is.mtime == mtime
	if listed && again {
		return true, s.j.count(f)
	}
	if listed && (part == nil || part.Size == size && part.MTime == mtime) {
		return false, nil
	}
	if !s.v2 {
		return false, is.changed()
	}
	if listed {
		return true, nil
	}
	return true, s.j.renew(f, is)
}

// small sends a whole file as one frame.
func (s *sending) small(ctx context.Context, src *source, head *fileFrame) error {
	b, err := s.buffers.get(ctx, int(head.Size))
	if err != nil {
		return err
	}
	err = readFull(src, b.data)
	if err == nil {
		err = src.unchanged()
	}
	if err != nil {
		b.release()
		return s.renewable(err)
	}
	if head.Changed {
		head.MTime = src.mtime
	}
	s.put(ctx, s.packed(head, b))
	return nil
}

// packed is a small file that has been read, as it is sent.
func (s *sending) packed(head *fileFrame, b *buffer) packet {
	sum := digestData(b.data)
	s.j.know(head.F, sum)
	head.MD5 = sum.text()
	return packet{kind: kindFile, fields: head, body: b}
}

// renewable turns the error of a source that changed while it was read into
// errRenewed, where it may be sent anew.
func (s *sending) renewable(err error) error {
	if sourceReason(err) != ReasonChanged || !s.v2 {
		return err
	}
	return errRenewed
}
