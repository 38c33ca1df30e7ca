package link

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"time"

	"lanyard/netcore/identity"
)

const (
	// maxDials is how many dials of Keep run at once, how many of Hint for
	// those that are known, and how many of Hint for strangers.
	maxDials = 32
	// steady is how long a link must have lived for the next pause to begin
	// at RedialMin again: two copies of one profile are not to throw each
	// other out every second.
	steady = 20 * time.Second
)

// keeper keeps the link of one device up. Manager.mu guards addresses.
type keeper struct {
	addresses []string
	poke      chan struct{} // holds one: dial now
	cancel    context.CancelFunc
}

// wake makes the keeper dial now, if there is no link.
func (k *keeper) wake() {
	select {
	case k.poke <- struct{}{}:
	default:
	}
}

// Keep keeps a link to the device up until Forget: it dials the addresses, and
// the one of the last link, now and again with growing pauses whenever there
// is no link. Called again with other addresses it dials those at once.
func (m *Manager) Keep(id identity.DeviceID, addresses []string) {
	if id == m.config.Identity.ID() {
		return
	}
	addresses = candidates(addresses, maxAddresses)
	if m.trusts(id) {
		m.door.befriend(hostsOf(addresses)...)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return
	}
	d := m.use(id)
	defer m.unuse(d)
	if k := d.keeper; k != nil {
		if !slices.Equal(k.addresses, addresses) {
			k.addresses = addresses
			k.wake()
		}
		return
	}
	ctx, cancel := context.WithCancel(m.ctx)
	k := &keeper{addresses: addresses, poke: make(chan struct{}, 1), cancel: cancel}
	d.keeper = k
	d.users++ // until keepUp ends
	m.wg.Go(func() { m.keepUp(ctx, d, k) })
}

// Forget ends Keep. A live link stays until it ends by itself.
func (m *Manager) Forget(id identity.DeviceID) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if d := m.devices[id]; d != nil && d.keeper != nil {
		d.keeper.cancel()
		d.keeper = nil
	}
}

// keepUp dials the device whenever it has no link.
func (m *Manager) keepUp(ctx context.Context, d *device, k *keeper) {
	defer func() {
		k.cancel()
		m.mu.Lock()
		defer m.mu.Unlock()
		m.unuse(d)
	}()
	pause := time.Duration(0)
	for ctx.Err() == nil {
		if m.waitDown(ctx, d) {
			pause = 0
		} else if pause > 0 && m.rest(ctx, d, k, pause) {
			pause = 0
		}
		m.headStart(ctx, d)
		pause = m.nextPause(pause)
		if err := m.redial(ctx, d, k); errors.Is(err, ErrPassword) {
			pause = m.config.Timeouts.RedialMax // it counts our wrong proofs
		}
	}
}

// waitDown waits while the device has a link, and reports whether that was a
// steady one.
func (m *Manager) waitDown(ctx context.Context, d *device) bool {
	wasSteady := false
	for {
		live, changed := m.watch(d)
		if live == nil {
			return wasSteady
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return false
		}
		wasSteady = time.Since(live.born) >= steady
	}
}

// headStart lets the device with the lower ID dial first, so that both rarely
// dial at once.
func (m *Manager) headStart(ctx context.Context, d *device) {
	if m.config.Identity.ID().Compare(d.id) < 0 {
		return
	}
	timer := time.NewTimer(m.config.Timeouts.HintDelay)
	defer timer.Stop()
	live, changed := m.watch(d)
	if live != nil {
		return
	}
	select {
	case <-timer.C:
	case <-changed:
	case <-ctx.Done():
	}
}

// redial tries once, if there is no link.
func (m *Manager) redial(ctx context.Context, d *device, k *keeper) error {
	select {
	case m.dials <- struct{}{}:
		defer func() { <-m.dials }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	m.mu.Lock()
	addresses := slices.Clone(k.addresses)
	if d.last != "" && !slices.Contains(addresses, d.last) {
		addresses = append([]string{d.last}, addresses...)
	}
	m.mu.Unlock()
	_, err := m.connect(ctx, d.id, addresses, false)
	if err != nil {
		m.log.Debug("redial", "peer", d.id.Short(), "err", err)
	}
	return err
}

// nextPause doubles the pause within its bounds.
func (m *Manager) nextPause(pause time.Duration) time.Duration {
	return min(max(2*pause, m.config.Timeouts.RedialMin), m.config.Timeouts.RedialMax)
}

// rest waits for about the pause, for a link, or for a reason to dial now, of
// which it tells.
func (m *Manager) rest(ctx context.Context, d *device, k *keeper, pause time.Duration) bool {
	jitter := 0.75 + rand.Float64()/2 // #nosec G404 -- spreads the load, keeps no secret
	timer := time.NewTimer(time.Duration(float64(pause) * jitter))
	defer timer.Stop()
	live, changed := m.watch(d)
	if live != nil {
		return false
	}
	select {
	case <-k.poke:
		return true
	case <-timer.C:
	case <-changed:
	case <-ctx.Done():
	}
	return false
}

// Wake says that the network changed: live links are probed now, and the
// devices of Keep are dialed at once. It does not block.
func (m *Manager) Wake() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return
	}
	for _, d := range m.devices {
		if d.keeper != nil {
			d.keeper.wake()
		}
		for _, l := range d.links {
			l.noBulk = time.Time{}
			m.wg.Go(func() { m.probe(l) })
		}
	}
}

// probe ends a link that does not answer a ping within the probe time-out.
func (m *Manager) probe(l *control) {
	answered := make(chan error, 1)
	go func() {
		_, err := l.session.Ping()
		answered <- err
	}()
	timer := time.NewTimer(m.config.Timeouts.Probe)
	defer timer.Stop()
	select {
	case <-answered:
	case <-l.ctx.Done():
	case <-timer.C:
		_ = l.low.Close() // the link's own goroutine sees the end
	}
}
