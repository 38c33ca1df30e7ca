package netcore_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"lanyard/netcore"
	"lanyard/netcore/identity"
	"lanyard/netcore/link"
	"lanyard/netcore/verify"
)

// between is two honest Nodes with a relay between them. Alice's device ID is
// the lowest of the three, Bob's the highest, so that the relay can play both
// parts of every exchange. Each believes that the other is at the relay's address.
type between struct {
	t          *testing.T
	alice, bob *netcore.Node
	relay      *child
	facts      relayFacts
}

// newBetween starts all three.
func newBetween(t *testing.T, mode string) *between {
	t.Helper()
	b := &between{t: t}
	low := profileWhere(t, func(id netcore.DeviceID) bool { return id[0] < 0x40 })
	high := profileWhere(t, func(id netcore.DeviceID) bool { return id[0] >= 0xC0 })
	b.alice, b.bob = openNode(t, low, "alice", nil), openNode(t, high, "bob", nil)
	t.Cleanup(func() {
		for _, node := range []*netcore.Node{b.alice, b.bob} {
			if err := node.Close(); err != nil {
				t.Errorf("closing: %v", err)
			}
		}
	})
	b.relay = spawn(t, "relay", targetVariable+"="+b.bob.Self().Address, modeVariable+"="+mode,
		lowVariable+"="+b.alice.Self().ID.String(), highVariable+"="+b.bob.Self().ID.String())
	b.relay.ask("", &b.facts)
	return b
}

// profileWhere makes a profile whose device ID is as wanted.
func profileWhere(t *testing.T, fits func(netcore.DeviceID) bool) string {
	t.Helper()
	for {
		dir := t.TempDir()
		id, err := identity.LoadOrCreate(dir)
		if err != nil {
			t.Fatal(err)
		}
		if fits(id.ID()) {
			return dir
		}
	}
}

// linked has alice dial the relay, and returns whom each of the two sees.
func (b *between) linked() (toBob, toAlice netcore.Person) {
	b.t.Helper()
	toBob, err := b.alice.AddAddress(b.t.Context(), b.facts.Address)
	if err != nil {
		b.t.Fatalf("alice dialing the relay: %v", err)
	}
	until(b.t, "bob sees somebody", func() bool {
		people, err := b.bob.People(b.t.Context())
		if err == nil && len(people) == 1 {
			toAlice = people[0]
		}
		return toAlice.Online
	})
	return toBob, toAlice
}

// nobodyIsVerified fails if one of the two trusts anybody, and has them talk to
// each other without the relay at last.
func (b *between) nobodyIsVerified() {
	b.t.Helper()
	for _, node := range []*netcore.Node{b.alice, b.bob} {
		people, err := node.People(b.t.Context())
		if err != nil {
			b.t.Fatal(err)
		}
		for _, person := range people {
			if person.Trust != netcore.TrustStranger {
				b.t.Errorf("%s trusts %+v", node.Self().Name, person)
			}
		}
	}
}

// meetAtLast has the two talk without the relay.
func (b *between) meetAtLast() {
	b.t.Helper()
	bob, err := b.alice.AddAddress(b.t.Context(), b.bob.Self().Address)
	if err != nil || bob.Device != b.bob.Self().ID {
		b.t.Fatalf("alice dialing bob: %+v, %v", bob, err)
	}
	sent, err := b.alice.Say(b.t.Context(), bob.ID, "at last")
	if err != nil {
		b.t.Fatal(err)
	}
	until(b.t, "an honest text is delivered", func() bool {
		item, err := b.alice.Item(b.t.Context(), sent.Seq)
		return err == nil && item.State == netcore.StateDelivered
	})
}

// TestC01RelayShowsItsOwnIdentity: whatever it passes on, each side sees the
// relay's device ID, and what it brings is the relay's.
func TestC01RelayShowsItsOwnIdentity(t *testing.T) {
	t.Parallel()
	b := newBetween(t, "pipe")
	toBob, toAlice := b.linked()
	if toBob.Device != b.facts.ID || toAlice.Device != b.facts.ID {
		t.Errorf("alice sees %s, bob sees %s; the relay is %s", toBob.Device, toAlice.Device, b.facts.ID)
	}
	if _, err := b.alice.Say(t.Context(), toBob.ID, "for bob?"); err != nil {
		t.Fatal(err)
	}
	until(t, "the text comes through the relay", func() bool {
		items, err := b.bob.Items(t.Context(), toAlice.ID, 0, 10)
		return err == nil && len(items) == 1 && items[0].Text == "for bob?"
	})
	if _, err := b.bob.Find(t.Context(), b.alice.Self().ID.String()); !errors.Is(err, netcore.ErrUnknownPerson) {
		t.Errorf("bob takes it for alice's own: %v", err)
	}
	b.nobodyIsVerified()
	b.meetAtLast()
}

