package netcore_test

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"io"
	"net"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/libp2p/go-yamux/v5"

	"lanyard/netcore/identity"
	"lanyard/netcore/wire"
)

// The relay is a program that stands between two Nodes with a key of its own.
// It ends TLS on both legs. As a "pipe" it passes on everything below, byte by
// byte: hellos, proofs, streams. As a "pretender" it compares digits with both.

// The environment of the relay, beside the address of the target.
const (
	modeVariable  = "LANYARD_ATTACK_MODE"
	lowVariable   = "LANYARD_ATTACK_LOW"  // its device ID is higher than this one,
	highVariable  = "LANYARD_ATTACK_HIGH" // and lower than this one
	verifyContext = "EXPORTER-lanyard-verify"
)

// relayFacts is what the relay tells of itself.
type relayFacts struct {
	Address string
	ID      identity.DeviceID
	Codes   [2]string // what each leg's screen shows, as a pretender computes it
}

// beRelay is the program. Its input's end ends it.
func beRelay(t *testing.T) {
	own := identityBetween(t, os.Getenv(lowVariable), os.Getenv(highVariable))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	facts := relayFacts{Address: listener.Addr().String(), ID: own.ID()}
	reply(facts)
	ctx, end := context.WithCancel(t.Context())
	var legs sync.WaitGroup
	legs.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			legs.Go(func() { relayOne(ctx, t, conn, own, facts) })
		}
	})
	_, _ = io.Copy(io.Discard, os.Stdin)
	_ = listener.Close()
	end()
	legs.Wait()
}

// identityBetween makes keys until one's ID lies between two.
func identityBetween(t *testing.T, low, high string) *identity.Identity {
	t.Helper()
	var least, most identity.DeviceID
	if low != "" && (least.UnmarshalText([]byte(low)) != nil || most.UnmarshalText([]byte(high)) != nil) {
		t.Fatalf("between %q and %q", low, high)
	}
	for {
		id := newIdentity(t)
		if low == "" || id.ID().Compare(least) > 0 && id.ID().Compare(most) < 0 {
			return id
		}
	}
}

// relayOne serves one victim who has dialed the relay.
func relayOne(ctx context.Context, t *testing.T, raw net.Conn, own *identity.Identity, facts relayFacts) {
	defer func() { _ = raw.Close() }()
	defer context.AfterFunc(ctx, func() { _ = raw.Close() })()
	_ = raw.SetDeadline(time.Now().Add(patience))
	caller := tls.Server(raw, certified(own))
	if caller.Handshake() != nil {
		return
	}
	far, err := net.Dial("tcp", os.Getenv(targetVariable))
	if err != nil {
		return
	}
	defer func() { _ = far.Close() }()
	defer context.AfterFunc(ctx, func() { _ = far.Close() })()
	_ = far.SetDeadline(time.Now().Add(patience))
	called := tls.Client(far, certified(own))
	if called.Handshake() != nil {
		return
	}
	if os.Getenv(modeVariable) == "pretender" {
		facts.Codes = pretend(t, own.ID(), caller, called)
		reply(facts)
		return
	}
	var both sync.WaitGroup
	pass := func(to, from *tls.Conn) {
		_, _ = io.Copy(to, from)
		_ = to.CloseWrite()
	}
	both.Go(func() { pass(called, caller) })
	pass(caller, called)
	both.Wait()
}

