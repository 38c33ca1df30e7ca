package verify

import (
	"context"
	"errors"
	"testing"
	"time"
)

// opening opens the comparison on both sides in some order.
type opening func(low, high *node) (*Attempt, *Attempt)

func lowFirst(low, high *node) (*Attempt, *Attempt) {
	a := low.begin(high)
	settle()
	return a, high.begin(low)
}

func highFirst(low, high *node) (*Attempt, *Attempt) {
	b := high.begin(low)
	settle()
	return low.begin(high), b
}

func atOnce(low, high *node) (*Attempt, *Attempt) { return low.begin(high), high.begin(low) }

func TestBothScreensShowTheSameDigitsAndBothYesVerify(t *testing.T) {
	for name, open := range map[string]opening{"lower first": lowFirst, "higher first": highFirst, "at once": atOnce} {
		t.Run(name, func(t *testing.T) {
			run(t, func(t *testing.T, l *lan) {
				low, high := pair(l)
				a, b := open(low, high)
				if here, there := code(t, a), code(t, b); here != there || len(here) != 6 {
					t.Errorf("the screens show %q and %q", here, there)
				}
				a.Answer(true)
				settle()
				low.is()
				high.is()
				b.Answer(true)
				ends(t, a, nil)
				ends(t, b, nil)
				low.is("code")
				high.is("code")
				low.reported(nil)
				high.reported(nil)
			})
		})
	}
}

func TestEachAttemptHasOtherDigits(t *testing.T) {
	run(t, func(t *testing.T, l *lan) {
		low, high := pair(l)
		seen := map[string]bool{}
		for range 5 {
			a, b := atOnce(low, high)
			seen[code(t, a)] = true
			code(t, b)
			a.Answer(true)
			b.Answer(true)
			ends(t, a, nil)
			ends(t, b, nil)
		}
		if len(seen) < 4 {
			t.Errorf("five attempts showed %v", seen)
		}
	})
}

func TestNoVerifiesNobody(t *testing.T) {
	for name, first := range map[string]bool{"the caller says no": true, "the answerer says no": false} {
		t.Run(name, func(t *testing.T) {
			run(t, func(t *testing.T, l *lan) {
				low, high := pair(l)
				no, yes := atOnce(low, high)
				if !first {
					no, yes = yes, no
				}
				code(t, no)
				code(t, yes)
				yes.Answer(true)
				settle()
				no.Answer(false)
				ends(t, no, ErrDiffer)
				ends(t, yes, ErrDifferThere)
				low.is()
				high.is()
				if low.failures() != 1 || high.failures() != 1 {
					t.Errorf("counted %d and %d failures", low.failures(), high.failures())
				}
			})
		})
	}
}

func TestAnAnswerCountsOnceAndOnlyAfterTheDigits(t *testing.T) {
	run(t, func(t *testing.T, l *lan) {
		low, high := pair(l)
		a := low.begin(high)
		a.Answer(true)
		b := high.begin(low)
		code(t, b)
		b.Answer(true)
		settle()
		low.is()
		code(t, a)
		a.Answer(true)
		a.Answer(false)
		ends(t, a, nil)
		ends(t, b, nil)
		a.Answer(false)
		a.Cancel()
		ends(t, a, nil)
	})
}

func TestASecondAnswerDoesNotTakeTheFirstBack(t *testing.T) {
	run(t, func(t *testing.T, l *lan) {
		low, high := pair(l)
		a, b := atOnce(low, high)
		code(t, a)
		a.Answer(true)
		settle()
		a.Answer(false)
		settle()
		code(t, b)
		b.Answer(true)
		ends(t, a, nil)
		ends(t, b, nil)
	})
}

func TestOneAttemptAtATime(t *testing.T) {
	run(t, func(t *testing.T, l *lan) {
		low, high := pair(l)
		third := l.node(3)
		l.link(low, third)
		a := low.begin(high)
		for _, id := range []*node{high, third} {
			if _, err := low.service.Begin(id.id); !errors.Is(err, ErrBusy) {
				t.Errorf("a second Begin: %v", err)
			}
		}
		// Somebody else's request waits and changes nothing.
		c := third.begin(low)
		settle()
		if !low.service.Asking(third.id) {
			t.Error("the third one's request is not shown")
		}
		b := high.begin(low)
		if code(t, a) != code(t, b) {
			t.Error("the codes differ")
		}
		a.Answer(true)
		b.Answer(true)
		ends(t, a, nil)
		next := low.begin(third)
		if next.ID() == a.ID() {
			t.Error("two attempts have one ID")
		}
		if code(t, next) != code(t, c) {
			t.Error("the codes of the third one differ")
		}
	})
}

func TestSuccessIsToldOnlyOnceItIsCommitted(t *testing.T) {
	failed := errors.New("disk full")
	run(t, func(t *testing.T, l *lan) {
		low, high := pair(l)
		low.failing = failed
		a, b := atOnce(low, high)
		code(t, a)
		code(t, b)
		a.Answer(true)
		b.Answer(true)
		ends(t, a, failed)
		ends(t, b, nil) // verified here: both users said yes
		low.is()
		high.is("code")
		low.reported(failed)
		if low.failures() != 0 {
			t.Error("a full disk counts as a failed comparison")
		}
	})
}

func TestABlockInMidAttemptWins(t *testing.T) {
	run(t, func(t *testing.T, l *lan) {
		low, high := pair(l)
		a, b := atOnce(low, high)
		code(t, a)
		code(t, b)
		b.Answer(true)
		settle()
		low.mu.Lock()
		low.blocked = true
		low.mu.Unlock()
		a.Answer(true)
		ends(t, a, errBlocked)
		low.is()
	})
}

func TestThreeFailuresInARowMakeTheNextWait(t *testing.T) {
	run(t, func(t *testing.T, l *lan) {
		low, high := pair(l)
		fail := func() {
			a, b := atOnce(low, high)
			code(t, a)
			code(t, b)
			a.Answer(false)
			ends(t, a, ErrDiffer)
			ends(t, b, ErrDifferThere)
		}
		fail()
		fail()
		for _, pause := range []time.Duration{1, 2, 4, 8, 16, 32, 60, 60} {
			fail()
			var backoff *BackoffError
			_, err := low.service.Begin(high.id)
			if !errors.As(err, &backoff) || !errors.Is(err, ErrBackoff) || time.Until(backoff.Until) != pause*time.Minute {
				t.Fatalf("Begin: %v, want a back-off of %d minutes", err, pause)
			}
			if _, err := high.service.Begin(low.id); !errors.Is(err, ErrBackoff) {
				t.Errorf("the other side: %v", err)
			}
			later(pause*time.Minute - 1)
			if _, err := low.service.Begin(high.id); !errors.Is(err, ErrBackoff) {
				t.Errorf("Begin a moment too early: %v", err)
			}
			later(1)
		}
		a, b := atOnce(low, high)
		code(t, a)
		code(t, b)
		a.Answer(true)
		b.Answer(true)
		ends(t, a, nil)
		ends(t, b, nil)
		fail()
		fail()
		ends(t, low.begin(high), ErrTimeout) // no back-off, and not counted
	})
}

func TestCallsEndWithTheirContext(t *testing.T) {
	run(t, func(t *testing.T, l *lan) {
		low, high := pair(l)
		a := low.begin(high)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := a.Code(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("Code: %v", err)
		}
		if err := a.Wait(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("Wait: %v", err)
		}
		b := high.begin(low)
		if code(t, a) != code(t, b) {
			t.Error("the attempt did not go on")
		}
	})
}
