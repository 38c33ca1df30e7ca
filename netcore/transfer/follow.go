package transfer

import (
	"context"
	"errors"
	"io"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
)

// errAborted says that a file is not followed any further.
var errAborted = errors.New("the file is begun anew, or its stream ended")

// follow is the MD5 of a large file, taken behind those who read or write it:
// it reads the file itself, up to where they are. It opens it when its turn
// comes: thousands may wait, and a program has not so many files open.
type follow struct {
	f     int
	open  func() (*os.File, error)
	judge func(*os.File) error // may be nil: whether the file is what it was
	done  func(digest, error)  // called once, by the follower
	there bool                 // all of the file is there, as long as it is then
	mu    sync.Mutex
	size  int64
	ready int64 // up to where the file may be read
	err   error // why not to go on
	moved chan struct{}
}

// newFollow returns the MD5 of a file that is still to be given to a follower.
func newFollow(f int, size int64, open func() (*os.File, error)) *follow {
	return &follow{f: f, size: size, open: open, moved: make(chan struct{}, 1)}
}

// newThere returns the MD5 of a file all of which is there.
func newThere(f int, open func() (*os.File, error)) *follow {
	w := newFollow(f, 0, open)
	w.there = true
	return w
}

// advance says that the file may be read up to there. It may be nil.
func (w *follow) advance(to int64) { w.change(func() { w.ready = max(w.ready, min(to, w.size)) }) }

// abort has it end with errAborted, unless all may be read: then what is on
// disk is good, and its MD5 wanted whatever became of a stream. It may be nil.
func (w *follow) abort() { w.change(func() { w.err = errAborted }) }

// kill is abort whatever may be read: it is of no use. It may be nil.
func (w *follow) kill() {
	if w == nil {
		return
	}
	w.mu.Lock()
	w.err = errAborted
	w.mu.Unlock()
	w.change(func() {})
}

// dead returns why not to go on.
func (w *follow) dead() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.err
}

func (w *follow) change(edit func()) {
	if w == nil {
		return
	}
	w.mu.Lock()
	if w.ready < w.size || w.size == 0 {
		edit()
	}
	w.mu.Unlock()
	select {
	case w.moved <- struct{}{}:
	default:
	}
}

// to waits until more than at may be read, and returns how far.
func (w *follow) to(ctx context.Context, at int64) (int64, error) {
	for {
		w.mu.Lock()
		ready, err := w.ready, w.err
		w.mu.Unlock()
		if err != nil || ready > at {
			return ready, err
		}
		select {
		case <-w.moved:
		case <-ctx.Done():
			return 0, context.Cause(ctx)
		}
	}
}

// whole opens the file and reads it.
func (w *follow) whole(ctx context.Context, piece []byte, polite *manners) (digest, error) {
	if err := w.dead(); err != nil {
		return digest{}, err
	}
	file, err := w.open()
	if err != nil {
		return digest{}, err
	}
	defer func() { _ = file.Close() }() // only read
	if w.there {
		info, err := file.Stat()
		if err != nil {
			return digest{}, err
		}
		w.mu.Lock()
		w.size, w.ready = info.Size(), info.Size()
		w.mu.Unlock()
	}
	return w.sum(ctx, file, piece, polite)
}

// sum reads the file to its end.
func (w *follow) sum(ctx context.Context, file *os.File, piece []byte, polite *manners) (digest, error) {
	hash := newDigest()
	for at := int64(0); at < w.size; {
		ready, err := w.to(ctx, at)
		if err != nil {
			return digest{}, err
		}
		for at < ready {
			if err := errors.Join(w.dead(), context.Cause(ctx)); err != nil {
				return digest{}, err
			}
			n, err := file.ReadAt(piece[:min(int64(len(piece)), ready-at)], at)
			if n == 0 && err != nil {
				return digest{}, errors.Join(err, io.ErrUnexpectedEOF)
			}
			polite.begin()
			hash.Write(piece[:n])
			polite.rest(ctx)
			at += int64(n)
		}
	}
	if w.judge != nil {
		if err := w.judge(file); err != nil {
			return digest{}, err
		}
	}
	return digest(hash.Sum(nil)), nil
}

// follower takes one MD5 after the other and gives way to all others, as long
// as there are any.
type follower struct {
	ctx     context.Context
	moved   *atomic.Int64 // bytes of the transfer
	mu      sync.Mutex
	queue   []*follow
	running bool
	tasks   sync.WaitGroup
}

// add queues one. Its done is called in any case.
func (q *follower) add(w *follow) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.queue = append(q.queue, w)
	if !q.running {
		q.running = true
		q.tasks.Go(q.run)
	}
}

// run works until nothing is queued.
func (q *follower) run() {
	runtime.LockOSThread() // whose time is measured
	defer runtime.UnlockOSThread()
	piece, polite := make([]byte, followPiece), &manners{moved: q.moved}
	for {
		q.mu.Lock()
		if len(q.queue) == 0 {
			q.running = false
			q.mu.Unlock()
			return
		}
		w := q.queue[0]
		q.queue = q.queue[1:]
		q.mu.Unlock()
		w.done(w.whole(q.ctx, piece, polite))
	}
}

// followPiece is how much of a file the follower reads at a time.
const followPiece = 256 << 10
