package link

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math/big"
	"sync/atomic"
	"testing"
	"time"

	"lanyard/netcore/identity"
	"lanyard/netcore/wire"
)

// dated returns the certificate of an identity with other dates.
func dated(t *testing.T, id *identity.Identity, from, until time.Time) tls.Certificate {
	t.Helper()
	key := id.Certificate().PrivateKey.(crypto.Signer)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: from, NotAfter: until}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// TestDatesOfCertificatesAreIgnored: clocks are wrong on many PCs (C16).
func TestDatesOfCertificatesAreIgnored(t *testing.T) {
	everywhere(t, func(t *testing.T, a, b *node) {
		for name, from := range map[string]time.Time{
			"expired":       time.Unix(0, 0),
			"not yet valid": time.Now().AddDate(30, 0, 0),
		} {
			id := newIdentity(t)
			config := lanyardConfig(id)
			config.Certificates = []tls.Certificate{dated(t, id, from, from.Add(time.Hour))}
			conn, err := b.config.Network.Dial(t.Context(), b.address)
			if err != nil {
				t.Fatal(err)
			}
			frames := wire.NewConn(tls.Client(conn, config))
			_ = frames.Write(kindHello, goodHello(), nil)
			if _, err := frames.Expect(wire.MaxHello, kindHello); err != nil {
				t.Errorf("%s, as a dialer: %v", name, err)
			}
			_ = conn.Close()

			listener, err := a.config.Network.Listen(t.Context(), hostOnly(a.address)+":0")
			if err != nil {
				t.Fatal(err)
			}
			served := make(chan struct{})
			go func() { defer close(served); serveHello(listener, config, goodHello()) }()
			if _, err := a.Connect(t.Context(), id.ID(), []string{listener.Addr().String()}); err != nil {
				t.Errorf("%s, as a listener: %v", name, err)
			}
			a.Drop(id.ID(), ErrLinkLost)
			_ = listener.Close()
			<-served
		}
	})
}

// ticketCache keeps no session, and counts what it is offered.
type ticketCache struct{ offered atomic.Int64 }

func (c *ticketCache) Get(string) (*tls.ClientSessionState, bool) { return nil, false }
func (c *ticketCache) Put(_ string, state *tls.ClientSessionState) {
	if state != nil {
		c.offered.Add(1)
	}
}

// TestNoSessionTickets: what cannot be resumed cannot be replayed (C9).
func TestNoSessionTickets(t *testing.T) {
	everywhere(t, func(t *testing.T, _, b *node) {
		var cache ticketCache
		config := lanyardConfig(newIdentity(t))
		config.ClientSessionCache, config.ServerName = &cache, "b"
		conn, err := b.config.Network.Dial(t.Context(), b.address)
		if err != nil {
			t.Fatal(err)
		}
		client := tls.Client(conn, config)
		frames := wire.NewConn(client)
		_ = frames.Write(kindHello, goodHello(), nil)
		if _, err := frames.Expect(wire.MaxHello, kindHello); err != nil { // tickets would come before it
			t.Error(err)
		}
		if n := cache.offered.Load(); n != 0 || client.ConnectionState().DidResume {
			t.Errorf("%d tickets", n)
		}
		_ = conn.Close()
	})
}

