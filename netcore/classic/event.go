package classic

import "time"

// What says what an Event tells.
type What string

// What happens. Peer is the other end in all but Listening.
const (
	// Listening: a server is there; Peer is its own address.
	Listening What = "listening"
	// Connected: a client came, or this client reached its server. Datagram
	// servers say it when a source is new.
	Connected What = "connected"
	// Received: a message of a chat or an echo, an answer of a time server, or
	// a piece of the output of a command that was asked for. Text and Bytes; of
	// udp-chat also Name, if the message had one.
	Received What = "received"
	// Answered: the answer to what was sent last is complete.
	Answered What = "answered"
	// Sent: a message, a command or a format went out; Text. Of a file: it went
	// out whole; Name, Path, Total, MD5.
	Sent What = "sent"
	// Held: Text waits for its turn: the peer has to write first.
	Held What = "held"
	// Asked: a time server answered. Text is the format, Answer what went back.
	Asked What = "asked"
	// Running: Text is a command of the other side that is run now.
	Running What = "running"
	// Ran: the command of Text has ended; Exit, Took, Total (bytes of output).
	Ran What = "ran"
	// Progress: of a file: Name, Done, Total, MD5 as announced.
	Progress What = "progress"
	// Saved: a file arrived, was checked and has its name; Name, Path, Total, MD5.
	Saved What = "saved"
	// Refused: something of the other side was not done; Reason, Detail.
	Refused What = "refused"
	// Failed: something went wrong; Reason, Detail.
	Failed What = "failed"
	// Closed: the conversation with Peer is over.
	Closed What = "closed"
)

// Event is something that happened. Texts are as others wrote them.
type Event struct {
	What   What
	At     time.Time
	Peer   string
	Name   string // of a chat partner, or of a file
	Text   string
	Bytes  []byte // what Text was read from
	Answer string
	Stream string // "stdout" or "stderr", where the protocol tells them apart
	Exit   int
	Took   time.Duration
	Done   int64
	Total  int64
	MD5    string // lower-case hexadecimal
	Path   string
	Reason Reason
	Detail string // more about Reason, in English
}

// Direction says what a Record is of.
type Direction string

// The directions. All but Read and Write are calls without bytes.
const (
	Read      Direction = "read"
	Write     Direction = "write"
	Accept    Direction = "accept"
	Connect   Direction = "connect"
	HalfClose Direction = "half-close"
	Close     Direction = "close"
	Listen    Direction = "listen"
)

// MaxRecord is how many bytes of one read or write a Record keeps.
const MaxRecord = 4 << 10

// Record is one call on a socket, as a learner sees it.
type Record struct {
	At        time.Time
	Direction Direction
	Local     string // this end
	Peer      string
	Asked     int    // the size that a read asked for, the size that a write gave
	Size      int    // the size that it returned
	Bytes     []byte // a copy of the first MaxRecord bytes
	// End says that the read returned nothing because the other side has ended
	// its direction. An empty datagram is a read of size 0 without it.
	End bool
	// Err is what the call failed with, in the words of this system.
	Err string
	// Step is the sentence key of a demonstration that this record belongs to;
	// else empty.
	Step string
}
