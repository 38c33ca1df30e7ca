package classic

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

// errRefused is what a socket of datagrams says when nobody listens where it
// sends to.
const errRefused = syscall.ECONNREFUSED

// packetClient asks servers of datagrams, or chats with contacts.
type packetClient struct {
	s        *Session
	asking   sync.Mutex // one exchange at a time
	mu       sync.Mutex
	contacts map[string]*packets // by the address that was asked for; "" is the dialed one
}

// dialPackets opens the socket to the dialed address.
func (s *Session) dialPackets() error {
	s.address = s.target.String()
	c := &packetClient{s: s, contacts: map[string]*packets{}}
	s.sayer = c
	_, err := c.contact("")
	if err != nil {
		return err
	}
	s.work.Go(func() {
		<-s.ctx.Done()
		c.mu.Lock()
		defer c.mu.Unlock()
		for _, socket := range c.contacts {
			socket.close()
		}
	})
	return nil
}

// contact returns the socket for an address, which it opens if there is none.
func (c *packetClient) contact(to string) (*packets, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if known := c.contacts[to]; known != nil {
		return known, nil
	}
	at := c.s.target
	if to != "" {
		var err error
		if at, err = parseTarget(c.s.protocol, to, RoleDial); err != nil {
			return nil, err
		}
	}
	socket, err := c.s.openPackets(at)
	if err != nil {
		return nil, err
	}
	c.contacts[to] = socket
	c.s.event(Event{What: Connected, Peer: socket.peerOf(socket.fixed)})
	if c.s.protocol.Name == UDPChat {
		c.s.work.Go(func() { c.listenTo(socket) })
	}
	return socket, nil
}

// openPackets opens a client's socket. One of Unix gets a path of its own, so
// that it can be answered.
func (s *Session) openPackets(at target) (*packets, error) {
	dialer := net.Dialer{Timeout: dialTime}
	var paths []string
	if at.path != "" {
		dir, err := os.MkdirTemp("", "lanyard-")
		if err != nil {
			return nil, &Problem{Reason: NoListen, Err: err}
		}
		paths = []string{filepath.Join(dir, "s"), dir}
		dialer.LocalAddr = &net.UnixAddr{Net: at.network, Name: paths[0]}
	}
	conn, err := dialer.DialContext(s.ctx, at.network, at.dialed())
	if err != nil {
		for _, path := range paths {
			_ = os.Remove(path)
		}
		return nil, &Problem{Reason: Unreachable, Err: err}
	}
	packetConn, is := conn.(net.PacketConn)
	if !is {
		return nil, errors.Join(problem(Unsupported, "%T", conn), conn.Close())
	}
	p := s.newPackets(packetConn, conn.RemoteAddr())
	p.paths = paths
	return p, nil
}

// say says something to a contact, or asks a server.
func (c *packetClient) say(ctx context.Context, to, text string) error {
	if c.s.protocol.Name == UDPChat {
		return c.chatTo(to, text)
	}
	c.asking.Lock()
	defer c.asking.Unlock()
	socket, err := c.contact("")
	if err != nil {
		return err
	}
	if c.s.protocol.Name == UDPTime {
		return c.askTime(ctx, socket, text)
	}
	return c.askCommand(ctx, socket, text)
}

// await waits for one datagram.
func (p *packets) await(ctx context.Context, patience time.Duration) (datagram, error) {
	_ = p.conn.SetReadDeadline(time.Now().Add(patience)) // a fault shows in the read
	defer context.AfterFunc(ctx, func() { _ = p.conn.SetReadDeadline(time.Unix(1, 0)) })()
	d, err := p.recv()
	switch {
	case err == nil:
		return d, nil
	case ctx.Err() != nil:
		return d, ctx.Err()
	case errors.Is(err, os.ErrDeadlineExceeded):
		return d, problem(NoAnswer, "nothing in %v", patience)
	}
	return d, &Problem{Reason: Unreachable, Err: err}
}

// isClosed reports whether a socket was closed by this end.
func isClosed(err error) bool { return errors.Is(err, net.ErrClosed) }
