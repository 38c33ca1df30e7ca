//go:build unix

package transfer

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"lanyard/netcore/identity"
	"lanyard/netcore/wire"
)

// errReset is what both ends of a reset pipe get.
var errReset = errors.New("stream reset")

// lane is one direction of a pipe: a bounded buffer.
type lane struct {
	mu      sync.Mutex
	changed *sync.Cond
	data    []byte
	most    int
	end     error // for the reader, after the data; for the writer at once
	broken  error // for both at once
	read    time.Time
	write   time.Time
}

func newLane(most int) *lane {
	l := &lane{most: most}
	l.changed = sync.NewCond(&l.mu)
	return l
}

// expired reports whether a deadline passed, and sees to a wake-up otherwise.
func (l *lane) expired(at time.Time) bool {
	return !at.IsZero() && !time.Now().Before(at)
}

func (l *lane) setDeadline(at *time.Time, t time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	*at = t
	l.changed.Broadcast()
	if !t.IsZero() && time.Until(t) < 20*time.Second { // longer ones are for the stalls of real links
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
		case l.expired(l.read):
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
		case l.expired(l.write):
			return done, os.ErrDeadlineExceeded
		case done == len(p):
			return done, nil
		}
		if room := l.most - len(l.data); room > 0 {
			n := min(room, len(p)-done)
			l.data = append(l.data, p[done:done+n]...)
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

// pipeEnd is one end of an in-memory stream.
type pipeEnd struct {
	in, out *lane
	closed  atomic.Bool
}

// newPipe returns the two ends of a stream.
func newPipe() (*pipeEnd, *pipeEnd) {
	a, b := newLane(256<<10), newLane(256<<10)
	return &pipeEnd{in: a, out: b}, &pipeEnd{in: b, out: a}
}

func (p *pipeEnd) Read(b []byte) (int, error)  { return p.in.get(b) }
func (p *pipeEnd) Write(b []byte) (int, error) { return p.out.put(b) }
func (p *pipeEnd) Flush() error                { return nil }

func (p *pipeEnd) Close() error {
	p.closed.Store(true)
	p.out.stop(io.EOF, nil)
	p.in.stop(nil, net.ErrClosed)
	return nil
}

func (p *pipeEnd) Reset() error {
	if p.closed.Load() {
		return nil
	}
	p.out.stop(nil, errReset)
	p.in.stop(nil, errReset)
	return nil
}

func (p *pipeEnd) SetReadDeadline(t time.Time) error {
	p.in.setDeadline(&p.in.read, t)
	return nil
}

func (p *pipeEnd) SetWriteDeadline(t time.Time) error {
	p.out.setDeadline(&p.out.write, t)
	return nil
}

// network joins services in memory.
type network struct {
	mu      sync.Mutex
	down    bool
	members map[identity.DeviceID]*Service
	streams map[*pipeEnd]bool
	tasks   sync.WaitGroup
	// tamper, when set, may replace the far end of a data stream.
	tamper func(kind string, s Stream) Stream
}

func newNetwork() *network {
	return &network{members: map[identity.DeviceID]*Service{}, streams: map[*pipeEnd]bool{}}
}

// port is the network as one device sees it.
type port struct {
	net  *network
	self identity.DeviceID
}

var errNotConnected = errors.New("not connected")

func (p port) Open(_ context.Context, id identity.DeviceID, kind string, fields any) (Stream, error) {
	return p.net.open(p.self, id, kind, fields)
}

func (p port) OpenBulk(_ context.Context, id identity.DeviceID, kind string, fields any) (Stream, error) {
	return p.net.open(p.self, id, kind, fields)
}

func (n *network) open(from, to identity.DeviceID, kind string, fields any) (Stream, error) {
	n.mu.Lock()
	member := n.members[to]
	if n.down || member == nil {
		n.mu.Unlock()
		return nil, errNotConnected
	}
	near, far := newPipe()
	n.streams[near], n.streams[far] = true, true
	tamper := n.tamper
	n.tasks.Add(1)
	n.mu.Unlock()
	go func() {
		defer n.tasks.Done()
		n.serve(member, from, far)
	}()
	if err := wire.NewConn(near).Write(kind, fields, nil); err != nil {
		return nil, err
	}
	if tamper != nil {
		return tamper(kind, near), nil
	}
	return near, nil
}

// serve hands a stream to its handler.
func (n *network) serve(member *Service, from identity.DeviceID, far *pipeEnd) {
	first, err := wire.NewConn(far).Next(wire.MaxHeader)
	switch {
	case err != nil:
	case first.Kind == KindOffer:
		member.HandleOffer(context.Background(), far, from, first)
	case first.Kind == KindRetry:
		member.HandleRetry(context.Background(), far, from, first)
	case first.Kind == KindData:
		member.HandleData(context.Background(), far, from, first)
	}
	n.mu.Lock()
	delete(n.streams, far)
	n.mu.Unlock()
}

// cut breaks all streams and lets none be opened.
func (n *network) cut() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.down = true
	for s := range n.streams {
		_ = s.Reset()
	}
	clear(n.streams)
}

// heal undoes cut and tells everybody.
func (n *network) heal() {
	n.mu.Lock()
	n.down = false
	members := make(map[identity.DeviceID]*Service, len(n.members))
	for id, s := range n.members {
		members[id] = s
	}
	n.mu.Unlock()
	for _, s := range members {
		for id := range members {
			s.LinkUp(id)
		}
	}
}
