package verify

import (
	"encoding/binary"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"lanyard/netcore/identity"
	"lanyard/netcore/wire"
)

func TestTheOtherUsersRequestIsShownAndTakenUp(t *testing.T) {
	for name, first := range map[string]bool{"of the lower": true, "of the higher": false} {
		t.Run(name, func(t *testing.T) {
			run(t, func(t *testing.T, l *lan) {
				asks, waits := pair(l)
				if !first {
					asks, waits = waits, asks
				}
				a := asks.begin(waits)
				waits.asked(true)
				if !waits.service.Asking(asks.id) || asks.service.Asking(waits.id) {
					t.Error("Asking does not say who waits for whom")
				}
				b := waits.begin(asks)
				if code(t, a) != code(t, b) {
					t.Error("the codes differ")
				}
				waits.asked(true, false)
				asks.asked()
				a.Cancel()
				ends(t, b, ErrAborted)
				waits.asked(true, false)
				asks.asked()
			})
		})
	}
}

func TestARequestEndsWithItsUsersPatience(t *testing.T) {
	for name, first := range map[string]bool{"of the lower": true, "of the higher": false} {
		t.Run(name, func(t *testing.T) {
			run(t, func(t *testing.T, l *lan) {
				asks, waits := pair(l)
				if !first {
					asks, waits = waits, asks
				}
				ends(t, asks.begin(waits), ErrTimeout)
				waits.asked(true, false)
				asks.begin(waits).Cancel()
				settle()
				if waits.service.Asking(asks.id) {
					t.Error("a request outlived its attempt")
				}
			})
		})
	}
}

func TestARequestCanBeTakenUpAgainAfterAFailure(t *testing.T) {
	run(t, func(t *testing.T, l *lan) {
		low, high := pair(l)
		for range 2 {
			b := high.begin(low)
			settle()
			a := low.begin(high)
			code(t, a)
			code(t, b)
			b.Cancel()
			ends(t, a, ErrAborted)
			ends(t, b, ErrCanceled)
		}
		low.asked(true, false, true, false)
	})
}

// Only requests that this user leaves alone use up what is shown of a device.
func TestRequestsThatAreTakenUpAreShownAtOnce(t *testing.T) {
	run(t, func(t *testing.T, l *lan) {
		low, high := pair(l)
		for range 2 * showBurst {
			b := high.begin(low)
			settle()
			if !low.service.Asking(high.id) {
				t.Fatal("the request is not shown")
			}
			a := low.begin(high)
			code(t, a)
			code(t, b)
			a.Answer(true)
			b.Answer(true)
			ends(t, a, nil)
			ends(t, b, nil)
		}
	})
}

// Whoever has had the end of an attempt may ask again before the other side is
// through with it.
func TestARequestRightAfterAnAttemptIsShown(t *testing.T) {
	for name, lower := range map[string]bool{"of the lower": true, "of the higher": false} {
		t.Run(name, func(t *testing.T) {
			run(t, func(t *testing.T, l *lan) {
				asks, waits := pair(l)
				if !lower {
					asks, waits = waits, asks
				}
				a, b := asks.begin(waits), waits.begin(asks)
				code(t, a)
				code(t, b)
				settle() // users take longer to compare than the first request to arrive
				a.Answer(false)
				ends(t, a, ErrDiffer)
				asks.begin(waits)
				later(5 * time.Second)
				if !waits.service.Asking(asks.id) {
					t.Error("the request is not shown")
				}
				ends(t, b, ErrDifferThere)
			})
		})
	}
}

// D5, E10: whoever asks a thousand times is shown a few times a minute.
func TestAFloodOfRequestsIsShownAFewTimes(t *testing.T) {
	for kind, ids := range map[string][2]byte{KindCompare: {1, 2}, KindAsk: {2, 1}} {
		t.Run(kind, func(t *testing.T) {
			attack(t, ids[0], ids[1], func(t *testing.T, m, victim *node) {
				const minutes = 4
				for range minutes * 600 {
					h := m.raw(victim, kind, nil)
					settle()
					_ = h.Reset()
					later(100 * time.Millisecond)
				}
				victim.mu.Lock()
				shown := len(victim.asks) / 2
				victim.mu.Unlock()
				if limit := showBurst + minutes*int(time.Minute/showEvery) + 1; shown > limit || shown < minutes {
					t.Errorf("shown %d times in %d minutes, limit %d", shown, minutes, limit)
				}
				victim.reported()
				if len(victim.service.held) != 0 || len(victim.service.told) != 0 {
					t.Error("something of the flood is kept")
				}
			})
		})
	}
}

