package link

import "lanyard/netcore/identity"

// Peer is a device at the other end of a live link. It is a plain value.
type Peer struct {
	ID       identity.DeviceID
	Name     string // from its hello, at most 64 runes, otherwise as sent: neutralise it before showing it
	Instance string // 16 hex digits, another one each time that its program starts
	Address  string // host:port where it can be dialed: what was dialed, or its IP with the port of its hello; empty if it listens nowhere
	Dialed   bool   // this side dialed
}
