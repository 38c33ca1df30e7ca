package transfer

import (
	"bufio"
	"context"
	"errors"
	"io"
	"time"

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
	digest <-chan digested // of a trailer of version 1: comes when all is hashed
}

// digested is an MD5, or why there is none.
type digested struct {
	sum digest
	err error
}

// sending is one try to send the data of a transfer.
type sending struct {
	j       *job
	v2      bool
	only    bool // the list is wanted, and no files
	stream  Stream
	conn    *wire.Conn
	gather  *bufio.Writer
	buffers supply
	wishes  *wishes
	listed  chan struct{} // holds a token when the receiver wants the list
	hashes  chan []int    // which content the receiver asks for
	pulse   *pulse        // of write
	packets chan []packet
	open    chan struct{} // one for each large file whose trailer is due
	wanted  int64         // bytes, version 1
	over    chan struct{} // closed when the receiver said how it ended
	out     *outcome
}

// openFiles is how many large files may be without their trailer.
const openFiles = 8

// newSending returns a try over a stream.
func (j *job) newSending(stream Stream, v2, only bool) *sending {
	s := &sending{
		j: j, v2: v2, only: only, stream: stream, gather: bufio.NewWriterSize(stream, gathered), buffers: newSupply(),
		wishes: newWishes(len(j.list.entries)), listed: make(chan struct{}, 1), hashes: make(chan []int, 1),
		packets: make(chan []packet, smallBuffers), open: make(chan struct{}, openFiles), over: make(chan struct{}),
	}
	s.conn = wire.NewConn(struct {
		io.Reader
		io.Writer
	}{stream, s.gather})
	return s
}

// send makes one try over a stream. The outcome is nil if only the stream
// failed.
func (j *job) send(stream Stream, v2, only bool) (*outcome, error) {
	s := j.newSending(stream, v2, only)
	if !only {
		defer j.sentNow.clear()
	}
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

// write sends the list, if it is wanted, then all packets, then keeps the
// stream alive until the receiver has said how it ended.
func (s *sending) write(ctx context.Context) error {
	if !s.v2 {
		if err := s.writeManifest(); err != nil {
			return err
		}
	}
	news := s.j.news
	if s.only {
		news = nil // digests are for the stream that brings the files
	} else {
		s.j.tellAll()
	}
	s.pulse = newPulse(s.j, s.v2)
	alive := time.NewTicker(s.pulse.tick())
	defer alive.Stop()
	packets := s.packets
	for {
		var err error
		if len(packets) == 0 {
			if err := s.flush(); err != nil {
				return err
			}
		}
		select {
		case p, more := <-packets:
			if err = s.writeNext(ctx, p, more); !more {
				packets = nil
			}
		case <-s.listed:
			if err = s.writeManifest(); !s.only {
				s.j.tellAll() // who has no list yet cannot tell of which file a digest is
			}
		case <-news:
			if err = s.writeWaiting(ctx, packets); err == nil {
				err = s.writeDigests()
			}
		case now := <-alive.C:
			err = s.beat(now)
		case <-s.over:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		if err != nil {
			return err
		}
	}
}

// beat says that this side is there, if it is time.
func (s *sending) beat(now time.Time) error {
	if frame, due := s.pulse.due(now); due {
		return s.conn.Write(kindAlive, frame, nil)
	}
	return nil
}

// writeWaiting sends the packets that wait now: a digest comes after the frame
// that begins its file, at which the receiver forgets an earlier one.
func (s *sending) writeWaiting(ctx context.Context, packets <-chan []packet) error {
	for range len(packets) { // nobody else takes any
		if err := s.writePackets(ctx, <-packets); err != nil {
			return err
		}
	}
	return nil
}

// writeNext sends the next packets, or says that there are no more.
func (s *sending) writeNext(ctx context.Context, packets []packet, more bool) error {
	if more {
		return s.writePackets(ctx, packets)
	}
	if s.only {
		return nil
	}
	return s.conn.Write(kindEnd, nil, nil)
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
	list := s.j.list.entries
	for i := range list {
		frame.Entries = append(frame.Entries, list[i].frame())
		size += len(list[i].path) + len(list[i].link) + 64
		if size < entriesBytes && i < len(list)-1 {
			continue
		}
		if err := s.conn.Write(kindEntries, &frame, nil); err != nil {
			return err
		}
		frame.Entries, size = frame.Entries[:0], 0
	}
	return s.conn.Write(kindEntriesEnd, nil, nil)
}

// writeDigests tells what is known and not told of the MD5 of large files.
func (s *sending) writeDigests() error {
	for {
		files := s.j.untold()
		if len(files) == 0 || !s.v2 {
			return nil
		}
		if err := s.conn.Write(kindDigests, digestsFrame{files}, nil); err != nil {
			return err
		}
	}
}

// writePackets sends packets. After an error it only gives their buffers back.
func (s *sending) writePackets(ctx context.Context, packets []packet) (err error) {
	for i := range packets {
		if err == nil {
			err = s.writePacket(ctx, packets[i])
		} else {
			packets[i].body.release()
		}
	}
	return err
}

// spend waits until so many bytes may be sent, and is no less alive for it.
func (s *sending) spend(ctx context.Context, size int) error {
	if !s.j.limited() {
		return nil
	}
	for left := size; left > 0; left -= bandPiece {
		if err := s.j.spend(ctx, left); err != nil {
			return err
		}
		if err := errors.Join(s.beat(time.Now()), s.flush()); err != nil {
			return err
		}
	}
	return nil
}

// writePacket sends one packet.
func (s *sending) writePacket(ctx context.Context, p packet) error {
	defer p.body.release()
	var body []byte
	if p.body != nil {
		body = p.body.data
	}
	if trailer, ok := p.fields.(*trailerFrame); ok && p.digest != nil {
		select {
		case known := <-p.digest:
			if known.err != nil {
				return s.conn.Write(kindSkip, skipFrame{trailer.F, sourceReason(known.err)}, nil)
			}
			trailer.MD5 = known.sum.text()
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	if err := s.spend(ctx, len(body)); err != nil {
		return err
	}
	if err := s.conn.Write(p.kind, p.fields, body); err != nil {
		return err
	}
	s.j.moved.Add(int64(len(body)))
	s.j.sentNow.wrote(p.fields, int64(len(body)))
	return nil
}
