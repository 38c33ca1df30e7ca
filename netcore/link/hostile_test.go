package link

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"io"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"lanyard/netcore/identity"
	"lanyard/netcore/wire"
)

// otherCertificate returns a certificate of a key that is not Ed25519.
func otherCertificate(t *testing.T, key crypto.Signer) tls.Certificate {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// hostileConfigs returns TLS configurations that must not get in, by name.
func hostileConfigs(t *testing.T, victim *identity.Identity) map[string]*tls.Config {
	t.Helper()
	good := newIdentity(t).Certificate()
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	two := good
	two.Certificate = [][]byte{good.Certificate[0], newIdentity(t).Certificate().Certificate[0]}
	configs := make(map[string]*tls.Config)
	add := func(name string, version uint16, protocols []string, certs ...tls.Certificate) {
		configs[name] = &tls.Config{
			InsecureSkipVerify: true, Certificates: certs, NextProtos: protocols,
			MinVersion: version, MaxVersion: version, ClientAuth: tls.RequestClientCert,
		}
	}
	ours := []string{alpn}
	add("no certificate", tls.VersionTLS13, ours)
	add("two certificates", tls.VersionTLS13, ours, two)
	add("RSA", tls.VersionTLS13, ours, otherCertificate(t, rsaKey))
	add("ECDSA", tls.VersionTLS13, ours, otherCertificate(t, ecKey))
	add("TLS 1.2", tls.VersionTLS12, ours, good)
	add("wrong ALPN", tls.VersionTLS13, []string{"h2"}, good)
	add("no ALPN", tls.VersionTLS13, nil, good)
	add("own key", tls.VersionTLS13, ours, victim.Certificate())
	return configs
}

func TestHostileDialersAreRefused(t *testing.T) {
	everywhere(t, func(t *testing.T, _, b *node) {
		for name, config := range hostileConfigs(t, b.config.Identity) {
			conn, err := b.config.Network.Dial(t.Context(), b.address)
			if err != nil {
				t.Fatal(err)
			}
			client := tls.Client(conn, config)
			frames := wire.NewConn(client)
			if err := client.Handshake(); err == nil {
				_ = frames.Write(kindHello, goodHello(), nil)
				if frame, err := frames.Next(wire.MaxHello); err == nil {
					t.Errorf("%s: answered by %s", name, frame.Raw)
				}
			}
			_ = conn.Close()
		}
		if peers := b.Peers(); len(peers) != 0 {
			t.Errorf("peers: %+v", peers)
		}
		b.quiet(t)
	})
}

func TestHostileListenersAreRefused(t *testing.T) {
	everywhere(t, func(t *testing.T, a, _ *node) {
		for name, config := range hostileConfigs(t, a.config.Identity) {
			if len(config.Certificates) == 0 {
				continue // such a server cannot be made
			}
			listener, err := a.config.Network.Listen(t.Context(), hostOnly(a.address)+":0")
			if err != nil {
				t.Fatal(err)
			}
			var wg sync.WaitGroup
			wg.Go(func() { serveHello(listener, config, goodHello()) })
			_, err = a.ConnectAddress(t.Context(), listener.Addr().String())
			if !errors.Is(err, ErrNotLanyard) && !errors.Is(err, ErrSelf) {
				t.Errorf("%s: %v", name, err)
			}
			_ = listener.Close()
			wg.Wait()
		}
		a.quiet(t)
	})
}

func hostOnly(address string) string {
	host, _, _ := net.SplitHostPort(address)
	return host
}

// serveHello accepts one connection and answers a hello with theirs.
func serveHello(listener net.Listener, config *tls.Config, theirs hello) {
	conn, err := listener.Accept()
	if err != nil {
		return
	}
	defer func() { _ = conn.Close() }()
	server := tls.Server(conn, config)
	if server.Handshake() != nil {
		return
	}
	frames := wire.NewConn(server)
	if _, err := frames.Next(wire.MaxHello); err == nil {
		_ = frames.Write(kindHello, theirs, nil)
		_, _ = io.Copy(io.Discard, readerOf(server))
	}
}

func goodHello() hello {
	return hello{Version: 1, Oldest: 1, Name: "x", Instance: newInstance(), Port: 1, Purpose: purposeControl}
}

// lanyardConfig is what an honest device presents.
func lanyardConfig(id *identity.Identity) *tls.Config {
	return &tls.Config{
		InsecureSkipVerify: true, Certificates: []tls.Certificate{id.Certificate()},
		NextProtos: []string{alpn}, MinVersion: tls.VersionTLS13, ClientAuth: tls.RequireAnyClientCert,
	}
}

// dialTLS does an honest handshake with b.
func dialTLS(t *testing.T, b *node, id *identity.Identity) *tls.Conn {
	t.Helper()
	conn, err := b.config.Network.Dial(t.Context(), b.address)
	if err != nil {
		t.Fatal(err)
	}
	client := tls.Client(conn, lanyardConfig(id))
	if err := client.Handshake(); err != nil {
		t.Fatal(err)
	}
	return client
}

func TestBadHellosAreAnsweredAndClosed(t *testing.T) {
	everywhere(t, func(t *testing.T, _, b *node) {
		huge := binary.LittleEndian.AppendUint32(nil, wire.MaxHello+1)
		for name, c := range map[string]struct {
			send []byte
			want string
		}{
			"garbage":         {[]byte("GET / HTTP/1.1\r\n\r\n"), wire.CodeMalformed},
			"oversized":       {append(huge, make([]byte, wire.MaxHello+1)...), wire.CodeMalformed},
			"largest length":  {[]byte{255, 255, 255, 255}, wire.CodeMalformed},
			"zero length":     {[]byte{0, 0, 0, 0}, wire.CodeMalformed},
			"another kind":    {frameOf("text", nil), wire.CodeMalformed},
			"no fields":       {frameOf("hello", nil), wire.CodeVersion},
			"wrong types":     {frameOf("hello", map[string]any{"version": "1"}), wire.CodeMalformed},
			"bad instance":    {helloWith(func(h *hello) { h.Instance = "no hex at all!!!" }), wire.CodeMalformed},
			"negative port":   {helloWith(func(h *hello) { h.Port = -1 }), wire.CodeMalformed},
			"port too high":   {helloWith(func(h *hello) { h.Port = 65536 }), wire.CodeMalformed},
			"unknown purpose": {helloWith(func(h *hello) { h.Purpose = "fun" }), wire.CodeMalformed},
			"bulk, no link":   {helloWith(func(h *hello) { h.Purpose = purposeBulk }), wire.CodeRefused},
			"bulk, forged":    {helloWith(func(h *hello) { h.Purpose, h.Token = purposeBulk, newToken() }), wire.CodeRefused},
			"too old":         {helloWith(func(h *hello) { h.Version, h.Oldest = 0, 0 }), wire.CodeVersion},
			"too new":         {helloWith(func(h *hello) { h.Version, h.Oldest = 9, 8 }), wire.CodeVersion},
		} {
			client := dialTLS(t, b, newIdentity(t))
			_, _ = client.Write(c.send)
			frames := wire.NewConn(client)
			frame, err := frames.Next(wire.MaxHello)
			if err == nil && frame.Kind == kindHello && c.want == wire.CodeVersion {
				frame, err = frames.Next(wire.MaxHello)
			}
			if err != nil || frame.Kind != wire.KindError || !strings.Contains(string(frame.Raw), `"`+c.want+`"`) {
				t.Errorf("%s: %s, %v", name, frame.Raw, err)
			}
			if _, err := io.Copy(io.Discard, readerOf(client)); err != nil {
				t.Errorf("%s: no clean end: %v", name, err)
			}
			_ = client.Close()
			b.withoutVisitors(t) // of one host, only a few may be there at a time
		}
		b.quiet(t)
	})
}

// frameOf returns the bytes of a frame.
func frameOf(kind string, fields any) []byte {
	var out capture
	_ = wire.NewConn(&out).Write(kind, fields, nil)
	return out.written
}

func helloWith(change func(*hello)) []byte {
	h := goodHello()
	change(&h)
	return frameOf(kindHello, h)
}

// capture keeps what is written.
type capture struct{ written []byte }

func (c *capture) Read([]byte) (int, error) { return 0, io.EOF }

func (c *capture) Write(p []byte) (int, error) {
	c.written = append(c.written, p...)
	return len(p), nil
}

func TestVersionMismatchSaysWhoMustUpdate(t *testing.T) {
	memory := NewMemory()
	a := start(t, memory.Host("a"), "a:1")
	for want, change := range map[error]func(*hello){
		ErrTheyMustUpdate: func(h *hello) { h.Version, h.Oldest = 0, 0 },
		ErrWeMustUpdate:   func(h *hello) { h.Version, h.Oldest = 3, 2 },
	} {
		listener, err := memory.Host("old").Listen(t.Context(), "old:0")
		if err != nil {
			t.Fatal(err)
		}
		theirs := goodHello()
		change(&theirs)
		var wg sync.WaitGroup
		wg.Go(func() { serveHello(listener, lanyardConfig(newIdentity(t)), theirs) })
		if _, err := a.ConnectAddress(t.Context(), listener.Addr().String()); !errors.Is(err, want) || !errors.Is(err, ErrVersion) {
			t.Errorf("%v, want %v", err, want)
		}
		_ = listener.Close()
		wg.Wait()
	}
}
