//go:build unix

package transfer

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"lanyard/netcore/identity"
	"lanyard/netcore/wire"
)

// loopback is Links over TLS on 127.0.0.1, tuned as the real bulk links are.
type loopback struct {
	net     *network
	self    identity.DeviceID
	address string
	config  *tls.Config
}

// gatherConn collects what TLS writes, and reads ahead below it.
type gatherConn struct {
	net.Conn
	in  *bufio.Reader
	mu  sync.Mutex
	out *bufio.Writer
}

func newGatherConn(c net.Conn) *gatherConn {
	return &gatherConn{Conn: c, in: bufio.NewReaderSize(c, 256<<10), out: bufio.NewWriterSize(c, 256<<10)}
}

func (g *gatherConn) Read(p []byte) (int, error) {
	if g.in.Buffered() == 0 {
		_ = g.flush()
	}
	return g.in.Read(p)
}

func (g *gatherConn) Write(p []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.out.Write(p)
}

func (g *gatherConn) flush() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.out.Flush()
}

// tlsStream is a Stream of one connection.
type tlsStream struct {
	*tls.Conn
	under *gatherConn
}

func (s *tlsStream) Flush() error { return s.under.flush() }
func (s *tlsStream) Reset() error { return s.under.Close() }

func (s *tlsStream) Close() error {
	_ = s.Flush()
	return s.under.Close()
}

func (l *loopback) Open(ctx context.Context, id identity.DeviceID, kind string, fields any) (Stream, error) {
	return l.net.open(l.self, id, kind, fields)
}

func (l *loopback) OpenBulk(ctx context.Context, _ identity.DeviceID, kind string, fields any) (Stream, error) {
	raw, err := net.Dial("tcp", l.address)
	if err != nil {
		return nil, err
	}
	g := newGatherConn(raw)
	s := &tlsStream{tls.Client(g, l.config), g}
	if err := s.HandshakeContext(ctx); err != nil {
		return nil, err
	}
	if err := wire.NewConn(s).Write(kind, fields, nil); err != nil {
		return nil, err
	}
	return s, s.Flush()
}

// serveTLS accepts data streams for a member.
func serveTLS(b *testing.B, m *member, from identity.DeviceID) *loopback {
	b.Helper()
	id, err := identity.Generate()
	if err != nil {
		b.Fatal(err)
	}
	cert := id.Certificate()
	config := &tls.Config{
		Certificates: []tls.Certificate{cert}, InsecureSkipVerify: true, MinVersion: tls.VersionTLS13,
		DynamicRecordSizingDisabled: true, SessionTicketsDisabled: true,
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			raw, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				g := newGatherConn(raw)
				s := &tlsStream{tls.Server(g, config), g}
				first, err := wire.NewConn(s).Next(wire.MaxHeader)
				if err == nil {
					m.HandleData(context.Background(), s, from, first)
				}
			}()
		}
	}()
	return &loopback{self: from, address: listener.Addr().String(), config: config}
}

// benchFolders returns folders in memory, if there is such a place.
func benchFolders(b *testing.B) (from, to string) {
	b.Helper()
	base, err := os.MkdirTemp("/dev/shm", "lanyard-bench")
	if err != nil {
		base = b.TempDir()
	}
	b.Cleanup(func() { _ = os.RemoveAll(base) })
	from, to = filepath.Join(base, "from"), filepath.Join(base, "to")
	for _, dir := range []string{from, to} {
		if err := os.MkdirAll(dir, 0o777); err != nil {
			b.Fatal(err)
		}
	}
	return from, to
}

// benchPass sends one path again and again into fresh folders.
func benchPass(b *testing.B, path, to string, files int, size int64) {
	n := newNetwork()
	receiver := join(b, n, "b")
	var self identity.DeviceID
	copy(self[:], "a")
	links := serveTLS(b, receiver, self)
	links.net = n
	sender := join(b, n, "a", func(c *Config) { c.Links = links })
	b.SetBytes(size)
	b.ResetTimer()
	var spent time.Duration
	for i := range b.N {
		receiver.dir = filepath.Join(to, strconv.Itoa(i))
		before := cpuTime()
		sent, got := pass(b, sender, receiver, path)
		spent += cpuTime() - before
		if sent.State != string(StateVerified) || got.State != string(StateVerified) {
			b.Fatalf("ended as %+v, %+v", sent, got)
		}
		b.StopTimer()
		if err := os.RemoveAll(receiver.dir); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
	b.ReportMetric(float64(files)*float64(b.N)/b.Elapsed().Seconds(), "files/s")
	b.ReportMetric(float64(spent.Microseconds())/float64(files*b.N), "cpu-µs/file")
	b.ReportMetric(float64(spent.Nanoseconds())/float64(size)/float64(b.N), "cpu-ns/B")
}

// cpuTime is what this process has used of all cores: it says more than the
// clock where others work beside.
func cpuTime() time.Duration {
	var usage syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func BenchmarkLarge(b *testing.B) {
	from, to := benchFolders(b)
	size := int64(1 << 30)
	path := filepath.Join(from, "big.bin")
	if err := os.WriteFile(path, []byte(noise(1, int(size))), 0o666); err != nil {
		b.Fatal(err)
	}
	benchPass(b, path, to, 1, size)
}

func BenchmarkSmall(b *testing.B) {
	from, to := benchFolders(b)
	const files, size = 10_000, 4 << 10
	data := []byte(noise(1, size+files))
	for i := range files {
		dir := filepath.Join(from, "small", fmt.Sprint(i/500))
		if err := os.MkdirAll(dir, 0o777); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprint(i, ".dat")), data[i:i+size], 0o666); err != nil {
			b.Fatal(err)
		}
	}
	benchPass(b, filepath.Join(from, "small"), to, files, files*size)
}
