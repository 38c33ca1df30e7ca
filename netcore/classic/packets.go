package classic

import (
	"errors"
	"net"
	"net/netip"
	"os"
	"strings"
	"sync"
	"syscall"
)

// maxDatagram is the longest message of UDP over IPv4.
const maxDatagram = 65507

// datagram is one that arrived.
type datagram struct {
	data []byte
	from net.Addr
	peer string     // from, as text; empty: it cannot be answered
	to   netip.Addr // where it was sent to, if that is not the socket's own address
}

// packets is a datagram socket whose every call the face can see. Reads are by
// one goroutine, writes by any.
type packets struct {
	s     *Session
	conn  net.PacketConn
	local string
	fixed net.Addr // the only peer of a client's socket, or nil
	read  func(buf []byte) (int, netip.Addr, net.Addr, error)
	paths []string // to be removed when it is closed, in their order: sockets, and folders that are empty then
	once  sync.Once
}

// newPackets takes a socket over.
func (s *Session) newPackets(conn net.PacketConn, fixed net.Addr) *packets {
	p := &packets{s: s, conn: conn, fixed: fixed, local: addressOf(conn.LocalAddr())}
	p.read = func(buf []byte) (int, netip.Addr, net.Addr, error) {
		n, from, err := conn.ReadFrom(buf)
		return n, netip.Addr{}, from, err
	}
	return p
}

// recv is one read, as a program of the courses does it: what does not fit is
// gone.
func (p *packets) recv() (datagram, error) {
	size := int(p.s.recvSize.Load())
	buf := make([]byte, size)
	n, to, from, err := p.read(buf)
	if cutByRead(err) {
		err = nil
	}
	if p.fixed != nil {
		from = p.fixed
	}
	d := datagram{data: buf[:n], from: from, to: to, peer: p.peerOf(from)}
	r := Record{Direction: Read, Asked: size, Size: n, Bytes: d.data, Peer: d.peer, Local: p.local}
	if err != nil {
		r.Err = err.Error()
	}
	if !errors.Is(err, net.ErrClosed) && !errors.Is(err, os.ErrDeadlineExceeded) {
		p.s.record(r)
	}
	return d, err
}

// peerOf names a peer; one without an address has no name.
func (p *packets) peerOf(from net.Addr) string {
	switch a := from.(type) {
	case nil:
		return ""
	case *net.UnixAddr:
		if a == nil || a.Name == "" {
			return ""
		}
	case *net.UDPAddr:
		if a == nil {
			return ""
		}
	}
	return addressOf(from)
}

// send sends one message, which may be empty.
func (p *packets) send(data []byte, to net.Addr) error {
	var n int
	var err error
	if p.fixed != nil {
		n, err = p.conn.(net.Conn).Write(data)
		to = p.fixed
	} else {
		n, err = p.conn.WriteTo(data, to)
	}
	r := Record{Direction: Write, Asked: len(data), Size: n, Bytes: data, Peer: p.peerOf(to), Local: p.local}
	if err != nil {
		r.Err = err.Error()
	}
	p.s.record(r)
	switch {
	case errors.Is(err, syscall.EMSGSIZE), cutByRead(err):
		return problem(TooLong, "%d bytes; at most %d", len(data), maxDatagram)
	case errors.Is(err, net.ErrClosed):
		return problem(Ended, "")
	case err != nil:
		return &Problem{Reason: Unreachable, Err: err}
	}
	return nil
}

// close closes the socket and removes its path, once: whoever closes it again
// waits for that, and leaves alone what stands there by then.
func (p *packets) close() {
	p.once.Do(func() {
		_ = p.conn.Close()
		for _, path := range p.paths {
			_ = os.Remove(path)
		}
	})
}

// nameOf returns the name that a message of udp-chat begins with, as in
// "name: text"; empty: it has none.
func nameOf(text string) string {
	const most = 40 // bytes
	name, _, found := strings.Cut(text, ": ")
	if !found {
		name, _, found = strings.Cut(text, "：")
	}
	if !found || len(name) > most || strings.ContainsAny(name, "\r\n/") {
		return ""
	}
	return strings.TrimSpace(name)
}
