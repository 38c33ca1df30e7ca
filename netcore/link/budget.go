package link

import (
	"errors"
	"math"
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
	strangers *places       // nil: a trusted device
	trusted   *atomic.Int64 // bytes grown, over all links of trusted devices
	host      string
}

// begin counts a stream that the peer opened, and reports whether it may stay.
func (w *ledger) begin() bool {
	return w.strangers == nil || w.strangers.take(w.host, streamCost, math.MaxInt)
}

// end ends begin.
func (w *ledger) end() {
	if w.strangers != nil {
		w.strangers.give(w.host, streamCost)
	}
}

// grow counts the growth of a window, and reports whether it may.
func (w *ledger) grow(size int) bool {
	if w.strangers != nil {
		return w.strangers.take(w.host, size, w.strangers.most/4)
	}
	if w.trusted.Add(int64(size)) > maxGrowth {
		w.trusted.Add(-int64(size))
		return false
	}
	return true
}

// shrink takes grow back.
func (w *ledger) shrink(size int) {
	if w.strangers != nil {
		w.strangers.give(w.host, size)
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
