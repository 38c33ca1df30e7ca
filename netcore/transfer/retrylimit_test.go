//go:build unix

package transfer

import (
	"context"
	"io"
	"strings"
	"testing"

	"lanyard/netcore/wire"
)

// A sender who was asked for failed files again comes with another file.
func TestOnlyWhatFailedIsTakenAgainUnasked(t *testing.T) {
	n := newNetwork()
	b := join(t, n, "b")
	p, key := accepted(t, b, handOffer(2, 2))
	near, _ := p.knock(KindData, m{"id": handID})
	go func() { _, _ = io.Copy(io.Discard, near) }()
	_, _ = near.Write(raw(t, entries(m{"p": "d/good", "s": 1, "m": 1}, m{"p": "d/failed", "s": 1, "m": 1}), kind("entries-end"),
		file(0, "good", "x"), frame{fields: m{"kind": "skip", "f": 1, "reason": "vanished"}}, kind("end")))
	wantEnd(t, b.await(key), StateFailed, ReasonVanished)

	b.mu.Lock()
	b.wanted[asked{p.id, handID}] = b.cfg.Now()
	b.mu.Unlock()
	again := handOffer(1, 1)
	again["id"], again["retry"], again["v"], again["list"] = strings.Repeat("e", idDigits), handID, 2, strings.Repeat("a", b3Digits)
	_, conn := p.knock(KindOffer, again)
	for _, want := range []string{kindOffered, kindAccept} {
		if _, err := conn.Expect(wire.MaxHello, want); err != nil {
			t.Fatal(err)
		}
	}
	second := b.offered()
	near, conn = p.knock(KindData, m{"id": again["id"], "v": 2, "list": again["list"]})
	if _, err := conn.Expect(wire.MaxHello, kindList); err != nil {
		t.Fatal(err)
	}
	go func() { _, _ = io.Copy(io.Discard, near) }()
	_, _ = near.Write(raw(t, entries(m{"p": "d/evil", "s": 1, "m": 1}), kind("entries-end"), file(0, "evil", "x"), kind("end")))
	b.await(second)
	if list := look(t, b.dir); list["d/evil"] != "" || list["d/good"] == "" {
		t.Errorf("the save folder holds %v", list)
	}
}

// Holding an offer costs a commit, also before anybody said yes.
func TestAnOfferIsNotHeldWithoutEnd(t *testing.T) {
	n := newNetwork()
	b := join(t, n, "b")
	p := &peer{t: t, b: b}
	copy(p.id[:], "peer")
	_, conn := p.knock(KindOffer, handOffer(1, 1))
	if _, err := conn.Expect(wire.MaxHello, kindOffered); err != nil {
		t.Fatal(err)
	}
	j := b.job(b.offered())
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	held := 0
	for on := true; held <= holdBurst && j.hold(j.ctx, pausedThere, on) == nil; on = !on {
		if held++; held >= holdBurst {
			break
		}
	}
	if err := j.hold(ctx, pausedThere, j.record().Paused == 0); err == nil {
		t.Error("held at once, however often")
	}
}
