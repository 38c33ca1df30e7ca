package link

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"sync"
	"sync/atomic"

	"lanyard/netcore/identity"
	"lanyard/netcore/wire"
)

// Frame is the header of a frame; see [wire.Frame].
type Frame = wire.Frame

// Manager owns the links of this device. All methods are safe for use by
// several goroutines. Make one with New, register handlers, then Listen.
type Manager struct {
	config   Config
	log      *slog.Logger
	handlers map[string]Handler
	door     *doorman
	guesses  *guesses

	panics, acceptFails *line // a stranger may cause them

	// What strangers hold, by remote host, of control links, of links of
	// devices given to Keep, of bulk links and of bytes of receive windows.
	links, keptLinks, bulkLinks, windows *places

	grown atomic.Int64 // bytes, of the windows of trusted devices
	port  atomic.Int64
	dials chan struct{} // bounds the dials under way of Keep
	hints hints

	ctx    context.Context // ends in Close, with ErrClosed
	cancel context.CancelCauseFunc
	wg     sync.WaitGroup

	mu        sync.Mutex
	pass      pass // of a connection that is admitted now
	closed    bool
	listeners []net.Listener
	devices   map[identity.DeviceID]*device
	bulks     int // bulk links of trusted devices, and places reserved for them
	tokens    map[string]*expected
	news      news // what the callbacks are to be told
}

// New returns a Manager without links. It must be closed.
func New(config Config) *Manager {
	config = config.withDefaults()
	m := &Manager{
		config:      config,
		log:         config.Logger,
		panics:      newLine(slog.LevelError),
		acceptFails: newLine(slog.LevelWarn),
		handlers:    make(map[string]Handler),
		door:        newDoorman(config.Limits),
		guesses:     newGuesses(config.Limits),

		links:     newPlaces(config.Limits.Links),
		keptLinks: newPlaces(config.Limits.KeptLinks),
		bulkLinks: newPlaces(config.Limits.StrangerBulkLinks),
		windows:   newPlaces(config.Limits.StrangerWindows),

		dials:   make(chan struct{}, maxDials),
		hints:   newHints(),
		devices: make(map[identity.DeviceID]*device),
		tokens:  make(map[string]*expected),
		news:    newNews(),
	}
	m.ctx, m.cancel = context.WithCancelCause(context.Background())
	m.Handle(kindDialBulk, m.serveDialBulk)
	m.spawn(m.dispatch)
	return m
}

// Handle registers the handler of the streams that begin with kind. Call it
// before Listen, Connect, Keep and Hint; a second handler of one kind, or one
// for the reserved kind "dial-bulk", panics: a fault of the program.
func (m *Manager) Handle(kind string, h Handler) {
	if m.handlers[kind] != nil {
		panic(fmt.Sprintf("link: second handler for %q", kind))
	}
	m.handlers[kind] = h
}

// Port returns the TCP port that this device listens on, 0 if none.
func (m *Manager) Port() int { return int(m.port.Load()) }

// Open opens a stream on the control link and sends its first frame. fields is
// as in wire's Conn.Write. ErrNotConnected if there is no live link. ctx bounds
// the call, not the stream.
func (m *Manager) Open(ctx context.Context, id identity.DeviceID, kind string, fields any) (*Stream, error) {
	l := m.liveLink(id)
	if l == nil {
		return nil, fmt.Errorf("%s: %w", id.Short(), ErrNotConnected)
	}
	return m.open(ctx, l, kind, fields)
}

// Peers returns the devices with a live link, ordered by ID.
func (m *Manager) Peers() []Peer {
	m.mu.Lock()
	defer m.mu.Unlock()
	var peers []Peer
	for _, d := range m.devices {
		if d.live != nil {
			peers = append(peers, d.live.peer)
		}
	}
	slices.SortFunc(peers, func(a, b Peer) int { return a.ID.Compare(b.ID) })
	return peers
}

// Peer returns the live peer of a device.
func (m *Manager) Peer(id identity.DeviceID) (Peer, bool) {
	if l := m.liveLink(id); l != nil {
		return l.peer, true
	}
	return Peer{}, false
}

// liveLink returns the link that serves a device, or nil.
func (m *Manager) liveLink(id identity.DeviceID) *control {
	m.mu.Lock()
	defer m.mu.Unlock()
	if d := m.devices[id]; d != nil {
		return d.live
	}
	return nil
}

// spawn runs f on a goroutine that Close waits for. It returns false, and does
// nothing, once Close has begun.
func (m *Manager) spawn(f func()) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return false
	}
	m.wg.Go(f)
	return true
}

// scope returns ctx made to end with the Manager, too.
func (m *Manager) scope(ctx context.Context) (context.Context, context.CancelFunc) {
	scoped, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(m.ctx, func() { cancel(ErrClosed) })
	return scoped, func() {
		stop()
		cancel(nil)
	}
}

// Close says goodbye to all peers, ends all links and streams, and returns
// when every goroutine of the Manager and every handler has ended. It must not
// be called from a handler or callback.
func (m *Manager) Close() error {
	if !m.shut() {
		m.wg.Wait()
		return nil
	}
	links, streams := m.everything()
	var goodbyes sync.WaitGroup
	for _, l := range links {
		goodbyes.Go(func() { l.bye(byeQuit, m.config.Timeouts.Goodbye) })
	}
	goodbyes.Wait()
	m.cancel(ErrClosed)
	for _, s := range streams {
		s.kill(ErrClosed)
	}
	m.wg.Wait()
	return nil
}

// shut lets nothing new begin, and reports whether this call did that.
func (m *Manager) shut() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return false
	}
	m.closed = true
	for _, listener := range m.listeners {
		_ = listener.Close() // its accept loop ends
	}
	return true
}

// everything returns all control links and all bulk streams.
func (m *Manager) everything() (links []*control, streams []*Stream) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, d := range m.devices {
		links = append(links, d.links...)
		for s := range d.bulks {
			streams = append(streams, s)
		}
	}
	return links, streams
}
