package link

import (
	"fmt"
	"sync"

	"lanyard/netcore/identity"
)

// places counts what strangers hold of something, by remote host. One host may
// hold no more than is left free: a single one gets at most half, and there is
// always something left for the next.
type places struct {
	mu    sync.Mutex
	most  int
	held  int
	hosts map[string]int
}

// newPlaces returns places of which none is taken.
func newPlaces(most int) *places { return &places{most: most, hosts: make(map[string]int)} }

// take takes n places for a host, of which it may have perHost, and reports
// whether they were there. Of loopback only the sum counts: there, everybody is
// at one address.
func (p *places) take(host string, n, perHost int) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	free := p.most - p.held
	if free < n || !isLoopback(host) && p.hosts[host]+n > min(perHost, free) {
		return false
	}
	p.held += n
	p.hosts[host] += n
	return true
}

// give gives n places back.
func (p *places) give(host string, n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.held -= n
	if p.hosts[host] -= n; p.hosts[host] == 0 {
		delete(p.hosts, host)
	}
}

// reserve takes a place for a control link, before its hello is answered. Call
// the result once to give it back. Trusted devices need none, and those of Keep
// take none of the strangers'.
func (m *Manager) reserve(id identity.DeviceID, host string) (func(), error) {
	if err := m.ctx.Err(); err != nil {
		return nil, ErrClosed
	}
	places := m.links
	switch {
	case m.trusts(id):
		return func() {}, nil
	case m.isKept(id):
		places = m.keptLinks
	}
	if !places.take(host, 1, m.config.Limits.LinksPerIP) {
		return nil, fmt.Errorf("no place for a link with %s: %w", host, ErrBusy)
	}
	return func() { places.give(host, 1) }, nil
}

// isKept reports whether the device was given to Keep.
func (m *Manager) isKept(id identity.DeviceID) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	d := m.devices[id]
	return d != nil && d.keeper != nil
}