// pretend relays the hellos, compares digits with the victim on each leg as
// well as any honest peer, and stays until both have said that they differ.
func pretend(t *testing.T, own identity.DeviceID, caller, called *tls.Conn) (codes [2]string) {
	if passHello(called, caller) != nil || passHello(caller, called) != nil {
		return codes // a victim that dials again, at the end
	}
	first, err := yamux.Server(caller, quiet(), nil)
	if err != nil {
		t.Fatal(err)
	}
	second, err := yamux.Client(called, quiet(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var both sync.WaitGroup
	both.Go(func() { codes[0] = answerDigits(t, own, caller, first) })
	both.Go(func() { codes[1] = callDigits(t, own, called, second) })
	both.Wait()
	_ = first.Close()
	_ = second.Close()
	return codes
}

// quiet is a multiplexer that says nothing by itself.
func quiet() *yamux.Config {
	config := yamux.DefaultConfig()
	config.EnableKeepAlive, config.MeasureRTTInterval, config.LogOutput = false, time.Hour, io.Discard
	return config
}

// passHello passes on one frame.
func passHello(to, from *tls.Conn) error {
	frame, err := wire.NewConn(from).Next(wire.MaxHello)
	if err != nil {
		return err
	}
	return wire.WriteHeader(to, frame.Raw)
}

// digits are the fields of the frames of a comparison.
type digits struct {
	Commitment []byte `json:"commitment,omitempty"`
	Nonce      []byte `json:"nonce,omitempty"`
}

// sessionKey is the exporter of a leg, between the device with the lower ID and
// the other.
func sessionKey(t testing.TB, conn *tls.Conn, caller, answerer identity.DeviceID) []byte {
	t.Helper()
	state := conn.ConnectionState()
	key, err := state.ExportKeyingMaterial(verifyContext, append(caller[:], answerer[:]...), 32)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// peerOf is who is at the other end of a leg.
func peerOf(t testing.TB, conn *tls.Conn) identity.DeviceID {
	t.Helper()
	id, err := identity.IDFromCertificates(conn.ConnectionState().PeerCertificates)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// expectDigits reads one frame of a kind.
func expectDigits(t testing.TB, c *wire.Conn, kind string) (d digits) {
	t.Helper()
	frame, err := c.Expect(wire.MaxHeader, kind)
	if err == nil {
		err = frame.Decode(&d)
	}
	if err != nil {
		t.Logf("waiting for %s: %v", kind, err)
	}
	return d
}

// answerDigits is the side of the device with the higher ID.
func answerDigits(t testing.TB, own identity.DeviceID, conn *tls.Conn, mux *yamux.Session) string {
	t.Helper()
	for {
		raw, err := mux.AcceptStream()
		if err != nil {
			t.Logf("nobody compares: %v", err)
			return ""
		}
		c := wire.NewConn(raw)
		if frame, err := c.Next(wire.MaxHeader); err != nil || frame.Kind != "verify" {
			continue
		}
		_ = c.Write("ready", nil, nil)
		expectDigits(t, c, "commit")
		nonce := randomNonce()
		_ = c.Write("nonce", digits{Nonce: nonce}, nil)
		theirs := expectDigits(t, c, "reveal").Nonce
		peer := peerOf(t, conn)
		code := identity.Code(sessionKey(t, conn, peer, own), theirs, nonce, peer, own)
		_ = c.Write("match", nil, nil) // a liar's
		_, _ = c.Next(wire.MaxHeader)
		return code
	}
}

// callDigits is the side of the device with the lower ID.
func callDigits(t testing.TB, own identity.DeviceID, conn *tls.Conn, mux *yamux.Session) string {
	t.Helper()
	raw, err := mux.OpenStream(context.Background())
	if err != nil {
		return ""
	}
	c, peer, nonce := wire.NewConn(raw), peerOf(t, conn), randomNonce()
	_ = c.Write("verify", nil, nil)
	expectDigits(t, c, "ready")
	key := sessionKey(t, conn, own, peer)
	commitment := identity.Commit(identity.RoleCaller, key, nonce, own, peer)
	_ = c.Write("commit", digits{Commitment: commitment[:]}, nil)
	theirs := expectDigits(t, c, "nonce").Nonce
	_ = c.Write("reveal", digits{Nonce: nonce}, nil)
	_ = c.Write("match", nil, nil)
	_, _ = c.Next(wire.MaxHeader)
	return identity.Code(key, nonce, theirs, own, peer)
}

func randomNonce() []byte {
	nonce := make([]byte, 32)
	_, _ = rand.Read(nonce) // never fails
	return nonce
}
