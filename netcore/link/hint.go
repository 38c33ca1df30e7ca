package link

import (
	"context"
	"errors"
	"net"
	"time"

	"golang.org/x/time/rate"

	"lanyard/netcore/identity"
)

const (
	hintsPerAddress = 0.5 // dials a second of one address that was heard
	hintBurst       = 3   // the same at once
	hintsPerHost    = 2   // dials a second of all ports of one host that was heard
	hostHintBurst   = 16  // the same at once
	hintsInAll      = 20  // dials a second of strangers
	// passwordPause is how long hints of a device are dropped that has another
	// network password: it counts our wrong proofs, and once it has the right
	// password, it dials us.
	passwordPause = time.Minute
	maxOthers     = 256 // devices with another password that are remembered
)

// hints bounds the dials that hints lead to: whoever can send a packet may make
// some up. The Manager's lock guards followed and strangers.
type hints struct {
	addresses *rates
	hosts     *rates
	all       *rate.Limiter // of strangers, as the next two
	dials     chan struct{}
	strangers int
	followed  map[identity.DeviceID]bool
	others    map[identity.DeviceID]time.Time // when they had another password
}

// newHints returns bounds that nothing has reached.
func newHints() hints {
	return hints{
		addresses: newRates(hintsPerAddress, hintBurst),
		hosts:     newRates(hintsPerHost, hostHintBurst),
		all:       rate.NewLimiter(hintsInAll, 2*hintsInAll),
		dials:     make(chan struct{}, maxDials),
		followed:  make(map[identity.DeviceID]bool),
		others:    make(map[identity.DeviceID]time.Time),
	}
}

// Hint says that a device may be at address: one dial is tried soon if there
// is no live link. Hints are bounded and rate-limited, each address, each host,
// and those of strangers all together; what is too much is dropped. Hint does
// not block.
func (m *Manager) Hint(id identity.DeviceID, address string) {
	full, err := WithPort(address)
	if err != nil || id == m.config.Identity.ID() || m.admits(id, false) != nil {
		return
	}
	stranger := !m.trusts(id) && !m.isKept(id)
	if !m.takeHint(id, full, stranger) {
		return
	}
	if !m.spawn(func() { m.follow(id, full, stranger) }) {
		m.dropHint(id, stranger)
	}
}

// takeHint reports whether a hint is to be followed now.
func (m *Manager) takeHint(id identity.DeviceID, address string, stranger bool) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if d := m.devices[id]; d != nil && d.live != nil || m.hints.followed[id] {
		return false
	}
	if at, other := m.hints.others[id]; other && time.Since(at) < passwordPause {
		return false
	}
	if stranger && m.hints.strangers >= m.config.Limits.Hints {
		return false
	}
	host, _, _ := net.SplitHostPort(address) // made by WithPort
	if !m.hints.addresses.allow(address) || !m.hints.hosts.allow(host) || stranger && !m.hints.all.Allow() {
		return false
	}
	m.hints.followed[id] = true
	if stranger {
		m.hints.strangers++
	}
	return true
}

// dropHint ends takeHint.
func (m *Manager) dropHint(id identity.DeviceID, stranger bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.hints.followed, id)
	if stranger {
		m.hints.strangers--
	}
}

// follow dials once.
func (m *Manager) follow(id identity.DeviceID, address string, stranger bool) {
	defer m.dropHint(id, stranger)
	d, release := m.hold(id)
	defer release()
	m.headStart(m.ctx, d)
	dials := m.dials
	if stranger {
		dials = m.hints.dials
	}
	select {
	case dials <- struct{}{}:
		defer func() { <-dials }()
	case <-m.ctx.Done():
		return
	}
	ctx, cancel := context.WithTimeout(m.ctx, m.config.Timeouts.Dial+m.config.Timeouts.Handshake)
	defer cancel()
	_, err := m.connect(ctx, id, []string{address}, false)
	if err == nil || m.ctx.Err() != nil {
		return
	}
	if errors.Is(err, ErrPassword) {
		m.rememberOther(id)
	}
	m.log.Debug("nobody where one was heard", "peer", id.Short(), "address", address, "err", err)
	if tell := m.config.OnUnreached; tell != nil {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.news.notReached(func() { tell(id, address, err) })
	}
}

// rememberOther remembers that a device has another password.
func (m *Manager) rememberOther(id identity.DeviceID) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.hints.others) >= maxOthers {
		clear(m.hints.others) // costs some dials
	}
	m.hints.others[id] = time.Now()
}
