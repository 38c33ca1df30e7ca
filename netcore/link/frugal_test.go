package link

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"testing"
	"testing/iotest"
)

// muxFrame returns a data frame of yamux.
func muxFrame(payload int) []byte {
	frame := make([]byte, muxHeader+payload)
	binary.BigEndian.PutUint32(frame[8:], uint32(payload))
	return frame
}

// readConn is a net.Conn that only reads.
type readConn struct {
	net.Conn
	io.Reader
}

func (c readConn) Read(p []byte) (int, error) { return c.Reader.Read(p) }

func TestTinyFramesEndTheLink(t *testing.T) {
	for name, c := range map[string]struct {
		payload, count int
		wasteful       bool
	}{
		"crumbs":           {1, 20_000, true},
		"empty":            {0, 20_000, true},
		"some crumbs":      {1, 5_000, false},
		"shortest of wire": {17, 20_000, false},
		"chat":             {90, 3_000, false},
		"file data":        {16 << 10, 50, false},
	} {
		in := bytes.Repeat(muxFrame(c.payload), c.count)
		for _, reader := range []io.Reader{bytes.NewReader(in), iotest.OneByteReader(bytes.NewReader(in))} {
			n, err := io.Copy(io.Discard, readerOf(newFrugal(readConn{Reader: reader})))
			if errors.Is(err, errWasteful) != c.wasteful {
				t.Errorf("%s: %v", name, err)
			}
			if c.wasteful && n > 1<<18 {
				t.Errorf("%s: noticed after %d bytes", name, n)
			}
		}
	}
}

func TestFilesPayForTheirTails(t *testing.T) {
	var in []byte
	for range 10_000 {
		in = append(in, muxFrame(1+rand.IntN(3))...)
		in = append(in, muxFrame(200)...)
	}
	if _, err := io.Copy(io.Discard, readerOf(newFrugal(readConn{Reader: bytes.NewReader(in)}))); err != nil {
		t.Error(err)
	}
}

// TestPeerOfCrumbsIsDropped fills a window that nobody reads with frames of
// one byte.
func TestPeerOfCrumbsIsDropped(t *testing.T) {
	memory := NewMemory()
	a, b := start(t, memory.Host("a"), "a:1"), start(t, memory.Host("b"), "b:1")
	linked(t, a, b)
	stream, err := a.liveLink(b.id).session.OpenStream(t.Context())
	if err == nil {
		_, err = stream.Write([]byte{0, 0, 1, 0, '{'}) // a header of 64 KiB begins
	}
	for range 200_000 {
		if err != nil {
			break
		}
		_, err = stream.Write([]byte{0})
	}
	if down := b.next(t); down.up || !errors.Is(down.err, ErrLinkLost) {
		t.Errorf("%+v", down)
	}
}
