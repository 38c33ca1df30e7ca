package netcore_test

import (
	"context"
	"crypto/md5" //nolint:gosec // the protocol has it
	"crypto/rand"
	"crypto/tls"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/libp2p/go-yamux/v5"
	"github.com/zeebo/blake3"

	"lanyard/netcore/identity"
	"lanyard/netcore/wire"
)

// patience guards against a hang; nothing is measured by it.
const patience = 60 * time.Second

// fields are the fields of a header.
type fields = map[string]any

// hostile is a peer that shares nothing with a Node but the codec: it speaks
// TLS, frames and yamux by hand and says what it likes.
type hostile struct {
	t    testing.TB
	id   *identity.Identity
	conn *tls.Conn
	mux  *yamux.Session
}

// newIdentity makes a key.
func newIdentity(t testing.TB) *identity.Identity {
	t.Helper()
	id, err := identity.Generate()
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// dial opens a connection that cannot hang the test.
func dial(t testing.TB, address string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatalf("nobody listens any more: %v", err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(patience))
	return conn
}

// certified is the TLS configuration of an honest device.
func certified(id *identity.Identity) *tls.Config {
	return &tls.Config{
		Certificates: []tls.Certificate{id.Certificate()}, InsecureSkipVerify: true,
		NextProtos: []string{"lanyard/1"}, MinVersion: tls.VersionTLS13, ClientAuth: tls.RequireAnyClientCert,
	}
}

// secure does an honest handshake.
func secure(t testing.TB, address string, id *identity.Identity) *tls.Conn {
	t.Helper()
	conn := tls.Client(dial(t, address), certified(id))
	if err := conn.Handshake(); err != nil {
		t.Fatalf("the handshake of an honest certificate failed: %v", err)
	}
	return conn
}

// hello is what an honest dialer says first.
func hello() fields {
	return fields{
		"version": 1, "oldest": 1, "name": "mallory", "instance": randomHex(8), "port": 0, "purpose": "control",
	}
}

// enter makes a control link with a hello.
func enter(t testing.TB, address string, id *identity.Identity, hello fields) (*hostile, error) {
	t.Helper()
	h := &hostile{t: t, id: id, conn: secure(t, address, id)}
	frames := wire.NewConn(h.conn)
	if err := frames.Write("hello", hello, nil); err != nil {
		return nil, err
	}
	if _, err := frames.Expect(wire.MaxHello, "hello"); err != nil {
		return nil, err
	}
	return h, h.multiplex()
}

// multiplex starts yamux on the link.
func (h *hostile) multiplex() error {
	config := yamux.DefaultConfig()
	config.EnableKeepAlive, config.MeasureRTTInterval, config.LogOutput = false, time.Hour, io.Discard
	var err error
	h.mux, err = yamux.Client(h.conn, config, nil)
	if err == nil {
		h.t.Cleanup(func() { _ = h.mux.Close() })
	}
	return err
}

// meet makes a control link as a stranger with a name.
func meet(t testing.TB, address, name string) *hostile {
	t.Helper()
	says := hello()
	says["name"] = name
	h, err := enter(t, address, newIdentity(t), says)
	if err != nil {
		t.Fatalf("an honest hello was refused: %v", err)
	}
	return h
}

// stream is one exchange of a hostile peer.
type stream struct {
	*wire.Conn
	raw net.Conn
	t   testing.TB
}

// blank opens a stream and says nothing.
func (h *hostile) blank() *stream {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	raw, err := h.mux.OpenStream(ctx)
	if err != nil {
		h.t.Fatalf("opening a stream: %v", err)
	}
	return newStream(h.t, raw)
}

// newStream is a stream that cannot hang the test.
func newStream(t testing.TB, raw net.Conn) *stream {
	_ = raw.SetDeadline(time.Now().Add(patience))
	return &stream{Conn: wire.NewConn(raw), raw: raw, t: t}
}

// open opens a stream with its first frame.
func (h *hostile) open(kind string, f fields) *stream {
	h.t.Helper()
	s := h.blank()
	s.send(encode(kind, f, ""))
	return s
}

// send writes raw bytes; that the other side has had enough is no failure.
func (s *stream) send(data ...[]byte) {
	for _, part := range data {
		if _, err := s.raw.Write(part); err != nil {
			return
		}
	}
}

// answer returns the next frame that tells something, as text. It is empty if
// the stream ended without one.
func (s *stream) answer() string {
	for {
		frame, err := s.Next(wire.MaxManifest)
		if err != nil {
			return ""
		}
		if frame.Kind != "alive" {
			return string(frame.Raw)
		}
	}
}

// wantAnswer fails unless an answer has a word in it.
func (s *stream) wantAnswer(what, word string) {
	s.t.Helper()
	if got := s.answer(); !strings.Contains(got, word) {
		s.t.Errorf("%s: answered %.200q, want %q", what, got, word)
	}
}

// ends waits until the other side has closed or reset.
func (s *stream) ends() {
	s.t.Helper()
	_, err := io.Copy(io.Discard, struct{ io.Reader }{s.raw})
	if timeout := net.Error(nil); errors.As(err, &timeout) && timeout.Timeout() {
		s.t.Error("the stream was kept open")
	}
}

// frame is a header as it is given, right or wrong, and a body.
func frame(header, body string) []byte {
	return append(binary.LittleEndian.AppendUint32(nil, uint32(len(header))), header+body...)
}

// encode is frame with fields; body_size is added unless it is there.
func encode(kind string, f fields, body string) []byte {
	header := fields{"kind": kind}
	for name, value := range f {
		header[name] = value
	}
	if _, own := header["body_size"]; !own && body != "" {
		header["body_size"] = len(body)
	}
	text, err := json.Marshal(header)
	if err != nil {
		panic(err) // a fault of the test
	}
	return frame(string(text), body)
}

// text is a message as it stands on the wire.
func text(id, body string) []byte { return encode("text", fields{"id": id}, body) }

// say sends texts and returns what the last one was answered.
func (h *hostile) say(texts ...string) string {
	h.t.Helper()
	s, answer := h.open("text", nil), ""
	defer func() { _ = s.raw.Close() }()
	for _, body := range texts {
		s.send(text(randomHex(16), body))
		answer = s.answer()
	}
	return answer
}

// entry is a line of a manifest.
func entry(path string, size int) fields {
	return fields{"p": path, "s": size, "m": 1_700_000_000_000_000_000}
}

// small is the frame of a small file.
func small(f int, name, body string) []byte {
	return encode("file", fields{"f": f, "file_name": name, "file_size": len(body), "md5": md5Of(body), "b3": b3Of(body)}, body)
}

// large is the frames of a file over 1 MiB.
func large(f int, name, body string) (frames [][]byte) {
	frames = append(frames, encode("file", fields{"f": f, "file_name": name, "file_size": len(body)}, ""))
	hashes := blake3.New()
	for i := 0; len(body) > i<<20; i++ {
		part := body[i<<20 : min(len(body), (i+1)<<20)]
		sum := blake3.Sum256([]byte(part))
		_, _ = hashes.Write(sum[:])
		frames = append(frames, encode("chunk", fields{"i": i, "b3": b3Of(part)}, part))
	}
	return append(frames, encode("trailer", fields{"md5": md5Of(body), "root": hex.EncodeToString(hashes.Sum(nil))}, ""))
}

func md5Of(body string) string {
	sum := md5.Sum([]byte(body))
	return hex.EncodeToString(sum[:])
}

func b3Of(body string) string {
	sum := blake3.Sum256([]byte(body))
	return hex.EncodeToString(sum[:])
}

// randomHex returns 2n hex digits.
func randomHex(n int) string {
	raw := make([]byte, n)
	_, _ = rand.Read(raw) // never fails
	return hex.EncodeToString(raw)
}