// TestTicketsOfAListenerAreNotUsed has a listener that hands out tickets see
// a full handshake each time.
func TestTicketsOfAListenerAreNotUsed(t *testing.T) {
	a := start(t, nil, "127.0.0.1:0")
	id := newIdentity(t)
	config := lanyardConfig(id) // its tickets are on
	var resumed atomic.Bool
	config.VerifyConnection = func(state tls.ConnectionState) error {
		resumed.Store(resumed.Load() || state.DidResume)
		return nil
	}
	for range 2 {
		listener, err := tcpNetwork{}.Listen(t.Context(), "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		served := make(chan struct{})
		go func() { defer close(served); serveHello(listener, config, goodHello()) }()
		if _, err := a.Connect(t.Context(), id.ID(), []string{listener.Addr().String()}); err != nil {
			t.Fatal(err)
		}
		a.Drop(id.ID(), ErrLinkLost)
		_ = listener.Close()
		<-served
	}
	if resumed.Load() {
		t.Error("a session was resumed")
	}
}

// TestOldVersionsOfTLSAreRefused: there is nothing to fall back to (C8, C10).
func TestOldVersionsOfTLSAreRefused(t *testing.T) {
	b := start(t, nil, "127.0.0.1:0")
	for _, version := range []uint16{tls.VersionTLS10, tls.VersionTLS11, tls.VersionTLS12} {
		conn, err := tcpNetwork{}.Dial(t.Context(), b.address)
		if err != nil {
			t.Fatal(err)
		}
		config := lanyardConfig(newIdentity(t))
		config.MinVersion, config.MaxVersion = version, version
		if err := tls.Client(conn, config).HandshakeContext(t.Context()); err == nil {
			t.Errorf("%s was accepted", tls.VersionName(version))
		}
		_ = conn.Close()
	}
	b.quiet(t)
}

// TestOneProtocolOfSeveralIsEnough: what else a dialer speaks does not matter.
func TestOneProtocolOfSeveralIsEnough(t *testing.T) {
	b := start(t, nil, "127.0.0.1:0")
	config := lanyardConfig(newIdentity(t))
	config.NextProtos = []string{"lanyard/2", alpn, "h2"}
	conn, err := tcpNetwork{}.Dial(t.Context(), b.address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	frames := wire.NewConn(tls.Client(conn, config))
	_ = frames.Write(kindHello, goodHello(), nil)
	if _, err := frames.Expect(wire.MaxHello, kindHello); err != nil {
		t.Error(err)
	}
}

// TestControlLinkCutOffIsNoGoodEnd: an end without TLS's close_notify, as
// anybody on the way can make one, is a lost link to every stream on it, and
// never an end of data (C18).
func TestControlLinkCutOffIsNoGoodEnd(t *testing.T) {
	everywhere(t, func(t *testing.T, a, b *node) {
		b.Handle("torn", func(ctx context.Context, s *Stream, _ Frame) {
			_, _ = s.Write([]byte("half of it"))
			_ = b.liveLink(a.id).low.Conn.Close() // a FIN
			<-ctx.Done()
		})
		linked(t, a, b)
		s, err := a.Open(t.Context(), b.id, "torn", nil)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(s); !errors.Is(err, ErrLinkLost) {
			t.Errorf("%q, %v", got, err)
		}
		if down := a.next(t); down.up || !errors.Is(down.err, ErrLinkLost) {
			t.Errorf("%+v", down)
		}
	})
}

// TestCutOffInTheHandshake: a FIN in the place of an answer is no answer.
func TestCutOffInTheHandshake(t *testing.T) {
	key := newKey(t)
	for name, c := range map[string]struct {
		change func(*Config)
		answer func(*caller)
	}{
		"after TLS":         {func(*Config) {}, func(*caller) {}},
		"before the hello":  {func(*Config) {}, func(c *caller) { _, _ = c.Next(wire.MaxHello) }},
		"before the proofs": {locked(key), func(c *caller) { _, _ = c.Next(wire.MaxHello) }},
		"before its proof": {locked(key), func(c *caller) {
			_, _ = c.Next(wire.MaxHello)
			_ = c.Write(kindAuth, someNonce("1"), nil)
			_, _ = c.Next(wire.MaxHello)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			a := start(t, nil, "127.0.0.1:0", c.change)
			evil := newEvilListener(t)
			evil.serve(c.answer)
			if _, err := a.ConnectAddress(t.Context(), evil.address); err == nil {
				t.Error("linked")
			}
			a.quiet(t)
		})
	}
}
