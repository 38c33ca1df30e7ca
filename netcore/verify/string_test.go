package verify

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/netcore/identity"
)

// make issues a string.
func (n *node) make(t *testing.T) identity.PairString {
	t.Helper()
	p, err := n.service.MakeString([]string{"127.0.0.1:9527", "[::1]:9527"})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// use uses a string and compares the outcome.
func (n *node) use(t *testing.T, p identity.PairString, want error) {
	t.Helper()
	if err := n.service.UseString(t.Context(), p); !errors.Is(err, want) {
		t.Errorf("UseString: %v, want %v", err, want)
	}
}

// wrong returns a string of the same device with another secret.
func wrong(p identity.PairString) identity.PairString {
	p.Secret[0] ^= 1
	return p
}

func TestAStringVerifiesBothSidesOnce(t *testing.T) {
	for name, lowerMakes := range map[string]bool{"the lower made it": true, "the higher made it": false} {
		t.Run(name, func(t *testing.T) {
			run(t, func(t *testing.T, l *lan) {
				issuer, user := pair(l)
				if !lowerMakes {
					issuer, user = user, issuer
				}
				p := issuer.make(t)
				if p.Device != issuer.id || len(p.Addresses) != 2 {
					t.Errorf("made %#v", p)
				}
				user.use(t, p, nil)
				issuer.is("string")
				user.is("string")
				issuer.reported(nil)
				user.reported(nil)
				if issuer.attempts[0].id != user.id || issuer.attempts[0].by != "string" {
					t.Errorf("the issuer is told of %+v", issuer.attempts[0])
				}
				user.use(t, p, ErrString)
				issuer.is("string")
				user.is("string")
			})
		})
	}
}

func TestAStringDies(t *testing.T) {
	for name, kill := range map[string]func(t *testing.T, issuer, user *node, p identity.PairString){
		"after ten minutes":         func(*testing.T, *node, *node, identity.PairString) { later(10 * time.Minute) },
		"with the next one":         func(t *testing.T, issuer, _ *node, _ identity.PairString) { issuer.make(t) },
		"after three wrong proofs":  killByGuessing,
		"when it was used by other": killByUse,
	} {
		t.Run(name, func(t *testing.T) {
			run(t, func(t *testing.T, l *lan) {
				issuer, user := pair(l)
				p := issuer.make(t)
				kill(t, issuer, user, p)
				user.use(t, p, ErrString)
				user.is()
			})
		})
	}
}

func killByGuessing(t *testing.T, issuer, user *node, p identity.PairString) {
	other := user.lan.node(77)
	user.lan.link(issuer, other)
	for range 3 {
		other.use(t, wrong(p), ErrString)
	}
	issuer.reported(ErrString, ErrString, ErrString)
}

func killByUse(t *testing.T, issuer, user *node, p identity.PairString) {
	other := user.lan.node(77)
	user.lan.link(issuer, other)
	other.use(t, p, nil)
}

func TestAStringOutlivesTwoWrongProofsAndAlmostTenMinutes(t *testing.T) {
	run(t, func(t *testing.T, l *lan) {
		issuer, user := pair(l)
		p := issuer.make(t)
		for range 2 {
			user.use(t, wrong(p), ErrString)
		}
		later(10*time.Minute - 1)
		user.use(t, p, nil)
		issuer.is("string")
	})
}

func TestAStringDiesWithTheCopy(t *testing.T) {
	run(t, func(t *testing.T, l *lan) {
		issuer, user := pair(l)
		p := issuer.make(t)
		if err := issuer.service.Close(); err != nil {
			t.Error(err)
		}
		if _, err := issuer.service.MakeString(p.Addresses); !errors.Is(err, ErrClosed) {
			t.Errorf("MakeString after Close: %v", err)
		}
		if err := issuer.service.UseString(t.Context(), p); !errors.Is(err, ErrClosed) {
			t.Errorf("UseString after Close: %v", err)
		}
		user.use(t, p, ErrLost)
		restarted := l.node(byte(issuer.id[0]))
		l.link(restarted, user)
		user.use(t, p, ErrString)
		restarted.is()
	})
}

func TestAClockSetForwardOrBackEndsAString(t *testing.T) {
	made := time.Now()
	for name, c := range map[string]struct {
		now  time.Time
		want bool
	}{
		"now":           {made, false},
		"nine minutes":  {made.Add(9 * time.Minute), false},
		"ten minutes":   {made.Add(stringLife), true},
		"slept an hour": {made.Round(0).Add(time.Hour), true},
		"set back":      {made.Round(0).Add(-time.Second), true},
	} {
		if got := (&issued{made: made}).expired(c.now); got != c.want {
			t.Errorf("%s: expired = %v", name, got)
		}
	}
}

func TestOnlyCountedTriesOfADeadStringFillTheLog(t *testing.T) {
	run(t, func(t *testing.T, l *lan) {
		issuer, user := pair(l)
		p := issuer.make(t)
		const tries = 200
		for range tries {
			user.use(t, wrong(p), ErrString)
		}
		issuer.mu.Lock()
		defer issuer.mu.Unlock()
		if told := len(issuer.attempts); told > stringTries+showBurst {
			t.Errorf("%d tries made %d lines", tries, told)
		}
	})
}

func TestAStringThatCannotBeSavedVerifiesNobodyElse(t *testing.T) {
	failed := errors.New("disk full")
	run(t, func(t *testing.T, l *lan) {
		issuer, user := pair(l)
		issuer.failing = failed
		p := issuer.make(t)
		user.use(t, p, ErrAborted)
		issuer.reported(failed)
		user.is()
		issuer.failing, user.failing = nil, failed
		user.use(t, issuer.make(t), failed)
		issuer.is("string")
		user.is()
	})
}

func TestStringsThatCannotBeUsed(t *testing.T) {
	run(t, func(t *testing.T, l *lan) {
		issuer, user := l.node(1), l.node(2)
		p := issuer.make(t)
		user.use(t, p, ErrLost) // no link
		issuer.use(t, p, ErrString)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := user.service.UseString(ctx, p); !errors.Is(err, context.Canceled) {
			t.Errorf("UseString: %v", err)
		}
		for _, addresses := range [][]string{nil, {"no port"}, make([]string, 17)} {
			if _, err := issuer.service.MakeString(addresses); !errors.Is(err, identity.ErrPairString) {
				t.Errorf("MakeString(%q): %v", addresses, err)
			}
		}
		l.link(issuer, user)
		user.use(t, p, nil) // nothing of all that has hurt it
	})
}

func TestCloseEndsTheUseOfAString(t *testing.T) {
	attack(t, 1, 2, func(t *testing.T, m, victim *node) {
		used := make(chan error, 1)
		m.lan.work.Go(func() {
			used <- victim.service.UseString(context.Background(), identity.PairString{Device: m.id})
		})
		h := m.heard(KindString)
		m.lan.work.Go(func() { _, _ = h.conn.Next(maxFrame) })
		synctest.Wait()
		if err := victim.service.Close(); err != nil {
			t.Error(err)
		}
		if err := <-used; !errors.Is(err, ErrClosed) {
			t.Errorf("told %v", err)
		}
	})
}
