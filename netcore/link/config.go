package link

import (
	"context"
	"log/slog"
	"net"
	"time"

	"lanyard/netcore/identity"
)

// DefaultPort is the TCP port of a Lanyard device, tried first for listening
// and dialed when an address names none.
const DefaultPort = 9527

// Network makes the connections below the links. Errors of Dial count as
// "nobody answers there". Both must end when ctx does; a listener once
// returned lives until it is closed.
type Network interface {
	Listen(ctx context.Context, address string) (net.Listener, error)
	Dial(ctx context.Context, address string) (net.Conn, error)
}

// Handler serves one stream that a peer opened: first is its first frame,
// whose body, if any, is still to be read; first.Raw is valid until the next
// read of a frame. It runs on a goroutine of its own. The stream is reset when
// it returns without having called Close. ctx ends when the link or the
// Manager does.
type Handler func(ctx context.Context, s *Stream, first Frame)

// Config says how a Manager works. Identity and Instance are required; the
// zero value of every other field means the default named beside it.
type Config struct {
	Identity *identity.Identity
	Instance string        // random for each start of the program, 16 hex digits
	Network  Network       // TCP of this machine; never through a proxy
	Name     func() string // own display name, asked at each hello; empty
	Logger   *slog.Logger  // nothing is logged

	// OnUp is told that a device became reachable. It is called again,
	// without OnDown between, when a later link of the device shows another
	// name, address or instance (its program was restarted). OnDown is told
	// that a device has no link any more, and why (ErrGoodbye, ErrLinkLost).
	// All callbacks are called one after the other, on one goroutine; while
	// one runs, the next waits. None is called once Close has begun.
	//
	// What waits is how each device is now, not all that happened to it, and
	// trusted devices come first. So a device that came and went meanwhile is
	// not mentioned, and one that went and came back is up once more, without
	// OnDown between and even if nothing else is new. OnDown does come between
	// if the program was restarted meanwhile, and if it was Drop that ended
	// the links, with its cause. OnDown is only told of devices that OnUp was.
	OnUp   func(Peer)
	OnDown func(identity.DeviceID, error)

	// OnUnreached, if set, is told on the same goroutine that the dial of a
	// Hint failed: somebody is heard there and cannot be connected to. When
	// 64 calls wait, the next are left out.
	OnUnreached func(id identity.DeviceID, address string, err error)

	// Admit is asked, without waiting, who may be linked: before a device is
	// dialed, and after the TLS handshake of every link, either direction,
	// before anything is said. asked is true for a dial by Connect
	// or ConnectAddress: the user wants this very link. An error refuses it.
	// Nil admits everybody.
	Admit func(id identity.DeviceID, asked bool) error

	// Trusted says, without waiting, which devices the limits for strangers do
	// not hold for. Nil: none.
	Trusted func(identity.DeviceID) bool

	// Password returns the key of the network password, nil if there is none.
	// Both sides of a link must have the same, or none. Call Recheck(true)
	// when it has changed.
	Password func() *identity.NetworkKey

	// Fallback lets Listen take one of the next 20 ports when the one asked
	// for is taken.
	Fallback bool

	Limits   Limits
	Timeouts Timeouts
}

// Limits bound what others can make this device hold. Zero means the default.
// Devices that Config.Trusted names have places of their own, so that no crowd
// of strangers keeps them out. Whether a link is a stranger's is decided when it
// is made, and by Recheck.
//
// Of what strangers share, no remote IP may hold more than it leaves free: one
// alone gets half. Loopback is excepted from all limits for one IP but that of
// wrong proofs.
type Limits struct {
	HalfOpen              int // handshakes of strangers under way, in TLS, and as many beyond it; when full the oldest gives way; 64
	HalfOpenPerIP         int // handshakes under way from one remote IP; 8
	HandshakesPerS        int // accepted handshakes a second in all; 300; and 20 from one remote IP
	TrustedHalfOpen       int // as HalfOpen, for addresses where trusted devices are; 32
	TrustedHandshakesPerS int // as HandshakesPerS, for the same; 100

	Links             int // control links of strangers; 512
	LinksPerIP        int // control links of strangers from one remote IP; 64
	KeptLinks         int // control links of strangers given to Keep, beside Links; 1024
	StrangerStreams   int // streams that a stranger may have open on a control link; 64
	StrangerWindows   int // bytes that the streams opened by strangers may hold; 64 MiB
	StrangerBulkLinks int // bulk links with strangers in all; 128

	Streams       int // streams that a trusted device may have open on a control link; 128
	BulkLinks     int // bulk links with trusted devices in all; 256
	BulkPerDevice int // bulk links with one device, both directions; 8

	Hints            int // hints of strangers being followed; 64
	WrongProofs      int // wrong proofs of the network password a minute in all, those of trusted devices excepted; 60
	WrongProofsPerIP int // wrong proofs a minute from one remote IP; 5
}

// Timeouts are durations; zero means the default.
type Timeouts struct {
	Dial       time.Duration // one connection attempt; 5 s
	Handshake  time.Duration // TLS and hello together; 5 s
	FirstFrame time.Duration // from the opening of a stream to its first frame; 10 s
	KeepAlive  time.Duration // silence after which a link is probed; 2.5 s
	Dead       time.Duration // a write or probe without an answer for so long ends the link; 5 s
	Probe      time.Duration // the same for the probe of Wake; 2 s
	Stall      time.Duration // a write to a stream that makes no progress for so long fails; 30 s
	Bulk       time.Duration // trying to get a bulk link before falling back; 3 s
	Drain      time.Duration // longest life of a duplicate link with open streams; 10 s
	Linger     time.Duration // wait for the other side's end after Close of a stream; 5 s
	HintDelay  time.Duration // head start of the device with the lower ID; 250 ms
	RedialMin  time.Duration // first pause of Keep between two attempts; 1 s
	RedialMax  time.Duration // longest pause of Keep; 60 s
	Goodbye    time.Duration // time for the goodbyes in Close; 1 s
}
