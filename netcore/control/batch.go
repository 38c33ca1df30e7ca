package control

import (
	"sync"
	"time"

	"lanyard/netcore/wire"
)

const (
	// batchSize is how many bytes of lines go into one frame.
	batchSize = 32 << 10
	// batchTime is how long a line waits for others: thousands of files a
	// second are as many lines, and each frame wakes two programs.
	batchTime = 2 * time.Millisecond
)

// batch writes the lines of a command, several to a frame when they come fast.
type batch struct {
	mu     sync.Mutex // of all below, and of writing to frames
	frames *wire.Conn
	lines  []byte // each with its line end
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
	if len(b.lines)+len(raw) >= batchSize {
		b.flush()
	}
	b.lines = append(append(b.lines, raw...), '\n')
	if !b.armed {
		b.armed = true
		b.late.Reset(batchTime)
	}
	return b.err
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
	if len(b.lines) == 0 || b.err != nil {
		return
	}
	b.err = b.frames.Write(kindEvent, nil, b.lines)
	b.lines = b.lines[:0]
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
