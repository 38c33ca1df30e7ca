package netcore_test

import (
	"encoding/binary"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"lanyard/netcore"
	"lanyard/netcore/identity"
)

// silence is how long nothing must come to be taken for the end of it.
const silence = 400 * time.Millisecond

// watched is a friend who is linked with a victim, and whose beacons an attacker
// makes up.
type watched struct {
	*friend
	v      *victim
	key    *identity.Identity
	before netcore.Person
	evil   *ear
	own    func() int // dials of where the attacker says that the friend is
}

// newWatched starts one.
func newWatched(t *testing.T) *watched {
	t.Helper()
	v := newLAN(t)
	w := &watched{v: v, friend: &friend{v: v, profile: t.TempDir()}}
	w.Node = openNode(t, w.profile, "friend", nil)
	t.Cleanup(w.close)
	person, err := w.AddAddress(t.Context(), "127.0.0.1:9527")
	if err != nil {
		t.Fatal(err)
	}
	w.to = person.ID
	w.tells("it is me")
	w.before, _ = v.person(w.Self().ID)
	w.own, w.evil = dialed(t, attackerIP+":7777"), newEar(t, attackerIP+":9528")
	if w.key, err = identity.LoadOrCreate(w.profile); err != nil {
		t.Fatal(err)
	}
	return w
}

// isWhereTheyWere fails if the victim takes anything else for the friend.
func (w *watched) isWhereTheyWere(t *testing.T) {
	t.Helper()
	w.evil.hears(silence)
	w.tells("still me")
	after, _ := w.v.person(w.Self().ID)
	if !after.Online || after.Address != w.before.Address || after.Name != w.before.Name || len(w.v.people()) != 1 {
		t.Errorf("the friend was %+v, is %+v; listed are %+v", w.before, after, w.v.people())
	}
	if n := w.own(); n > 5 {
		t.Errorf("the attacker was dialed %d times for somebody who is linked", n)
	}
}

// TestD01AnnouncesWithAFriendsKey are signed by the attacker, or not at all.
func TestD01AnnouncesWithAFriendsKey(t *testing.T) {
	t.Parallel()
	if !inSpace(t) {
		return
	}
	w := newWatched(t)
	for i := range 50 {
		forged := beacon(newIdentity(t), 1, 7777, uint64(i+1))
		copy(forged[8:40], w.key.Public())
		w.evil.send(victimUDP, forged)
		copy(forged[56:], make([]byte, 64))
		w.evil.send(victimUDP, forged)
	}
	w.isWhereTheyWere(t)
}

// TestD02GenuineBeaconsFromElsewhere: what a friend has signed is sent from an
// address of the attacker's, as a replay is. The friend is shown where the link is.
func TestD02GenuineBeaconsFromElsewhere(t *testing.T) {
	t.Parallel()
	if !inSpace(t) {
		return
	}
	w := newWatched(t)
	for i := range 50 {
		w.evil.send(victimUDP, beacon(w.key, 1, 7777, uint64(i+1)))
		w.evil.send(victimUDP, beacon(w.key, 2, 7777, uint64(i+1)))
		w.evil.send(victimUDP, beacon(w.key, 3, 7777, uint64(i+500)))
	}
	w.isWhereTheyWere(t)
}

// TestD03BeaconsThatPointAtAThird make the victim dial only where they came
// from, and not often.
func TestD03BeaconsThatPointAtAThird(t *testing.T) {
	t.Parallel()
	if !inSpace(t) {
		return
	}
	v := newLAN(t)
	other, own := dialed(t, otherIP+":22"), dialed(t, attackerIP+":22")
	evil := newEar(t, attackerIP+":9528")
	began := time.Now()
	for i := range 300 {
		evil.send(victimUDP, beacon(newIdentity(t), 1, 22, uint64(i+1)))
	}
	evil.hears(3 * silence)
	if n := other(); n != 0 {
		t.Errorf("a third was dialed %d times", n)
	}
	if most := 5 + int(time.Since(began).Seconds()); own() > most {
		t.Errorf("where it came from was dialed %d times, at most %d should be", own(), most)
	}
	if people := v.people(); len(people) != 0 {
		t.Errorf("beacons made people: %+v", people)
	}
}

