package link

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lanyard/netcore/identity"
	"lanyard/netcore/wire"
)

const (
	// bulkRetry is how long a control link does without bulk links after one
	// could not be made: nobody is to wait for each file again.
	bulkRetry = time.Minute
	// controlGrace is how long an incoming bulk link waits for the control
	// link that it belongs to: the two hellos may overtake each other.
	controlGrace = time.Second
)

// expected is a bulk link that the peer was asked to dial.
type expected struct {
	id    identity.DeviceID
	ready chan *Stream // holds one
}

// OpenBulk is Open for much data: it opens a link of its own, dialed by
// whichever side dialed the control link. Where that fails within a few
// seconds, the stream is one of the control link; Stream.Bulk tells.
func (m *Manager) OpenBulk(ctx context.Context, id identity.DeviceID, kind string, fields any) (*Stream, error) {
	l := m.liveLink(id)
	if l == nil {
		return nil, fmt.Errorf("%s: %w", id.Short(), ErrNotConnected)
	}
	s, err := m.bulkStream(ctx, l)
	if ctx.Err() != nil {
		if s != nil {
			_ = s.Reset()
		}
		return nil, context.Cause(ctx)
	}
	if err != nil {
		m.log.Debug("no bulk link", "peer", id.Short(), "err", err)
		return m.Open(ctx, id, kind, fields)
	}
	if err := s.begin(ctx, kind, fields); err != nil {
		return nil, err
	}
	return s, nil
}

// bulkStream makes a bulk link beside a control link.
func (m *Manager) bulkStream(ctx context.Context, l *control) (*Stream, error) {
	if !m.bulkWorth(l) {
		return nil, fmt.Errorf("a bulk link failed lately: %w", ErrUnreachable)
	}
	ctx, done := m.scope(ctx)
	defer done()
	ctx, cancel := context.WithTimeout(ctx, m.config.Timeouts.Bulk)
	defer cancel()
	stop := context.AfterFunc(l.ctx, cancel)
	defer stop()
	try := m.askBulk
	if l.peer.Dialed {
		try = m.dialForward
	}
	s, err := try(ctx, l)
	if err != nil && !errors.Is(err, ErrBusy) {
		m.mu.Lock()
		l.noBulk = time.Now().Add(bulkRetry)
		m.mu.Unlock()
	}
	return s, err
}

// bulkWorth reports whether a bulk link is worth trying.
func (m *Manager) bulkWorth(l *control) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return time.Now().After(l.noBulk)
}

// dialForward dials where the control link was dialed.
func (m *Manager) dialForward(ctx context.Context, l *control) (*Stream, error) {
	return m.dialBulk(ctx, l.peer, "")
}

// dialBulk dials a bulk link to a peer that this side dialed before.
func (m *Manager) dialBulk(ctx context.Context, peer Peer, token string) (*Stream, error) {
	free, err := m.reserveBulk(peer.ID)
	if err != nil {
		return nil, err
	}
	sec, err := m.dialSecure(ctx, peer.Address, peer.ID, true)
	if err != nil {
		free()
		return nil, err
	}
	if _, err := m.exchangeHellos(ctx, sec, m.hello(purposeBulk, token)); err != nil {
		_ = sec.low.Close()
		free()
		return nil, err
	}
	return m.newBulk(sec, peer, free)
}

