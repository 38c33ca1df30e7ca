package link

import (
	"errors"
	"io"
	"net"
	"time"
)

// errCut says that a connection ended without TLS's close_notify. Package tls
// takes a plain io.EOF between two records for a good end; here it is none.
var errCut = errors.New("the connection was cut off")

// lower is the connection below TLS. It passes everything through until bulk
// makes it collect writes and read ahead.
type lower struct {
	net.Conn
	out   gather
	ahead []byte // nil: reads go through
	r, w  int    // what is in ahead
}

// newLower returns a lower that passes through.
func newLower(conn net.Conn) *lower {
	return &lower{Conn: conn, out: gather{conn: conn, lock: make(chan struct{}, 1)}}
}

// bulk switches to large socket reads and writes. Nothing may be reading or
// writing meanwhile.
func (l *lower) bulk(stall time.Duration) {
	l.ahead = make([]byte, bulkBuffer)
	l.out.start(stall)
}

// Read implements net.Conn.
func (l *lower) Read(p []byte) (int, error) {
	if l.ahead == nil {
		return l.read(p)
	}
	if l.r == l.w {
		l.out.hurry()
		n, err := l.read(l.ahead)
		l.r, l.w = 0, n
		if n == 0 {
			return 0, err
		}
	}
	n := copy(p, l.ahead[l.r:l.w])
	l.r += n
	return n, nil
}

// read reads from the connection.
func (l *lower) read(p []byte) (int, error) {
	n, err := l.Conn.Read(p)
	if errors.Is(err, io.EOF) {
		err = errCut
	}
	return n, err
}

// Write implements net.Conn.
func (l *lower) Write(p []byte) (int, error) { return l.out.Write(p) }

// SetWriteDeadline implements net.Conn.
func (l *lower) SetWriteDeadline(t time.Time) error { return l.out.setDeadline(t) }

// SetDeadline implements net.Conn.
func (l *lower) SetDeadline(t time.Time) error {
	if err := l.Conn.SetReadDeadline(t); err != nil {
		return err
	}
	return l.out.setDeadline(t)
}

// Close implements net.Conn.
func (l *lower) Close() error {
	l.out.stop()
	return l.Conn.Close()
}

// abort closes so that the other side's reads and writes fail at once.
func (l *lower) abort() {
	if conn, ok := l.Conn.(interface{ SetLinger(seconds int) error }); ok {
		_ = conn.SetLinger(0) // best effort: without it the other side sees a plain end
	}
	_ = l.Close() // there is nobody left to tell
}
