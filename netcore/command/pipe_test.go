package command

import (
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

var (
	errReset  = errors.New("the stream was reset")
	errCut    = errors.New("the cable was pulled")
	errNoLink = errors.New("no link")
)

// lane is one direction of a stream: a bounded buffer.
type lane struct {
	mu      sync.Mutex
	changed *sync.Cond
	data    []byte
	most    int
	peak    int   // most bytes that were under way
	end     error // for the reader after the data, for the writer at once
	broken  error // for both at once
	read    time.Time
	write   time.Time
}

func newLane(most int) *lane {
	l := &lane{most: most}
	l.changed = sync.NewCond(&l.mu)
	return l
}

func expired(at time.Time) bool { return !at.IsZero() && !time.Now().Before(at) }

func (l *lane) setDeadline(at *time.Time, t time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	*at = t
	l.changed.Broadcast()
	if !t.IsZero() {
		time.AfterFunc(time.Until(t)+time.Millisecond, l.changed.Broadcast)
	}
}

func (l *lane) get(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for {
		switch {
		case l.broken != nil:
			return 0, l.broken
		case expired(l.read):
			return 0, os.ErrDeadlineExceeded
		case len(l.data) > 0:
			n := copy(p, l.data)
			l.data = l.data[n:]
			if len(l.data) == 0 {
				l.data = nil
			}
			l.changed.Broadcast()
			return n, nil
		case l.end != nil:
			return 0, l.end
		}
		l.changed.Wait()
	}
}

func (l *lane) put(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	done := 0
	for {
		switch {
		case l.broken != nil:
			return done, l.broken
		case l.end != nil:
			return done, net.ErrClosed
		case expired(l.write):
			return done, os.ErrDeadlineExceeded
		case done == len(p):
			return done, nil
		}
		if room := l.most - len(l.data); room > 0 {
			n := min(room, len(p)-done)
			l.data = append(l.data, p[done:done+n]...)
			l.peak = max(l.peak, len(l.data))
			done += n
			l.changed.Broadcast()
			continue
		}
		l.changed.Wait()
	}
}

func (l *lane) stop(end, broken error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.end == nil {
		l.end = end
	}
	if l.broken == nil {
		l.broken = broken
	}
	l.changed.Broadcast()
}

// end is one end of a stream in memory.
type end struct {
	in, out *lane
	closed  atomic.Bool
}

// newPipe returns the two ends of a stream that holds so much each way.
func newPipe(most int) (*end, *end) {
	a, b := newLane(most), newLane(most)
	return &end{in: a, out: b}, &end{in: b, out: a}
}

func (e *end) Read(b []byte) (int, error)  { return e.in.get(b) }
func (e *end) Write(b []byte) (int, error) { return e.out.put(b) }
func (e *end) Flush() error                { return nil }

// Close ends the own side in good order; what the other still says is dropped.
func (e *end) Close() error {
	if !e.closed.Swap(true) {
		e.out.stop(io.EOF, nil)
		e.in.stop(nil, net.ErrClosed)
	}
	return nil
}

func (e *end) Reset() error {
	if !e.closed.Swap(true) {
		e.out.stop(nil, errReset)
		e.in.stop(nil, errReset)
	}
	return nil
}

// cut is what both ends see when the link dies.
func (e *end) cut() {
	e.in.stop(nil, errCut)
	e.out.stop(nil, errCut)
}

func (e *end) SetReadDeadline(t time.Time) error  { e.in.setDeadline(&e.in.read, t); return nil }
func (e *end) SetWriteDeadline(t time.Time) error { e.out.setDeadline(&e.out.write, t); return nil }
