package link

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/netcore/identity"
)

// TestOnlyWhatTheUserAsksForCountsAsAsked: what dials by itself gets no link
// that Admit gives only to whom the user asks for.
func TestOnlyWhatTheUserAsksForCountsAsAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory := NewMemory()
		b := start(t, memory.Host("b"), "b:1")
		network := &counted{Network: memory.Host("a")}
		a := start(t, network, "a:1", func(c *Config) {
			c.Admit = func(_ identity.DeviceID, asked bool) error {
				if asked {
					return nil
				}
				return errBlocked
			}
		})
		a.Keep(b.id, []string{"b:1"})
		a.Hint(b.id, "b:1")
		time.Sleep(10 * time.Minute) // simulated
		if dials := network.dials.Load(); dials != 0 {
			t.Errorf("%d dials by itself", dials)
		}
		if _, err := b.Connect(t.Context(), a.id, []string{"a:1"}); !errors.Is(err, ErrRefused) {
			t.Errorf("whom nobody asked for: %v", err)
		}
		if _, err := a.Connect(t.Context(), b.id, []string{"b:1"}); err != nil {
			t.Errorf("whom the user asked for: %v", err)
		}
		closeSoon(t, a, b)
	})
}
