package transfer

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/zeebo/blake3"
)

// hash32 is a BLAKE3.
type hash32 = [32]byte

// chunksOf is how many chunks a file of a size has.
func chunksOf(size int64) int { return int((size + chunkSize - 1) / chunkSize) }

// chunkLen is how long chunk i of a file is.
func chunkLen(size int64, i int) int { return int(min(size-int64(i)*chunkSize, chunkSize)) }

// spanned is how many bytes of a file of a size are in ranges of chunks.
func spanned(size int64, ranges [][2]int) (bytes int64) {
	for _, span := range ranges {
		bytes += min(int64(span[1]+1)*chunkSize, size) - int64(span[0])*chunkSize
	}
	return bytes
}

// outFile is a large file on its way out.
type outFile struct {
	*source
	f      int
	hashes []hash32
	known  []bool // which of the hashes are
	follow *follow
}

// large sends a large file, or what is wanted of it. Its trailer may come
// later: chunks that the receiver has are hashed beside, for the root.
func (s *sending) large(ctx context.Context, src *source, head *fileFrame, part *partWant, tails *sync.WaitGroup) error {
	chunks := chunksOf(src.size)
	ranges := [][2]int{{0, chunks - 1}}
	if part != nil {
		ranges = part.C
	}
	select {
	case s.open <- struct{}{}:
	case <-ctx.Done():
		_ = src.Close()
		return context.Cause(ctx)
	}
	out := &outFile{source: src, f: head.F, hashes: make([]hash32, chunks), known: make([]bool, chunks)}
	known := make(chan digested, 1)
	hashes := out.hashes
	if part != nil {
		hashes = nil // the tail takes those of the rest
	}
	out.follow = s.j.followSource(head.F, src.version, hashes, known)
	if s.v2 {
		head.MTime = src.mtime
	}
	head.has = src.size - spanned(src.size, ranges)
	s.put(ctx, packet{kind: kindFile, fields: head})
	err := s.chunks(ctx, out, ranges)
	sent := err == nil
	if sent {
		err = s.steady(ctx, out)
	}
	if err != nil || ctx.Err() != nil {
		out.follow.kill()
		<-s.open
		_ = src.Close()
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if sent {
			return s.changedAtEnd(ctx, out, err)
		}
		return s.renewable(err)
	}
	s.wishes.end(head.F)
	out.follow.advance(src.size)
	tail := func() {
		defer func() { <-s.open }()
		defer func() { _ = src.Close() }()
		s.tail(ctx, out, known)
	}
	if s.v2 {
		tails.Go(tail)
	} else {
		tail()
	}
	return nil
}

// chunks reads and sends ranges of chunks.
func (s *sending) chunks(ctx context.Context, out *outFile, ranges [][2]int) error {
	for _, span := range ranges {
		for i := span[0]; i <= span[1]; i++ {
			began := time.Now()
			b, err := s.buffers.get(ctx, chunkLen(out.size, i))
			if err != nil {
				return err
			}
			read := time.Now()
			if err := out.read(i, b.data); err != nil {
				b.release()
				return err
			}
			hashing := time.Now()
			out.hashes[i], out.known[i] = blake3.Sum256(b.data), true
			s.j.gauge.full.Add(int64(read.Sub(began)))
			s.j.gauge.disk.Add(int64(hashing.Sub(read)))
			since(&s.j.gauge.processor, hashing)
			if len(s.packets) == 0 {
				s.j.gauge.empty.Add(int64(time.Since(read)))
			}
			fields := &chunkFrame{I: i, B3: hexOf(out.hashes[i][:])}
			if s.v2 {
				fields.F = out.f
			}
			s.put(ctx, packet{kind: kindChunk, fields: fields, body: b})
			out.follow.advance(int64(i+1) * chunkSize)
		}
	}
	return ctx.Err()
}

// steady checks that a source stayed what it was while it was read. If only
// its metadata changed, the content is read again: a chmod is no reason to
// send it twice, and a write that set the time back is.
func (s *sending) steady(ctx context.Context, out *outFile) error {
	now, err := out.now()
	if err != nil {
		return err
	}
	if now.size != out.size || now.mtime != out.mtime {
		return now.changed()
	}
	if now == out.version {
		return nil
	}
	return out.holds(ctx, out.hashes, out.known)
}

// tail hashes what was not sent and sends the trailer.
func (s *sending) tail(ctx context.Context, out *outFile, known <-chan digested) {
	err := out.hashRest(ctx)
	if err == nil {
		err = out.unchanged()
	}
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		out.follow.kill()
		if !s.wishes.hasEnded(out.f) && s.v2 {
			return // it has begun anew since
		}
		if err = s.changedAtEnd(ctx, out, err); err != nil && !errors.Is(err, errRenewed) {
			s.skip(ctx, out.f, err)
		}
		return
	}
	root := blake3.New()
	for i := range out.hashes {
		_, _ = root.Write(out.hashes[i][:])
	}
	p := packet{kind: kindTrailer, fields: &trailerFrame{F: out.f, Root: hexOf(root.Sum(nil))}}
	if !s.v2 {
		p.digest = known
	}
	s.put(ctx, p)
}

// changedAtEnd sees to a source that changed while all that was wanted of it was
// sent. If the receiver may have all of it, from an earlier wish, it decides
// whether the file comes anew. Else it may begin anew by itself: errRenewed.
func (s *sending) changedAtEnd(ctx context.Context, out *outFile, err error) error {
	if err = s.renewable(err); !errors.Is(err, errRenewed) {
		return err
	}
	if out.isListed() { // nothing tells the new content from the old
		if err := s.j.count(out.f); err != nil {
			return err
		}
	} else if !s.wishes.hasEnded(out.f) {
		return errRenewed
	}
	s.spoilt(ctx, out.f)
	return nil
}

// isListed reports whether what is at the path of a source has its size and time,
// though it is another.
func (s *source) isListed() bool {
	now, err := openSource(s.path)
	if err != nil {
		return false
	}
	defer func() { _ = now.Close() }()
	return now.size == s.size && now.mtime == s.mtime
}

// spoilt ends a file that is not one content, as it changed meanwhile. The receiver
// wants it as a whole then: what it wanted before has come, so that nothing of it is
// on its way when the file begins anew.
func (s *sending) spoilt(ctx context.Context, f int) {
	s.j.hasNoDigest(f, ReasonChanged)
	s.put(ctx, packet{kind: kindTrailer, fields: &trailerFrame{F: f}})
}

// hashRest hashes the chunks that were not sent.
func (out *outFile) hashRest(ctx context.Context) error {
	var p []byte
	for i := range out.hashes {
		if out.known[i] {
			continue
		}
		if p == nil {
			p = make([]byte, chunkSize)
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		p = p[:chunkLen(out.size, i)]
		if err := out.read(i, p); err != nil {
			return err
		}
		out.hashes[i], out.known[i] = blake3.Sum256(p), true
	}
	return nil
}
