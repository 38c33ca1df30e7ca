package netcore

import (
	"sync"
	"time"

	"lanyard/netcore/identity"
)

const (
	// unreachedFor is how long a failed dial is spoken of, if nobody is heard
	// there again.
	unreachedFor = 30 * time.Second
	// maxUnreached bounds what strangers can make this remember.
	maxUnreached = 64
)

// unreached is who was heard and could not be dialed: a firewall in between,
// mostly. It is shown as a hint and used for nothing.
type unreached struct {
	now func() time.Time

	mu    sync.Mutex
	tries map[identity.DeviceID]failedTry
}

// failedTry is where somebody was dialed in vain, and when.
type failedTry struct {
	address string
	at      time.Time
}

func newUnreached(now func() time.Time) *unreached {
	return &unreached{now: now, tries: map[identity.DeviceID]failedTry{}}
}

// add notes a failed dial.
func (u *unreached) add(id identity.DeviceID, address string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for other, try := range u.tries {
		if u.now().Sub(try.at) > unreachedFor {
			delete(u.tries, other)
		}
	}
	if _, known := u.tries[id]; known || len(u.tries) < maxUnreached {
		u.tries[id] = failedTry{address: address, at: u.now()}
	}
}

// remove notes that a device is linked.
func (u *unreached) remove(id identity.DeviceID) {
	u.mu.Lock()
	defer u.mu.Unlock()
	delete(u.tries, id)
}

// clear forgets all: the network is another one.
func (u *unreached) clear() {
	u.mu.Lock()
	defer u.mu.Unlock()
	clear(u.tries)
}

// addresses returns where somebody was dialed in vain lately.
func (u *unreached) addresses() []string {
	u.mu.Lock()
	defer u.mu.Unlock()
	var addresses []string
	for _, try := range u.tries {
		if u.now().Sub(try.at) <= unreachedFor {
			addresses = append(addresses, try.address)
		}
	}
	return addresses
}

// Search returns what was tried to find people.
func (n *Node) Search() Search {
	s := Search{Listening: whereToDial(n.address, ownAddresses())}
	if n.discovery == nil {
		return s
	}
	status := n.discovery.Status()
	s.Discovery, s.Interfaces, s.Problem = true, status.Interfaces, status.Problem
	s.Unreached = n.unreached.addresses()
	return s
}

// onUnreached is told that somebody who was heard could not be dialed.
func (n *Node) onUnreached(id identity.DeviceID, address string, reason error) {
	n.config.Logger.Debug("heard, but not reached", "device", id.Short(), "address", address, "error", reason)
	n.unreached.add(id, address)
	n.bus.publish(Event{Kind: EventSearch})
}
