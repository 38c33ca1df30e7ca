package classic

import (
	"io"
	"net"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"
)

// newSender returns a socket that sends to a server of ours.
func newSender(t *testing.T, s *Session) *net.UDPConn {
	t.Helper()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "udp", s.Address())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn.(*net.UDPConn)
}

// ask sends datagrams and returns the answers to the last, or to all: as many
// as wanted.
func ask(t *testing.T, conn *net.UDPConn, wanted int, says ...string) []string {
	t.Helper()
	for _, one := range says {
		if _, err := conn.Write([]byte(one)); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	buf := make([]byte, 70000)
	for range wanted {
		_ = conn.SetReadDeadline(time.Now().Add(patient))
		n, err := conn.Read(buf)
		if err != nil {
			t.Fatalf("%v after %q", err, got)
		}
		got = append(got, string(buf[:n]))
	}
	return got
}

// What looks like an answer has none: two servers would go on for ever.
func TestTimeServersDoNotAnswerAnswers(t *testing.T) {
	stage := newStage()
	o := stage.options(UDPTime, ":0")
	o.Now = func() time.Time { return time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC) }
	s := serving(t, o)
	conn := newSender(t, s)
	got := ask(t, conn, 1, "2024-05-06 07:08:09", "hello", "%", "\xff%Y", "%Y")
	if got[0] != "2024" {
		t.Errorf("%q", got)
	}
	var reasons []string
	for _, e := range stage.await(t, Refused, 2) {
		reasons = append(reasons, string(e.Reason))
	}
	if strings.Join(reasons, " ") != "own-kind not-text" {
		t.Error(reasons)
	}
}

// What no user of this PC would type is no command, least of all what another
// command server answers.
func TestWhatIsNoCommand(t *testing.T) {
	stage := newStage()
	s := serving(t, stage.options(UDPCommand, ":0"))
	conn := newSender(t, s)
	got := ask(t, conn, 2, "", "hello\n", "sh: 1: hello: not found\n", "touch a\rb", "echo \x00", "\xd6\xd0", "GET / HTTP/1.1", "\x16\x03\x01\x00", "echo ok")
	if got[0] != "" || got[1] != "ok\n" {
		t.Errorf("%q", got)
	}
	if ran := stage.await(t, Running, 1); len(ran) != 1 || ran[0].Text != "echo ok" {
		t.Errorf("%+v", ran)
	}
}

// A source gets no more answers than its rate.
func TestARatePerSource(t *testing.T) {
	stage := newStage()
	s := serving(t, stage.options(UDPTime, ":0"))
	conn := newSender(t, s)
	for range 20 * perSourceBurst {
		if _, err := conn.Write([]byte("%Y")); err != nil {
			t.Fatal(err)
		}
	}
	refused := stage.await(t, Refused, 1)
	if refused[0].Reason != TooOften {
		t.Errorf("%+v", refused)
	}
	l := newLimiter()
	other := &net.UDPAddr{IP: net.IPv4(10, 0, 0, 2), Port: 1}
	allowed := 0
	for port := range 1000 {
		if l.allow(&net.UDPAddr{IP: net.IPv4(10, 0, 0, 1), Port: 1 + port}) {
			allowed++
		}
	}
	if allowed < perSourceBurst || allowed > 2*perSourceBurst || !l.allow(other) {
		t.Errorf("%d of one source", allowed)
	}
	for i := range 3 * maxLimits {
		l.allow(&net.UDPAddr{IP: net.IPv4(11, byte(i>>16), byte(i>>8), byte(i)), Port: 1})
	}
	if len(l.each) > maxLimits || len(l.before) > maxLimits {
		t.Errorf("%d and %d are remembered", len(l.each), len(l.before))
	}
}

