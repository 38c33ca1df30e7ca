package netcore_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"

	"lanyard/netcore"
	"lanyard/netcore/identity"
	"lanyard/netcore/wire"
)

// signed is a self-signed certificate of any key, valid for an hour around when.
func signed(t *testing.T, key crypto.Signer, when time.Time) tls.Certificate {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: when.Add(-time.Hour), NotAfter: when.Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// key makes an Ed25519 key.
func key(t *testing.T) ed25519.PrivateKey {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// knock says a good hello behind a handshake of its own making, and returns
// what the victim answered: nothing, if it refused the handshake.
func (v *victim) knock(config *tls.Config) string {
	v.t.Helper()
	conn := tls.Client(dial(v.t, v.address()), config)
	if conn.Handshake() != nil {
		return ""
	}
	if err := wire.NewConn(conn).Write("hello", hello(), nil); err != nil {
		return ""
	}
	_ = conn.CloseWrite()
	answer, _ := io.ReadAll(conn)
	return string(answer)
}

// badTLS are configurations that no Lanyard has, by what is wrong with them.
func badTLS(t *testing.T) map[string]*tls.Config {
	t.Helper()
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	good := newIdentity(t).Certificate()
	two, stolen := good, newIdentity(t).Certificate()
	two.Certificate = append(two.Certificate[:1:1], newIdentity(t).Certificate().Certificate[0])
	stolen.PrivateKey = key(t) // the certificate of somebody whose key it has not
	configs := map[string]*tls.Config{}
	add := func(name string, version uint16, protocols []string, certificates ...tls.Certificate) {
		configs[name] = &tls.Config{
			InsecureSkipVerify: true, Certificates: certificates, NextProtos: protocols, MinVersion: version, MaxVersion: version,
		}
	}
	ours := []string{"lanyard/1"}
	add("no certificate", tls.VersionTLS13, ours)
	add("two certificates", tls.VersionTLS13, ours, two)
	add("a certificate without its key", tls.VersionTLS13, ours, stolen)
	add("an RSA key", tls.VersionTLS13, ours, signed(t, rsaKey, time.Now()))
	add("an ECDSA key", tls.VersionTLS13, ours, signed(t, ecKey, time.Now()))
	for version, name := range map[uint16]string{tls.VersionTLS12: "1.2", tls.VersionTLS11: "1.1", tls.VersionTLS10: "1.0"} {
		add("TLS "+name, version, ours, good)
	}
	add("no ALPN", tls.VersionTLS13, nil, good)
	add("another ALPN", tls.VersionTLS13, []string{"h2", "http/1.1"}, good)
	add("a future ALPN", tls.VersionTLS13, []string{"lanyard/2"}, good)
	return configs
}

func TestC08HandshakesThatAreNotOurs(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	for name, config := range badTLS(t) {
		if answer := v.knock(config); strings.Contains(answer, "hello") {
			t.Errorf("%s: answered %q", name, answer)
		}
	}
	if people := v.people(); len(people) != 0 {
		t.Errorf("they became people: %+v", people)
	}
}

// The same when the victim dials: what answers must be a Lanyard, too.
func TestC08ListenersThatAreNotOurs(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	for name, config := range badTLS(t) {
		if len(config.Certificates) == 0 {
			continue // such a server cannot be made
		}
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		config.ClientAuth = tls.RequestClientCert
		done := make(chan struct{})
		go func() {
			defer close(done)
			answerOnce(listener, config, hello())
		}()
		if person, err := v.AddAddress(t.Context(), listener.Addr().String()); err == nil {
			t.Errorf("%s: linked with %+v", name, person)
		}
		_ = listener.Close()
		<-done
	}
}

// answerOnce accepts one connection and answers a hello.
func answerOnce(listener net.Listener, config *tls.Config, says fields) {
	raw, err := listener.Accept()
	if err != nil {
		return
	}
	defer func() { _ = raw.Close() }()
	_ = raw.SetDeadline(time.Now().Add(patience))
	conn := tls.Server(raw, config)
	if conn.Handshake() != nil {
		return
	}
	frames := wire.NewConn(conn)
	if _, err := frames.Next(wire.MaxHello); err == nil {
		_ = frames.Write("hello", says, nil)
		_, _ = io.Copy(io.Discard, conn)
	}
}

// tlsServer is the accepting side of an honest handshake.
func tlsServer(raw net.Conn, id *identity.Identity) *tls.Conn {
	_ = raw.SetDeadline(time.Now().Add(patience))
	return tls.Server(raw, certified(id))
}

// cache counts the tickets that a server gives out.
type cache struct{ tickets int }

func (c *cache) Get(string) (*tls.ClientSessionState, bool) { return nil, false }

func (c *cache) Put(_ string, state *tls.ClientSessionState) {
	if state != nil {
		c.tickets++
	}
}

func TestC09NoTicketsToReplay(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	tickets := &cache{}
	for range 3 {
		config := certified(newIdentity(t))
		config.ClientSessionCache = tickets
		if answer := v.knock(config); !strings.Contains(answer, `"hello"`) {
			t.Errorf("an honest hello was answered %q", answer)
		}
	}
	if tickets.tickets != 0 {
		t.Errorf("%d tickets were given out", tickets.tickets)
	}
}

func TestC10NothingPlainerIsSpoken(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	for name, data := range map[string]string{
		"a hello without TLS": string(encode("hello", hello(), "")),
		"HTTP":                "GET / HTTP/1.1\r\nHost: lanyard\r\n\r\n",
		"STARTTLS":            "STARTTLS\r\n",
		"SSH":                 "SSH-2.0-x\r\n",
		"SSL 2":               "\x80\x2e\x01\x00\x02\x00\x15\x00\x00\x00\x10",
		"the classic frame":   string(frame(`{"file_name":"x","file_size":1,"md5":"`+md5OfX+`"}`, "x")),
		"an early text":       string(text(randomHex(16), "plain")),
	} {
		conn := dial(t, v.address())
		_, _ = io.WriteString(conn, data)
		_ = conn.(*net.TCPConn).CloseWrite()
		if answer, _ := io.ReadAll(conn); strings.Contains(string(answer), "kind") || strings.Contains(string(answer), "HTTP") {
			t.Errorf("%s: answered %q", name, answer)
		}
	}
	if people := v.people(); len(people) != 0 {
		t.Errorf("they became people: %+v", people)
	}
}

func TestC16DatesOfCertificatesCountForNothing(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	for name, when := range map[string]time.Time{
		"long ago": time.Unix(0, 0), "far ahead": time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC),
	} {
		config := certified(newIdentity(t))
		config.Certificates = []tls.Certificate{signed(t, key(t), when)}
		if answer := v.knock(config); !strings.Contains(answer, `"hello"`) {
			t.Errorf("a certificate of %s: answered %q", name, answer)
		}
	}
}

func TestC17OwnKeyPresentedBack(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	if answer := v.knock(certified(v.key())); strings.Contains(answer, "hello") {
		t.Errorf("its own key was let in: %q", answer)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		answerOnce(listener, certified(v.key()), hello())
	}()
	if _, err := v.AddAddress(t.Context(), listener.Addr().String()); err == nil {
		t.Error("it linked with its own key")
	}
	_ = listener.Close()
	<-done
	if people := v.people(); len(people) != 0 {
		t.Errorf("it lists itself: %+v", people)
	}
}

// TestC06KnownNameWithANewKey has a stranger take a friend's name, instance and
// port. Nothing of the friend's moves to them.
func TestC06KnownNameWithANewKey(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	alice := newFriend(t, v)
	alice.tells("it is me")
	was, _ := v.person(alice.Self().ID)
	says := hello()
	says["name"], says["port"] = "friend", portOf(t, alice.Self().Address)
	mallory, err := enter(t, v.address(), newIdentity(t), says)
	if err != nil {
		t.Fatal(err)
	}
	other := v.knows(mallory)
	now, _ := v.person(alice.Self().ID)
	if other.ID == was.ID || !now.Online || now.Device != was.Device || now.Name != "friend" {
		t.Errorf("alice was %+v, is %+v; mallory is %+v", was, now, other)
	}
	if _, err := v.Find(t.Context(), "friend"); !errors.Is(err, netcore.ErrAmbiguous) {
		t.Errorf("two of one name: %v", err)
	}
	if _, err := v.Say(t.Context(), now.ID, "for alice alone"); err != nil {
		t.Fatal(err)
	}
	until(t, "the text reaches alice", func() bool {
		items, err := alice.Items(t.Context(), alice.to, 0, 10)
		return err == nil && len(items) > 0 && items[len(items)-1].Text == "for alice alone"
	})
	if items := v.items(other.ID); len(items) != 0 {
		t.Errorf("mallory's conversation has %+v", items)
	}
}
