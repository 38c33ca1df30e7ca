//go:build unix

package transfer

import (
	"context"
	"fmt"
	"io"
	"testing"

	"lanyard/netcore/wire"
)

// TestWhatComesByItselfBringsNoMoreFoldersThanOffered: what was accepted unseen
// was judged by the offer, which may not leave folders out.
func TestWhatComesByItselfBringsNoMoreFoldersThanOffered(t *testing.T) {
	for _, test := range []struct {
		folders int
		auto    bool
		state   State
	}{
		{3, true, StateVerified},
		{2, true, StateFailed},
		{0, false, StateVerified}, // the user saw it, and was asked
	} {
		t.Run(fmt.Sprintf("%+v", test), func(t *testing.T) {
			b := join(t, newNetwork(), "b")
			offer := handOffer(1, 1)
			offer["folders"] = test.folders
			p := &peer{t: t, b: b}
			p.ctl, p.conn = p.knock(KindOffer, offer)
			if _, err := p.conn.Expect(wire.MaxHello, kindOffered); err != nil {
				t.Fatal(err)
			}
			key := b.offered()
			accept := func() error { return b.Accept(context.Background(), key, AcceptOptions{Folder: b.dir}) }
			if test.auto {
				accept = func() error { return b.AcceptAuto(context.Background(), key, AcceptOptions{Folder: b.dir}) }
			}
			if err := accept(); err != nil {
				t.Fatal(err)
			}
			near, _ := p.knock(KindData, m{"id": handID})
			go func() { _, _ = io.Copy(io.Discard, near) }()
			_, _ = near.Write(raw(t, entries(m{"p": "d/e/f/1", "s": 1, "m": 1}), kind("entries-end"), file(0, "1", "x"), kind("end")))
			shot := b.await(key)
			if shot.State != string(test.state) || shot.Auto != test.auto {
				t.Errorf("ended %s %q, by itself %v", shot.State, shot.Reason, shot.Auto)
			}
			if left := look(t, b.dir); test.state == StateFailed && len(left) != 0 {
				t.Errorf("left: %v", left)
			}
		})
	}
}
