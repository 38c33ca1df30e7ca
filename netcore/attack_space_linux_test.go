package netcore_test

import (
	"bufio"
	"context"
	"encoding/binary"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"lanyard/netcore"
	"lanyard/netcore/identity"
)

// spaceVariable tells a process that it runs in a network namespace made for
// it; its value names the namespace that it must not be in.
const spaceVariable = "LANYARD_ATTACK_SPACE"

// inSpace runs the rest of a test in a process with a network namespace of its
// own: nothing that happens there can leave it, and it goes with the process.
// It returns false in the process that only waits for that.
func inSpace(t *testing.T) bool {
	t.Helper()
	here, err := os.Readlink("/proc/self/ns/net")
	if err != nil {
		t.Fatal(err)
	}
	if outside := os.Getenv(spaceVariable); outside != "" {
		if outside == here {
			t.Fatal("this is the network of the whole PC")
		}
		return true
	}
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v", "-test.timeout=5m")
	cmd.Env = append(os.Environ(), spaceVariable+"="+here)
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	need(t, "a network namespace needs root", err)
	skipped := false
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if line := lines.Text(); !strings.HasPrefix(line, "===") {
			t.Log(line)
			skipped = skipped || strings.HasPrefix(line, "--- SKIP")
		}
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("in its namespace: %v", err)
	}
	if skipped {
		t.Skip("left out there, see above")
	}
	return false
}

// A lan is one cable in such a namespace, with addresses of a victim, of
// attackers, and of somebody who has nothing to do with it.
const (
	victimIP   = "10.77.0.1"
	attackerIP = "10.77.0.66"
	otherIP    = "10.77.0.99"
	victimUDP  = victimIP + ":9527"
)

// newLAN makes it, and a victim with discovery on.
func newLAN(t *testing.T) *victim {
	t.Helper()
	for _, line := range []string{
		"link set lo up", "link add lan type veth peer name far", "address add " + victimIP + "/24 brd + dev lan",
		"address add " + attackerIP + "/24 dev lan", "address add " + otherIP + "/24 dev lan", "link set lan up", "link set far up",
	} {
		if out, err := exec.Command("ip", strings.Fields(line)...).CombinedOutput(); err != nil {
			need(t, "ip "+line+": "+string(out), err)
		}
	}
	v := &victim{t: t, home: t.TempDir(), log: &logBook{}}
	node, err := netcore.Open(context.Background(), netcore.Config{
		Profile: v.profile(), Name: "victim", Listen: ":9527", Logger: v.logger(),
	})
	if err != nil {
		t.Fatal(err)
	}
	v.Node = node
	t.Cleanup(func() {
		v.friendly()
		if err := v.Close(); err != nil {
			t.Errorf("closing the victim: %v", err)
		}
		v.log.harmless(t)
	})
	return v
}

// friendly has an honest peer's beacon lead to a link, and a text get through.
func (v *victim) friendly() {
	v.t.Helper()
	friend, err := netcore.Open(context.Background(), netcore.Config{Profile: v.t.TempDir(), Name: "friend", Listen: ":0"})
	if err != nil {
		v.t.Fatal(err)
	}
	defer func() {
		if err := friend.Close(); err != nil {
			v.t.Error(err)
		}
	}()
	until(v.t, "an honest newcomer is found", func() bool {
		person, known := v.person(friend.Self().ID)
		return known && person.Online
	})
	var me netcore.Person
	until(v.t, "the newcomer lists the victim", func() bool {
		me, err = friend.Find(context.Background(), v.Self().ID.String())
		return err == nil
	})
	sent, err := friend.Say(context.Background(), me.ID, "found you")
	if err != nil {
		v.t.Fatal(err)
	}
	until(v.t, "an honest text is delivered", func() bool {
		item, err := friend.Item(context.Background(), sent.Seq)
		return err == nil && item.State == netcore.StateDelivered
	})
}

// beacon is one as anybody can write it, signed with their own key.
func beacon(id *identity.Identity, kind byte, port uint16, counter uint64) []byte {
	d := make([]byte, 120)
	copy(d, "LYD1")
	d[4] = kind
	binary.LittleEndian.PutUint16(d[6:], port)
	copy(d[8:], id.Public())
	copy(d[40:], "mallory!")
	binary.LittleEndian.PutUint64(d[48:], counter)
	copy(d[56:], id.Sign(append([]byte("lanyard beacon 1\x00"), d[:56]...)))
	return d
}

// ear is a UDP socket of an attacker that counts what comes back.
type ear struct {
	net.PacketConn
	t *testing.T
}

// newEar opens one at host:port.
func newEar(t *testing.T, address string) *ear {
	t.Helper()
	conn, err := net.ListenPacket("udp4", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return &ear{conn, t}
}

// send sends to the victim, or elsewhere.
func (e *ear) send(to string, data []byte) {
	addr, err := net.ResolveUDPAddr("udp4", to)
	if err != nil {
		e.t.Fatal(err)
	}
	_, _ = e.WriteTo(data, addr) // a full queue is no failure here
}

// hears returns what comes within a moment of silence.
func (e *ear) hears(silence time.Duration) (datagrams [][]byte) {
	buf := make([]byte, 2048)
	for {
		_ = e.SetReadDeadline(time.Now().Add(silence))
		n, _, err := e.ReadFrom(buf)
		if err != nil {
			return datagrams
		}
		datagrams = append(datagrams, append([]byte(nil), buf[:n]...))
	}
}

// dialed counts the connections that come to an address until the test ends.
func dialed(t *testing.T, address string) func() int {
	t.Helper()
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	came := make(chan struct{}, 10_000)
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			_ = conn.Close()
			came <- struct{}{}
		}
	}()
	return func() int { return len(came) }
}

// forge sends a UDP datagram with a source that is not this one's.
func forge(t *testing.T, source net.IP, data []byte) {
	t.Helper()
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_RAW, syscall.IPPROTO_RAW)
	need(t, "forging a source needs a raw socket", err)
	defer func() { _ = syscall.Close(fd) }()
	packet := make([]byte, 28, 28+len(data))
	packet[0], packet[8], packet[9] = 0x45, 64, syscall.IPPROTO_UDP
	binary.BigEndian.PutUint16(packet[2:], uint16(28+len(data)))
	copy(packet[12:], source.To4())
	copy(packet[16:], net.ParseIP(victimIP).To4())
	binary.BigEndian.PutUint16(packet[20:], 9528)
	binary.BigEndian.PutUint16(packet[22:], 9527)
	binary.BigEndian.PutUint16(packet[24:], uint16(8+len(data))) // the checksum may be absent
	to := &syscall.SockaddrInet4{Addr: [4]byte(net.ParseIP(victimIP).To4())}
	if err := syscall.Sendto(fd, append(packet, data...), 0, to); err != nil {
		t.Logf("forging %v: %v", source, err) // the system may refuse what cannot be
	}
}