func TestManyStreamsOfADeviceHoldOnePlace(t *testing.T) {
	attack(t, 1, 2, func(t *testing.T, m, victim *node) {
		settle()
		before := runtime.NumGoroutine()
		var last *heard
		for range 500 {
			h := m.raw(victim, KindCompare, nil)
			if last != nil {
				last.wantError(t, wire.CodeBusy)
			}
			last = h
			settle()
		}
		if held := len(victim.service.held); held != 1 {
			t.Errorf("%d requests are held", held)
		}
		if after := runtime.NumGoroutine(); after > before+10 {
			t.Errorf("%d goroutines, %d before", after, before)
		}
		victim.asked(true)
		// The one that came last is the one that is taken up.
		victim.begin(m)
		last.want(t, kindReady)
	})
}

func TestManyDevicesHoldFewPlacesAndDoNotLockOutAPair(t *testing.T) {
	for name, open := range map[string]opening{"lower first": lowFirst, "higher first": highFirst, "at once": atOnce} {
		t.Run(name, func(t *testing.T) {
			run(t, func(t *testing.T, l *lan) {
				low, high := l.node(100), l.node(200)
				l.link(low, high)
				var callers, askers []*heard
				for i := range byte(2 * maxHeld) {
					caller, asker := l.attacker(1+i), l.attacker(255-i)
					l.link(caller, high)
					l.link(asker, low)
					callers = append(callers, caller.raw(high, KindCompare, nil))
					askers = append(askers, asker.raw(low, KindAsk, nil))
					settle()
					if i >= maxHeld { // the oldest makes room
						callers[i-maxHeld].wantError(t, wire.CodeBusy)
						askers[i-maxHeld].wantError(t, wire.CodeBusy)
					}
				}
				if len(high.service.held) != maxHeld || len(low.service.held) != maxHeld {
					t.Errorf("%d and %d requests are held", len(low.service.held), len(high.service.held))
				}
				a, b := open(low, high)
				if code(t, a) != code(t, b) {
					t.Error("the codes differ")
				}
			})
		})
	}
}

func TestWhatIsKeptOfDevicesIsBounded(t *testing.T) {
	s := New(Config{Self: identity.DeviceID{255}})
	defer s.Close()
	now := time.Now()
	for i := range uint32(10 * maxShows) {
		var id identity.DeviceID
		binary.BigEndian.PutUint32(id[:], i)
		if !s.shows.of(id, now).AllowN(now, 1) {
			t.Fatal("a new device has no turn")
		}
		if len(s.shows) > maxShows {
			t.Fatalf("%d devices are kept", len(s.shows))
		}
	}
}

// A request whose link died unnoticed does not keep the next one out.
func TestALaterRequestTakesThePlaceOfAnEarlierOne(t *testing.T) {
	run(t, func(t *testing.T, l *lan) {
		low, high := pair(l)
		stale, _, err := l.session(low.id, high.id).stream()
		if err != nil {
			t.Fatal(err)
		}
		old := newTalk(stale)
		l.work.Go(func() { _ = high.service.hold(t.Context(), old, low.id); old.leave(nil) })
		settle()
		a := low.begin(high)
		settle()
		high.asked(true)
		b := high.begin(low)
		if code(t, a) != code(t, b) {
			t.Error("the codes differ")
		}
	})
}

func TestARestartForgetsTheRequestAndTellsTheOtherSide(t *testing.T) {
	run(t, func(t *testing.T, l *lan) {
		low, high := pair(l)
		a := low.begin(high)
		high.asked(true)
		if err := high.service.Close(); err != nil {
			t.Error(err)
		}
		ends(t, a, ErrAborted)
		h := low.raw(high, KindCompare, nil)
		if _, err := h.conn.Next(maxFrame); !errors.Is(err, errReset) {
			t.Errorf("after Close: %v", err)
		}
	})
}

// While this user's own attempt with a device runs, its request is none; if it
// is still there after the end, it is one.
func TestARequestDuringAnAttemptIsShownAfterIt(t *testing.T) {
	attack(t, 2, 1, func(t *testing.T, m, victim *node) {
		a := victim.begin(m)
		m.heard(KindCompare)
		m.raw(victim, KindAsk, nil)
		victim.asked()
		if victim.service.Asking(m.id) {
			t.Error("a device that is being answered asks")
		}
		a.Cancel()
		ends(t, a, ErrCanceled)
		victim.asked(true)
	})
}

func TestABackoffSaysUntilWhen(t *testing.T) {
	err := error(&BackoffError{Until: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)})
	if !strings.Contains(err.Error(), "03:04:05") || !errors.Is(err, ErrBackoff) || errors.Is(err, ErrBusy) {
		t.Errorf("it says %q", err)
	}
}
