package transfer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/zeebo/blake3"

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
	f      int
	sum    digest
	reason Reason // why it failed alone
	err    error  // why the whole transfer fails
}

// frames takes the files as they come.
func (r *receiving) frames(ctx context.Context) error {
	for {
		frame, err := r.next(ctx, wire.MaxHeader)
		if err != nil {
			return err
		}
		switch frame.Kind {
		case kindFile:
			err = r.file(ctx, frame)
		case kindSkip:
			err = r.skip(frame, -1)
		case kindEnd:
			if r.due > 0 || frame.BodySize != 0 {
				return broken("the end with %d files missing", r.due)
			}
			return nil
		default:
			err = r.stray(frame)
		}
		if err != nil {
			return err
		}
	}
}

// expect takes note that file f comes, and refuses one that is not due.
func (r *receiving) expect(f int) error {
	if f < 0 || f >= len(r.seen) || r.seen[f] {
		return broken("file %d is not due", f)
	}
	r.seen[f] = true
	r.due--
	return nil
}

// file takes one file.
func (r *receiving) file(ctx context.Context, frame wire.Frame) error {
	var head fileFrame
	if err := decodeFile(frame, &head); err != nil {
		return &fault{ReasonProtocol, err}
	}
	if err := r.expect(head.F); err != nil {
		return err
	}
	size := r.plan.files[head.F].size
	if head.Size != size {
		return broken("file %d has %d bytes, %d were listed", head.F, head.Size, size)
	}
	if size > smallMax {
		if frame.BodySize != 0 {
			return broken("file %d of %d bytes in one frame", head.F, size)
		}
		return r.large(ctx, head.F)
	}
	if frame.BodySize != size {
		return broken("file %d has a body of %d bytes, %d were listed", head.F, frame.BodySize, size)
	}
	body, err := r.body(ctx, int(size))
	if err != nil {
		return err
	}
	r.pending.Add(1)
	r.work <- arrived{head.F, body, head}
	return nil
}

// body reads the body of the frame read last into a buffer.
func (r *receiving) body(ctx context.Context, size int) (*buffer, error) {
	b, err := r.buffers.get(ctx, size)
	if err != nil {
		return nil, err
	}
	const piece = 128 << 10 // must come within the stall time
	for rest := b.data; len(rest) > 0 && err == nil; {
		part := rest[:min(len(rest), piece)]
		rest = rest[len(part):]
		if err = r.stream.SetReadDeadline(time.Now().Add(r.j.s.cfg.Stall)); err == nil && ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		if err == nil {
			err = r.conn.ReadFull(part)
		}
	}
	if err != nil {
		b.release()
		return nil, err
	}
	r.j.moved.Add(int64(size))
	return b, nil
}

// skip takes note that a file does not come, or not further: current is the
// large file under way, or -1.
func (r *receiving) skip(frame wire.Frame, current int) error {
	var skip skipFrame
	if err := frame.Decode(&skip); err != nil {
		return &fault{ReasonProtocol, err}
	}
	if frame.BodySize != 0 {
		return broken("a skip with a body")
	}
	if current >= 0 {
		if skip.F != current {
			return broken("file %d skipped within file %d", skip.F, current)
		}
	} else if err := r.expect(skip.F); err != nil {
		return err
	}
	r.j.moved.Add(r.plan.files[skip.F].size)
	if current < 0 {
		r.results <- result{f: skip.F, reason: known(skip.Reason)}
	}
	return nil
}

// store checks a small file and writes it.
func (r *receiving) store(a arrived) result {
	defer a.body.release()
	sum := digestData(a.body.data)
	if a.frame.MD5 != sum.text() {
		return result{f: a.f, reason: ReasonMismatch}
	}
	if err := r.disk.writeSmall(a.f, a.body.data, r.plan.files[a.f].mtime); err != nil {
		return result{f: a.f, err: diskFault("writing a file", err)}
	}
	return result{f: a.f, sum: sum}
}

// incoming is a large file on its way to the disk.
type incoming struct {
	f       int
	file    *os.File
	root    *blake3.Hasher // over the hashes of the chunks
	hashing chan *buffer
	writing chan *buffer
	sum     chan digest
	written chan error
}

