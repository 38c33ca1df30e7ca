package link

import (
	"errors"
	"fmt"
	"slices"

	"lanyard/netcore/identity"
	"lanyard/netcore/wire"
)

// errStale says that the rules changed since a connection was admitted.
var errStale = errors.New("the rules changed meanwhile")

// pass says by which rules a connection was admitted.
type pass struct {
	rules     uint64 // how often Drop and Recheck had been called
	passwords uint64 // how often Recheck had been called for everything
}

// currentPass returns what a connection that is admitted now is worth.
func (m *Manager) currentPass() pass {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.pass
}

// admits asks Config.Admit. What it said stays here: the other side is not to
// learn why.
func (m *Manager) admits(id identity.DeviceID, asked bool) error {
	if m.config.Admit == nil {
		return nil
	}
	if err := m.config.Admit(id, asked); err != nil {
		return fmt.Errorf("%s is not admitted: %w: %w", id.Short(), ErrRefused, err)
	}
	return nil
}

// trusts asks Config.Trusted.
func (m *Manager) trusts(id identity.DeviceID) bool {
	return m.config.Trusted != nil && m.config.Trusted(id)
}

// whilePassed does register, which takes the lock, until it does not find that
// the rules changed since sec was admitted; when they did, sec must be admitted
// anew. So no link comes up behind the back of Drop and Recheck, and Admit is
// not asked with the lock held.
func (m *Manager) whilePassed(sec *secured, register func() error) error {
	err := register()
	for errors.Is(err, errStale) {
		now := m.currentPass()
		if now.passwords != sec.pass.passwords {
			return fmt.Errorf("the network password changed meanwhile: %w", ErrRefused)
		}
		if err := m.admits(sec.id, sec.asked); err != nil {
			return err
		}
		sec.pass = now
		err = register()
	}
	return err
}

// turnAway tells the other side of a connection that it is not welcome, with a
// code and nothing that is not the same for everybody.
func turnAway(sec *secured, frames *wire.Conn, code string) {
	part(sec, func() error { return frames.WriteError(code, "not welcome") })
}

// Drop ends everything with a device at once: its links, bulk links, and the
// dials under way to it, for which cause is the reason. When it returns, no
// link of the device is live any more; OnDown is told the cause, even if the
// device is back by then, but not if OnUp was never told of it. Drop alone
// keeps nobody out: that is for Admit to do. It does not wait, and may be
// called from handlers and callbacks.
func (m *Manager) Drop(id identity.DeviceID, cause error) {
	m.mu.Lock()
	m.pass.rules++
	links, streams := m.disown(id, cause)
	m.mu.Unlock()
	for _, l := range links {
		_ = l.low.Close() // its own goroutine sees the end
	}
	for _, s := range streams {
		s.kill(cause)
	}
}

// disown takes all links of a device out of service and returns what is left
// to be closed. The lock is held.
func (m *Manager) disown(id identity.DeviceID, cause error) (links []*control, streams []*Stream) {
	d := m.devices[id]
	if d == nil || m.closed {
		return nil, nil
	}
	d.halt(cause)
	d.renew()
	for _, l := range d.links {
		l.cancel(cause)
	}
	if live := d.live; live != nil {
		m.promote(d, nil)
		m.news.down(id, live.trusted, true, cause)
	}
	for s := range d.bulks {
		streams = append(streams, s)
	}
	return slices.Clone(d.links), streams
}

// Recheck says that the answers of Admit may have changed: it is asked again
// for every device with a link, and those refused are dropped with ErrRefused.
// With all, every link is dropped, so that it must be made anew, and OnDown is
// told ErrLinkLost: the network password was changed. The devices of Keep are
// dialed at once. Links of devices that Trusted names now leave the places of
// strangers; only how many streams they may have open stays until the next link,
// and for a device that is trusted no more, Drop makes new ones. It does not
// wait.
func (m *Manager) Recheck(all bool) {
	if all {
		m.guesses.forget()
	}
	for _, id := range m.reconsider(all) {
		err := m.admits(id, false)
		switch {
		case err != nil:
			m.Drop(id, err)
		case all:
			m.Drop(id, fmt.Errorf("links are made anew: %w", ErrLinkLost))
		case m.trusts(id):
			m.vouch(id)
		}
	}
	m.wakeKeepers()
}

// vouch takes the links of a device that is trusted now out of the places and
// budgets of strangers, and remembers where it is.
func (m *Manager) vouch(id identity.DeviceID) {
	m.mu.Lock()
	defer m.mu.Unlock()
	d := m.devices[id]
	if d == nil {
		return
	}
	for _, l := range d.links {
		if !l.trusted {
			l.trusted = true
			l.free()
			l.free = func() {}
			l.windows.trust()
		}
		m.door.befriend(hostOf(l.low))
	}
	m.news.vouch(id)
}

// reconsider makes what was admitted before count no more, and returns the
// devices that must be asked for again.
func (m *Manager) reconsider(all bool) []identity.DeviceID {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.pass.rules++
	if all {
		m.pass.passwords++
		clear(m.hints.others)
	}
	ids := make([]identity.DeviceID, 0, len(m.devices))
	for id := range m.devices {
		ids = append(ids, id)
	}
	return ids
}

// wakeKeepers has the devices of Keep dialed now.
func (m *Manager) wakeKeepers() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, d := range m.devices {
		if d.keeper != nil {
			d.keeper.wake()
		}
	}
}
