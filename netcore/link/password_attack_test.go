package link

import (
	"bytes"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"lanyard/netcore/identity"
	"lanyard/netcore/wire"
)

// caller is somebody who dialed a node and speaks frames with it.
type caller struct {
	*wire.Conn
	tls *tls.Conn
	id  identity.DeviceID
}

func call(t *testing.T, to *node, id *identity.Identity) *caller {
	t.Helper()
	conn := dialTLS(t, to, id)
	t.Cleanup(func() { _ = conn.Close() })
	return &caller{wire.NewConn(conn), conn, id.ID()}
}

// callOn is call on a connection that is there.
func callOn(t *testing.T, conn net.Conn, id *identity.Identity) *caller {
	t.Helper()
	client := tls.Client(conn, lanyardConfig(id))
	if err := client.HandshakeContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	return &caller{wire.NewConn(client), client, id.ID()}
}

// send sends a frame.
func (c *caller) send(t *testing.T, kind string, fields any) {
	t.Helper()
	if err := c.Write(kind, fields, nil); err != nil {
		t.Fatal(err)
	}
}

// nonce reads an auth frame.
func (c *caller) nonce(t *testing.T) auth {
	t.Helper()
	frame, err := c.Expect(wire.MaxHello, kindAuth)
	var theirs auth
	if err != nil || frame.Decode(&theirs) != nil {
		t.Fatalf("%s, %v", frame.Raw, err)
	}
	return theirs
}

// refused checks that the next frame is an error of the code, and the last.
func (c *caller) refused(t *testing.T, code string) {
	t.Helper()
	if _, err := c.Expect(wire.MaxHello, "none"); !errors.Is(err, &wire.RemoteError{Code: code}) {
		t.Errorf("got %v, want %q", err, code)
	}
	if _, err := c.Next(wire.MaxHello); err != io.EOF {
		t.Errorf("after the error: %v", err)
	}
}

// proofFor returns what somebody with the key who dialed a node has to send.
func (c *caller) proofFor(to *node, key *identity.NetworkKey, mine, theirs auth) proof {
	state := c.tls.ConnectionState()
	exporter, _ := state.ExportKeyingMaterial(passwordLabel, nil, exportedBytes)
	a, _ := hex.DecodeString(mine.Nonce)
	b, _ := hex.DecodeString(theirs.Nonce)
	mac := key.Proof(identity.RoleCaller, exporter, a, b, c.id, to.id)
	return proof{hex.EncodeToString(mac[:])}
}

func someNonce(digit string) auth { return auth{strings.Repeat(digit, 2*nonceBytes)} }

func TestBadFirstFramesWhereThereIsAPassword(t *testing.T) {
	b := start(t, nil, "127.0.0.1:0", locked(newKey(t)))
	for name, c := range map[string]struct {
		kind   string
		fields any
		want   string
	}{
		"hello":               {kindHello, goodHello(), codePassword},
		"bulk hello":          {kindHello, hello{Version: 1, Oldest: 1, Instance: newInstance(), Purpose: purposeBulk}, codePassword},
		"hello of no version": {kindHello, hello{Version: 9, Oldest: 9}, codePassword},
		"proof at once":       {kindProof, proof{strings.Repeat("0", 64)}, wire.CodeMalformed},
		"stream kind":         {"text", nil, wire.CodeMalformed},
		"empty nonce":         {kindAuth, auth{}, wire.CodeMalformed},
		"short nonce":         {kindAuth, auth{"00"}, wire.CodeMalformed},
		"long nonce":          {kindAuth, auth{strings.Repeat("0", 4096)}, wire.CodeMalformed},
		"nonce of no hex":     {kindAuth, someNonce("x"), wire.CodeMalformed},
		"nonce of wrong type": {kindAuth, map[string]int{"nonce": 1}, wire.CodeMalformed},
	} {
		t.Run(name, func(t *testing.T) {
			c2 := call(t, b, newIdentity(t))
			c2.send(t, c.kind, c.fields)
			c2.refused(t, c.want)
		})
	}
	b.quiet(t)
}

func TestWrongAndEmptyProofs(t *testing.T) {
	b := start(t, nil, "127.0.0.1:0", locked(newKey(t)), func(c *Config) { c.Limits.WrongProofsPerIP = 100 })
	for name, p := range map[string]proof{
		"empty":     {},
		"zeros":     {strings.Repeat("0", 64)},
		"no hex":    {strings.Repeat("x", 64)},
		"too short": {"00"},
		"too long":  {strings.Repeat("0", 4096)},
	} {
		t.Run(name, func(t *testing.T) {
			c := call(t, b, newIdentity(t))
			c.send(t, kindAuth, someNonce("1"))
			c.nonce(t)
			c.send(t, kindProof, p)
			c.refused(t, codePassword)
		})
	}
	b.quiet(t)
}

func TestRightProofByHand(t *testing.T) {
	key := newKey(t)
	b := start(t, nil, "127.0.0.1:0", locked(key))
	c := call(t, b, newIdentity(t))
	c.send(t, kindAuth, someNonce("1"))
	c.send(t, kindProof, c.proofFor(b, key, someNonce("1"), c.nonce(t)))
	if _, err := c.Expect(wire.MaxHello, kindProof); err != nil {
		t.Fatal(err)
	}
	c.send(t, kindHello, goodHello())
	if _, err := c.Expect(wire.MaxHello, kindHello); err != nil {
		t.Error(err)
	}
}

