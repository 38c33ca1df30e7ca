package transfer

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"sync"

	"github.com/zeebo/blake3"
)

// readers is how many small files are read at a time.
const readers = 4

// ahead is how many chunks may wait for their MD5.
const ahead = 4

// produce reads what the receiver wants, in order: small files by several
// readers, large ones one after the other.
func (s *sending) produce(ctx context.Context) error {
	defer close(s.packets)
	var wanted []bool
	select {
	case wanted = <-s.wanted:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	work := make(chan int, readers)
	var pool, pending sync.WaitGroup
	defer pool.Wait()
	defer close(work)
	for range readers {
		pool.Go(func() {
			for f := range work {
				s.put(ctx, s.small(ctx, f))
				pending.Done()
			}
		})
	}
	for f, want := range wanted {
		if !want {
			continue
		}
		if s.j.source[f].size > smallMax {
			pending.Wait() // nothing may come between its chunks
			if err := s.large(ctx, f); err != nil {
				return err
			}
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
	return nil
}

// put queues a packet. It gives its buffer back if there is no use for it.
func (s *sending) put(ctx context.Context, p packet) {
	select {
	case s.packets <- p:
	case <-ctx.Done():
		p.body.release()
	}
}

// small reads a whole file and returns its frame, or that it is skipped.
func (s *sending) small(ctx context.Context, f int) packet {
	e := &s.j.source[f]
	b, err := s.buffers.get(ctx, int(e.size))
	if err != nil {
		return s.skip(f, err)
	}
	if err := readWhole(e, b.data); err != nil {
		b.release()
		return s.skip(f, err)
	}
	sum, hash := digestData(b.data), blake3.Sum256(b.data)
	s.j.know(f, sum)
	return packet{kindFile, &fileFrame{F: f, Name: path.Base(e.path), Size: e.size, MD5: sum.text(), B3: hexOf(hash[:])}, b, nil}
}

// skip returns the packet that says why a file does not come.
func (s *sending) skip(f int, err error) packet {
	s.j.s.log.Info("file not sent", "key", s.j.key, "path", s.j.source[f].source, "error", err)
	s.j.moved.Add(s.j.source[f].size)
	return packet{kind: kindSkip, fields: skipFrame{f, sourceReason(err)}}
}

// large queues the frames of a large file, while its MD5 is taken beside.
func (s *sending) large(ctx context.Context, f int) error {
	e := &s.j.source[f]
	file, err := openSource(e)
	if err != nil {
		s.put(ctx, s.skip(f, err))
		return nil
	}
	defer func() { _ = file.Close() }()
	s.put(ctx, packet{kind: kindFile, fields: &fileFrame{F: f, Name: path.Base(e.path), Size: e.size}})
	hashing := make(chan *buffer, ahead)
	sum := make(chan digest, 1)
	go hashAll(hashing, sum)
	err = s.chunks(ctx, e, file, hashing)
	close(hashing)
	if err == nil {
		err = unchanged(e, file)
	}
	if ctx.Err() != nil {
		<-sum // no goroutine outlives the try
		return context.Cause(ctx)
	}
	if err != nil {
		s.put(ctx, s.skip(f, err))
		<-sum
		return nil
	}
	known := make(chan digest, 1)
	go func() {
		md5 := <-sum
		s.j.know(f, md5)
		known <- md5
	}()
	s.put(ctx, packet{kind: kindTrailer, fields: &trailerFrame{}, digest: known})
	return nil
}

// chunks reads a file into packets, each going to the hasher too.
func (s *sending) chunks(ctx context.Context, e *entry, file io.Reader, hashing chan<- *buffer) error {
	for i, left := 0, e.size; left > 0; i++ {
		b, err := s.buffers.get(ctx, int(min(left, chunkSize)))
		if err != nil {
			return err
		}
		if err := readFull(file, b.data); err != nil {
			b.release()
			return err
		}
		left -= int64(len(b.data))
		b.share()
		select {
		case hashing <- b:
		case <-ctx.Done():
			b.release()
		}
		s.put(ctx, packet{kind: kindChunk, fields: &chunkFrame{I: i}, body: b})
	}
	return nil
}

// hashAll takes the MD5 of all buffers until the queue is closed.
func hashAll(queue <-chan *buffer, result chan<- digest) {
	giveWay()
	h := newDigest()
	for b := range queue {
		h.Write(b.data)
		b.release()
	}
	result <- digest(h.Sum(nil))
}

// readWhole reads a file that must be as it was listed.
func readWhole(e *entry, p []byte) error {
	file, err := openSource(e)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	if err := readFull(file, p); err != nil {
		return err
	}
	return unchanged(e, file)
}

// readFull fills p. An end before that means that the file shrank.
func readFull(file io.Reader, p []byte) error {
	if _, err := io.ReadFull(file, p); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return &fault{ReasonChanged, fmt.Errorf("shorter than listed: %w", err)}
		}
		return err
	}
	return nil
}

// openSource opens a file without waiting for it and checks that it is the
// regular file that was listed.
func openSource(e *entry) (*os.File, error) {
	file, err := os.OpenFile(e.source, os.O_RDONLY|openFlags, 0)
	if err != nil {
		if isLink(err) {
			err = &fault{ReasonNotRegular, err}
		}
		return nil, err
	}
	if err := unchanged(e, file); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// unchanged checks that an open file is as it was listed.
func unchanged(e *entry, file *os.File) error {
	info, err := file.Stat()
	switch {
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return &fault{ReasonNotRegular, errors.New("not a regular file any more")}
	case info.Size() != e.size || info.ModTime().UnixNano() != e.mtime:
		return &fault{ReasonChanged, fmt.Errorf("now %d bytes of %v", info.Size(), info.ModTime())}
	}
	return nil
}

// hexOf is hex.EncodeToString, under a name that fits on a line.
func hexOf(p []byte) string { return hex.EncodeToString(p) }
