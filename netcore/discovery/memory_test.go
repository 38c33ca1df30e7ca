package discovery

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"sync"
	"syscall"
)

// segment joins hosts in memory: every interface is on it.
type segment struct {
	mu    sync.Mutex
	hosts []*host
	drop  func(from, to netip.AddrPort) bool // nil: nothing
	sent  []netip.AddrPort                   // targets of everything written
	data  [][]byte                           // what was written there
}

// host is one PC on a segment; it is its network.
type host struct {
	on      *segment
	mu      sync.Mutex
	links   []link
	sockets []*memSocket
	taken   map[uint16]bool // ports of other programs
}

// newHost adds a host with one interface.
func (s *segment) newHost(prefixes ...string) *host {
	h := &host{on: s, taken: map[uint16]bool{}}
	if len(prefixes) > 0 {
		h.links = []link{ethernet("eth0", 2, prefixes...)}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hosts = append(s.hosts, h)
	return h
}

// ethernet returns an interface that is up.
func ethernet(name string, index int, prefixes ...string) link {
	l := link{Name: name, Index: index, Flags: net.FlagUp | net.FlagRunning | net.FlagBroadcast | net.FlagMulticast}
	for _, p := range prefixes {
		l.Addrs = append(l.Addrs, netip.MustParsePrefix(p))
	}
	return l
}

// set replaces the interfaces.
func (h *host) set(links ...link) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.links = links
}

// Interfaces implements network.
func (h *host) Interfaces() ([]link, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.links), nil
}

// Listen implements network.
func (h *host) Listen(_ context.Context, address netip.AddrPort) (socket, error) {
	h.on.mu.Lock()
	defer h.on.mu.Unlock()
	for _, s := range h.sockets {
		if s.local.Port() == address.Port() && s.local.Addr().Is4() == address.Addr().Is4() {
			return nil, syscall.EADDRINUSE
		}
	}
	if h.taken[address.Port()] {
		return nil, syscall.EADDRINUSE
	}
	s := &memSocket{host: h, local: address, queue: make(chan memPacket, 4096), closed: make(chan struct{}), joined: map[int]bool{}}
	h.sockets = append(h.sockets, s)
	return s, nil
}

// memPacket is a datagram in a queue.
type memPacket struct {
	data  []byte
	from  netip.AddrPort
	index int
}

// memSocket implements socket.
type memSocket struct {
	host   *host
	local  netip.AddrPort
	queue  chan memPacket
	closed chan struct{}
	once   sync.Once
	joined map[int]bool
}

// Read implements socket.
func (s *memSocket) Read(buf []byte) (int, netip.AddrPort, int, error) {
	select {
	case p := <-s.queue:
		return copy(buf, p.data), p.from, p.index, nil
	case <-s.closed:
		return 0, netip.AddrPort{}, 0, net.ErrClosed
	}
}

// Join implements socket.
func (s *memSocket) Join(on link) error {
	s.host.on.mu.Lock()
	defer s.host.on.mu.Unlock()
	s.joined[on.Index] = true
	return nil
}

// Close implements socket.
func (s *memSocket) Close() error {
	s.once.Do(func() {
		close(s.closed)
		s.host.on.mu.Lock()
		defer s.host.on.mu.Unlock()
		s.host.sockets = slices.DeleteFunc(s.host.sockets, func(o *memSocket) bool { return o == s })
	})
	return nil
}

// Write implements socket.
func (s *memSocket) Write(data []byte, to netip.AddrPort, index int) error {
	seg := s.host.on
	seg.mu.Lock()
	defer seg.mu.Unlock()
	seg.sent = append(seg.sent, to)
	seg.data = append(seg.data, slices.Clone(data))
	if to.Addr().IsLoopback() {
		from := netip.AddrPortFrom(to.Addr(), s.local.Port())
		s.host.deliver(memPacket{slices.Clone(data), from, 1}, to)
		return nil
	}
	from, ok := s.host.sourceFor(to.Addr(), index)
	if !ok {
		return errors.New("network is unreachable")
	}
	source := netip.AddrPortFrom(from, s.local.Port())
	if seg.drop != nil && seg.drop(source, to) {
		return nil
	}
	for _, h := range seg.hosts {
		h.deliver(memPacket{slices.Clone(data), source, 2}, to)
	}
	return nil
}

// sourceFor chooses the address to send from.
func (h *host) sourceFor(to netip.Addr, index int) (netip.Addr, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, l := range h.links {
		for _, p := range l.Addrs {
			if (index == 0 || l.Index == index) && p.Addr().Is4() == to.Is4() {
				if p.Addr().Is6() {
					return p.Addr().WithZone(l.Name), true
				}
				return p.Addr(), true
			}
		}
	}
	return netip.Addr{}, false
}

// deliver queues a datagram for the sockets here that it is for.
func (h *host) deliver(p memPacket, to netip.AddrPort) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, s := range h.sockets {
		if s.local.Port() != to.Port() || s.local.Addr().Is4() != to.Addr().Is4() || !h.takes(s, to.Addr(), &p) {
			continue
		}
		select {
		case s.queue <- p:
		default:
		}
	}
}

// takes reports whether a socket gets what is sent to addr.
func (h *host) takes(s *memSocket, addr netip.Addr, p *memPacket) bool {
	if addr.IsLoopback() {
		return p.index == 1
	}
	if s.local.Addr().IsLoopback() {
		return false
	}
	for _, l := range h.links {
		flooded := l.reaches(p.from.Addr()) && (addr == limit4 || addr.IsMulticast() && s.joined[l.Index])
		if flooded || l.owns(addr) || slices.Contains(l.broadcasts(), addr) {
			p.index = l.Index
			return true
		}
	}
	return false
}
