package clock

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"lanyard/netcore/identity"
	"lanyard/netcore/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	annID = identity.DeviceID{1}
	bobID = identity.DeviceID{2}
	start = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
)

// world is the true time, which passes when somebody reads a clock or sends
// something, and not otherwise.
type world struct {
	mu     sync.Mutex
	now    time.Duration
	random *rand.Rand
	busy   time.Duration // reading a clock takes up to this
}

func newWorld(seed uint64) *world {
	return &world{random: rand.New(rand.NewPCG(seed, 5)), busy: 20 * time.Microsecond}
}

// pass lets time pass and returns what it is then.
func (w *world) pass(d time.Duration) time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now += d
	return w.now
}

// upTo draws a duration, more often a short one.
func (w *world) upTo(most time.Duration) time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	share := w.random.Float64()
	return time.Duration(share * share * float64(most))
}

// pc is a device's clocks.
type pc struct {
	world  *world
	offset time.Duration // at the beginning of the world
	ppm    float64       // how much too fast it goes
	tick   time.Duration // how coarse it is; 0: not at all
	zone   *time.Location
}

// shows returns what its clock shows at a true time, after the beginning.
func (p *pc) shows(now time.Duration) time.Duration {
	return p.offset + now + time.Duration(float64(now)*p.ppm/1e6)
}

func (p *pc) coarse(d time.Duration) time.Duration {
	if p.tick > 0 {
		return d - d%p.tick
	}
	return d
}

func (p *pc) wall() time.Time {
	now := p.world.pass(p.world.upTo(p.world.busy))
	zone := p.zone
	if zone == nil {
		zone = time.UTC
	}
	return start.Add(p.coarse(p.shows(now))).In(zone)
}

func (p *pc) mono() time.Duration {
	now := p.world.pass(p.world.upTo(p.world.busy))
	return p.coarse(p.shows(now) - p.offset)
}

// end is one end of a stream in memory.
type end struct {
	net.Conn
	delay func() // called for what is written, before it is there
}

func (e *end) Flush() error { return nil }
func (e *end) Reset() error { return e.Close() }
func (e *end) Write(p []byte) (int, error) {
	if e.delay != nil {
		e.delay()
	}
	return e.Conn.Write(p)
}

// lan joins devices, in memory.
type lan struct {
	t        testing.TB
	services map[identity.DeviceID]*Service
	scripts  map[identity.DeviceID]func(*wire.Conn, *end) // attackers instead
	delay    map[identity.DeviceID]func()                 // of what a device sends
	cut      bool
	work     sync.WaitGroup
}

func newLAN(t testing.TB) *lan {
	l := &lan{
		t: t, services: map[identity.DeviceID]*Service{},
		scripts: map[identity.DeviceID]func(*wire.Conn, *end){}, delay: map[identity.DeviceID]func(){},
	}
	return l
}

// close ends all.
func (l *lan) close() {
	for _, s := range l.services {
		_ = s.Close()
	}
	l.work.Wait()
}

// add starts a device that everybody may ask, unless the config says otherwise.
func (l *lan) add(id identity.DeviceID, config Config) *Service {
	config.Open = func(ctx context.Context, to identity.DeviceID, kind string, fields any) (Stream, error) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		return l.dial(id, to, kind, fields)
	}
	if config.Allowed == nil {
		config.Allowed = func(identity.DeviceID) bool { return true }
	}
	l.services[id] = New(config)
	return l.services[id]
}

// dial opens a stream from one device to another.
func (l *lan) dial(from, to identity.DeviceID, kind string, fields any) (*end, error) {
	if l.cut {
		return nil, errors.New("no link")
	}
	a, b := l.pipe()
	near, far := &end{a, l.delay[from]}, &end{b, l.delay[to]}
	l.work.Go(func() { l.serve(from, to, far) })
	if err := wire.NewConn(near).Write(kind, fields, nil); err != nil {
		return nil, errors.Join(err, near.Reset())
	}
	return near, nil
}

// pipe returns the ends of a connection that holds what was not read yet, as
// the system does.
func (l *lan) pipe() (near, far net.Conn) {
	near, a := net.Pipe()
	b, far := net.Pipe()
	l.work.Go(func() { l.relay(a, b) })
	l.work.Go(func() { l.relay(b, a) })
	return near, far
}

// relay passes on what comes, and then the end of it.
func (l *lan) relay(from, to net.Conn) {
	queue := make(chan []byte, 64)
	l.work.Go(func() {
		defer close(queue)
		for {
			p := make([]byte, 2048)
			n, err := from.Read(p)
			if err != nil {
				return
			}
			queue <- p[:n]
		}
	})
	for p := range queue {
		_, _ = to.Write(p) // if it is closed, there is nobody to tell
	}
	_ = to.Close()
}

// serve does what the links do with a stream that comes in.
func (l *lan) serve(from, to identity.DeviceID, far *end) {
	conn := wire.NewConn(far)
	first, err := conn.Next(wire.MaxHeader)
	switch {
	case err != nil:
		_ = far.Reset()
	case l.services[to] != nil:
		l.services[to].Handle(context.Background(), from, far, first)
	default:
		l.scripts[to](conn, far)
		_ = far.Close()
	}
}

// two returns a LAN with Ann and Bob, whose clock is Bob's.
func two(t testing.TB, ann, bob *pc) *lan {
	l := newLAN(t)
	l.add(annID, Config{Wall: ann.wall, Mono: ann.mono, Resolution: ann.tick})
	l.add(bobID, Config{Wall: bob.wall, Mono: bob.mono, Resolution: bob.tick})
	return l
}

// still returns two PCs whose clocks differ by an offset and take no time.
func still(offset time.Duration) (ann, bob *pc) {
	w := newWorld(1)
	w.busy = 0
	return &pc{world: w}, &pc{world: w, offset: offset}
}
