package link

import (
	"errors"
	"sync/atomic"

	"github.com/libp2p/go-yamux/v5"
)

// maxGrowth is how many bytes the receive windows of all streams together may
// grow beyond the 256 KiB that each begins with.
const maxGrowth = 64 << 20

// growthPriority is what yamux asks with for growth; what a stream begins with
// comes with a higher one.
const growthPriority = 128

// errBudget says that the windows have grown enough.
var errBudget = errors.New("receive window budget used up")

// budget bounds the growth of receive windows over all links.
type budget struct {
	grown atomic.Int64
}

// span returns the account of one stream, for yamux.
func (b *budget) span() (yamux.MemoryManager, error) { return &span{budget: b}, nil }

// span is the account of one stream.
type span struct {
	budget *budget
	held   atomic.Int64
}

// ReserveMemory implements yamux.MemoryManager.
func (s *span) ReserveMemory(size int, priority uint8) error {
	if priority > growthPriority {
		return nil // bounded by the number of links and streams
	}
	if s.budget.grown.Add(int64(size)) > maxGrowth {
		s.budget.grown.Add(-int64(size))
		return errBudget
	}
	s.held.Add(int64(size))
	return nil
}

// ReleaseMemory implements yamux.MemoryManager.
func (s *span) ReleaseMemory(size int) {
	s.held.Add(-int64(size))
	s.budget.grown.Add(-int64(size))
}

// Done implements yamux.MemoryManager. It may be called twice.
func (s *span) Done() { s.budget.grown.Add(-s.held.Swap(0)) }
