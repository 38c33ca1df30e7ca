package command

import (
	"context"
	"fmt"
	"io"
	"math/bits"
	"sync"
)

// The flow of output and input. Both are counted in credit, in bytes; a frame
// costs frameCost more than its body has, for the memory that it takes.
const (
	outWindow = 1 << 20
	inWindow  = 256 << 10
	maxBody   = 64 << 10
	frameCost = 128
	minRoom   = 4 << 10 // less is waited over: no crumbs
)

// window is how much the other side still takes.
type window struct {
	mu      sync.Mutex
	most    int64
	room    int64
	changed chan struct{} // closed at each change
	closed  bool
}

func newWindow(most int64) *window {
	return &window{most: most, room: most, changed: make(chan struct{})}
}

// take waits until a part of n bytes may be sent, and returns how much. It
// fails once ctx has ended, or the window was closed and there is no room.
func (w *window) take(ctx context.Context, n int) (int, error) {
	for {
		got, changed, err := w.try(n)
		if got > 0 || err != nil {
			return got, err
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return 0, context.Cause(ctx)
		}
	}
}

// try is take without waiting. It returns 0 and what to wait for if there is no
// room.
func (w *window) try(n int) (int, <-chan struct{}, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	n = min(n, maxBody)
	if w.room < int64(min(n, minRoom)+frameCost) {
		if w.closed {
			return 0, nil, ErrEnded
		}
		return 0, w.changed, nil
	}
	n = int(min(int64(n), w.room-frameCost))
	w.room -= int64(n) + frameCost
	return n, nil, nil
}

// add gives room back. It fails if that is more than was taken.
func (w *window) add(n int64) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if n <= 0 || n > w.most-w.room {
		return fmt.Errorf("%w: credit of %d", ErrProtocol, n)
	}
	w.room += n
	w.wake()
	return nil
}

// close ends all waiting for room.
func (w *window) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.closed {
		w.closed = true
		w.wake()
	}
}

// wake tells who waits; the lock is held.
func (w *window) wake() {
	close(w.changed)
	w.changed = make(chan struct{})
}

// piece is one body that came.
type piece struct {
	from Pipe
	data []byte
}

// cost is what a piece takes of the window.
func (p piece) cost() int64 { return int64(len(p.data)) + frameCost }

// queue holds what came until it is used, no more than the window.
type queue struct {
	mu      sync.Mutex
	changed *sync.Cond
	most    int64
	pieces  []piece
	held    int64 // cost of what came and was not yet given back
	owed    int64 // cost of what was used and was not yet given back
	end     error // after the pieces; nil: more may come
	spare   [][]byte
}

// maxSpare is how many used buffers wait for a next body of their size: as many
// as a window of output holds.
const maxSpare = outWindow / maxBody

func newQueue(most int64) *queue {
	q := &queue{most: most}
	q.changed = sync.NewCond(&q.mu)
	return q
}

// room returns a buffer for a body of n bytes, or ErrProtocol if the other side
// was not allowed to send it. It returns nil if nobody wants it any more.
func (q *queue) room(n int64) ([]byte, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	switch {
	case n < 1 || n > maxBody || q.held+n+frameCost > q.most:
		return nil, fmt.Errorf("%w: a body of %d bytes over the credit", ErrProtocol, n)
	case q.end == io.EOF:
		return nil, fmt.Errorf("%w: %d bytes after the end", ErrProtocol, n)
	case q.end != nil:
		return nil, nil
	}
	for i, buf := range q.spare {
		if int64(cap(buf)) >= n && int64(cap(buf)) <= 2*n {
			q.spare = append(q.spare[:i], q.spare[i+1:]...)
			return buf[:n], nil
		}
	}
	return make([]byte, n, 1<<bits.Len64(uint64(n-1))), nil // few sizes, so that the next finds one
}

// put adds a piece in a buffer of room.
func (q *queue) put(p piece) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.end != nil {
		return
	}
	q.held += p.cost()
	q.pieces = append(q.pieces, p)
	q.changed.Broadcast()
}

// next waits for a piece. After the last it returns the end.
func (q *queue) next() (piece, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.pieces) == 0 {
		if q.end != nil {
			return piece{}, q.end
		}
		q.changed.Wait()
	}
	p := q.pieces[0]
	q.pieces[0] = piece{}
	q.pieces = q.pieces[1:]
	return p, nil
}

// used takes a piece back and returns how much credit the other side is to be
// told of now; 0: it has enough.
func (q *queue) used(p piece) int64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.owed += p.cost()
	if len(q.spare) < maxSpare {
		q.spare = append(q.spare, p.data)
	}
	if q.end != nil || q.owed < q.most/4 {
		return 0
	}
	owed := q.owed
	q.owed, q.held = 0, q.held-owed
	return owed
}

// close says that nothing comes after what is there.
func (q *queue) close(end error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.end == nil {
		q.end = end
		q.changed.Broadcast()
	}
}

// abandon is close, and drops what is there.
func (q *queue) abandon(end error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.pieces, q.spare, q.end = nil, nil, end
	q.changed.Broadcast()
}
