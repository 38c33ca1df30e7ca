//go:build unix

package transfer

import (
	"context"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"lanyard/netcore/identity"
	"lanyard/netcore/wire"
)

// tcpBuffer is what the system may hold of a connection at each end: it bounds
// what is in flight when a connection is cut.
const tcpBuffer = 256 << 10

// tcpLinks is Links over one TCP connection for each stream.
type tcpLinks struct{ control, bulk string }

func (l tcpLinks) Open(ctx context.Context, _ identity.DeviceID, kind string, fields any) (Stream, error) {
	return dialTCP(ctx, l.control, kind, fields)
}

func (l tcpLinks) OpenBulk(ctx context.Context, _ identity.DeviceID, kind string, fields any) (Stream, error) {
	return dialTCP(ctx, l.bulk, kind, fields)
}

func dialTCP(ctx context.Context, to, kind string, fields any) (Stream, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", to)
	if err != nil {
		return nil, err
	}
	s := newTCPStream(conn)
	if err := wire.NewConn(s).Write(kind, fields, nil); err != nil {
		_ = s.Reset()
		return nil, err
	}
	return s, nil
}

// tcpStream is a stream that is a connection. Close lets what was written
// arrive, as the streams of real links do: a connection that is closed with
// something unread would be reset.
type tcpStream struct {
	*net.TCPConn
	over atomic.Bool
}

func newTCPStream(conn net.Conn) *tcpStream {
	tcp := conn.(*net.TCPConn) //nolint:errcheck,forcetypeassert // what was dialled or listened for
	_ = tcp.SetReadBuffer(tcpBuffer)
	_ = tcp.SetWriteBuffer(tcpBuffer)
	return &tcpStream{TCPConn: tcp}
}

func (s *tcpStream) Read(p []byte) (int, error) {
	n, err := s.TCPConn.Read(p)
	if s.over.Load() {
		return 0, net.ErrClosed
	}
	return n, err
}

func (s *tcpStream) Flush() error { return nil }

func (s *tcpStream) Reset() error {
	if s.over.Load() {
		return nil
	}
	_ = s.SetLinger(0)
	return s.TCPConn.Close()
}

func (s *tcpStream) Close() error {
	if s.over.Swap(true) {
		return nil
	}
	err := s.CloseWrite()
	_ = s.SetReadDeadline(time.Unix(1, 0)) // who reads is woken
	go s.drain()
	return err
}

// drain reads on until the other side ends it, too.
func (s *tcpStream) drain() {
	_ = s.SetReadDeadline(time.Now().Add(farewell))
	_, _ = io.Copy(io.Discard, s.TCPConn)
	_ = s.TCPConn.Close()
}

// tcpHost serves the streams of a peer.
type tcpHost struct {
	listener net.Listener
	serving  sync.WaitGroup
}

func listenTCP() (*tcpHost, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	return &tcpHost{listener: listener}, err
}

func (h *tcpHost) addr() string { return h.listener.Addr().String() }

// serve begins to serve.
func (h *tcpHost) serve(s *Service, peer identity.DeviceID) {
	h.serving.Go(func() { h.accept(s, peer) })
}

func (h *tcpHost) accept(s *Service, peer identity.DeviceID) {
	for {
		conn, err := h.listener.Accept()
		if err != nil {
			return
		}
		h.serving.Go(func() { serveTCP(newTCPStream(conn), s, peer) })
	}
}

// serveTCP serves one stream.
func serveTCP(stream *tcpStream, s *Service, peer identity.DeviceID) {
	_ = stream.SetReadDeadline(time.Now().Add(soakStall))
	first, err := wire.NewConn(stream).Next(wire.MaxHeader)
	_ = stream.SetReadDeadline(time.Time{})
	switch {
	case err != nil:
		_ = stream.Reset()
	case first.Kind == KindOffer:
		s.HandleOffer(context.Background(), stream, peer, first)
	case first.Kind == KindData:
		s.HandleData(context.Background(), stream, peer, first)
	}
}

// close ends the listener; streams end with the service.
func (h *tcpHost) close() {
	_ = h.listener.Close()
	h.serving.Wait()
}

// goroutines returns the stacks of all goroutines, read into a buffer.
func goroutines(buf []byte) []string {
	return strings.Split(string(buf[:runtime.Stack(buf, true)]), "\n\n")
}

// openHandles lists the open files of this process but those of its database,
// of which there are more or fewer. It is empty where the system has no list.
func openHandles() (list []string) {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return nil
	}
	for _, e := range entries {
		to, err := os.Readlink(filepath.Join("/proc/self/fd", e.Name()))
		if err == nil && !strings.Contains(to, ".db") && !strings.Contains(to, "/proc/") {
			list = append(list, to)
		}
	}
	return list
}
