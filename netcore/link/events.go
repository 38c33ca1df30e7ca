package link

import (
	"container/list"

	"lanyard/netcore/identity"
)

// maxUnreached is how many calls of OnUnreached may be due. It is a hint for the
// user, made by hints of strangers: what is more is left out.
const maxUnreached = 64

// news is what the callbacks are still to be told: of each device only how it
// is now, so that a consumer who is slower than a crowd comes and goes is not
// told of who is gone already. It is bounded by the devices with links and
// those that the consumer believes to have one. Manager.mu guards it.
type news struct {
	told      map[identity.DeviceID]Peer // as OnUp was told, until OnDown is
	due       map[identity.DeviceID]*list.Element
	trusted   *list.List // of *change, in order; told first
	strangers *list.List // the same
	unreached []func()   // told last
	ready     chan struct{}
}

// change is what is to be told of one device: that it is gone, that it is up,
// or the one and then the other.
type change struct {
	id      identity.DeviceID
	class   *list.List
	gone    bool
	cause   error // why it is gone
	dropped bool  // by Drop, which promises that the cause is told
	up      *Peer
}

// newNews returns news of nobody.
func newNews() news {
	return news{
		told:    make(map[identity.DeviceID]Peer),
		due:     make(map[identity.DeviceID]*list.Element),
		trusted: list.New(), strangers: list.New(),
		ready: make(chan struct{}, 1),
	}
}

// of returns the change of a device that is due, made if need be.
func (n *news) of(id identity.DeviceID, trusted bool) *change {
	class := n.strangers
	if trusted {
		class = n.trusted
	}
	c := &change{id: id, class: class}
	if at := n.due[id]; at != nil {
		c = at.Value.(*change)
		if c.class == class {
			return c
		}
		n.remove(c)
		c.class = class
	}
	n.due[id] = class.PushBack(c)
	return c
}

// vouch puts what is due of a device among that of trusted ones.
func (n *news) vouch(id identity.DeviceID) {
	if n.due[id] != nil {
		n.of(id, true)
	}
}

// remove says that there is nothing to be told of a device.
func (n *news) remove(c *change) {
	c.class.Remove(n.due[c.id])
	delete(n.due, c.id)
}

// up says that a device has a link. What the consumer was not told of before is
// left out, but not the end of another run of the program: streams and requests
// of that one are over.
func (n *news) up(peer Peer, trusted bool) {
	c := n.of(peer.ID, trusted)
	c.up = &peer
	if !c.dropped && n.told[peer.ID].Instance == peer.Instance {
		c.gone, c.cause = false, nil
	}
	n.signal()
}

// down says that a device has no link any more. One that the consumer was never
// told of is not mentioned.
func (n *news) down(id identity.DeviceID, trusted, dropped bool, cause error) {
	c := n.of(id, trusted)
	c.up = nil
	if _, told := n.told[id]; !told {
		n.remove(c)
		return
	}
	if dropped || !c.dropped {
		c.gone, c.cause, c.dropped = true, cause, dropped
	}
	n.signal()
}

// notReached says that a hint led nowhere.
func (n *news) notReached(tell func()) {
	if len(n.unreached) < maxUnreached {
		n.unreached = append(n.unreached, tell)
		n.signal()
	}
}

// signal wakes dispatch.
func (n *news) signal() {
	select {
	case n.ready <- struct{}{}:
	default:
	}
}

// next returns the call of a callback that is due, nil if none.
func (n *news) next(config *Config) func() {
	for _, class := range []*list.List{n.trusted, n.strangers} {
		if first := class.Front(); first != nil {
			return n.tell(first.Value.(*change), config)
		}
	}
	if len(n.unreached) == 0 {
		return nil
	}
	tell := n.unreached[0]
	n.unreached = n.unreached[1:]
	return tell
}

// tell returns the next call about a device, which then counts as made.
func (n *news) tell(c *change, config *Config) func() {
	id, cause, up := c.id, c.cause, c.up
	if !c.gone {
		n.remove(c)
		n.told[id] = *up
		return func() { config.tellUp(*up) }
	}
	c.gone, c.cause, c.dropped = false, nil, false
	delete(n.told, id)
	if up == nil {
		n.remove(c)
	}
	return func() { config.tellDown(id, cause) }
}

// tellUp calls OnUp, if there is one.
func (c *Config) tellUp(peer Peer) {
	if c.OnUp != nil {
		c.OnUp(peer)
	}
}

// tellDown calls OnDown, if there is one.
func (c *Config) tellDown(id identity.DeviceID, cause error) {
	if c.OnDown != nil {
		c.OnDown(id, cause)
	}
}

// dispatch calls the callbacks, one after the other, until the Manager ends.
func (m *Manager) dispatch() {
	for {
		select {
		case <-m.news.ready:
		case <-m.ctx.Done():
			return
		}
		for tell := m.nextNews(); tell != nil; tell = m.nextNews() {
			tell()
		}
	}
}

// nextNews takes the call of a callback that is due, nil if none.
func (m *Manager) nextNews() func() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return nil
	}
	return m.news.next(&m.config)
}
