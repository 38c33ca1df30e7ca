package link

import (
	"context"
	"slices"
	"time"

	"lanyard/netcore/identity"
)

// maxPerDevice is how many control links one device may have while duplicates
// are being closed.
const maxPerDevice = 4

// device is what the Manager knows of one device. Manager.mu guards it.
type device struct {
	id      identity.DeviceID
	live    *control   // serves new streams
	links   []*control // all that are open, in the order in which they came
	bulks   map[*Stream]struct{}
	places  int             // bulk links, and places reserved for them
	changed chan struct{}   // closed, and made anew, whenever live changes
	turn    chan struct{}   // held by the one who dials for Connect and Keep
	hello   chan struct{}   // held by the one who says hello on what a dial brought
	users   int             // calls that hold the device
	dialing context.Context // of the dials under way; ends in Drop
	halt    context.CancelCauseFunc
	keeper  *keeper
	last    string // where the last link says that it can be dialed
}

// use returns the device, made if need be, until unuse. The lock is held.
func (m *Manager) use(id identity.DeviceID) *device {
	d := m.devices[id]
	if d == nil {
		d = &device{
			id: id, bulks: make(map[*Stream]struct{}),
			changed: make(chan struct{}), turn: make(chan struct{}, 1), hello: make(chan struct{}, 1),
		}
		d.renew()
		m.devices[id] = d
	}
	d.users++
	return d
}

// renew lets new dials begin. The lock is held.
func (d *device) renew() { d.dialing, d.halt = context.WithCancelCause(context.Background()) }

// dialScope returns ctx made to end with the Manager, too, and when the device
// is dropped.
func (m *Manager) dialScope(ctx context.Context, d *device) (context.Context, context.CancelFunc) {
	m.mu.Lock()
	dialing := d.dialing
	m.mu.Unlock()
	scoped, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(m.ctx, func() { cancel(ErrClosed) })
	stopHalt := context.AfterFunc(dialing, func() { cancel(context.Cause(dialing)) })
	return scoped, func() {
		stop()
		stopHalt()
		cancel(nil)
	}
}

// unuse ends use, and forgets a device of which nothing is left. The lock is
// held.
func (m *Manager) unuse(d *device) {
	d.users--
	if d.users == 0 && len(d.links) == 0 && d.places == 0 && d.keeper == nil {
		delete(m.devices, d.id)
	}
}

// hold is use for a caller without the lock; call the result once.
func (m *Manager) hold(id identity.DeviceID) (*device, func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	d := m.use(id)
	return d, func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.unuse(d)
	}
}

// watch returns the live link and a channel that is closed when it changes.
func (m *Manager) watch(d *device) (*control, <-chan struct{}) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return d.live, d.changed
}

// adopt puts a control link, for which a place is reserved, into service and
// runs it. It fails only once the Manager is closed, and with errStale.
func (m *Manager) adopt(l *control, by pass) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case m.closed:
		return ErrClosed
	case m.pass != by:
		return errStale
	}
	d := m.use(l.peer.ID)
	defer m.unuse(d)
	d.links = append(d.links, l)
	if l.peer.Address != "" {
		d.last = l.peer.Address
	}
	m.wg.Go(func() { m.run(l) })
	if old := d.live; old == nil || m.beats(l, old) {
		m.promote(d, l)
		m.retire(l, old)
	} else {
		m.retire(old, l)
	}
	m.trim(d)
	return nil
}

// promote makes l the live link, nil for none. The lock is held.
func (m *Manager) promote(d *device, l *control) {
	old := d.live
	d.live = l
	close(d.changed)
	d.changed = make(chan struct{})
	if l != nil && (old == nil || !sameRecord(old.peer, l.peer)) {
		m.news.up(l.peer, l.trusted)
	}
}

// sameRecord reports whether OnUp has nothing new to tell.
func sameRecord(a, b Peer) bool {
	return a.Name == b.Name && a.Instance == b.Instance && a.Address == b.Address
}

// beats reports whether a new link takes the place of an old one. A restarted
// program and a second dial by the same side know better than we do that the
// old link is dead. When both sides dialed, both keep the link that the lower
// ID dialed.
func (m *Manager) beats(fresh, old *control) bool {
	if fresh.peer.Instance != old.peer.Instance || fresh.peer.Dialed == old.peer.Dialed {
		return true
	}
	lowerHere := m.config.Identity.ID().Compare(fresh.peer.ID) < 0
	return fresh.peer.Dialed == lowerHere
}

// retire closes a link in favour of another: at once, with the bulk links, if
// its program is gone, else when its streams have ended. The lock is held.
func (m *Manager) retire(winner, loser *control) {
	if loser == nil {
		return
	}
	if loser.peer.Instance == winner.peer.Instance {
		m.wg.Go(func() { m.drain(loser) })
		return
	}
	m.wg.Go(func() { m.end(loser) })
	for s := range m.devices[loser.peer.ID].bulks {
		if s.peer.Instance == loser.peer.Instance {
			m.wg.Go(func() { s.kill(ErrLinkLost) })
		}
	}
}

// trim ends the oldest links of a device that has too many. The lock is held.
func (m *Manager) trim(d *device) {
	for _, l := range d.links[:max(0, len(d.links)-maxPerDevice)] {
		if l != d.live {
			m.wg.Go(func() { m.end(l) })
		}
	}
}

// end ends a duplicate link.
func (m *Manager) end(l *control) { l.bye(byeDuplicate, m.config.Timeouts.Goodbye) }

// drain ends a duplicate link once it has no streams. The first fifth of the
// time it stays anyway: the other side may not have seen the better link yet.
func (m *Manager) drain(l *control) {
	total := m.config.Timeouts.Drain
	tick := time.NewTicker(total / 5)
	defer tick.Stop()
	for range 5 {
		select {
		case <-tick.C:
		case <-l.ctx.Done():
			return
		}
		if m.liveLink(l.peer.ID) == l {
			return // the better one died first
		}
		if l.session.NumStreams() == 0 {
			break
		}
	}
	m.end(l)
}

// drop takes an ended link out of service.
func (m *Manager) drop(l *control, cause error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	d := m.use(l.peer.ID)
	defer m.unuse(d)
	d.links = slices.DeleteFunc(d.links, func(other *control) bool { return other == l })
	l.free()
	if d.live != l {
		return
	}
	next := m.best(d)
	m.promote(d, next)
	if next != nil {
		return
	}
	m.news.down(d.id, l.trusted, false, cause)
	for s := range d.bulks {
		m.killLater(s, cause)
	}
}

// best returns the link that should serve, of those that are left.
func (m *Manager) best(d *device) *control {
	var best *control
	for _, l := range d.links {
		if l.ctx.Err() == nil && (best == nil || m.beats(l, best)) {
			best = l
		}
	}
	return best
}

// killLater ends a stream without waiting. The lock is held.
func (m *Manager) killLater(s *Stream, cause error) {
	if !m.closed { // Close ends all streams itself
		m.wg.Go(func() { s.kill(cause) })
	}
}