// large takes a large file, chunk by chunk, until its trailer or a skip.
func (r *receiving) large(ctx context.Context, f int) error {
	file, err := r.disk.stage.OpenFile(partName(f), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
	if err == nil {
		err = preallocate(file, r.plan.files[f].size)
		if err != nil {
			err = errors.Join(err, file.Close())
		}
	}
	if err != nil {
		return diskFault("making a file", err)
	}
	in := &incoming{
		f: f, file: file, root: blake3.New(), hashing: make(chan *buffer, ahead), writing: make(chan *buffer, ahead),
		sum: make(chan digest, 1), written: make(chan error, 1),
	}
	go hashAll(in.hashing, in.sum)
	go in.write()
	trailer, reason, err := r.chunks(ctx, in)
	close(in.hashing)
	close(in.writing)
	if err != nil {
		<-in.sum
		return errors.Join(err, <-in.written, file.Close())
	}
	r.pending.Go(func() { r.results <- r.complete(in, trailer, reason) })
	return nil
}

// chunks reads chunks until the trailer, or until a reason not to go on.
func (r *receiving) chunks(ctx context.Context, in *incoming) (trailerFrame, Reason, error) {
	var trailer trailerFrame
	left := r.plan.files[in.f].size
	for i := 0; ; i++ {
		frame, err := r.next(ctx, wire.MaxHeader)
		if err != nil {
			return trailer, ReasonNone, err
		}
		switch {
		case frame.Kind == kindSkip:
			var skip skipFrame
			err = errors.Join(r.skip(frame, in.f), frame.Decode(&skip))
			return trailer, known(skip.Reason), err
		case frame.Kind == kindTrailer && left == 0 && frame.BodySize == 0:
			if err := frame.Decode(&trailer); err != nil {
				return trailer, ReasonNone, &fault{ReasonProtocol, err}
			}
			return trailer, ReasonNone, nil
		case frame.Kind == kindChunk && left > 0:
			err = r.chunk(ctx, in, frame, i, min(left, chunkSize))
			left -= frame.BodySize
		case frame.Kind == kindChunk || frame.Kind == kindTrailer:
			err = broken("a %s with %d bytes of file %d to come", frame.Kind, left, in.f)
		default:
			err = r.stray(frame)
		}
		if err != nil {
			return trailer, ReasonNone, err
		}
	}
}

// chunk takes one chunk. Its hash is not computed here: TLS guards the bytes,
// the MD5 at the end judges the file, and a third hash over the same bytes
// would cost a tenth of the speed. It is there for what will resume.
func (r *receiving) chunk(ctx context.Context, in *incoming, frame wire.Frame, i int, size int64) error {
	var head chunkFrame
	if err := frame.Decode(&head); err != nil {
		return &fault{ReasonProtocol, err}
	}
	if head.I != i || frame.BodySize != size {
		return broken("chunk %d of %d bytes where %d of %d was due", head.I, frame.BodySize, i, size)
	}
	var hash [32]byte
	if err := unhex(hash[:], head.B3); err != nil {
		return err
	}
	_, _ = in.root.Write(hash[:])
	b, err := r.body(ctx, int(size))
	if err != nil {
		return err
	}
	b.share()
	in.hashing <- b
	in.writing <- b
	return nil
}

// write writes all chunks, and drops the rest after an error.
func (in *incoming) write() {
	var err error
	var at int64
	for b := range in.writing {
		if err == nil {
			_, err = in.file.WriteAt(b.data, at)
			writeBehind(in.file, at, int64(len(b.data)))
			at += int64(len(b.data))
		}
		b.release()
	}
	in.written <- err
}

// complete waits until a large file is hashed and written, and judges it.
func (r *receiving) complete(in *incoming, trailer trailerFrame, reason Reason) result {
	sum, err := <-in.sum, <-in.written
	if err = errors.Join(err, in.file.Close()); err != nil {
		return result{f: in.f, err: diskFault("writing a file", err)}
	}
	if reason == ReasonNone && (trailer.MD5 != sum.text() || trailer.Root != hexOf(in.root.Sum(nil))) {
		reason = ReasonMismatch
	}
	if reason != ReasonNone {
		return result{f: in.f, reason: reason}
	}
	if err := r.disk.timesOf(in.f, r.plan.files[in.f].mtime); err != nil {
		return result{f: in.f, err: diskFault("setting a time", err)}
	}
	return result{f: in.f, sum: sum}
}

// digestOf takes the MD5 of what a reader has.
func digestOf(from io.Reader) (digest, error) {
	h := newDigest()
	if _, err := io.Copy(h, from); err != nil {
		return digest{}, fmt.Errorf("hashing: %w", err)
	}
	return digest(h.Sum(nil)), nil
}