// askBulk has the peer dial a bulk link to this side, which it dialed before.
func (m *Manager) askBulk(ctx context.Context, l *control) (*Stream, error) {
	token := newToken()
	due := m.expect(token, l.peer.ID)
	defer m.unexpect(token)
	asking, err := m.open(ctx, l, kindDialBulk, map[string]string{"token": token})
	if err != nil {
		return nil, err
	}
	defer func() { _ = asking.Close() }() // the answer is all that counts
	stop := context.AfterFunc(ctx, func() { _ = asking.Reset() })
	defer stop()
	if _, err := asking.frames.Expect(wire.MaxHello, kindDialed); err != nil {
		return nil, helloError(err)
	}
	select {
	case s := <-due.ready:
		return s, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// expect prepares for a bulk link with a token.
func (m *Manager) expect(token string, id identity.DeviceID) *expected {
	m.mu.Lock()
	defer m.mu.Unlock()
	due := &expected{id: id, ready: make(chan *Stream, 1)}
	m.tokens[token] = due
	return due
}

// unexpect ends expect, and cancels a link that nobody took.
func (m *Manager) unexpect(token string) {
	m.mu.Lock()
	due := m.tokens[token]
	delete(m.tokens, token)
	m.mu.Unlock()
	select {
	case s := <-due.ready:
		_ = s.Reset()
	default:
	}
}

// serveDialBulk answers "dial-bulk": it dials the peer where this side dialed
// it before, never where a message says, and serves what comes there.
func (m *Manager) serveDialBulk(ctx context.Context, asking *Stream, first Frame) {
	var request struct {
		Token string `json:"token"`
	}
	err := first.Decode(&request)
	if err == nil && (!asking.peer.Dialed || request.Token == "") {
		err = errors.New("not dialed from here, or no token")
	}
	if err != nil {
		_ = asking.frames.WriteError(wire.CodeRefused, err.Error())
		_ = asking.Close()
		return
	}
	ctx, cancel := context.WithTimeout(ctx, m.config.Timeouts.Bulk)
	defer cancel()
	s, err := m.dialBulk(ctx, asking.peer, request.Token)
	if err != nil {
		_ = asking.frames.WriteError(failureCode(err), "the bulk link could not be made")
		_ = asking.Close()
		return
	}
	m.spawnServe(s)
	if err := asking.frames.Write(kindDialed, nil, nil); err == nil {
		_ = asking.Close()
	}
}

// failureCode returns the code of an error frame for err.
func failureCode(err error) string {
	if errors.Is(err, ErrBusy) {
		return wire.CodeBusy
	}
	return wire.CodeFailed
}

// spawnServe serves a stream on a goroutine of its own.
func (m *Manager) spawnServe(s *Stream) {
	s.served = true
	if !m.spawn(func() { m.serve(s, func() {}) }) {
		_ = s.Reset()
	}
}

// acceptBulk decides on an incoming bulk link. It must bring the token of an
// expected one, or belong to a device with a control link.
func (m *Manager) acceptBulk(sec *secured, peer Peer, token string) (entry, error) {
	if token != "" && !m.isExpected(token, peer.ID) {
		return entry{}, fmt.Errorf("a bulk link that nobody asked for: %w", ErrRefused)
	}
	if err := m.awaitControl(peer); err != nil {
		return entry{}, err
	}
	free, err := m.reserveBulk(peer.ID)
	if err != nil {
		return entry{}, err
	}
	proceed := func() {
		s, err := m.newBulk(sec, peer, free)
		switch {
		case err != nil:
			m.log.Debug("bulk link", "peer", peer.ID.Short(), "err", err)
		case token == "":
			m.spawnServe(s)
		case !m.deliver(token, s):
			_ = s.Reset()
		}
	}
	return entry{proceed: proceed, cancel: free}, nil
}

// isExpected reports whether a token is due from a device.
func (m *Manager) isExpected(token string, id identity.DeviceID) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	due := m.tokens[token]
	return due != nil && due.id == id
}

// deliver hands an expected link to the one who waits. A token serves once.
func (m *Manager) deliver(token string, s *Stream) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	due := m.tokens[token]
	if due == nil {
		return false
	}
	select {
	case due.ready <- s:
		return true
	default:
		return false
	}
}

// awaitControl waits a moment for the control link of the same program.
func (m *Manager) awaitControl(peer Peer) error {
	d, release := m.hold(peer.ID)
	defer release()
	timer := time.NewTimer(controlGrace)
	defer timer.Stop()
	for {
		live, changed := m.watch(d)
		if live != nil && live.peer.Instance == peer.Instance {
			return nil
		}
		select {
		case <-changed:
		case <-timer.C:
			return fmt.Errorf("a bulk link without a control link: %w", ErrRefused)
		case <-m.ctx.Done():
			return ErrClosed
		}
	}
}