func TestPasswordNonceEchoed(t *testing.T) {
	evil := newEvilListener(t)
	a := start(t, nil, "127.0.0.1:0", locked(newKey(t)))
	evil.serve(func(c *caller) {
		_ = c.Write(kindAuth, c.nonce(t), nil) // theirs is ours
	})
	if _, err := a.ConnectAddress(t.Context(), evil.address); !errors.Is(err, ErrNotLanyard) {
		t.Errorf("got %v", err)
	}
}

// TestPasswordReflection has the attacker dialed by its victim, and send the
// victim's own proof back: on the same connection, and on a second one that the
// attacker dials with the same nonces.
func TestPasswordReflection(t *testing.T) {
	evil := newEvilListener(t)
	a := start(t, nil, "127.0.0.1:0", locked(newKey(t)))
	evil.serve(func(c *caller) {
		theirs := c.nonce(t)
		second := call(t, a, evil.id)
		second.send(t, kindAuth, theirs)
		_ = c.Write(kindAuth, second.nonce(t), nil)
		var got proof
		if frame, err := c.Expect(wire.MaxHello, kindProof); err != nil || frame.Decode(&got) != nil {
			t.Errorf("no proof of the caller: %v", err)
		}
		second.send(t, kindProof, got)
		second.refused(t, codePassword)
		_ = c.Write(kindProof, got, nil)
		if _, err := c.Next(wire.MaxHello); err == nil {
			t.Error("the victim goes on after its own proof")
		}
	})
	if _, err := a.ConnectAddress(t.Context(), evil.address); !errors.Is(err, ErrPassword) {
		t.Errorf("got %v", err)
	}
	a.quiet(t)
}

// TestPasswordReplay records what somebody with the password sends, and sends
// it again as the same device.
func TestPasswordReplay(t *testing.T) {
	key, id := newKey(t), newIdentity(t)
	b := start(t, nil, "127.0.0.1:0", locked(key))
	first := call(t, b, id)
	first.send(t, kindAuth, someNonce("1"))
	recorded := first.proofFor(b, key, someNonce("1"), first.nonce(t))
	first.send(t, kindProof, recorded)
	if _, err := first.Expect(wire.MaxHello, kindProof); err != nil {
		t.Fatal(err)
	}
	again := call(t, b, id)
	again.send(t, kindAuth, someNonce("1"))
	again.nonce(t)
	again.send(t, kindProof, recorded)
	again.refused(t, codePassword)
}

// TestPasswordRelay stands between two devices that have the password, each of
// which takes it for the other end, and passes their frames on.
func TestPasswordRelay(t *testing.T) {
	key := newKey(t)
	a := start(t, nil, "127.0.0.1:0", locked(key))
	b := start(t, nil, "127.0.0.1:0", locked(key))
	evil := newEvilListener(t)
	evil.serve(func(c *caller) {
		far := call(t, b, evil.id)
		var wg sync.WaitGroup
		wg.Go(func() { _, _ = io.Copy(far.tls, readerOf(c.tls)); _ = far.tls.CloseWrite() })
		wg.Go(func() { _, _ = io.Copy(c.tls, readerOf(far.tls)); _ = c.tls.CloseWrite() })
		wg.Wait()
	})
	if _, err := a.ConnectAddress(t.Context(), evil.address); !errors.Is(err, ErrPassword) {
		t.Errorf("got %v", err)
	}
	a.quiet(t)
	b.quiet(t)
}

// evilListener is an attacker that others dial.
type evilListener struct {
	t       *testing.T
	net     net.Listener
	address string
	id      *identity.Identity
	wg      sync.WaitGroup
}

func newEvilListener(t *testing.T) *evilListener {
	t.Helper()
	listener, err := tcpNetwork{}.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	e := &evilListener{t: t, net: listener, address: listener.Addr().String(), id: newIdentity(t)}
	t.Cleanup(func() {
		_ = listener.Close()
		e.wg.Wait()
	})
	return e
}

// serve does f with the first who connects.
func (e *evilListener) serve(f func(*caller)) {
	e.wg.Go(func() {
		conn, err := e.net.Accept()
		if err != nil {
			return
		}
		server := tls.Server(conn, lanyardConfig(e.id))
		defer func() { _ = conn.Close() }()
		if err := server.Handshake(); err != nil {
			e.t.Error(err)
			return
		}
		f(&caller{wire.NewConn(server), server, e.id.ID()})
	})
}

// TestNameIsToldToNobodyWithoutThePassword collects all that a device with a
// password says to others without: nothing of its user may be in it.
func TestNameIsToldToNobodyWithoutThePassword(t *testing.T) {
	a := start(t, nil, "127.0.0.1:0", locked(newKey(t)), func(c *Config) {
		c.Name = func() string { return "secret name" }
	})
	var said bytes.Buffer
	for _, first := range []string{kindHello, kindAuth, "text"} {
		c := call(t, a, newIdentity(t))
		c.send(t, first, goodHello())
		_, _ = io.Copy(&said, readerOf(c.tls))
	}
	evil := newEvilListener(t)
	done := make(chan struct{})
	evil.serve(func(c *caller) {
		defer close(done)
		c.nonce(t)
		_ = c.Write(kindHello, goodHello(), nil)
		_, _ = io.Copy(&said, readerOf(c.tls))
	})
	if _, err := a.ConnectAddress(t.Context(), evil.address); !errors.Is(err, ErrPassword) {
		t.Errorf("got %v", err)
	}
	<-done
	for _, secret := range []string{"secret name", a.config.Instance} {
		if bytes.Contains(said.Bytes(), []byte(secret)) {
			t.Errorf("%q was told: %q", secret, said.Bytes())
		}
	}
}
