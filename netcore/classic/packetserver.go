package classic

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"sync"
	"time"
)

const (
	// maxSources is how many clients a datagram server remembers.
	maxSources = 1024
	// lingering is how long a server of Options.Once waits for more from the
	// client that it has served: nothing says when a client of datagrams is done.
	lingering = 2 * time.Second
)

// packetServer serves the clients of one datagram socket.
type packetServer struct {
	*packets
	limits *limiter

	mu      sync.Mutex
	sources map[string]*source
	last    *source       // who wrote last
	changed chan struct{} // closed when somebody wrote
	busy    int           // commands that run
}

// source is one client of a datagram server.
type source struct {
	peer string
	addr net.Addr
	seen time.Time
	work chan string // commands that wait
}

// servePackets listens, and serves until the session is over.
func (s *Session) servePackets() error {
	socket, err := s.listenPackets()
	if err != nil {
		return err
	}
	s.address = socket.local
	s.event(Event{What: Listening, Peer: s.address})
	p := &packetServer{packets: socket, limits: newLimiter(), sources: map[string]*source{}, changed: make(chan struct{})}
	if s.protocol.Name == UDPChat {
		s.sayer = p
	}
	context.AfterFunc(s.ctx, p.close)
	s.work.Go(p.run)
	return nil
}

// listenPackets opens the socket of a datagram server.
func (s *Session) listenPackets() (*packets, error) {
	place, err := s.place()
	if err != nil {
		return nil, err
	}
	config := net.ListenConfig{}
	network := s.target.network
	if s.target.path != "" {
		config.Control = private
	} else if network = "udp6"; isV4(place) {
		network = "udp4"
	}
	conn, err := config.ListenPacket(s.ctx, network, place)
	if err != nil {
		return nil, noListen(err)
	}
	p := s.newPackets(conn, nil)
	if s.target.path != "" {
		p.paths = []string{s.target.path}
	}
	if err := s.closeToOthers(); err != nil {
		p.close()
		return nil, err
	}
	p.heedDestination()
	return p, nil
}

func isV4(place string) bool {
	addr, err := netip.ParseAddrPort(place)
	return err == nil && addr.Addr().Is4()
}

// run reads until the session is over.
func (p *packetServer) run() {
	defer p.close()
	for p.s.ctx.Err() == nil {
		d, err := p.recv()
		switch {
		case p.s.ctx.Err() != nil:
		case errors.Is(err, os.ErrDeadlineExceeded):
			p.maybeEnd()
		case errors.Is(err, net.ErrClosed):
			p.s.end(&Problem{Reason: NoListen, Err: err})
		case err != nil: // what an earlier answer met, which says nothing about the next
		default:
			p.take(d)
		}
	}
}

// take looks at one datagram, and has it served.
func (p *packetServer) take(d datagram) {
	from, err := p.admit(d)
	if err != nil {
		if p.limits.mayTell(ReasonOf(err), d.peer) {
			p.s.failed(d.peer, err)
		}
		return
	}
	switch p.s.protocol.Name {
	case UDPTime:
		err = p.answerTime(d, from)
	case UDPCommand:
		err = p.takeCommand(d, from)
	default:
		p.heard(d, from)
	}
	if err != nil && p.limits.mayTell(ReasonOf(err), d.peer) {
		p.s.failed(d.peer, err)
	}
	p.linger()
}

// admit refuses datagrams that must not be answered, and returns their source.
func (p *packetServer) admit(d datagram) (*source, error) {
	if err := p.answerable(d); err != nil {
		return nil, err
	}
	if !p.limits.allow(d.from) {
		return nil, problem(TooOften, "")
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	known := p.sources[d.peer]
	if known == nil {
		if p.s.options.Once && len(p.sources) > 0 {
			return nil, problem(Busy, "it serves one client")
		}
		known = p.remember(d)
	}
	known.seen = time.Now()
	return known, nil
}

// remember adds a source, in the place of the one that is silent for longest if
// there are too many. The lock is held.
func (p *packetServer) remember(d datagram) *source {
	if len(p.sources) >= maxSources {
		var oldest *source
		for _, s := range p.sources {
			if s.work == nil && (oldest == nil || s.seen.Before(oldest.seen)) {
				oldest = s
			}
		}
		if oldest != nil {
			delete(p.sources, oldest.peer)
		}
	}
	added := &source{peer: d.peer, addr: d.from}
	p.sources[d.peer] = added
	p.s.event(Event{What: Connected, Peer: d.peer})
	return added
}

// answerable says whether a datagram may have an answer at all.
func (p *packetServer) answerable(d datagram) error {
	if d.peer == "" {
		return problem(NobodyThere, "it came from no address")
	}
	if d.peer == p.local {
		return problem(LooksLikeOwn, "it seems to come from this server")
	}
	udp, is := d.from.(*net.UDPAddr)
	if !is {
		return nil
	}
	from := udp.AddrPort().Addr().Unmap()
	if from.IsMulticast() || from.IsUnspecified() || udp.Port == 0 || isBroadcast(from) {
		return problem(Broadcast, "it seems to come from many")
	}
	if d.to.IsValid() && (d.to.IsMulticast() || isBroadcast(d.to)) {
		return problem(Broadcast, "it was sent to many")
	}
	return nil
}

// isBroadcast reports whether an address is that of all hosts of a network of
// this PC, or of all hosts.
func isBroadcast(addr netip.Addr) bool {
	if !addr.Is4() {
		return false
	}
	if addr == netip.AddrFrom4([4]byte{255, 255, 255, 255}) {
		return true
	}
	own, err := net.InterfaceAddrs()
	if err != nil {
		return false
	}
	for _, one := range own {
		prefix, err := netip.ParsePrefix(one.String())
		if err == nil && prefix.Addr().Is4() && prefix.Bits() < 31 && filled(prefix.Addr(), prefix.Bits()) == addr {
			return true
		}
	}
	return false
}

// linger has a server of Options.Once look soon whether it is done.
func (p *packetServer) linger() {
	if p.s.options.Once {
		_ = p.conn.SetReadDeadline(time.Now().Add(lingering)) // a fault shows in the read
	}
}

// maybeEnd ends a server of Options.Once if nothing is left to do.
func (p *packetServer) maybeEnd() {
	p.mu.Lock()
	busy := p.busy > 0
	p.mu.Unlock()
	if p.s.protocol.Name == UDPChat {
		select {
		case <-p.s.silent:
		default:
			busy = true // the user may still answer
		}
	}
	if busy {
		p.linger()
		return
	}
	p.s.end(nil)
}
