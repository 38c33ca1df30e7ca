package link

import (
	"context"
	"errors"
	"net"
	"slices"
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
	// perDevice is how many addresses of one device are tried at once, and
	// perDeviceHost how many of them on one host: what somebody made up may
	// take its time to fail, and is not to keep the true one waiting.
	perDevice     = 3
	perDeviceHost = 2
)

// hints bounds the dials that hints lead to: whoever can send a packet may make
// some up. The Manager's lock guards followed and strangers.
type hints struct {
	addresses *rates
	hosts     *rates
	all       *rate.Limiter // of strangers, as the next two
	dials     chan struct{}
	strangers int
	known     chan struct{}                   // bounds the dials of others
	followed  map[identity.DeviceID][]string  // the addresses that are tried
	others    map[identity.DeviceID]time.Time // when they had another password
}

// newHints returns bounds that nothing has reached.
func newHints() hints {
	return hints{
		addresses: newRates(hintsPerAddress, hintBurst),
		hosts:     newRates(hintsPerHost, hostHintBurst),
		all:       rate.NewLimiter(hintsInAll, 2*hintsInAll),
		dials:     make(chan struct{}, maxDials),
		known:     make(chan struct{}, maxDials),
		followed:  make(map[identity.DeviceID][]string),
		others:    make(map[identity.DeviceID]time.Time),
	}
}

// Hint says that a device may be at address: one dial is tried soon if there
// is no live link. Hints are bounded and rate-limited, each device, each address,
// each host, and those of strangers all together; what is too much is dropped.
// Hint does not block.
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
		m.dropHint(id, full, stranger)
	}
}

// takeHint reports whether a hint is to be followed now.
func (m *Manager) takeHint(id identity.DeviceID, address string, stranger bool) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if d := m.devices[id]; d != nil && d.live != nil || m.hints.hasOther(id) {
		return false
	}
	if stranger && m.hints.strangers >= m.config.Limits.Hints {
		return false
	}
	if !m.hints.hasRoom(id, address) || !m.hints.inRate(address, stranger) {
		return false
	}
	m.hints.followed[id] = append(m.hints.followed[id], address)
	if stranger {
		m.hints.strangers++
	}
	return true
}

// hasRoom reports whether one more address of a device may be tried now.
func (h *hints) hasRoom(id identity.DeviceID, address string) bool {
	followed, sameHost := h.followed[id], 0
	for _, other := range followed {
		if bareHost(other) == bareHost(address) {
			sameHost++
		}
	}
	return len(followed) < perDevice && sameHost < perDeviceHost && !slices.Contains(followed, address)
}

// hasOther reports whether a device had another password a moment ago.
func (h *hints) hasOther(id identity.DeviceID) bool {
	at, other := h.others[id]
	return other && time.Since(at) < passwordPause
}

// inRate reports whether one more dial of an address is within the rates.
func (h *hints) inRate(address string, stranger bool) bool {
	return h.addresses.allow(address) && h.hosts.allow(bareHost(address)) && (!stranger || h.all.Allow())
}

// bareHost returns the host of an address that WithPort made.
func bareHost(address string) string {
	host, _, _ := net.SplitHostPort(address)
	return host
}

// dropHint ends takeHint.
func (m *Manager) dropHint(id identity.DeviceID, address string, stranger bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	left := slices.DeleteFunc(m.hints.followed[id], func(other string) bool { return other == address })
	if m.hints.followed[id] = left; len(left) == 0 {
		delete(m.hints.followed, id)
	}
	if stranger {
		m.hints.strangers--
	}
}

// follow dials once.
func (m *Manager) follow(id identity.DeviceID, address string, stranger bool) {
	defer m.dropHint(id, address, stranger)
	d, release := m.hold(id)
	defer release()
	m.headStart(m.ctx, d)
	dials := m.hints.known
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
	err := m.visit(ctx, d, address)
	if err == nil || m.ctx.Err() != nil {
		return
	}
	m.log.Debug("nobody where one was heard", "peer", id.Short(), "address", address, "err", err)
	if tell := m.config.OnUnreached; tell != nil {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.news.notReached(func() { tell(id, address, err) })
	}
}

// visit dials one address of a device, beside other dials to it: they may take
// their time. It is no failure if a link came up meanwhile.
func (m *Manager) visit(ctx context.Context, d *device, address string) error {
	if live, _ := m.watch(d); live != nil {
		return nil
	}
	if err := m.admits(d.id, false); err != nil {
		return err
	}
	ctx, done := m.dialScope(ctx, d)
	defer done()
	sec, err := m.dialSecure(ctx, address, d.id, false)
	if err == nil {
		sec.hinted = true
		_, err = m.greet(ctx, d, sec, address)
	}
	if live, _ := m.watch(d); live != nil {
		return nil
	}
	return err
}

// introduceHinted is introduce for a dial beside others: where one found another
// password, the next does not try.
func (m *Manager) introduceHinted(ctx context.Context, sec *secured, address string) (Peer, error) {
	if m.hasOther(sec.id) {
		return Peer{}, ErrPassword
	}
	peer, err := m.introduce(ctx, sec, address)
	if errors.Is(err, ErrPassword) {
		m.rememberOther(sec.id)
	}
	return peer, err
}

// hasOther reports whether a device had another password a moment ago.
func (m *Manager) hasOther(id identity.DeviceID) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.hints.hasOther(id)
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
