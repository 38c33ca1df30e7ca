package link

import "sync"

// Memory is a network inside this process, for tests: hosts by name, TCP-like
// connections between them. It is safe for use by several goroutines and works
// inside testing/synctest bubbles.
type Memory struct {
	mu sync.Mutex
}

// NewMemory returns a network without hosts.
func NewMemory() *Memory { return &Memory{} }

// Host returns the network as the named host sees it. Addresses are
// "name:port"; Listen takes "name:port" or ":port", port 0 for a free one.
func (m *Memory) Host(name string) Network { return nil }

// Cut pulls the host's cable: nothing arrives at it or from it any more, and
// dials to and from it hang, until Heal. Open connections stay, as in TCP.
func (m *Memory) Cut(host string) {}

// Heal puts the cable back; what was under way arrives.
func (m *Memory) Heal(host string) {}

// Firewall makes the host drop incoming connection attempts (they hang), or
// accept them again. Connections that it dials itself work.
func (m *Memory) Firewall(host string, drop bool) {}
