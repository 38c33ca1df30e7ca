//go:build unix

package transfer

import (
	"context"
	"io"
	"strings"
	"testing"

	"lanyard/netcore/wire"
)

// listing brings a list by hand, as the sender of an offer that was asked for it.
func (p *peer) listing(name string, entries frame) {
	p.t.Helper()
	if _, err := p.conn.Expect(wire.MaxHello, kindList); err != nil {
		p.t.Fatal(err)
	}
	near, conn := p.knock(KindData, m{"id": handID, "v": 2, "list": name, "only": "list"})
	if _, err := conn.Expect(wire.MaxHello, kindList); err != nil {
		p.t.Fatal(err)
	}
	_, _ = near.Write(raw(p.t, entries, kind("entries-end")))
}

// A user looks at a list and decides; the sender then comes with another one,
// in which the file to be replaced is one that the user did not choose.
func TestAnotherListThanTheOneThatWasSeenIsNotTaken(t *testing.T) {
	first, second := strings.Repeat("a", b3Digits), strings.Repeat("b", b3Digits)
	shown, swapped := entries(m{"p": "d/harmless", "s": 3, "m": 1}), entries(m{"p": "d/thesis", "s": 3, "m": 1})
	for name, open := range map[string]m{
		"of another name":   {"id": handID, "v": 2, "list": second},
		"of the same name":  {"id": handID, "v": 2, "list": first},
		"of the version 1":  {"id": handID},
		"before the answer": nil,
	} {
		t.Run(name, func(t *testing.T) {
			n := newNetwork()
			b := join(t, n, "b")
			tree(t, b.dir, map[string]string{"d/thesis": "years of work", "d/harmless": "nothing"})
			p := &peer{t: t, b: b}
			copy(p.id[:], "peer")
			offer := handOffer(1, 3)
			offer["v"], offer["list"] = 2, first
			p.ctl, p.conn = p.knock(KindOffer, offer)
			if _, err := p.conn.Expect(wire.MaxHello, kindOffered); err != nil {
				t.Fatal(err)
			}
			key := b.offered()
			looked := make(chan []Entry, 1)
			go func() {
				list, _ := b.Entries(context.Background(), key, 0, 10)
				looked <- list
			}()
			p.listing(first, shown)
			if list := <-looked; len(list) != 1 || list[0].Path != "d/harmless" {
				t.Fatalf("the user sees %v", list)
			}
			if open == nil { // while the user reads
				near, conn := p.knock(KindData, m{"id": handID, "v": 2, "list": second, "only": "list"})
				_, _ = near.Write(raw(t, swapped, kind("entries-end")))
				_, _ = io.Copy(io.Discard, near)
				_ = conn
				if list, err := b.Entries(context.Background(), key, 0, 10); err != nil || list[0].Path != "d/harmless" {
					t.Fatalf("the user sees %v, %v", list, err)
				}
				open = m{"id": handID, "v": 2, "list": second}
			}
			if err := b.Accept(context.Background(), key, AcceptOptions{Folder: b.dir, Policy: PolicyKeep, Choices: map[int]Policy{0: PolicyReplace}}); err != nil {
				t.Fatal(err)
			}
			if name == "of the same name" { // what was kept is lost
				removeList(b.cfg.Dir, key)
				j := b.job(key)
				j.mu.Lock()
				j.listed = nil
				j.mu.Unlock()
			}
			near, _ := p.knock(KindData, open)
			go func() { _, _ = io.Copy(io.Discard, near) }()
			_, _ = near.Write(raw(t, swapped, kind("entries-end"), file(0, "thesis", "bad"), kind("end")))
			wantEnd(t, b.await(key), StateFailed, ReasonChanged)
			holds(t, b.dir, map[string]string{"d/thesis": "years of work", "d/harmless": "nothing"})
		})
	}
}
