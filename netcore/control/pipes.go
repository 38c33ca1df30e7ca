package control

import (
	"context"
	"fmt"
	"io"
	"sync"

	"lanyard/netcore/wire"
)

// Limits of raw bytes.
const (
	// MaxData is the longest body of a "data" frame.
	MaxData = 256 << 10
	// maxInput is the longest body of an "input" frame.
	maxInput = 64 << 10
	// inputWindow is how much input may be under way.
	inputWindow = 256 << 10
	maxCells    = 1000 // columns, or rows, of a terminal
)

// Source says where raw bytes of output come from.
type Source struct {
	Run  int64 `json:"run,omitempty"` // of a command with several: which; as in its lines
	Pipe int   `json:"pipe"`          // 1: standard output, 2: standard error
}

// Size is that of a terminal, in characters.
type Size struct {
	Cols int `json:"cols"`
	Rows int `json:"rows"`
}

// valid reports whether a terminal can be as large.
func (s Size) valid() bool {
	return s.Cols > 0 && s.Cols <= maxCells && s.Rows > 0 && s.Rows <= maxCells
}

// Pipes carry the raw bytes of one command beside its lines. Each method may be
// called by one goroutine at a time; those about output not while a line is
// emitted.
type Pipes interface {
	// Put sends output, in order with the lines. It waits for a slow reader. An
	// error means that nobody listens any more.
	Put(from Source, p []byte) error
	// Input waits for input of the client and returns what came, valid until
	// the next call, and io.EOF after the last of it. The client is slowed down
	// to what is taken. Another error is that of ctx.
	Input(ctx context.Context) ([]byte, error)
	// Resized waits until the client's terminal has another size. The error is
	// that of ctx.
	Resized(ctx context.Context) (Size, error)
}

// pipes are the Pipes of a client of this door.
type pipes struct {
	lines *batch

	mu     sync.Mutex
	queue  []byte // came and was not taken yet, at most inputWindow
	spare  []byte // taken last, to be used again
	credit int    // bytes that the client may still send
	ended  bool
	news   chan struct{} // holds one if something came
	sizes  chan Size     // holds the newest
}

func newPipes(lines *batch) *pipes {
	return &pipes{lines: lines, credit: inputWindow, news: make(chan struct{}, 1), sizes: make(chan Size, 1)}
}

// Put implements Pipes.
func (p *pipes) Put(from Source, raw []byte) error { return p.lines.put(from, raw) }

// Resized implements Pipes.
func (p *pipes) Resized(ctx context.Context) (Size, error) {
	select {
	case size := <-p.sizes:
		return size, nil
	case <-ctx.Done():
		return Size{}, ctx.Err()
	}
}

// Input implements Pipes.
func (p *pipes) Input(ctx context.Context) ([]byte, error) {
	if err := p.giveBack(); err != nil {
		return nil, err
	}
	for {
		p.mu.Lock()
		got, ended := p.queue, p.ended
		if len(got) > 0 {
			p.queue, p.spare = p.spare[:0], got
			p.mu.Unlock()
			return got, nil
		}
		p.mu.Unlock()
		if ended {
			return nil, io.EOF
		}
		select {
		case <-p.news:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// giveBack lets the client send as much more as was taken last.
func (p *pipes) giveBack() error {
	p.mu.Lock()
	n := len(p.spare)
	p.spare = p.spare[:0]
	p.credit += n
	ended := p.ended
	p.mu.Unlock()
	if n == 0 || ended {
		return nil
	}
	return p.lines.say(kindMore, moreFrame{n})
}

// listen reads what the client says after its request, until it cancels, goes
// away, or breaks the protocol, which it returns.
func (p *pipes) listen(frames *wire.Conn) error {
	for {
		frame, err := frames.Expect(maxHeader, kindCancel, kindInput, kindInputEnd, kindResize)
		if err != nil {
			return err
		}
		switch frame.Kind {
		case kindCancel:
			return context.Canceled
		case kindInput:
			err = p.receive(frames, frame.BodySize)
		case kindInputEnd:
			p.end()
		case kindResize:
			err = p.resize(frame)
		}
		if err != nil {
			return err
		}
	}
}

// receive takes the body of an "input" frame. It never waits for the command,
// nor does the command wait for a body that comes slowly.
func (p *pipes) receive(frames *wire.Conn, size int64) error {
	p.mu.Lock()
	room, ended := p.credit, p.ended
	p.mu.Unlock()
	if size < 1 || size > maxInput || size > int64(room) || ended {
		return fmt.Errorf("%d bytes of input, room for %d: %w", size, room, wire.ErrTooLarge)
	}
	body, err := frames.ReadBody(maxInput)
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.queue = append(p.queue, body...)
	p.credit -= len(body)
	p.tell()
	return nil
}

// end notes that no more input comes.
func (p *pipes) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ended = true
	p.tell()
}

// tell wakes Input.
func (p *pipes) tell() {
	select {
	case p.news <- struct{}{}:
	default:
	}
}

// resize notes the size of the client's terminal, in place of an older one.
func (p *pipes) resize(frame wire.Frame) error {
	var size Size
	if err := frame.Decode(&size); err != nil {
		return err
	}
	if !size.valid() {
		return fmt.Errorf("a terminal of %d × %d: %w", size.Cols, size.Rows, wire.ErrMalformed)
	}
	select {
	case <-p.sizes:
	default:
	}
	p.sizes <- size // of one writer, and empty
	return nil
}