// TestC01PinnedLinkRefusesTheRelay: who is known is dialed by their key.
func TestC01PinnedLinkRefusesTheRelay(t *testing.T) {
	t.Parallel()
	b := newBetween(t, "pipe")
	pair := identity.PairString{Addresses: []string{b.facts.Address}, Device: b.bob.Self().ID}
	if _, err := b.alice.UsePairString(t.Context(), pair.String()); !errors.Is(err, link.ErrWrongDevice) {
		t.Errorf("dialing bob's key at the relay: %v, want ErrWrongDevice", err)
	}
	b.nobodyIsVerified()
	b.meetAtLast()
}

// opens has both users open the comparison.
func (b *between) opens(toBob, toAlice netcore.Person) (alice, bob netcore.Verification) {
	b.t.Helper()
	alice, err := b.alice.Verify(b.t.Context(), toBob.Device)
	if err != nil {
		b.t.Fatal(err)
	}
	bob, err = b.bob.Verify(b.t.Context(), toAlice.Device)
	if err != nil {
		b.t.Fatal(err)
	}
	return alice, bob
}

// TestC01DigitsDifferWithARelayThatComparesWithBoth: the relay runs the whole
// protocol with each of the two, and says that they match.
func TestC01DigitsDifferWithARelayThatComparesWithBoth(t *testing.T) {
	t.Parallel()
	b := newBetween(t, "pretender")
	alice, bob := b.opens(b.linked())
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	hers, err := alice.Code(ctx)
	if err != nil {
		t.Fatalf("alice: %v", err)
	}
	his, err := bob.Code(ctx)
	if err != nil {
		t.Fatalf("bob: %v", err)
	}
	if hers == his { // once in a million runs
		t.Errorf("both screens show %s", hers)
	}
	alice.Answer(false)
	bob.Answer(false)
	for _, one := range []netcore.Verification{alice, bob} {
		if err := one.Wait(ctx); !errors.Is(err, verify.ErrDiffer) {
			t.Errorf("ended with %v, want ErrDiffer", err)
		}
	}
	var after relayFacts
	b.relay.ask("", &after)
	if after.Codes != [2]string{hers, his} {
		t.Errorf("the screens show %s and %s, the relay played for %q: it was not the attack it should be", hers, his, after.Codes)
	}
	b.nobodyIsVerified()
	b.meetAtLast()
}

// TestC03CommitmentsCannotBePassedOn: the relay passes on the frames of the
// comparison as they are. They are bound to another session and other devices.
func TestC03CommitmentsCannotBePassedOn(t *testing.T) {
	t.Parallel()
	b := newBetween(t, "pipe")
	alice, bob := b.opens(b.linked())
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for name, one := range map[string]netcore.Verification{"alice": alice, "bob": bob} {
		one.Answer(true) // careless
		if err := one.Wait(ctx); err == nil {
			t.Errorf("%s verified the relay", name)
		} else {
			t.Logf("%s: %v", name, err)
		}
	}
	b.nobodyIsVerified()
	b.meetAtLast()
}

// TestC05PasswordProofsCannotBePassedOn: both have the network password, the
// relay has not. It passes on nonces and proofs.
func TestC05PasswordProofsCannotBePassedOn(t *testing.T) {
	t.Parallel()
	b := newBetween(t, "pipe")
	password := b.alice.NewPassword()
	for _, node := range []*netcore.Node{b.alice, b.bob} {
		if err := node.SetPassword(t.Context(), password); err != nil {
			t.Fatal(err)
		}
	}
	if person, err := b.alice.AddAddress(t.Context(), b.facts.Address); !errors.Is(err, link.ErrPassword) {
		t.Errorf("through the relay: %+v, %v; want ErrPassword", person, err)
	}
	if people, err := b.bob.People(t.Context()); err != nil || len(people) != 0 {
		t.Errorf("bob lists %+v, %v", people, err)
	}
	b.meetAtLast()
}

// TestC05PairingStringsCannotBePassedOn: the relay has changed the address in
// a pairing string, and then the device, too.
func TestC05PairingStringsCannotBePassedOn(t *testing.T) {
	t.Parallel()
	b := newBetween(t, "pipe")
	text, err := b.bob.MakePairString(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	moved := strings.Replace(text, b.bob.Self().Address, b.facts.Address, 1)
	if _, err := b.alice.UsePairString(t.Context(), moved); !errors.Is(err, link.ErrWrongDevice) {
		t.Errorf("a string that leads to the relay: %v, want ErrWrongDevice", err)
	}
	swapped := strings.Replace(moved, b.bob.Self().ID.String(), b.facts.ID.String(), 1)
	if _, err := b.alice.UsePairString(t.Context(), swapped); err == nil {
		t.Error("alice's proof for the relay was good for bob")
	}
	b.nobodyIsVerified()
	person, err := b.alice.UsePairString(t.Context(), text)
	if err != nil || person.Device != b.bob.Self().ID || person.Trust != netcore.TrustVerified {
		t.Errorf("the string itself: %+v, %v", person, err)
	}
	b.meetAtLast()
}
