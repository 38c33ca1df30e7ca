//go:build e2e && linux

package main_test

import (
	"bytes"
	"crypto/tls"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"lanyard/netcore/identity"
)

// dial connects from the host to an address: the socket is made in its network
// namespace and stays there.
func (h *host) dial(address string) (net.Conn, error) {
	var conn net.Conn
	err := h.inside(func() error {
		var err error
		conn, err = net.DialTimeout("tcp", address, 5*time.Second)
		return err
	})
	return conn, err
}

// knock is one way to misbehave at somebody's port. It returns whatever came
// back, for the log.
type knock struct {
	name string
	do   func(conn net.Conn) error
}

// send writes bytes and reads until the other side has had enough.
func send(data []byte) func(net.Conn) error {
	return func(conn net.Conn) error {
		_, _ = conn.Write(data) // they may hang up in the middle
		_, err := io.Copy(io.Discard, conn)
		return err
	}
}

// inTLS misbehaves behind a proper handshake, as a device of its own.
func inTLS(config func(*tls.Config), do func(net.Conn) error) func(net.Conn) error {
	return func(conn net.Conn) error {
		id, err := identity.Generate()
		if err != nil {
			return err
		}
		c := &tls.Config{
			Certificates: []tls.Certificate{id.Certificate()}, InsecureSkipVerify: true, // they prove who they are by the key
			NextProtos: []string{"lanyard/1"}, MinVersion: tls.VersionTLS13,
		}
		if config != nil {
			config(c)
		}
		secure := tls.Client(conn, c)
		if err := secure.Handshake(); err != nil {
			return err
		}
		return do(secure)
	}
}

// frame is a header behind its length, and a body.
func frame(header, body string) []byte {
	return append(binary.LittleEndian.AppendUint32(nil, uint32(len(header))), header+body...)
}

func knocks() []knock {
	clientHello := append([]byte{22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3}, bytes.Repeat([]byte{7}, 60)...)
	hello := `{"kind":"hello","version":1,"oldest":1,"name":%q,"instance":"0123456789abcdef","port":9527,"purpose":%q}`
	long := strings.Repeat("n", 1<<20)
	return []knock{
		{"nothing", func(c net.Conn) error { return c.Close() }},
		{"garbage", send(bytes.Repeat([]byte{0xA5, 0, 0xFF, 3}, 1<<18))},
		{"HTTP", send([]byte("GET / HTTP/1.1\r\nHost: lanyard\r\n\r\n"))},
		{"half a client hello", func(c net.Conn) error {
			_, _ = c.Write(clientHello)
			return c.Close()
		}},
		{"a client hello that never ends", send(clientHello)},
		{"TLS 1.2", inTLS(func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS12, tls.VersionTLS12 }, send(nil))},
		{"no certificate", inTLS(func(c *tls.Config) { c.Certificates = nil }, send([]byte("x")))},
		{"another ALPN", inTLS(func(c *tls.Config) { c.NextProtos = []string{"h2"} }, send([]byte("x")))},
		{"a silent peer behind TLS", inTLS(nil, send(nil))},
		{"a header of 4 GiB", inTLS(nil, send([]byte{0xFF, 0xFF, 0xFF, 0xFF, '{'}))},
		{"a header of nothing", inTLS(nil, send([]byte{0, 0, 0, 0}))},
		{"a header that is no JSON", inTLS(nil, send(frame("not JSON at all", "")))},
		{"a header of another kind", inTLS(nil, send(frame(`{"kind":"offer"}`, "")))},
		{"a hello with a body of an exabyte", inTLS(nil, send(frame(`{"kind":"hello","body_size":1152921504606846976}`, "x")))},
		{"a negative body", inTLS(nil, send(frame(`{"kind":"hello","body_size":-1}`, "x")))},
		{"a name of a MiB", inTLS(nil, send(frame(fmt.Sprintf(hello, long, "control"), "")))},
		{"a version of the future", inTLS(nil, send(frame(`{"kind":"hello","version":99,"oldest":99}`, "")))},
		{"garbage for a mux", inTLS(nil, send(append(frame(fmt.Sprintf(hello, "mallory", "control"), ""), bytes.Repeat([]byte{0xEE}, 1<<16)...)))},
		{"garbage for bulk", inTLS(nil, send(append(frame(fmt.Sprintf(hello, "mallory", "bulk"), ""), bytes.Repeat([]byte{0xEE}, 1<<16)...)))},
	}
}

func TestHostileFrames(t *testing.T) {
	net := newLAN(t)
	alice := newUser(t, net.host(), "alice").serve()
	mallory := net.host()
	for _, k := range knocks() {
		conn, err := mallory.dial(alice.host.ip + ":9527")
		if err != nil {
			t.Fatalf("%s: nobody listens any more: %v\n%s", k.name, err, alice.stderr.String())
		}
		_ = conn.SetDeadline(time.Now().Add(12 * time.Second))
		start := time.Now()
		err = k.do(conn)
		_ = conn.Close()
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("%s: alice kept the connection for %v", k.name, took)
		}
		t.Logf("%-36s %v: %v", k.name, time.Since(start).Round(time.Millisecond), err)
	}
	if !alice.running() {
		t.Fatalf("alice is dead: %s", alice.stderr.String())
	}
	bob := newUser(t, net.host(), "bob").serve()
	bob.waitSees(alice.id, 10*time.Second)
	talk(t, bob, alice)
	holdsOnly(t, alice.save)
	if strings.Contains(alice.stderr.String(), "panic") {
		t.Errorf("alice panicked: %s", alice.stderr.String())
	}
}

// One host that opens hundreds of connections and says nothing must not lock
// the others out.
func TestACrowdAtTheDoor(t *testing.T) {
	net := newLAN(t)
	alice := newUser(t, net.host(), "alice").serve()
	mallory := net.host()
	for range 400 {
		conn, err := mallory.dial(alice.host.ip + ":9527")
		if err != nil {
			break // refused: just as well
		}
		defer conn.Close()
	}
	bob := newUser(t, net.host(), "bob").serve()
	bob.waitSees(alice.id, 5*time.Second)
	talk(t, bob, alice)
}
