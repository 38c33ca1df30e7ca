package link

import (
	"errors"
	"math"
	"sync"
	"sync/atomic"

	"github.com/libp2p/go-yamux/v5"

	"lanyard/netcore/wire"
)

// maxGrowth is how many bytes the receive windows of the streams of trusted
// devices together may grow beyond the 256 KiB that each begins with.
const maxGrowth = 64 << 20

// streamCost is what a stream that a peer opened can make this device hold
// before anybody has looked at it, in bytes: a full window and a first frame.
const streamCost = firstWindow + wire.MaxHeader

// growthPriority is what yamux asks with for growth; what a stream begins with
// comes with a higher one.
const growthPriority = 128

// errBudget says that the windows have grown enough.
var errBudget = errors.New("receive window budget used up")

// ledger is the account of the receive windows of one link.
//
// Refusing a stream its first window would end the link, as yamux has it, and
// of the streams that this side opens it would leak a place each time. So what
// strangers' streams begin with is counted where they are received, and the
// one that is too many is reset; yamux is refused growth alone.
type ledger struct {
	trusted *atomic.Int64 // bytes grown, over all links of trusted devices
	host    string

	mu        sync.Mutex
	strangers *places // nil: a trusted device
	begun     int     // bytes that begin counted among strangers
	grown     int     // the same of grow
}

// trust moves the account from the strangers' to that of trusted devices, which
// may be over its limit then: nothing is taken back that was given.
func (w *ledger) trust() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.strangers == nil {
		return
	}
	w.strangers.give(w.host, w.begun+w.grown)
	w.trusted.Add(int64(w.grown))
	w.strangers, w.begun, w.grown = nil, 0, 0
}

// begin counts a stream that the peer opened, and reports whether it may stay.
func (w *ledger) begin() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.strangers == nil {
		return true
	}
	if !w.strangers.take(w.host, streamCost, math.MaxInt) {
		return false
	}
	w.begun += streamCost
	return true
}

// end ends begin.
func (w *ledger) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.strangers != nil {
		w.strangers.give(w.host, streamCost)
		w.begun -= streamCost
	}
}

// grow counts the growth of a window, and reports whether it may.
func (w *ledger) grow(size int) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.strangers != nil {
		if !w.strangers.take(w.host, size, w.strangers.most/4) {
			return false
		}
		w.grown += size
		return true
	}
	if w.trusted.Add(int64(size)) > maxGrowth {
		w.trusted.Add(-int64(size))
		return false
	}
	return true
}

// shrink takes grow back.
func (w *ledger) shrink(size int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.strangers != nil {
		w.strangers.give(w.host, size)
		w.grown -= size
		return
	}
	w.trusted.Add(-int64(size))
}

// span returns the account of one stream, for yamux.
func (w *ledger) span() (yamux.MemoryManager, error) { return &span{windows: w}, nil }

// span is the account of one stream.
type span struct {
	windows *ledger
	held    atomic.Int64
}

// ReserveMemory implements yamux.MemoryManager.
func (s *span) ReserveMemory(size int, priority uint8) error {
	if priority > growthPriority {
		return nil // counted by begin
	}
	if !s.windows.grow(size) {
		return errBudget
	}
	s.held.Add(int64(size))
	return nil
}

// ReleaseMemory implements yamux.MemoryManager.
func (s *span) ReleaseMemory(size int) {
	s.held.Add(-int64(size))
	s.windows.shrink(size)
}

// Done implements yamux.MemoryManager. It may be called twice.
func (s *span) Done() {
	if held := s.held.Swap(0); held != 0 {
		s.windows.shrink(int(held))
	}
}
