package control

import (
	"sync"
	"time"

	"lanyard/netcore/wire"
)

const (
	// batchSize is how many bytes of lines, or of small pieces of output, go
	// into one frame.
	batchSize = 32 << 10
	// smallPiece is from what size on a piece of output has a frame of its own.
	smallPiece = 16 << 10
	// batchTime is how long a line waits for others: thousands of files a
	// second are as many lines, and each frame wakes two programs.
	batchTime = 2 * time.Millisecond
)

// batch writes the lines and the output of a command, several to a frame when
// they come fast, and in their order: never do both wait.
type batch struct {
	mu     sync.Mutex // of all below, and of writing to frames
	frames *wire.Conn
	lines  []byte // each with its line end
	data   []byte // output
	from   Source // of data
	late   *time.Timer
	armed  bool
	ended  bool
	err    error // of writing; final
}

// newBatch returns an empty batch. It must be ended.
func newBatch(frames *wire.Conn) *batch {
	b := &batch{frames: frames}
	b.late = time.AfterFunc(time.Hour, b.flushLate)
	b.late.Stop()
	return b
}

// emit takes one line. It waits for a slow reader.
func (b *batch) emit(line any) error {
	raw, err := encodeLine(line)
	if err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.data) > 0 || len(b.lines)+len(raw) >= batchSize {
		b.flush()
	}
	b.lines = append(append(b.lines, raw...), '\n')
	b.arm()
	return b.err
}

// put takes output. It waits for a slow reader.
func (b *batch) put(from Source, p []byte) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.lines) > 0 || b.from != from || len(b.data)+len(p) > batchSize {
		b.flush()
	}
	b.from = from
	if len(p) < smallPiece {
		b.data = append(b.data, p...)
		b.arm()
		return b.err
	}
	b.flush()
	for len(p) > 0 && b.err == nil {
		n := min(len(p), MaxData)
		b.err = b.frames.Write(kindData, from, p[:n])
		p = p[n:]
	}
	return b.err
}

// say writes a frame of its own, in front of what waits.
func (b *batch) say(kind string, fields any) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.err == nil && !b.ended {
		b.err = b.frames.Write(kind, fields, nil)
	}
	return b.err
}

// arm lets what waits be written a moment later.
func (b *batch) arm() {
	if !b.armed {
		b.armed = true
		b.late.Reset(batchTime)
	}
}

// flushLate writes what has waited long enough.
func (b *batch) flushLate() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.armed = false
	if !b.ended {
		b.flush()
	}
}

// flush writes what waits.
func (b *batch) flush() {
	switch {
	case b.err != nil:
	case len(b.lines) > 0:
		b.err = b.frames.Write(kindEvent, nil, b.lines)
	case len(b.data) > 0:
		b.err = b.frames.Write(kindData, b.from, b.data)
	}
	b.lines, b.data = b.lines[:0], b.data[:0]
}

// end writes what waits and then how the command ended.
func (b *batch) end(result error) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ended = true
	b.late.Stop()
	b.flush()
	if b.err != nil {
		return b.err
	}
	return writeExit(b.frames, result)
}
