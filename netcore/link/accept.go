package link

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"

	"lanyard/netcore/identity"
	"lanyard/netcore/wire"
)

const (
	// portTries is how many ports behind the one asked for Fallback tries.
	portTries = 20
	// acceptPause is the wait after an accept that failed, for want of file
	// descriptors mostly.
	acceptPause = 100 * time.Millisecond
	// refusalTime is how long a refused side gets to read why.
	refusalTime = time.Second
)

// Listen accepts links at address, "host:port"; an empty host means all
// addresses, port 0 any free port. It returns the address taken. The hello
// carries the port of the latest Listen. ctx is for the call only.
func (m *Manager) Listen(ctx context.Context, address string) (net.Addr, error) {
	listener, err := m.listen(ctx, address)
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		_ = listener.Close()
		return nil, ErrClosed
	}
	m.listeners = append(m.listeners, listener)
	m.wg.Go(func() { m.acceptAll(listener) })
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if number, convErr := strconv.Atoi(port); err == nil && convErr == nil {
		m.port.Store(int64(number))
	}
	return listener.Addr(), nil
}

// listen opens the port asked for, or with Fallback one of the next.
func (m *Manager) listen(ctx context.Context, address string) (net.Listener, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("listening address: %w", err)
	}
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return nil, fmt.Errorf("listening port: %w", err)
	}
	listener, first := m.config.Network.Listen(ctx, address)
	if first == nil {
		return listener, nil
	}
	for next := int(number) + 1; m.config.Fallback && portTaken(first) && next <= min(int(number)+portTries, maxPort); next++ {
		listener, err := m.config.Network.Listen(ctx, net.JoinHostPort(host, strconv.Itoa(next)))
		if err == nil {
			return listener, nil
		}
	}
	return nil, fmt.Errorf("listening: %w", first)
}

// acceptAll accepts connections until the listener is closed.
func (m *Manager) acceptAll(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			if errors.Is(err, net.ErrClosed) || !m.pause(acceptPause) {
				return
			}
			m.acceptFails.write(m.log, "accepting a connection", "err", err)
			continue
		}
		visitor := m.door.admit(conn)
		if visitor == nil || !m.spawn(func() { m.welcome(conn, visitor) }) {
			_ = conn.Close()
		}
	}
}

// pause waits, and returns false when the Manager ends first.
func (m *Manager) pause(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-m.ctx.Done():
		return false
	}
}

// welcome takes an incoming connection through TLS and hello, all within one
// deadline.
func (m *Manager) welcome(conn net.Conn, v *visitor) {
	defer m.door.leave(v)
	stop := context.AfterFunc(m.ctx, func() { _ = conn.Close() })
	defer stop()
	if err := conn.SetDeadline(time.Now().Add(m.config.Timeouts.Handshake)); err != nil {
		_ = conn.Close()
		return
	}
	sec, err := m.secure(m.ctx, conn, identity.DeviceID{}, false)
	if err != nil {
		m.log.Debug("incoming connection refused", "from", v.host, "err", err)
		return
	}
	m.door.secured(v, m.trusts(sec.id))
	if err := m.admits(sec.id, false); err != nil {
		m.log.Debug("incoming link refused", "from", v.host, "err", err)
		turnAway(sec, wire.NewConn(sec), wire.CodeRefused)
		return
	}
	entry, err := m.hear(sec, v.host)
	if err != nil {
		m.log.Debug("incoming link refused", "from", v.host, "peer", sec.id.Short(), "err", err)
		return
	}
	m.door.leave(v)
	if !stop() {
		entry.cancel()
		return
	}
	entry.proceed()
}

// entry is a link that was let in and answered.
type entry struct {
	proceed func() // puts it into service
	cancel  func() // gives its place back
}

// hear reads the hello of an incoming link and answers it.
func (m *Manager) hear(sec *secured, host string) (entry, error) {
	frames := wire.NewConn(sec)
	if err := m.proveAsAnswerer(sec, frames); err != nil {
		turnAway(sec, frames, refusalCode(err))
		return entry{}, err
	}
	theirs, err := readHello(frames)
	var e entry
	if err == nil {
		e, err = m.accept(sec, theirs, host)
	}
	if err != nil {
		refuse(sec, frames, m.hello(purposeControl, ""), err)
		return e, err
	}
	if err := answer(frames, m.hello(theirs.Purpose, ""), nil); err != nil {
		_ = sec.low.Close()
		e.cancel()
		return e, fmt.Errorf("answering a hello: %w", err)
	}
	return e, nil
}

// accept decides on a link by its hello.
func (m *Manager) accept(sec *secured, theirs hello, host string) (entry, error) {
	peer := Peer{
		ID: sec.id, Name: theirs.Name, Instance: theirs.Instance,
		Address: dialable(host, theirs.Port),
	}
	if theirs.Purpose == purposeBulk {
		return m.acceptBulk(sec, peer, theirs.Token)
	}
	free, err := m.reserve(sec.id, host)
	if err != nil {
		return entry{}, err
	}
	proceed := func() {
		if err := m.takeUp(sec, peer, free); err != nil {
			_ = sec.low.Close()
			free()
		}
	}
	return entry{proceed: proceed, cancel: free}, nil
}

// refuse tells the other side why and closes.
func refuse(sec *secured, frames *wire.Conn, mine hello, refusal error) {
	part(sec, func() error { return answer(frames, mine, refusal) })
}

// part says last words, and waits a moment for them to be read: a close with
// unread data would destroy them.
func part(sec *secured, lastWords func() error) {
	defer func() { _ = sec.low.Close() }()
	if err := sec.SetDeadline(time.Now().Add(refusalTime)); err != nil {
		return
	}
	if err := lastWords(); err != nil {
		return
	}
	if err := sec.CloseWrite(); err == nil {
		_, _ = io.CopyN(io.Discard, readerOf(sec), wire.MaxHeader)
	}
}
