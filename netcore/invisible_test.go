package netcore

import (
	"testing"

	"lanyard/netcore/link"
)

// TestAnInvisibleCopyDoesNotGoBackToAStrangerWhoWrote: the link to whoever
// wrote is kept, but not by a copy that is invisible to strangers.
func TestAnInvisibleCopyDoesNotGoBackToAStrangerWhoWrote(t *testing.T) {
	net := link.NewMemory()
	ann, bob, eve := copyOn(t, net, "ann"), copyOn(t, net, "bob"), copyOn(t, net, "eve")
	for _, n := range []*Node{bob, eve} {
		if _, err := n.Say(soon(t), reach(t, n, "ann:9527").ID, "hello"); err != nil {
			t.Fatal(err)
		}
	}
	toBob, toEve := reach(t, ann, "bob:9527"), reach(t, ann, "eve:9527")
	eventually(t, ann, "both texts", func() bool {
		return len(itemsOf(t, ann, toBob)) == 1 && len(itemsOf(t, ann, toEve)) == 1
	})
	if _, err := ann.Say(soon(t), toBob.ID, "hello bob"); err != nil {
		t.Fatal(err)
	}
	settings := ann.Settings()
	settings.Invisible = true
	if err := ann.SetSettings(soon(t), settings); err != nil {
		t.Fatal(err)
	}
	// What keeps links dials both at the same moment: bob is let in again.
	ann.links.Drop(toBob.Device, link.ErrLinkLost)
	eventually(t, ann, "bob there", func() bool { return seen(t, ann, toBob.ID).Online })
	for range 3 {
		ann.links.Wake()
		if peers := ann.links.Peers(); len(peers) != 1 || peers[0].ID != toBob.Device {
			t.Errorf("an invisible copy is linked with %+v", peers)
		}
	}
}