// TestD04ForgedGoodbyes: a live link wins, whoever says that the device is gone.
func TestD04ForgedGoodbyes(t *testing.T) {
	t.Parallel()
	if !inSpace(t) {
		return
	}
	v := newLAN(t)
	h := meet(t, "127.0.0.1:9527", "honest enough")
	person := v.knows(h)
	evil := newEar(t, attackerIP+":9528")
	for i := range 100 {
		evil.send(victimUDP, beacon(h.id, 1, 9527, uint64(2*i+1)))
		evil.send(victimUDP, beacon(h.id, 3, 9527, uint64(2*i+2)))
		evil.send(victimUDP, beacon(v.key(), 3, 9527, uint64(i+1)))
	}
	evil.hears(silence)
	if answer := h.say("still linked"); !strings.Contains(answer, "stored") {
		t.Errorf("after forged goodbyes a text was answered %q", answer)
	}
	if now := v.knows(h); !now.Online || now.ID != person.ID {
		t.Errorf("it was %+v, is %+v", person, now)
	}
}

// TestD05BeaconFlood sends as much as it can for two seconds, under new keys.
func TestD05BeaconFlood(t *testing.T) {
	t.Parallel()
	if !inSpace(t) {
		return
	}
	v := newLAN(t)
	genuine := beacon(newIdentity(t), 1, 9, 1)
	evil := newEar(t, attackerIP+":9528")
	sent := 0
	for began := time.Now(); time.Since(began) < 2*time.Second; sent++ {
		binary.LittleEndian.PutUint64(genuine[8:], uint64(sent)) // another key, the signature is bad
		evil.send(victimUDP, genuine)
		if sent%50 == 0 {
			evil.send(victimUDP, beacon(newIdentity(t), 1, 9, 1))
		}
	}
	answers := evil.hears(silence)
	t.Logf("%d beacons were sent, %d answered", sent, len(answers))
	if len(answers) > 400 || len(v.people()) != 0 {
		t.Errorf("%d answers, and people %+v", len(answers), v.people())
	}
}

// TestD06OwnBeaconsComeBack from a mirror, and under this copy's own key.
func TestD06OwnBeaconsComeBack(t *testing.T) {
	t.Parallel()
	if !inSpace(t) {
		return
	}
	v := newLAN(t)
	own := dialed(t, attackerIP+":7777")
	evil := newEar(t, attackerIP+":9528")
	for i := range 50 {
		evil.send(victimUDP, beacon(v.key(), 1, 7777, uint64(i+1)<<40))
	}
	if heard := evil.hears(silence); len(heard) != 0 || own() != 0 || len(v.people()) != 0 {
		t.Errorf("%d answers, %d dials, people %+v", len(heard), own(), v.people())
	}
}

// TestD07BeaconsTellNoNames: 120 bytes of keys and numbers, no user, no PC.
func TestD07BeaconsTellNoNames(t *testing.T) {
	t.Parallel()
	if !inSpace(t) {
		return
	}
	v := newLAN(t)
	settings := v.Settings()
	settings.Name = "Dr. Secret Name"
	if err := v.SetSettings(t.Context(), settings); err != nil {
		t.Fatal(err)
	}
	evil := newEar(t, attackerIP+":9528")
	var heard [][]byte
	until(t, "an announce is answered", func() bool {
		evil.send(victimUDP, beacon(newIdentity(t), 1, 9, 1))
		heard = evil.hears(silence)
		return len(heard) > 0
	})
	for _, data := range heard {
		if len(data) != 120 || strings.Contains(string(data), "Secret") {
			t.Errorf("%d bytes: %q", len(data), data)
		}
	}
}

