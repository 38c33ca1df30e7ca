package classic

import (
	"time"

	"lanyard/netcore/charset"
)

// The defaults of Options.
const (
	// DefaultRecvSize is how many bytes one read asks for. The courses ask for
	// 1024; a longer message would be two there, and a longer datagram cut.
	DefaultRecvSize = 64 << 10
	// CourseRecvSize is the size of the courses.
	CourseRecvSize = 1024
	// MaxRecvSize is the largest size that a read may ask for.
	MaxRecvSize = 1 << 20
	// DefaultQuietTime ends an answer that has no length.
	DefaultQuietTime = 500 * time.Millisecond
	// DefaultCommandTime is how long a command may run.
	DefaultCommandTime = 5 * time.Minute
	// DefaultCommandOutput is how much it may write, both streams together.
	DefaultCommandOutput = 16 << 20
)

// Digest is the hash of the proofs of hmac-echo.
type Digest string

// The digests. Both ends have to choose the same.
const (
	MD5    Digest = "md5"
	SHA256 Digest = "sha256"
)

// Limits bound what commands of others may use. Zero means the default.
type Limits struct {
	Time   time.Duration // by the clock on the wall, then the whole tree is killed
	Output int           // bytes of both streams together, then it is killed too
}

// Options is what a session does and how.
type Options struct {
	Protocol Name
	// Address is host:port, a port alone, a host alone (the port is that of the
	// course then), [v6]:port, or unix:PATH. A server on a port alone, or on
	// none (""), is on 127.0.0.1.
	Address string
	// AllowCommands is the user's consent that the other side's commands are
	// run here: Protocol.Runs says where that is.
	AllowCommands bool
	// AllowRemote lets a server that runs commands listen on other addresses than
	// those of loopback and unix: ones.
	AllowRemote bool
	// Once has a server serve one client, and end.
	Once bool

	RecvSize  int           // bytes one read asks for; 0: DefaultRecvSize
	QuietTime time.Duration // 0: DefaultQuietTime
	// Encoding is what bytes of the other side are read as; empty: that of the
	// protocol. For reverse-command it is also what is written.
	Encoding charset.Encoding
	// ChatName goes before each message of udp-chat, as "name: text"; it may be
	// empty.
	ChatName string
	Secret   string // of hmac-echo
	Digest   Digest // of hmac-echo; empty: MD5
	SaveDir  string // where the file server puts files; it has to exist
	Limits   Limits // of commands

	// Now is the clock of the time server, in whose location answers are; nil:
	// time.Now.
	Now func() time.Time
	// Events is told what happens, one event at a time, in order; nil: nobody.
	// It must not wait and must not call the session.
	Events func(Event)
	// Wire is shown every read and write, one at a time; nil: nobody. It must
	// not wait and must not call the session.
	Wire func(Record)
}
