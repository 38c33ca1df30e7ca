//go:build e2e && linux

package main_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestAPulledCable(t *testing.T) {
	alice, bob := meet(t)
	bob.host.unplug()
	for _, pair := range [][2]*served{{alice, bob}, {bob, alice}} {
		if took := pair[0].waitGone(pair[1].id, 20*time.Second); took > 10*time.Second {
			t.Errorf("%s took %v to notice", pair[0].name, took)
		}
	}

	refused := alice.cli("say", bob.id, "lost for good")
	if refused.code != 4 || strings.TrimSpace(refused.stderr) == "" {
		t.Errorf("say to somebody who is away: code %d, %q", refused.code, refused.stderr)
	}
	later := alice.cli("say", "--later", bob.id, "kept for later")
	if later.code != 0 {
		t.Errorf("say --later: code %d, %s", later.code, later.stderr)
	}

	bob.host.plug()
	plugged := time.Now()
	alice.waitSees(bob.id, 30*time.Second)
	back := bob.waitSees(alice.id, 30*time.Second)
	t.Logf("they saw each other again %v after the cable was back", back.Sub(plugged))
	bob.waitText("kept for later")
	if n := bob.countIf(func(l line) bool { return l.Text == "lost for good" }); n > 0 {
		t.Error("the text that was not queued arrived")
	}
	talk(t, alice, bob)
}

func TestAnAddressMayChange(t *testing.T) {
	lan := newLAN(t)
	alice := newUser(t, lan.host().onlyIPv4(), "alice").serve() // its IPv6 address would stay
	bob := newUser(t, lan.host().onlyIPv4(), "bob").serve()
	alice.waitSees(bob.id, 10*time.Second)
	bob.host.readdress("10.77.1.99")
	start := time.Now()
	eventually(t, 30*time.Second, "bob is linked from his new address", func() bool {
		for _, p := range alice.people() {
			if p.ID == bob.id {
				return p.Online && strings.HasPrefix(p.Address, "10.77.1.99:")
			}
		}
		return false
	})
	t.Logf("after %v", time.Since(start))
	talk(t, alice, bob)
	talk(t, bob, alice)
}

func TestATransferOutlivesACut(t *testing.T) {
	needMemory(t, 3*gib)
	net := newLAN(t)
	a, b := newUser(t, net.host(), "alice"), newUser(t, net.host(), "bob")
	newDisk(t, a.home+"/disk", 1200<<20)
	newDisk(t, b.save, 1200<<20)
	alice, bob := a.serve(), b.serve()
	alice.waitSees(bob.id, 10*time.Second)
	source := a.home + "/disk/big.bin"
	sum := writeBig(t, source, gib, 3)

	send := alice.begin("send", "--json", bob.id, source)
	eventually(t, 20*time.Second, "data flows", func() bool { return bob.moved() > 32<<20 })
	bob.host.unplug()
	<-time.After(5 * time.Second) // the cut itself
	bob.host.plug()
	if code := send.wait(t, 90*time.Second); code != 0 {
		t.Fatalf("send ended with %d after a cut of 5 s: %s%s", code, send.out.String(), send.stderr.String())
	}
	if n := countSent(parse(send.out.String()), "big.bin", sum); n != 1 {
		t.Errorf("no sent line with MD5 %s: %s", sum, send.out.String())
	}
	if err := isWhole(filepath.Join(b.save, "big.bin"), gib, 3); err != nil {
		t.Errorf("the file that arrived: %v", err)
	}
	holdsOnly(t, b.save, "big.bin")
}

// A cut that no one's cable shows: the packets just stop.
func TestASilentCut(t *testing.T) {
	alice, bob := meet(t)
	needTools(t, "nft")
	bob.host.run("nft", "add table inet hole")
	bob.host.run("nft", "add chain inet hole in { type filter hook input priority 0 ; policy drop ; iifname lo accept ; }")
	for _, pair := range [][2]*served{{alice, bob}, {bob, alice}} {
		if took := pair[0].waitGone(pair[1].id, 20*time.Second); took > 10*time.Second {
			t.Errorf("%s took %v to notice", pair[0].name, took)
		}
	}
	bob.host.run("nft", "delete table inet hole")
	alice.waitSees(bob.id, 30*time.Second)
	bob.waitSees(alice.id, 30*time.Second)
	talk(t, bob, alice)
}

func TestNobodyThere(t *testing.T) {
	net := newLAN(t)
	alice := newUser(t, net.host(), "alice")
	file := alice.home + "/x.txt"
	writeFile(t, file, "x")
	for _, target := range []string{"10.77.1.200:9527", "127.0.0.1:9"} {
		for _, args := range [][]string{{"say", target, "hello"}, {"send", target, file}} {
			start := time.Now()
			r := alice.cli(args...)
			if took := time.Since(start); r.code != 4 || took > 15*time.Second {
				t.Errorf("%v: code %d after %v", args, r.code, took)
			}
			if strings.TrimSpace(r.stderr) == "" {
				t.Errorf("%v says nothing on stderr", args)
			}
		}
	}
}
