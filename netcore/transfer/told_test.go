//go:build unix

package transfer

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"lanyard/netcore/wire"
)

func TestACancelIsToldAfterTheProgramWasStartedAgain(t *testing.T) {
	for name, forget := range map[string]bool{"that shows it": false, "in which it was deleted": true} {
		t.Run(name, func(t *testing.T) {
			n := newNetwork()
			a, b := join(t, n, "a"), join(t, n, "b")
			tree(t, a.dir, map[string]string{"x": "x"})
			mine, err := a.Offer(context.Background(), b.id, []string{filepath.Join(a.dir, "x")})
			if err != nil {
				t.Fatal(err)
			}
			theirs := b.offered()
			until(t, "it is offered", func() bool {
				s, err := a.Snapshot(context.Background(), mine)
				return err == nil && s.State == string(StateOffered)
			})
			n.cut()
			if err := a.Cancel(context.Background(), mine); err != nil {
				t.Fatal(err)
			}
			if forget {
				if err := a.db.DeleteTransfer(context.Background(), mine); err != nil {
					t.Fatal(err)
				}
			}
			a.leave(n)
			a.start(n)
			n.heal()
			wantEnd(t, b.await(theirs), StateCancelled, ReasonCancelledThere)
			until(t, "nothing is noted any more", func() bool {
				list, err := filepath.Glob(filepath.Join(a.profile, "transfers", "*"))
				return err == nil && len(list) == 0
			})
		})
	}
}

func TestWhoDoesNotAnswerIsToldAgain(t *testing.T) {
	said := make(chan struct{}, 8)
	mute := func(c *Config) {
		c.Links, c.Stall = scripted{offer: func(conn *wire.Conn) {
			if len(said) == 2 {
				_ = conn.Write(kindEnd, nil, nil)
			}
			said <- struct{}{}
		}}, 60*time.Millisecond
	}
	a := join(t, newNetwork(), "a", mute)
	b := deviceNamed("b")
	a.tell(b, map[string]ending{"0123456789abcdef0123456789abcdef": {1, ReasonLost}})
	if len(said) != 3 || len(a.untold[b]) != 0 {
		t.Errorf("said %d times, and to be told is %+v", len(said), a.untold)
	}
}