// Datagrams that were sent to many, or seem to come from many, have no answer.
func TestNoAnswerToMany(t *testing.T) {
	p := &packetServer{packets: &packets{local: "127.0.0.1:9000"}}
	from := func(text string) net.Addr { return net.UDPAddrFromAddrPort(netip.MustParseAddrPort(text)) }
	for _, c := range []struct {
		from, to string
		want     Reason
	}{
		{"127.0.0.1:5000", "", ""},
		{"10.1.2.3:5000", "10.9.9.9", ""},
		{"127.0.0.1:9000", "", LooksLikeOwn},
		{"224.0.0.1:5000", "", Broadcast},
		{"255.255.255.255:5000", "", Broadcast},
		{"127.255.255.255:5000", "", Broadcast},
		{"0.0.0.0:5000", "", Broadcast},
		{"10.1.2.3:0", "", Broadcast},
		{"[ff02::1]:5000", "", Broadcast},
		{"10.1.2.3:5000", "255.255.255.255", Broadcast},
		{"10.1.2.3:5000", "127.255.255.255", Broadcast},
		{"10.1.2.3:5000", "239.1.2.3", Broadcast},
		{"[fe80::1]:5000", "ff02::1", Broadcast},
	} {
		d := datagram{from: from(c.from), peer: c.from}
		if c.to != "" {
			d.to = netip.MustParseAddr(c.to)
		}
		if got := ReasonOf(p.answerable(d)); got != c.want {
			t.Errorf("%s to %s: %q", c.from, c.to, got)
		}
	}
}

