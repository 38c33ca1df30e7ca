//go:build unix

package control

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

// A page in a browser cannot name a socket in a folder. Should anything carry
// its requests there (a proxy, a forwarded port), they get nothing: no byte
// comes back, and none of what they carry is taken for a command.
func TestPageInABrowserGetsNothing(t *testing.T) {
	profile := shortDir(t)
	server := open(t, profile, func(_ context.Context, request Request, _ Emit) error {
		t.Errorf("a command was run: %s", request.Command)
		return nil
	})
	if network := server.listener.Addr().Network(); network != "unix" {
		t.Fatalf("the door is open to a page: it listens on %s", network)
	}
	smuggled := "\x20\x00\x00\x00" + `{"kind":"request","command":"id"}`
	for name, bytes := range map[string]string{
		"GET":             "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: https://evil.example\r\n\r\n",
		"OPTIONS":         "OPTIONS / HTTP/1.1\r\nHost: localhost\r\nOrigin: null\r\nAccess-Control-Request-Method: POST\r\n\r\n",
		"POST of a frame": "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 37\r\n\r\n" + smuggled,
		"WebSocket": "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
			"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n" + smuggled,
		"HTTP/2":  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00",
		"gopher":  "\r\n" + smuggled,
		"a frame": smuggled[:4] + "GET / HTTP/1.1\r\n\r\n" + smuggled,
	} {
		t.Run(name, func(t *testing.T) {
			conn := raw(t, profile)
			_, _ = io.WriteString(conn, bytes) // it may be closed in the middle of it
			_ = conn.SetReadDeadline(time.Now().Add(requestTime / 2))
			answer, err := io.ReadAll(conn)
			if len(answer) != 0 {
				t.Errorf("answered %q", answer)
			}
			if timeout, ok := err.(net.Error); ok && timeout.Timeout() {
				t.Error("kept waiting for more")
			}
		})
	}
	t.Run("TLS", func(t *testing.T) {
		client := tls.Client(raw(t, profile), &tls.Config{ServerName: "localhost"})
		if err := client.HandshakeContext(t.Context()); err == nil || strings.Contains(err.Error(), "certificate") {
			t.Errorf("got %v", err)
		}
	})
}
