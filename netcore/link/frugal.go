package link

import (
	"encoding/binary"
	"errors"
	"net"
)

const (
	// muxHeader is the size in bytes of yamux's header: version, type, flags
	// (2), stream (4), length (4), all big-endian.
	muxHeader = 12
	muxData   = 0 // the type that a payload follows
	muxGoAway = 3 // the type that nothing follows
	// smallFrame is the payload in bytes up to which a data frame costs more
	// to hold than it brings. The shortest frame of package wire is longer.
	smallFrame = 16
	// maxWaste is how many bytes all data frames of a link together may stay
	// behind smallFrame each.
	maxWaste = 128 << 10
)

// errWasteful says that a peer cuts what it sends into crumbs.
var errWasteful = errors.New("too many tiny frames")

// frugal watches what yamux reads. A window bounds the bytes of the payloads,
// but each frame is held with some forty bytes around it until it is read: a
// window of frames of one byte would cost ten megabytes.
type frugal struct {
	net.Conn
	head   [muxHeader]byte
	have   int    // bytes of head
	skip   uint32 // bytes of the payload still to come
	credit int
	goAway bool // the other side has said its last word
}

// newFrugal returns conn, watched.
func newFrugal(conn net.Conn) *frugal { return &frugal{Conn: conn, credit: maxWaste} }

// Read implements net.Conn.
func (f *frugal) Read(p []byte) (int, error) {
	n, err := f.Conn.Read(p)
	f.watch(p[:n])
	if f.credit < 0 {
		return 0, errWasteful
	}
	return n, err
}

// watch follows the frames.
func (f *frugal) watch(p []byte) {
	for len(p) > 0 {
		if f.skip > 0 {
			n := min(f.skip, uint32(len(p))) // #nosec G115 -- a read is far below 4 GiB
			f.skip -= n
			p = p[n:]
			continue
		}
		n := copy(f.head[f.have:], p)
		f.have += n
		p = p[n:]
		if f.have == muxHeader {
			f.have = 0
			f.account()
		}
	}
}

// account counts a frame whose header is there.
func (f *frugal) account() {
	if f.head[1] != muxData {
		f.goAway = f.goAway || f.head[1] == muxGoAway
		return
	}
	f.skip = binary.BigEndian.Uint32(f.head[8:])
	if f.credit < 0 {
		return // too late
	}
	f.credit = min(maxWaste, f.credit+int(min(f.skip, maxWaste))-smallFrame)
}
