package link

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"sync"
	"syscall"
)

// firstMemoryPort is where ports that the caller left open begin.
const firstMemoryPort = 49152

// Memory is a network inside this process, for tests: hosts by name, TCP-like
// connections between them. It is safe for use by several goroutines and works
// inside testing/synctest bubbles.
type Memory struct {
	mu        sync.Mutex
	listeners map[string]*memListener // by address
	cut       map[string]bool         // hosts without a cable
	walled    map[string]bool         // hosts that drop incoming attempts
	nextPort  int
	changed   chan struct{} // closed, and made anew, at every change
}

// NewMemory returns a network without listeners.
func NewMemory() *Memory {
	return &Memory{
		listeners: make(map[string]*memListener),
		cut:       make(map[string]bool),
		walled:    make(map[string]bool),
		nextPort:  firstMemoryPort,
		changed:   make(chan struct{}),
	}
}

// Host returns the network as the named host sees it. Addresses are
// "name:port"; Listen takes "name:port" or ":port", port 0 for a free one.
func (m *Memory) Host(name string) Network { return memHost{network: m, name: name} }

// Cut pulls the host's cable: nothing arrives at it or from it any more, and
// dials to and from it hang, until Heal. Open connections stay, as in TCP.
func (m *Memory) Cut(host string) { m.change(func() { m.cut[host] = true }) }

// Heal puts the cable back; what was under way arrives.
func (m *Memory) Heal(host string) { m.change(func() { delete(m.cut, host) }) }

// Firewall makes the host drop incoming connection attempts (they hang), or
// accept them again. Connections that it dials itself work.
func (m *Memory) Firewall(host string, drop bool) { m.change(func() { m.walled[host] = drop }) }

// change applies f and wakes all who wait for the state of the network.
func (m *Memory) change(f func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f()
	close(m.changed)
	m.changed = make(chan struct{})
}

// joined reports whether bytes pass between two hosts, and returns a channel
// that is closed when that may have changed.
func (m *Memory) joined(a, b string) (bool, <-chan struct{}) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return !m.cut[a] && !m.cut[b], m.changed
}

// reach returns the listener at address as seen from a host; nil with a
// channel to wait on while attempts hang.
func (m *Memory) reach(from, address string) (*memListener, <-chan struct{}, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, nil, fmt.Errorf("dialing %q: %w", address, err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.cut[from] || m.cut[host] || m.walled[host] {
		return nil, m.changed, nil
	}
	listener := m.listeners[address]
	if listener == nil {
		return nil, nil, fmt.Errorf("dialing %s: %w", address, syscall.ECONNREFUSED)
	}
	return listener, nil, nil
}

// port returns the next free port. The lock is held.
func (m *Memory) port() string {
	m.nextPort++
	return strconv.Itoa(m.nextPort)
}

// memHost is a Memory as one host sees it.
type memHost struct {
	network *Memory
	name    string
}

// Listen implements Network.
func (h memHost) Listen(_ context.Context, address string) (net.Listener, error) {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("listening on %q: %w", address, err)
	}
	m := h.network
	m.mu.Lock()
	defer m.mu.Unlock()
	if port == "0" {
		port = m.port()
	}
	full := net.JoinHostPort(h.name, port)
	if m.listeners[full] != nil {
		return nil, fmt.Errorf("listening on %s: %w", full, syscall.EADDRINUSE)
	}
	listener := &memListener{
		network: m, address: memAddr(full),
		queue: make(chan net.Conn), closed: make(chan struct{}),
	}
	m.listeners[full] = listener
	return listener, nil
}

// Dial implements Network.
func (h memHost) Dial(ctx context.Context, address string) (net.Conn, error) {
	for {
		listener, changed, err := h.network.reach(h.name, address)
		if err != nil {
			return nil, err
		}
		if listener != nil {
			return h.handOver(ctx, listener)
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, fmt.Errorf("dialing %s: %w", address, context.Cause(ctx))
		}
	}
}

// handOver makes a connection and gives one end to the listener.
func (h memHost) handOver(ctx context.Context, listener *memListener) (net.Conn, error) {
	h.network.mu.Lock()
	local := memAddr(net.JoinHostPort(h.name, h.network.port()))
	h.network.mu.Unlock()
	mine, theirs := newMemPair(h.network, local, listener.address)
	select {
	case listener.queue <- theirs:
		return mine, nil
	case <-listener.closed:
		return nil, fmt.Errorf("dialing %s: %w", listener.address, syscall.ECONNREFUSED)
	case <-ctx.Done():
		return nil, fmt.Errorf("dialing %s: %w", listener.address, context.Cause(ctx))
	}
}

// memAddr is "host:port" as a net.Addr.
type memAddr string

// Network implements net.Addr.
func (memAddr) Network() string { return "memory" }

// String implements net.Addr.
func (a memAddr) String() string { return string(a) }

// host returns the part before the port.
func (a memAddr) host() string {
	host, _, _ := net.SplitHostPort(string(a)) // made by JoinHostPort
	return host
}

// memListener is a listener of a Memory.
type memListener struct {
	network *Memory
	address memAddr
	queue   chan net.Conn
	once    sync.Once
	closed  chan struct{}
}

// Accept implements net.Listener.
func (l *memListener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.queue:
		return conn, nil
	case <-l.closed:
		return nil, fmt.Errorf("accepting on %s: %w", l.address, net.ErrClosed)
	}
}

// Close implements net.Listener.
func (l *memListener) Close() error {
	l.once.Do(func() {
		close(l.closed)
		l.network.change(func() { delete(l.network.listeners, string(l.address)) })
	})
	return nil
}

// Addr implements net.Listener.
func (l *memListener) Addr() net.Addr { return l.address }