// A server at all addresses is told what was sent to many: the loopback network
// has an address for that too.
func TestBroadcastsAreTold(t *testing.T) {
	stage := newStage()
	s := serving(t, stage.options(UDPTime, "0.0.0.0:0"))
	_, port, err := net.SplitHostPort(s.Address())
	if err != nil {
		t.Fatal(err)
	}
	conn, err := (&net.ListenConfig{}).ListenPacket(t.Context(), "udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	to := net.UDPAddrFromAddrPort(netip.MustParseAddrPort("127.255.255.255:" + port))
	if _, err := conn.WriteTo([]byte("%Y"), to); err != nil {
		leaveOut(t, err)
	}
	if refused := stage.await(t, Refused, 1); refused[0].Reason != Broadcast {
		t.Errorf("%+v", refused)
	}
}

// An output that is longer than a datagram ends with a line that says so.
func TestLongOutputOverUDP(t *testing.T) {
	everywhere(t, func(t *testing.T, address string) {
		server := serving(t, newStage().options(UDPCommand, address))
		stage := newStage()
		client := dialing(t, stage.options(UDPCommand, server.Address()))
		if err := client.Send(t.Context(), "", "yes 中文 | head -c 100000"); err != nil {
			t.Fatal(err)
		}
		got := stage.texts()
		lines := strings.Split(strings.TrimSpace(got), "\n")
		if len(got) > maxDatagram || len(got) < maxDatagram-200 || !strings.HasPrefix(lines[len(lines)-1], "lanyard: cut here: 100000 bytes") || strings.Contains(got, "\ufffd") {
			t.Errorf("%d bytes, %q", len(got), lines[len(lines)-1])
		}
	})
}

// What is too long for a datagram is not sent, and the session goes on.
func TestTooLongForADatagram(t *testing.T) {
	stage := newStage()
	server := serving(t, stage.options(UDPChat, ":0"))
	client := dialing(t, newStage().options(UDPChat, server.Address()))
	if err := client.Send(t.Context(), "", strings.Repeat("x", maxDatagram+1)); ReasonOf(err) != TooLong {
		t.Error(err)
	}
	if err := client.Send(t.Context(), "", strings.Repeat("y", maxDatagram)); err != nil {
		t.Error(err)
	}
	if got := stage.await(t, Received, 1); len(got[0].Bytes) != maxDatagram {
		t.Errorf("%d bytes", len(got[0].Bytes))
	}
}

// Nobody there is said at once.
func TestNobodyThere(t *testing.T) {
	// What is connected elsewhere takes nothing of others, and keeps the port.
	dialer := net.Dialer{LocalAddr: &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)}}
	conn, err := dialer.DialContext(t.Context(), "udp", "127.0.0.1:9")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	address := conn.LocalAddr().String()
	for _, name := range []Name{UDPTime, UDPCommand} {
		client := dialing(t, newStage().options(name, address))
		if err := client.Send(t.Context(), "", "%Y"); ReasonOf(err) != Unreachable {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Dial(t.Context(), newStage().options(TCPChat, address)); ReasonOf(err) != Unreachable {
		t.Error(err)
	}
	if _, err := Dial(t.Context(), newStage().options(UDPTime, unixPath(t))); ReasonOf(err) != Unreachable {
		t.Error(err)
	}
}

// A Unix-domain socket is this user's alone; what an earlier run left is
// replaced, what is in use or no socket is not.
func TestUnixSockets(t *testing.T) {
	for _, name := range []Name{TCPChat, UDPChat} {
		address := unixPath(t)
		path := strings.TrimPrefix(address, unixPrefix)
		stale, err := net.ListenUnix("unix", &net.UnixAddr{Net: "unix", Name: path})
		if err != nil {
			t.Fatal(err)
		}
		stale.SetUnlinkOnClose(false)
		if _, err := Serve(t.Context(), newStage().options(name, address)); ReasonOf(err) != InUse && name == TCPChat {
			t.Errorf("over one in use: %v", err)
		}
		_ = stale.Close()
		s := serving(t, newStage().options(name, address))
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v, %v", info, err)
		}
		if _, err := Serve(t.Context(), newStage().options(name, address)); ReasonOf(err) != InUse {
			t.Errorf("twice: %v", err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if _, err := os.Lstat(path); !os.IsNotExist(err) {
			t.Errorf("the socket is left: %v", err)
		}
		if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Serve(t.Context(), newStage().options(name, address)); ReasonOf(err) != InUse {
			t.Errorf("over a file: %v", err)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != "mine" {
			t.Errorf("%q, %v", got, err)
		}
	}
}

// A server of Options.Once ends by itself.
func TestServersThatServeOnce(t *testing.T) {
	for _, name := range []Name{UDPTime, UDPCommand, UDPChat, UpperEcho, TCPChat, HMACEcho} {
		t.Run(string(name), func(t *testing.T) {
			t.Parallel()
			stage := newStage()
			o := stage.options(name, ":0")
			o.Once = true
			s := serving(t, o)
			s.NoMore()
			client := dialing(t, newStage().options(name, s.Address()))
			switch name {
			case UDPChat, TCPChat:
				go func() {
					_ = s.Send(t.Context(), "", "answer") // after the client
				}()
				_ = client.Send(t.Context(), "", "hello")
			default:
				if err := client.Send(t.Context(), "", "%Y"); err != nil {
					t.Error(err)
				}
			}
			_ = client.Close()
			select {
			case <-s.Done():
			case <-time.After(patient):
				t.Error("it goes on")
			}
			if s.Err() != nil {
				t.Error(s.Err())
			}
		})
	}
}

// The wire shows what each read was given, and what it returned.
func TestTheWireShowsPieces(t *testing.T) {
	stage := newStage()
	o := stage.options(HMACEcho, ":0")
	o.RecvSize = 10
	s := serving(t, o)
	conn := raw(t, s)
	challenge := make([]byte, challengeSize)
	if _, err := io.ReadFull(conn, challenge); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Write(append(s.proof(challenge), "hello, world"...)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(conn, make([]byte, 12)); err != nil {
		t.Fatal(err)
	}
	asked, got := stage.reads()
	sum := 0
	for i, size := range asked {
		if size > 10 || got[i] > size {
			t.Errorf("recv(%d) returned %d", size, got[i])
		}
		sum += got[i]
	}
	if sum != 28 {
		t.Errorf("%v", got)
	}
	s.SetRecvSize(0)
}
