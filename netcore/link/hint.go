package link

import (
	"context"

	"lanyard/netcore/identity"
)

const (
	hintsPerAddress = 0.5 // dials a second of one address that was heard
	hintBurst       = 3   // the same at once
	hintsInAll      = 20  // dials a second of all
)

// Hint says that a device may be at address: one dial is tried soon if there
// is no live link. Hints are bounded and rate-limited, each address and all
// together; what is too much is dropped. Hint does not block.
func (m *Manager) Hint(id identity.DeviceID, address string) {
	full, err := WithPort(address)
	if err != nil || id == m.config.Identity.ID() || m.admits(id) != nil || !m.takeHint(id, full) {
		return
	}
	if !m.spawn(func() { m.follow(id, full) }) {
		m.dropHint(id)
	}
}

// takeHint reports whether a hint is to be followed now.
func (m *Manager) takeHint(id identity.DeviceID, address string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if d := m.devices[id]; d != nil && d.live != nil {
		return false
	}
	if m.hinted[id] || len(m.hinted) >= m.config.Limits.Hints {
		return false
	}
	if !m.hintRate.allow(address) || !m.hintAll.Allow() {
		return false
	}
	m.hinted[id] = true
	return true
}

// dropHint ends takeHint.
func (m *Manager) dropHint(id identity.DeviceID) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.hinted, id)
}

// follow dials once.
func (m *Manager) follow(id identity.DeviceID, address string) {
	defer m.dropHint(id)
	d, release := m.hold(id)
	defer release()
	m.headStart(m.ctx, d)
	select {
	case m.dials <- struct{}{}:
		defer func() { <-m.dials }()
	case <-m.ctx.Done():
		return
	}
	ctx, cancel := context.WithTimeout(m.ctx, m.config.Timeouts.Dial+m.config.Timeouts.Handshake)
	defer cancel()
	_, err := m.Connect(ctx, id, []string{address})
	if err == nil || m.ctx.Err() != nil {
		return
	}
	m.log.Debug("nobody where one was heard", "peer", id.Short(), "address", address, "err", err)
	if tell := m.config.OnUnreached; tell != nil {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.emit(func() { tell(id, address, err) })
	}
}
