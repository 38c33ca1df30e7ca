package transfer

import (
	"bufio"
	"context"
	"errors"
	"io"
	"time"

	"github.com/zeebo/blake3"
	"golang.org/x/sync/errgroup"

	"lanyard/netcore/wire"
)

// gathered is how many bytes of frames are collected before they are written.
const gathered = 64 << 10

// entriesBytes is about how long a frame of manifest entries gets.
const entriesBytes = 48 << 10

// packet is a frame on its way out.
type packet struct {
	kind   string
	fields any
	body   *buffer
	digest <-chan digest // of a trailer: comes when the last chunk is hashed
}

// sending is one try to send the data of a transfer.
type sending struct {
	j       *job
	stream  Stream
	conn    *wire.Conn
	gather  *bufio.Writer
	buffers supply
	wanted  chan []bool // by index; sent once
	packets chan packet
	over    chan struct{} // closed when the receiver said how it ended
	out     *outcome
}

// send makes one try over a stream. The outcome is nil if only the stream
// failed.
func (j *job) send(stream Stream) (*outcome, error) {
	s := &sending{
		j: j, stream: stream, gather: bufio.NewWriterSize(stream, gathered), buffers: newSupply(),
		wanted: make(chan []bool, 1), packets: make(chan packet, smallBuffers), over: make(chan struct{}),
	}
	s.conn = wire.NewConn(struct {
		io.Reader
		io.Writer
	}{stream, s.gather})
	ctx, cancel := context.WithCancelCause(j.ctx)
	defer cancel(nil)
	stop := context.AfterFunc(ctx, func() { _ = stream.Reset() })
	defer stop()
	var group errgroup.Group
	for _, part := range []func(context.Context) error{s.listen, s.produce, s.write} {
		group.Go(func() error {
			err := part(ctx)
			if err != nil {
				cancel(err)
			}
			return err
		})
	}
	err := group.Wait()
	if cause := context.Cause(ctx); cause != nil {
		err = cause // what failed first, not what failed of it
	}
	if s.out != nil {
		return s.out, nil
	}
	return nil, err
}

// errOver stops the parts of a try whose outcome is known.
var errOver = errors.New("the other side ended the transfer")

// write sends the manifest, then all packets, then keeps the stream alive
// until the receiver has said how it ended.
func (s *sending) write(ctx context.Context) error {
	if err := s.writeManifest(); err != nil {
		return err
	}
	alive := time.NewTicker(s.j.s.cfg.Stall / 3)
	defer alive.Stop()
	root := blake3.New()
	packets := s.packets
	for {
		if len(packets) == 0 {
			if err := s.flush(); err != nil {
				return err
			}
		}
		select {
		case p, more := <-packets:
			if !more {
				packets = nil
				p = packet{kind: kindEnd}
			}
			if err := s.writePacket(ctx, p, root); err != nil {
				return err
			}
		case <-alive.C:
			if err := s.conn.Write(kindAlive, nil, nil); err != nil {
				return err
			}
		case <-s.over:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// flush sends what was gathered.
func (s *sending) flush() error {
	if s.gather.Buffered() == 0 {
		return nil
	}
	return errors.Join(s.gather.Flush(), s.stream.Flush())
}

// writeManifest sends all entries.
func (s *sending) writeManifest() error {
	var frame entriesFrame
	size := 0
	for i, e := range s.j.source {
		frame.Entries = append(frame.Entries, entryFrame{e.path, e.size, e.mtime, e.dir, e.reason})
		size += len(e.path) + 64
		if size < entriesBytes && i < len(s.j.source)-1 {
			continue
		}
		if err := s.conn.Write(kindEntries, frame, nil); err != nil {
			return err
		}
		frame.Entries, size = frame.Entries[:0], 0
	}
	return s.conn.Write(kindEntriesEnd, nil, nil)
}

// writePacket sends one packet. What is due of a large file is added here:
// the hash of each chunk, the hash over those, and the digest.
func (s *sending) writePacket(ctx context.Context, p packet, root *blake3.Hasher) error {
	defer p.body.release()
	var body []byte
	if p.body != nil {
		body = p.body.data
	}
	switch fields := p.fields.(type) {
	case *fileFrame:
		root.Reset()
	case *chunkFrame:
		hash := blake3.Sum256(body)
		_, _ = root.Write(hash[:])
		fields.B3 = hexOf(hash[:])
	case *trailerFrame:
		select {
		case sum := <-p.digest:
			fields.MD5 = sum.text()
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		fields.Root = hexOf(root.Sum(nil))
	}
	if err := s.conn.Write(p.kind, p.fields, body); err != nil {
		return err
	}
	s.j.moved.Add(int64(len(body)))
	return nil
}
