package control

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"sync"

	"lanyard/netcore/wire"
)

// Ends are a client's ends of the raw bytes of a command. All may be nil.
type Ends struct {
	// Output takes what the command puts out, in order with its lines. p is
	// valid until it returns; while it runs the command is slowed down. An error
	// ends the command.
	Output func(from Source, p []byte) error
	// Input is sent to the command, as fast as that takes it. A read that is
	// under way when the command ends is not waited for.
	Input io.Reader
	// Paused is called after lines, when no more are there yet. An error ends the
	// command.
	Paused func() error
	// Sizes are those of the terminal, whenever it has another one.
	Sizes <-chan Size
}

// headRoom is how much of a connection is read ahead: a header and what little
// follows it; a longer body goes where it belongs without a copy.
const headRoom = 4 << 10

// buffered returns a connection whose frames need fewer reads.
func buffered(conn net.Conn) io.ReadWriter {
	return struct {
		io.Reader
		io.Writer
	}{bufio.NewReaderSize(conn, headRoom), conn}
}

// speaker writes what a client says after its request.
type speaker struct {
	mu     sync.Mutex // of writing
	frames *wire.Conn

	room   sync.Mutex
	credit int           // bytes of input that may be sent
	more   chan struct{} // holds one if there is credit again
}

func newSpeaker(frames *wire.Conn) *speaker {
	return &speaker{frames: frames, credit: inputWindow, more: make(chan struct{}, 1)}
}

// write writes one frame.
func (s *speaker) write(kind string, fields any, body []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.frames.Write(kind, fields, body)
}

// start sends input and sizes until ctx ends.
func (s *speaker) start(ctx context.Context, ends Ends) {
	if ends.Input != nil {
		go s.feed(ctx, ends.Input)
	}
	if ends.Sizes != nil {
		go s.resize(ctx, ends.Sizes)
	}
}

// feed sends input to its end. One that cannot be read has ended.
func (s *speaker) feed(ctx context.Context, input io.Reader) {
	buffer := make([]byte, maxInput)
	for {
		n, err := input.Read(buffer)
		if s.send(ctx, buffer[:n]) != nil {
			return
		}
		if err != nil {
			_ = s.write(kindInputEnd, nil, nil) // a door that is gone says so elsewhere
			return
		}
	}
}

// send sends one piece of input, as there is credit for it.
func (s *speaker) send(ctx context.Context, p []byte) error {
	for len(p) > 0 {
		n, err := s.take(ctx, len(p))
		if err == nil {
			err = s.write(kindInput, nil, p[:n])
		}
		if err != nil {
			return err
		}
		p = p[n:]
	}
	return nil
}

// take waits for credit and takes at most so much of it.
func (s *speaker) take(ctx context.Context, most int) (int, error) {
	for {
		s.room.Lock()
		n := min(most, s.credit)
		s.credit -= n
		s.room.Unlock()
		if n > 0 {
			return n, nil
		}
		select {
		case <-s.more:
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}

// grant adds credit. No door gives more than was taken from it.
func (s *speaker) grant(n int) {
	s.room.Lock()
	s.credit = min(s.credit+max(n, 0), inputWindow)
	s.room.Unlock()
	select {
	case s.more <- struct{}{}:
	default:
	}
}

// resize tells sizes until ctx ends.
func (s *speaker) resize(ctx context.Context, sizes <-chan Size) {
	for {
		select {
		case size, open := <-sizes:
			if !open {
				return
			}
			if size.valid() && s.write(kindResize, size, nil) != nil {
				return
			}
		case <-ctx.Done():
			return
		}
	}
}

// relay hands on what a command says.
type relay struct {
	frames *wire.Conn
	emit   func(line []byte) error
	output func(from Source, p []byte) error
	paused func() error
	say    *speaker
}

// run hands lines and output on until the command has ended.
func (r *relay) run() error {
	var buffer []byte
	for {
		frame, err := r.frames.Expect(maxHeader, kindEvent, kindData, kindMore, kindExit)
		if err != nil {
			return Fail(ExitFailed, WordWentAway)
		}
		switch frame.Kind {
		case kindExit:
			return exitOf(frame)
		case kindEvent:
			err = r.lines()
		case kindData:
			buffer, err = r.data(frame, buffer)
		case kindMore:
			err = r.grant(frame)
		}
		if err != nil {
			return err
		}
	}
}

// lines hands on the lines of an "event" frame.
func (r *relay) lines() error {
	lines, err := r.frames.ReadBody(MaxLine + batchSize)
	if err != nil {
		return Fail(ExitFailed, WordWentAway)
	}
	for line := range bytes.Lines(lines) {
		if err := r.emit(bytes.TrimSuffix(line, []byte("\n"))); err != nil {
			return err
		}
	}
	if r.paused == nil {
		return nil
	}
	return r.paused()
}

// data hands on the body of a "data" frame. It is read into buffer, which is
// returned, or a larger one.
func (r *relay) data(frame wire.Frame, buffer []byte) ([]byte, error) {
	var from Source
	if err := frame.Decode(&from); err != nil || frame.BodySize > MaxData {
		return buffer, Fail(ExitFailed, WordWentAway)
	}
	if int64(len(buffer)) < frame.BodySize {
		buffer = make([]byte, max(frame.BodySize, maxInput))
	}
	body := buffer[:frame.BodySize]
	if err := r.frames.ReadFull(body); err != nil {
		return buffer, Fail(ExitFailed, WordWentAway)
	}
	if r.output == nil {
		return buffer, nil
	}
	return buffer, r.output(from, body)
}

// grant takes a "more" frame.
func (r *relay) grant(frame wire.Frame) error {
	var more moreFrame
	if err := frame.Decode(&more); err != nil {
		return Fail(ExitFailed, WordWentAway)
	}
	r.say.grant(more.N)
	return nil
}
