//go:build unix

package transfer

import (
	"context"
	"path/filepath"
	"testing"
)

// TestATransferWhoseOtherSideIsGoneIsSaidToWait, however late its stream notices,
// and shows nothing of what was measured before.
func TestATransferWhoseOtherSideIsGoneIsSaidToWait(t *testing.T) {
	n := newNetwork()
	a, b := join(t, n, "a"), join(t, n, "b")
	tree(t, a.dir, map[string]string{"src/big": noise(1, 2<<20)})
	a.SetBandwidth(64<<10, 0)
	mine, theirs := begin(t, a, b, filepath.Join(a.dir, "src"))
	limited(t, a, mine, LimitBandwidth)
	limited(t, b, theirs, LimitThere)

	a.LinkDown(b.id)
	b.LinkDown(a.id)
	for _, side := range []struct {
		*member
		key int64
	}{{a, mine}, {b, theirs}} {
		s, err := side.Snapshot(context.Background(), side.key)
		if err != nil || !s.Away || s.Limits != LimitNone || s.Speed != 0 || s.Moving || s.Left != 0 {
			t.Errorf("%s without a link shows %+v, %v", side.id[:1], s, err)
		}
		for _, file := range s.Under {
			if file.Speed != 0 || file.Left != 0 {
				t.Errorf("%s without a link shows %+v", side.id[:1], file)
			}
		}
	}

	a.LinkUp(b.id)
	b.LinkUp(a.id)
	limited(t, a, mine, LimitBandwidth)
	limited(t, b, theirs, LimitThere)
	a.SetBandwidth(0, 0)
	arrives(t, a, b, mine, theirs)
}

// TestNoLimitIsShownOfAStreamThatEnded, though nobody has said that the link is down.
func TestNoLimitIsShownOfAStreamThatEnded(t *testing.T) {
	n := newNetwork()
	a, b := join(t, n, "a"), join(t, n, "b")
	tree(t, a.dir, map[string]string{"src/big": noise(1, 2<<20)})
	a.SetBandwidth(64<<10, 0)
	mine, theirs := begin(t, a, b, filepath.Join(a.dir, "src"))
	limited(t, b, theirs, LimitThere)
	n.cut()
	limited(t, a, mine, LimitNone)
	limited(t, b, theirs, LimitNone)
	if s, err := b.Snapshot(context.Background(), theirs); err != nil || s.Speed != 0 || s.Moving || s.Left != 0 {
		t.Errorf("without a stream %+v, %v", s, err)
	}
	n.heal()
	a.SetBandwidth(0, 0)
	arrives(t, a, b, mine, theirs)
}

// limited waits until a transfer shows a limit, and that nobody is away.
func limited(t *testing.T, m *member, key int64, want Limit) {
	t.Helper()
	until(t, "the limit of "+string(m.id[:1])+" is "+string(want), func() bool {
		s, err := m.Snapshot(context.Background(), key)
		return err == nil && s.Limits == want && !s.Away
	})
}
