package command

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
)

// ErrFull says that a Tape takes no more.
var ErrFull = errors.New("the output is over its limit")

// Spill takes what a Tape does not keep in memory: a file. Both are called by
// several goroutines, reading only what was written. *os.File is one.
type Spill interface {
	io.WriterAt
	io.ReaderAt
	io.Closer
}

// maxChanges is how often a Tape can go from one pipe to the other.
const maxChanges = 4 << 20

// Tape keeps the raw bytes of a run in the order in which they came: in memory
// while they are few, else all of them in a file, up to a limit. It may be read
// while it is written. Its Take is an Output.
type Tape struct {
	memory int64
	most   int64
	spill  func() (Spill, error)

	mu      sync.Mutex
	head    []byte // all, until there is a file
	file    Spill  // nil: nothing was spilled yet
	size    int64
	changes []int64 // where the pipe changes; it begins with Stdout
	last    Pipe
	ended   bool
	closed  bool
}

// NewTape returns a tape that keeps up to memory bytes in memory, and if there
// are more all in what spill makes, up to most. A nil spill: nothing beyond
// memory is kept, and most is memory.
func NewTape(memory, most int64, spill func() (Spill, error)) *Tape {
	if spill == nil {
		most = memory
	}
	return &Tape{memory: memory, most: most, spill: spill, last: Stdout}
}

// OldTape returns a tape that was written earlier: what was spilled, and its
// Changes. It takes no more.
func OldTape(file Spill, size int64, changes []int64) *Tape {
	return &Tape{file: file, size: size, changes: changes, ended: true}
}

// Take adds what a run put out. It fails with ErrFull at the limit, having kept
// what is below it, which stops the run.
func (t *Tape) Take(from Pipe, p []byte) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed || t.ended {
		return fmt.Errorf("keeping output: %w", ErrClosed)
	}
	whole := len(p)
	p = p[:min(int64(whole), t.most-t.size)]
	if from != t.last && len(p) > 0 {
		if len(t.changes) >= maxChanges {
			return fmt.Errorf("%w: it changes between its pipes too often", ErrFull)
		}
		t.changes = append(t.changes, t.size)
		t.last = from
	}
	if err := t.add(p); err != nil {
		return err
	}
	if len(p) < whole {
		return fmt.Errorf("%w: %d bytes", ErrFull, t.most)
	}
	return nil
}

// add writes bytes where they belong.
func (t *Tape) add(p []byte) error {
	if t.file == nil && t.size+int64(len(p)) <= t.memory {
		t.head = append(t.head, p...)
		t.size += int64(len(p))
		return nil
	}
	if err := t.toFile(); err != nil {
		return err
	}
	n, err := t.file.WriteAt(p, t.size)
	t.size += int64(n)
	if err != nil {
		return fmt.Errorf("keeping output: %w", err)
	}
	return nil
}

// toFile moves what is in memory into a file, if it is not there yet.
func (t *Tape) toFile() error {
	if t.file != nil {
		return nil
	}
	if t.spill == nil {
		return ErrFull
	}
	file, err := t.spill()
	if err != nil {
		return fmt.Errorf("making room for output: %w", err)
	}
	if _, err := file.WriteAt(t.head, 0); err != nil {
		return errors.Join(fmt.Errorf("keeping output: %w", err), file.Close())
	}
	t.file, t.head = file, nil
	return nil
}

// Finish ends the writing, and moves all that there is into what spill makes,
// if that is anything. It can still be read.
func (t *Tape) Finish() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ended = true
	if t.closed || t.spill == nil || t.size == 0 {
		return nil
	}
	return t.toFile()
}

// Changes returns where the pipe changes, for OldTape.
func (t *Tape) Changes() []int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.changes)
}

// Size is how many bytes there are.
func (t *Tape) Size() int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.size
}

// ReadAt implements io.ReaderAt over all bytes, of both pipes.
func (t *Tape) ReadAt(p []byte, at int64) (int, error) {
	t.mu.Lock()
	head, file, size := t.head, t.file, t.size
	closed := t.closed
	t.mu.Unlock()
	if at < 0 || closed {
		return 0, fmt.Errorf("reading output: %w", ErrClosed)
	}
	whole := len(p)
	p = p[:min(int64(whole), max(size-at, 0))]
	n := len(p)
	if file == nil {
		copy(p, head[min(at, size):])
	} else if n > 0 {
		var err error
		if n, err = file.ReadAt(p, at); err != nil && n < len(p) {
			return n, fmt.Errorf("reading output: %w", err)
		}
	}
	if n < whole {
		return n, io.EOF
	}
	return n, nil
}

// From returns which pipe the byte at a place came from, and where the next byte
// stands that came from the other one; Size if there is none so far.
func (t *Tape) From(at int64) (from Pipe, until int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	i, found := slices.BinarySearch(t.changes, at)
	if found {
		i++
	}
	until = t.size
	if i < len(t.changes) {
		until = t.changes[i]
	}
	return Stdout + Pipe(i%2), until
}

// Close closes the file. What was kept cannot be read any more.
func (t *Tape) Close() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return nil
	}
	t.closed, t.head = true, nil
	if t.file == nil {
		return nil
	}
	return t.file.Close()
}
