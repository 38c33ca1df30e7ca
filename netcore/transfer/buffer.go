package transfer

import (
	"context"
	"sync/atomic"
)

// How much one transfer holds in memory at most: 20 MiB in large buffers and
// 4 MiB in small ones, allocated as they are needed.
const (
	largeBuffers = 20
	smallBuffers = 64
	smallBuffer  = 64 << 10
)

// pool is a bounded supply of buffers.
type pool struct {
	size int
	free chan *buffer
	made chan struct{} // one for each buffer that exists
}

func newPool(size, most int) *pool {
	return &pool{size: size, free: make(chan *buffer, most), made: make(chan struct{}, most)}
}

// buffer holds bytes on their way through several hands.
type buffer struct {
	data  []byte // the part in use
	users atomic.Int32
	home  *pool
}

// get returns a buffer of n bytes for one user, when there is one.
func (p *pool) get(ctx context.Context, n int) (*buffer, error) {
	var b *buffer
	select {
	case b = <-p.free:
	default:
		select {
		case b = <-p.free:
		case p.made <- struct{}{}:
			b = &buffer{data: make([]byte, p.size), home: p}
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
	b.data = b.data[:n]
	b.users.Store(1)
	return b, nil
}

// release gives the buffer back after its last user. It may be nil.
func (b *buffer) release() {
	if b != nil && b.users.Add(-1) == 0 {
		b.home.free <- b
	}
}

// supply hands out buffers of the size that fits.
type supply struct{ small, large *pool }

func newSupply() supply {
	return supply{newPool(smallBuffer, smallBuffers), newPool(chunkSize, largeBuffers)}
}

// get returns a buffer of n bytes, at most chunkSize.
func (s supply) get(ctx context.Context, n int) (*buffer, error) {
	if n <= smallBuffer {
		return s.small.get(ctx, n)
	}
	return s.large.get(ctx, n)
}
