package netcore

import (
	"sync"
	"time"

	"lanyard/netcore/identity"
)

const (
	// unreachedAfter is how long a link may take before the screen speaks of it.
	unreachedAfter = 3 * time.Second
	// heardFor is how long somebody counts as heard after their last beacon.
	heardFor = 30 * time.Second
	// maxHeard bounds what strangers can make this remember.
	maxHeard = 64
)

// hearsay is who was heard and is not linked: a firewall in between, mostly. It
// is shown as a hint and used for nothing.
type hearsay struct {
	now func() time.Time

	mu    sync.Mutex
	heard map[identity.DeviceID]rumour
}

// rumour is where somebody was heard, and when.
type rumour struct {
	address     string
	first, last time.Time
}

func newHearsay(now func() time.Time) *hearsay {
	return &hearsay{now: now, heard: map[identity.DeviceID]rumour{}}
}

// add notes a beacon, and reports whether its author was not heard before.
func (h *hearsay) add(id identity.DeviceID, address string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := h.now()
	for other, r := range h.heard {
		if now.Sub(r.last) > heardFor {
			delete(h.heard, other)
		}
	}
	r, known := h.heard[id]
	if !known && len(h.heard) >= maxHeard {
		return false
	}
	if !known {
		r.first = now
	}
	r.address, r.last = address, now
	h.heard[id] = r
	return !known
}

// reached notes that a device is linked.
func (h *hearsay) reached(id identity.DeviceID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.heard, id)
}

// clear forgets all: the network is another one.
func (h *hearsay) clear() {
	h.mu.Lock()
	defer h.mu.Unlock()
	clear(h.heard)
}

// unreached returns where somebody has been heard for a while without a link.
func (h *hearsay) unreached(linked func(identity.DeviceID) bool) []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	var addresses []string
	now := h.now()
	for id, r := range h.heard {
		if now.Sub(r.first) >= unreachedAfter && now.Sub(r.last) < heardFor && !linked(id) {
			addresses = append(addresses, r.address)
		}
	}
	return addresses
}

// Search returns what was tried to find people.
func (n *Node) Search() Search {
	s := Search{Listening: n.address}
	if n.discovery == nil {
		return s
	}
	status := n.discovery.Status()
	s.Discovery, s.Interfaces, s.Problem = true, status.Interfaces, status.Problem
	s.Unreached = n.heard.unreached(func(id identity.DeviceID) bool { _, ok := n.links.Peer(id); return ok })
	return s
}