// TestD08NoAmplification: what comes back is never more than what was sent, and
// nothing for what asks for everybody.
func TestD08NoAmplification(t *testing.T) {
	t.Parallel()
	if !inSpace(t) {
		return
	}
	newLAN(t)
	evil := newEar(t, attackerIP+":9528")
	for i := range 200 {
		evil.send(victimUDP, beacon(newIdentity(t), 1, 9, uint64(i+1)))
	}
	bytes := 0
	answers := evil.hears(silence)
	for _, data := range answers {
		bytes += len(data)
	}
	if len(answers) == 0 || len(answers) > 200 || bytes > 200*120 {
		t.Errorf("%d answers, %d bytes, to 200 questions of 120", len(answers), bytes)
	}
	// From a port outside of the range, as of another protocol: not at all.
	foreign := newEar(t, attackerIP+":53")
	foreign.send(victimUDP, beacon(newIdentity(t), 1, 9, 1))
	if heard := foreign.hears(silence); len(heard) != 0 {
		t.Errorf("port 53 was answered %d times", len(heard))
	}
}

// TestD10SpoofedSources: addresses that are nobody's host get no answer.
func TestD10SpoofedSources(t *testing.T) {
	t.Parallel()
	if !inSpace(t) {
		return
	}
	v := newLAN(t)
	other := newEar(t, otherIP+":9528")
	for i := range 300 {
		source := net.ParseIP(otherIP)
		if i%3 == 1 {
			source = net.ParseIP("10.77.0.255")
		} else if i%3 == 2 {
			source = net.ParseIP("224.0.0." + strconv.Itoa(i%250+1))
		}
		forge(t, source, beacon(newIdentity(t), 1, 9, 1))
	}
	if answers := other.hears(silence); len(answers) == 0 || len(answers) > 100 {
		t.Errorf("somebody who asked nothing got %d answers to 100 forged questions", len(answers))
	}
	if len(v.people()) != 0 {
		t.Errorf("people: %+v", v.people())
	}
}

// TestD11DatagramsOfOddSizes are dropped, and what is genuine heard after them.
func TestD11DatagramsOfOddSizes(t *testing.T) {
	t.Parallel()
	if !inSpace(t) {
		return
	}
	v := newLAN(t)
	evil := newEar(t, attackerIP+":9528")
	for _, size := range []int{0, 1, 119, 121, 1400, 9000, 65_000} {
		evil.send(victimUDP, make([]byte, size))
		good := beacon(newIdentity(t), 1, 9, 1)
		evil.send(victimUDP, append(good, make([]byte, max(size-120, 1))...))
		evil.send(victimUDP, good[:min(size, 119)])
	}
	if heard := evil.hears(silence); len(heard) != 0 || len(v.people()) != 0 {
		t.Errorf("%d were answered, people are %+v", len(heard), v.people())
	}
}

// TestD12BeaconLeadsToAnotherKey: a beacon for somebody whom the user knows leads
// to an attacker. The link there is refused, the person stays.
func TestD12BeaconLeadsToAnotherKey(t *testing.T) {
	t.Parallel()
	if !inSpace(t) {
		return
	}
	v := newLAN(t)
	h := meet(t, "127.0.0.1:9527", "friend")
	v.verifies(h)
	_ = h.conn.NetConn().Close()
	until(t, "the friend is gone", func() bool { return !v.knows(h).Online })
	listener, err := net.Listen("tcp", attackerIP+":7777")
	if err != nil {
		t.Fatal(err)
	}
	thief, done := newIdentity(t), make(chan struct{})
	go func() {
		defer close(done)
		answerOnce(listener, certified(thief), hello())
	}()
	evil := newEar(t, attackerIP+":9528")
	evil.send(victimUDP, beacon(h.id, 1, 7777, 1))
	evil.hears(2 * silence)
	_ = listener.Close()
	<-done
	if now := v.knows(h); now.Online || now.Trust != netcore.TrustVerified {
		t.Errorf("the friend is shown as %+v", now)
	}
	if person, known := v.person(thief.ID()); known {
		t.Errorf("the thief became %+v", person)
	}
}
