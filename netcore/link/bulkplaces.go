package link

import (
	"fmt"
	"math"
	"time"

	"lanyard/netcore/identity"
)

// reserveBulk takes a place for a bulk link; call the result once to give it
// back.
func (m *Manager) reserveBulk(id identity.DeviceID) (func(), error) {
	trusted := m.trusts(id)
	m.mu.Lock()
	defer m.mu.Unlock()
	d := m.use(id)
	defer m.unuse(d)
	if d.places >= m.config.Limits.BulkPerDevice {
		return nil, fmt.Errorf("%d bulk links: %w", d.places, ErrBusy)
	}
	give, ok := m.takeBulk(d, trusted)
	if !ok {
		return nil, fmt.Errorf("no place for a bulk link: %w", ErrBusy)
	}
	d.places++
	return func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		give()
		d := m.use(id)
		defer m.unuse(d)
		d.places--
	}, nil
}

// takeBulk takes a place among those of trusted devices or of strangers, and
// returns what gives it back. The lock is held, there too.
func (m *Manager) takeBulk(d *device, trusted bool) (give func(), ok bool) {
	if trusted {
		if m.bulks >= m.config.Limits.BulkLinks {
			return nil, false
		}
		m.bulks++
		return func() { m.bulks-- }, true
	}
	host := ""
	if d.live != nil {
		host = hostOf(d.live.low)
	}
	return func() { m.bulkLinks.give(host, 1) }, m.bulkLinks.take(host, 1, math.MaxInt)
}

// newBulk makes the stream of a bulk link whose hellos are through. free gives
// its place back.
func (m *Manager) newBulk(sec *secured, peer Peer, free func()) (*Stream, error) {
	if err := sec.SetDeadline(time.Time{}); err != nil {
		_ = sec.low.Close()
		free()
		return nil, fmt.Errorf("clearing the deadline of a link: %w", err)
	}
	sec.low.bulk(m.config.Timeouts.Stall)
	tuneBulk(sec.low.Conn, m.config.Timeouts.Stall)
	s := m.newStream(m.ctx, peer, &bulkExchange{conn: sec.Conn, low: sec.low}, nil)
	s.bulk = true
	s.free = func() {
		m.forgetBulk(s)
		free()
	}
	s.export = sec.export
	if err := m.whilePassed(sec, func() error { return m.rememberBulk(s, sec.pass) }); err != nil {
		s.kill(err)
		return nil, err
	}
	return s, nil
}

// rememberBulk ties a bulk stream to the control link of its device. It fails
// with errStale if the rules changed.
func (m *Manager) rememberBulk(s *Stream, by pass) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	d := m.devices[s.peer.ID]
	switch {
	case m.closed:
		return ErrClosed
	case m.pass != by:
		return errStale
	case d == nil || d.live == nil:
		return ErrLinkLost
	}
	d.bulks[s] = struct{}{}
	return nil
}

// forgetBulk ends rememberBulk.
func (m *Manager) forgetBulk(s *Stream) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if d := m.devices[s.peer.ID]; d != nil {
		delete(d.bulks, s)
	}
}
