package transfer

import (
	"context"
	"errors"
	"path"
	"sync"
	"time"

	"github.com/zeebo/blake3"
)

// readers is how many small files are read at a time.
const readers = 4

// errRenewed says that a source changed while it was read, and may be sent anew.
var errRenewed = errors.New("the source changed")

// produce reads what the receiver wants: small files by several readers, large
// ones one after the other.
func (s *sending) produce(ctx context.Context) error {
	defer close(s.packets)
	work := make(chan int, readers)
	var pool, pending, tails sync.WaitGroup
	defer tails.Wait()
	defer pool.Wait()
	defer close(work)
	for range readers {
		pool.Go(func() {
			for f := range work {
				s.file(ctx, f, nil, &tails)
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
		for f := one.first; f <= one.last; f++ {
			if size, _ := s.j.now(f); size > smallMax {
				if !s.v2 {
					pending.Wait() // nothing may come between its chunks
				}
				s.file(ctx, f, one.part, &tails)
				continue
			}
			pending.Add(1)
			select {
			case work <- f:
			case <-ctx.Done():
				pending.Done()
				return context.Cause(ctx)
			}
		}
	}
}

// put queues a packet. It gives its buffer back if there is no use for it.
func (s *sending) put(ctx context.Context, p packet) {
	select {
	case s.packets <- p:
		return
	default:
	}
	began := time.Now()
	select {
	case s.packets <- p:
	case <-ctx.Done():
		p.body.release()
	}
	since(&s.j.gauge.full, began)
}

// file sends a file, anew when it changes meanwhile, or says why not.
func (s *sending) file(ctx context.Context, f int, part *partWant, tails *sync.WaitGroup) {
	err := s.fileOnce(ctx, f, part, tails)
	for errors.Is(err, errRenewed) && ctx.Err() == nil {
		err = s.fileOnce(ctx, f, nil, tails)
	}
	if err != nil && ctx.Err() == nil {
		s.skip(ctx, f, err)
	}
}

// skip says why a file does not come, or not further.
func (s *sending) skip(ctx context.Context, f int, err error) {
	e := &s.j.list.entries[f]
	s.j.s.log.Info("file not sent", "key", s.j.key, "path", s.j.list.source(e), "error", err)
	size, _ := s.j.now(f)
	s.j.moved.Add(size)
	s.put(ctx, packet{kind: kindSkip, fields: skipFrame{f, sourceReason(err)}})
}

// fileOnce sends a file as it is now.
func (s *sending) fileOnce(ctx context.Context, f int, part *partWant, tails *sync.WaitGroup) error {
	e := &s.j.list.entries[f]
	src, err := openSource(s.j.list.source(e))
	if err != nil {
		return err
	}
	whole, err := s.admit(f, part, src.version)
	if err != nil {
		return errors.Join(err, src.Close())
	}
	if whole {
		part = nil
	}
	head := &fileFrame{
		F: f, Name: path.Base(e.path), Size: src.size,
		Changed: src.size != e.size || src.mtime != e.mtime || whole,
	}
	if src.size > smallMax {
		return s.large(ctx, src, head, part, tails)
	}
	defer func() { _ = src.Close() }()
	return s.small(ctx, src, head)
}

// admit decides whether a source may be sent as it is now, and whether it must
// be as a whole, because it is not what was listed or what the receiver has.
func (s *sending) admit(f int, part *partWant, is version) (whole bool, err error) {
	size, mtime := s.j.now(f)
	listed := is.size == size && is.mtime == mtime
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
		return s.renewable(head.F, src, err)
	}
	sum, hash := digestData(b.data), blake3.Sum256(b.data)
	s.j.know(head.F, sum)
	head.MD5, head.B3 = sum.text(), hexOf(hash[:])
	if head.Changed {
		head.MTime = src.mtime
	}
	s.put(ctx, packet{kind: kindFile, fields: head, body: b})
	return nil
}

// renewable turns the error of a source that changed while it was read into
// errRenewed, where it may be sent anew.
func (s *sending) renewable(f int, src *source, err error) error {
	if sourceReason(err) != ReasonChanged || !s.v2 {
		return err
	}
	if now, failed := openSource(src.path); failed == nil {
		defer func() { _ = now.Close() }()
		if now.size != src.size || now.mtime != src.mtime {
			if failed = s.j.renew(f, now.version); failed != nil {
				return failed
			}
		} else if failed = s.j.count(f); failed != nil {
			return failed
		}
		return errRenewed
	}
	return errRenewed // opening it again says why not
}
