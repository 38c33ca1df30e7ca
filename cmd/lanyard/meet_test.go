//go:build e2e && linux

package main_test

import (
	"slices"
	"testing"
	"time"
)

// phrases are what people write: Latin, Chinese, emoji with joiners, several lines.
var phrases = []string{
	"Hello from the other desk",
	"你好，世界：中文一定不乱码。龘",
	"👍🏽 👨‍👩‍👧 🇨🇳 ❤️",
	"first line\nsecond line\t(tabbed)",
}

// meet makes two people on one switch who see each other.
func meet(t *testing.T) (alice, bob *served) {
	t.Helper()
	net := newLAN(t)
	alice = newUser(t, net.host(), "alice").serve()
	bob = newUser(t, net.host(), "bob").serve()
	alice.waitSees(bob.id, 10*time.Second)
	bob.waitSees(alice.id, 10*time.Second)
	return alice, bob
}

// talk sends each phrase from one to the other and looks at both sides' log.
func talk(t *testing.T, from, to *served) {
	t.Helper()
	before := len(from.texts(to.id, "out"))
	for _, phrase := range phrases {
		from.do("say", to.id, phrase)
		to.waitText(phrase)
	}
	if got := from.texts(to.id, "out")[before:]; !slices.Equal(got, phrases) {
		t.Errorf("the log of %s shows %q", from.name, got)
	}
	if got := to.texts(from.id, "in"); !slices.Equal(got[len(got)-len(phrases):], phrases) {
		t.Errorf("the log of %s shows %q", to.name, got)
	}
}

func TestTwoCopiesMeet(t *testing.T) {
	net := newLAN(t)
	alice := newUser(t, net.host(), "alice").serve()
	bob := newUser(t, net.host(), "bob").serve()

	first := bob.waitSees(alice.id, 10*time.Second)
	second := alice.waitSees(bob.id, 10*time.Second)
	t.Logf("bob saw alice %v and alice saw bob %v after bob's ready line", first.Sub(bob.started), second.Sub(bob.started))
	if second.Sub(bob.started) > time.Second {
		t.Errorf("it took %v until both saw each other; it must be under a second", second.Sub(bob.started))
	}
	talk(t, alice, bob)
	talk(t, bob, alice)

	if people := alice.people(); len(people) != 1 || people[0].Name != "bob" {
		t.Errorf("alice lists %+v, not just bob", people)
	}
}

func TestAGoodbyeIsSeenAtOnceAndADeathSoon(t *testing.T) {
	alice, bob := meet(t)
	bob.interrupt(t)
	if took := alice.waitGone(bob.id, 10*time.Second); took > time.Second {
		t.Errorf("bob quit and was shown for %v more", took)
	}

	again := bob.user.serve()
	if again.id != bob.id {
		t.Fatalf("bob came back as %s, he was %s", again.id, bob.id)
	}
	seen := alice.waitSees(bob.id, 10*time.Second)
	if seen.Sub(again.started) > time.Second {
		t.Errorf("bob came back and was seen only after %v", seen.Sub(again.started))
	}
	again.kill()
	if took := alice.waitGone(bob.id, 20*time.Second); took > 10*time.Second {
		t.Errorf("bob was killed and was shown for %v more", took)
	}
}

// A laptop with two ways into one network is one person, not two.
func TestSeveralInterfacesAreOnePerson(t *testing.T) {
	left := newLAN(t)
	a, b := left.host(), left.host()
	right := newLAN(t)
	right.subnet = "10.77.9"
	right.join(a)
	right.join(b)
	alice := newUser(t, a, "alice").serve()
	bob := newUser(t, b, "bob").serve()
	alice.waitSees(bob.id, 10*time.Second)

	// The beacons on the other interface must have been heard too.
	eventually(t, 20*time.Second, "traffic on the second interface", func() bool { return a.received("eth1") >= 8 })
	if people := alice.people(); len(people) != 1 {
		t.Errorf("alice lists %d rows for one person: %+v", len(people), people)
	}
	b.unplug()
	eventually(t, 25*time.Second, "bob is reachable by his other interface", func() bool {
		return alice.cli("say", bob.id, "still there?").code == 0
	})
}

func TestOnlyOneSideCanDial(t *testing.T) {
	net := newLAN(t)
	alice := newUser(t, net.host(), "alice").serve()
	walled := net.host()
	walled.refuseIncoming()
	bob := newUser(t, walled, "bob").serve()
	alice.waitSees(bob.id, 10*time.Second)
	bob.waitSees(alice.id, 10*time.Second)

	talk(t, alice, bob)
	talk(t, bob, alice)
	exchange(t, alice, bob)
	exchange(t, bob, alice)
	t.Log(walled.wall())
}

// exchange sends a folder with small files and a bigger one, and compares.
func exchange(t *testing.T, from, to *served) {
	t.Helper()
	source := workDir(t) + "/来自" + from.name
	writeSmall(t, source, 60)
	sum := writeBig(t, source+"/大文件.bin", 64<<20, 7)
	sent := from.do("send", "--json", to.id, source)
	if n := countSent(sent.lines, "大文件.bin", sum); n != 1 {
		t.Errorf("%d sent lines name the big file with MD5 %s:\n%.2000s", n, sum, sent.stdout)
	}
	sameTrees(t, source, to.save+"/来自"+from.name)
	holdsOnly(t, to.save, "来自"+from.name)
}

func TestAnotherSubnetIsFoundAgain(t *testing.T) {
	a, b := newRouted(t)
	alice, bob := newUser(t, a, "alice").serve(), newUser(t, b, "bob").serve()
	alice.do("say", b.ip+":9527", "added by address")
	bob.waitText("added by address")
	alice.waitSees(bob.id, 5*time.Second)
	bob.waitSees(alice.id, 5*time.Second)
	talk(t, bob, alice)

	alice.interrupt(t)
	alice = alice.user.serve()
	alice.waitSees(bob.id, 15*time.Second)

	bob.interrupt(t)
	alice.waitGone(bob.id, 10*time.Second)
	bob = bob.user.serve()
	bob.waitSees(alice.id, 30*time.Second)
	alice.do("say", "bob", "found again")
	bob.waitText("found again")
}
