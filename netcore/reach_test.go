package netcore

import (
	"errors"
	"slices"
	"testing"

	"lanyard/netcore/link"
)

func TestABlockedDeviceIsNotLinked(t *testing.T) {
	ann, bob, toBob, toAnn := verified(t)
	if err := ann.Block(soon(t), toBob.ID); err != nil {
		t.Fatal(err)
	}
	eventually(t, bob, "that ann is gone", func() bool { return !seen(t, bob, toAnn.ID).Online })
	if _, err := bob.Say(soon(t), toAnn.ID, "let me in"); err != nil {
		t.Fatal(err)
	}
	if _, err := bob.AddAddress(soon(t), "ann:9527"); !errors.Is(err, link.ErrRefused) {
		t.Errorf("bob dials ann: %v", err)
	}
	if _, err := ann.Say(soon(t), toBob.ID, "x"); !errors.Is(err, ErrBlocked) {
		t.Errorf("ann writes to the blocked: %v", err)
	}
	if got := seen(t, ann, toBob.ID); got.Trust != TrustBlocked || got.Online || len(itemsOf(t, ann, got)) != 0 {
		t.Errorf("ann sees %+v", got)
	}
	if err := ann.Unblock(soon(t), toBob.ID); err != nil {
		t.Fatal(err)
	}
	eventually(t, ann, "bob's text after all", func() bool { return len(itemsOf(t, ann, toBob)) == 1 })
	if got := seen(t, ann, toBob.ID); got.Trust != TrustStranger || got.Permissions.Clock {
		t.Errorf("after the block bob is %+v", got)
	}
}

func TestTextsAndOffersFromVerifiedPeopleOnly(t *testing.T) {
	ann, bob, toBob, toAnn := met(t)
	settings := ann.Settings()
	settings.NoStrangerTexts, settings.NoStrangerFiles = true, true
	if err := ann.SetSettings(soon(t), settings); err != nil {
		t.Fatal(err)
	}
	text, err := bob.Say(soon(t), toAnn.ID, "hello")
	if err != nil {
		t.Fatal(err)
	}
	file, err := bob.Send(soon(t), toAnn.ID, []string{gift(t, "file", 10)})
	if err != nil {
		t.Fatal(err)
	}
	for _, seq := range []int64{text.Seq, file.Seq} {
		eventually(t, bob, "that it is not taken", func() bool { return reasonOf(t, bob, seq) == ReasonNotAccepted })
	}
	if items := itemsOf(t, ann, toBob); len(items) != 0 {
		t.Errorf("ann has %+v", items)
	}
	pair(t, ann, bob)
	if text, err = bob.Say(soon(t), toAnn.ID, "hello again"); err != nil {
		t.Fatal(err)
	}
	eventually(t, bob, "its delivery", func() bool { return stateOf(t, bob, text.Seq) == StateDelivered })
}

// reasonOf returns why an item failed.
func reasonOf(t *testing.T, n *Node, seq int64) Reason {
	t.Helper()
	item, err := n.Item(t.Context(), seq)
	if err != nil {
		t.Fatal(err)
	}
	return item.Reason
}

func TestAnInvisibleCopyLinksOnlyWithWhomItKnows(t *testing.T) {
	net := link.NewMemory()
	ann, bob, eve := copyOn(t, net, "ann"), copyOn(t, net, "bob"), copyOn(t, net, "eve")
	toBob, toEve := reach(t, ann, "bob:9527"), reach(t, ann, "eve:9527")
	if _, err := ann.Say(soon(t), toBob.ID, "we know each other"); err != nil {
		t.Fatal(err)
	}
	settings := ann.Settings()
	settings.Invisible = true
	if err := ann.SetSettings(soon(t), settings); err != nil {
		t.Fatal(err)
	}
	eventually(t, ann, "eve gone, bob there", func() bool {
		return !seen(t, ann, toEve.ID).Online && seen(t, ann, toBob.ID).Online
	})
	eventually(t, eve, "ann gone", func() bool { return !only(t, eve).Online })
	if _, err := eve.AddAddress(soon(t), "ann:9527"); !errors.Is(err, link.ErrRefused) {
		t.Errorf("eve dials ann: %v", err)
	}
	if _, err := bob.Reach(soon(t), "ann:9527"); err != nil {
		t.Errorf("bob dials ann: %v", err)
	}
	dave := copyOn(t, net, "dave")
	if _, err := ann.AddAddress(soon(t), "dave:9527"); err != nil {
		t.Errorf("ann adds dave: %v", err)
	}
	eventually(t, dave, "ann", func() bool { return only(t, dave).Online })
}

func TestOnlyTheSameNetworkPasswordLinks(t *testing.T) {
	net := link.NewMemory()
	ann, bob := copyOn(t, net, "ann"), copyOn(t, net, "bob")
	toBob := reach(t, ann, "bob:9527")
	if err := ann.SetPassword(soon(t), "correct horse battery staple"); !errors.Is(err, ErrWeakPassword) {
		t.Errorf("a password that a person thought up: %v", err)
	}
	password := ann.NewPassword()
	if err := ann.SetPassword(soon(t), password); err != nil {
		t.Fatal(err)
	}
	eventually(t, ann, "bob gone", func() bool { return !seen(t, ann, toBob.ID).Online })
	eventually(t, bob, "ann gone", func() bool { return !only(t, bob).Online })
	if _, err := bob.Reach(soon(t), "ann:9527"); !errors.Is(err, link.ErrPassword) {
		t.Errorf("without it: %v", err)
	}
	if err := bob.SetPassword(soon(t), bob.NewPassword()); err != nil {
		t.Fatal(err)
	}
	if _, err := bob.Reach(soon(t), "ann:9527"); !errors.Is(err, link.ErrPassword) {
		t.Errorf("with another one: %v", err)
	}
	if err := bob.SetPassword(soon(t), password); err != nil {
		t.Fatal(err)
	}
	if _, err := bob.Reach(soon(t), "ann:9527"); err != nil {
		t.Errorf("with the same: %v", err)
	}
	if ann.Password() != password {
		t.Errorf("ann's password is %q", ann.Password())
	}
	want := []string{"password||set|done", "password||set|refused"}
	if lines := logOf(t, ann); !slices.Equal(lines, want) {
		t.Errorf("the log: %q", lines)
	}
}
