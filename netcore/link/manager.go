package link

import (
	"context"
	"net"

	"lanyard/netcore/identity"
	"lanyard/netcore/wire"
)

// Frame is the header of a frame; see [wire.Frame].
type Frame = wire.Frame

// Manager owns the links of this device. All methods are safe for use by
// several goroutines. Make one with New, register handlers, then Listen.
type Manager struct {
	config Config
}

// New returns a Manager without links. It must be closed.
func New(config Config) *Manager { return &Manager{config: config} }

// Handle registers the handler of the streams that begin with kind. Call it
// before Listen, Connect, Keep and Hint; a second handler of one kind, or the
// reserved kind "dial-bulk", panics: a fault of the program.
func (m *Manager) Handle(kind string, h Handler) {}

// Listen accepts links at address, "host:port"; an empty host means all
// addresses, port 0 any free port. It returns the address taken. The hello
// carries the port of the latest Listen. ctx is for the call only.
func (m *Manager) Listen(ctx context.Context, address string) (net.Addr, error) {
	return nil, ErrClosed
}

// Port returns the TCP port that this device listens on, 0 if none.
func (m *Manager) Port() int { return 0 }

// Connect returns the live link to a device, or else dials all the addresses,
// the first at once and each next one shortly after, and keeps the first that
// proves to be the device. Addresses are as in ConnectAddress. The error is
// ErrUnreachable, ErrNotLanyard, ErrWrongDevice, ErrSelf, ErrVersion, ErrBusy,
// ErrClosed or the end of ctx.
func (m *Manager) Connect(ctx context.Context, id identity.DeviceID, addresses []string) (Peer, error) {
	return Peer{}, ErrUnreachable
}

// ConnectAddress connects to whichever device answers at address: an IPv4 or
// IPv6 address or a host name, with or without port (DefaultPort). A device
// with a live link is returned without a second one. Errors are those of
// Connect.
func (m *Manager) ConnectAddress(ctx context.Context, address string) (Peer, error) {
	return Peer{}, ErrUnreachable
}

// Keep keeps a link to the device up until Forget: it dials the addresses, and
// the one of the last link, now and again with growing pauses whenever there
// is no link. Called again it replaces the addresses and dials at once.
func (m *Manager) Keep(id identity.DeviceID, addresses []string) {}

// Forget ends Keep. A live link stays until it ends by itself.
func (m *Manager) Forget(id identity.DeviceID) {}

// Hint says that a device may be at address: one dial is tried soon if there
// is no live link. Hints are bounded and rate-limited, each address and all
// together; what is too much is dropped. Hint does not block.
func (m *Manager) Hint(id identity.DeviceID, address string) {}

// Wake says that the network changed: live links are probed now, and the
// devices of Keep are dialed at once. It does not block.
func (m *Manager) Wake() {}

// Open opens a stream on the control link and sends its first frame. fields is
// as in wire's Conn.Write. ErrNotConnected if there is no live link.
func (m *Manager) Open(ctx context.Context, id identity.DeviceID, kind string, fields any) (*Stream, error) {
	return nil, ErrNotConnected
}

// OpenBulk is Open for much data: it opens a link of its own, dialed by
// whichever side dialed the control link. Where that fails within a few
// seconds, the stream is one of the control link; Stream.Bulk tells.
func (m *Manager) OpenBulk(ctx context.Context, id identity.DeviceID, kind string, fields any) (*Stream, error) {
	return nil, ErrNotConnected
}

// Peers returns the devices with a live link, ordered by ID.
func (m *Manager) Peers() []Peer { return nil }

// Peer returns the live peer of a device.
func (m *Manager) Peer(id identity.DeviceID) (Peer, bool) { return Peer{}, false }

// Close says goodbye to all peers, ends all links and streams, and returns
// when every goroutine of the Manager and every handler has ended. It must not
// be called from a handler or callback.
func (m *Manager) Close() error { return nil }
