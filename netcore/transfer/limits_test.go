//go:build unix

package transfer

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lanyard/netcore/identity"
	"lanyard/netcore/store"
	"lanyard/netcore/wire"
)

// knocks offers by hand and returns the kind of the answer.
func knocks(t *testing.T, b *member, device string, offer m) string {
	t.Helper()
	p := &peer{t: t, b: b}
	copy(p.id[:], device)
	_, conn := p.knock(KindOffer, offer)
	frame, err := conn.Expect(wire.MaxHello, kindOffered, kindDecline)
	if err != nil {
		return "error"
	}
	return frame.Kind
}

func TestNothingIsLeftOfAnOfferThatCannotBeShown(t *testing.T) {
	b := join(t, newNetwork(), "b", func(c *Config) {
		c.OnOffer = func(context.Context, store.Transfer) error { return store.ErrFull }
	})
	if got := knocks(t, b, "peer", handOffer(1, 1)); got != kindDecline {
		t.Errorf("answered %q", got)
	}
	if rows, err := b.db.SelectTransfers(context.Background(), store.TransferFilter{Limit: 10}); err != nil || len(rows) != 0 {
		t.Errorf("left: %+v, %v", rows, err)
	}
}

func TestLongNamesOfRootsAreRefused(t *testing.T) {
	b := join(t, newNetwork(), "b")
	roots := func(count, length int) (list []m) {
		for i := range count {
			list = append(list, m{"name": fmt.Sprintf("%0*d", length, i), "dir": true})
		}
		return list
	}
	for i, test := range []struct {
		roots []m
		name  string
		want  string
	}{
		{roots(1, maxName), "x", kindOffered},
		{roots(1, maxName+1), "x", "error"},
		{roots(1, 1), strings.Repeat("x", maxName+1), "error"},
		{roots(64, 128), "x", kindOffered},
		{roots(64, 129), "x", "error"},
	} {
		offer := handOffer(1, 1)
		offer["id"], offer["name"], offer["roots"] = fmt.Sprintf("%032x", i), test.name, test.roots
		if got := knocks(t, b, "peer", offer); got != test.want {
			t.Errorf("%d: answered %q, want %q", i, got, test.want)
		}
	}
}

func TestManyPathsWithLongNamesGoWithOneOffer(t *testing.T) {
	n := newNetwork()
	a, b := join(t, n, "a"), join(t, n, "b")
	var paths []string
	for i := range 100 {
		name := strings.Repeat("n", 200) + fmt.Sprintf("%03d", i)
		if i%2 == 0 {
			tree(t, a.dir, map[string]string{name + "/x": "x"})
		} else {
			tree(t, a.dir, map[string]string{name: "x"})
		}
		paths = append(paths, filepath.Join(a.dir, name))
	}
	sent, got := pass(t, a, b, paths...)
	wantEnd(t, sent, StateVerified, ReasonNone)
	wantEnd(t, got, StateVerified, ReasonNone)
	if list, err := os.ReadDir(b.dir); err != nil || len(list) != 100 {
		t.Errorf("%d arrived, %v", len(list), err)
	}
}

func TestOffersComeOnlySoFast(t *testing.T) {
	now := time.Unix(1, 0)
	count := func(r *rates, devices int, stranger bool, at time.Time) (allowed int) {
		for i := range devices {
			for range 2 * knownBurst {
				if r.allow(identity.DeviceID{byte(i >> 8), byte(i)}, stranger, at) {
					allowed++
				}
			}
		}
		return allowed
	}
	r := newRates()
	got := []int{
		count(&r, 1, true, now), count(&r, 2000, true, now), count(&r, 1, false, now),
		count(&r, 1, true, now.Add(2*time.Second)),
	}
	if want := []int{strangerBurst, strangersBurst - strangerBurst, knownBurst, 10}; !slices.Equal(got, want) {
		t.Errorf("allowed %v, want %v", got, want)
	}
}
