//go:build e2e && linux

package main_test

import (
	"crypto/rand"
	"net"
	"strings"
	"testing"
	"time"
)

// listen opens a UDP socket on the host.
func (h *host) listen(address string) net.PacketConn {
	h.t.Helper()
	var conn net.PacketConn
	err := h.inside(func() error {
		var err error
		conn, err = net.ListenPacket("udp4", address)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// A beacon is a hint. Whoever replays one, or floods with rubbish, must neither
// move a person to another address nor make one up.
func TestForgedBeacons(t *testing.T) {
	lan := newLAN(t)
	mallory := lan.host()
	ear := mallory.listen(":9527")
	alice := newUser(t, lan.host().onlyIPv4(), "alice").serve()

	// Alice's announcements are for everybody, so for mallory too.
	var heard [][]byte
	buf := make([]byte, 2048)
	_ = ear.SetReadDeadline(time.Now().Add(15 * time.Second))
	for len(heard) < 3 {
		n, from, err := ear.ReadFrom(buf)
		if err != nil {
			t.Fatalf("mallory heard %d beacons of alice by broadcast: %v", len(heard), err)
		}
		if strings.HasPrefix(from.String(), alice.host.ip+":") {
			heard = append(heard, append([]byte(nil), buf[:n]...))
		}
	}
	bob := newUser(t, lan.host().onlyIPv4(), "bob").serve()
	bob.waitSees(alice.id, 10*time.Second)
	to, err := net.ResolveUDPAddr("udp4", bob.host.ip+":9527")
	if err != nil {
		t.Fatal(err)
	}
	for range 200 {
		for _, beacon := range heard {
			_, _ = ear.WriteTo(beacon, to) // a full queue is no failure here
			bent := append([]byte(nil), beacon...)
			bent[len(bent)/2] ^= 1
			_, _ = ear.WriteTo(bent, to)
			_, _ = rand.Read(bent)
			_, _ = ear.WriteTo(bent, to)
		}
	}
	alice.do("say", bob.id, "the flood is over")
	bob.waitText("the flood is over")
	people := bob.people()
	if len(people) != 1 || !people[0].Online || !strings.HasPrefix(people[0].Address, alice.host.ip+":") {
		t.Errorf("bob lists %+v", people)
	}
	talk(t, bob, alice)
}
