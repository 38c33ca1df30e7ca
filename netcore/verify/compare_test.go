package verify

import (
	"context"
	"errors"
	"testing"
	"time"

	"lanyard/netcore/identity"
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

func TestAttemptsEndAfterTwoMinutes(t *testing.T) {
	run(t, func(t *testing.T, l *lan) {
		low, high := pair(l)
		for _, n := range []*node{low, high} {
			other := high
			if n == high {
				other = low
			}
			began := time.Now()
			a := n.begin(other)
			ends(t, a, ErrTimeout)
			if took := time.Since(began); took != 2*time.Minute {
				t.Errorf("took %v", took)
			}
			if n.failures() != 0 {
				t.Error("nobody there was counted as a failure")
			}
			if _, err := a.Code(t.Context()); !errors.Is(err, ErrTimeout) {
				t.Errorf("Code after the end: %v", err)
			}
		}
	})
}

func TestDigitsThatNobodyAnswersAreAFailure(t *testing.T) {
	run(t, func(t *testing.T, l *lan) {
		low, high := pair(l)
		a := low.begin(high)
		later(time.Minute)
		b := high.begin(low)
		code(t, b)
		b.Answer(true)
		ends(t, a, ErrTimeout)
		ends(t, b, ErrAborted)
		low.is()
		high.is()
		if low.failures() != 1 || high.failures() != 1 {
			t.Errorf("counted %d and %d failures", low.failures(), high.failures())
		}
	})
}

// Down ends an attempt at once, also while its streams seem to live.
func TestDownEndsTheAttemptWithThatDevice(t *testing.T) {
	for name, stage := range stages {
		t.Run(name, func(t *testing.T) {
			run(t, func(t *testing.T, l *lan) {
				low, high := pair(l)
				a, b := stage.reach(t, low, high)
				began := time.Now()
				for n, attempt := range map[*node]*Attempt{low: a, high: b} {
					if attempt == nil {
						continue
					}
					n.service.Down(identity.DeviceID{99}) // somebody else
					n.service.Down(low.id)
					n.service.Down(high.id)
					if err := attempt.Wait(t.Context()); !errors.Is(err, ErrLost) {
						t.Errorf("ended with %v", err)
					}
				}
				if time.Since(began) != 0 {
					t.Errorf("it took %v", time.Since(began))
				}
			})
		})
	}
}

// stages are where an attempt of two nodes can be when something happens.
var stages = map[string]struct {
	reach    func(t *testing.T, low, high *node) (a, b *Attempt)
	failures int
}{
	"lower has opened": {func(_ *testing.T, low, high *node) (*Attempt, *Attempt) {
		a := low.begin(high)
		settle()
		return a, nil
	}, 0},
	"higher has opened": {func(_ *testing.T, low, high *node) (*Attempt, *Attempt) {
		b := high.begin(low)
		settle()
		return nil, b
	}, 0},
	"digits are shown": {func(t *testing.T, low, high *node) (*Attempt, *Attempt) {
		a, b := atOnce(low, high)
		code(t, a)
		code(t, b)
		return a, b
	}, 1},
	"lower has said yes": {func(t *testing.T, low, high *node) (*Attempt, *Attempt) {
		a, b := atOnce(low, high)
		code(t, a)
		code(t, b)
		a.Answer(true)
		settle()
		return a, b
	}, 1},
	"higher has said yes": {func(t *testing.T, low, high *node) (*Attempt, *Attempt) {
		a, b := atOnce(low, high)
		code(t, a)
		code(t, b)
		b.Answer(true)
		settle()
		return a, b
	}, 1},
}

func TestALostLinkVerifiesNobody(t *testing.T) {
	for name, stage := range stages {
		t.Run(name, func(t *testing.T) {
			run(t, func(t *testing.T, l *lan) {
				low, high := pair(l)
				a, b := stage.reach(t, low, high)
				l.cut(low, high)
				for n, attempt := range map[*node]*Attempt{low: a, high: b} {
					if attempt == nil {
						continue
					}
					ends(t, attempt, ErrLost)
					n.is()
					n.reported(ErrLost)
					if n.failures() != stage.failures {
						t.Errorf("%d failures counted, want %d", n.failures(), stage.failures)
					}
				}
				settle()
				if low.service.Asking(high.id) || high.service.Asking(low.id) {
					t.Error("somebody asks over a link that is gone")
				}
			})
		})
	}
}

func TestCancelAtEachStep(t *testing.T) {
	for name, stage := range stages {
		for _, lower := range []bool{true, false} {
			t.Run(name, func(t *testing.T) {
				run(t, func(t *testing.T, l *lan) {
					low, high := pair(l)
					mine, theirs := stage.reach(t, low, high)
					if !lower {
						mine, theirs = theirs, mine
					}
					if mine == nil {
						return
					}
					mine.Cancel()
					ends(t, mine, ErrCanceled)
					if theirs != nil {
						ends(t, theirs, ErrAborted)
					}
					low.is()
					high.is()
					settle()
					if low.service.Asking(high.id) || high.service.Asking(low.id) {
						t.Error("the request outlived its attempt")
					}
					if counted := max(low.failures(), high.failures()); counted != stage.failures {
						t.Errorf("%d failures counted, want %d", counted, stage.failures)
					}
				})
			})
		}
	}
}

func TestCloseEndsEverything(t *testing.T) {
	for name, stage := range stages {
		t.Run(name, func(t *testing.T) {
			run(t, func(t *testing.T, l *lan) {
				low, high := pair(l)
				a, b := stage.reach(t, low, high)
				if err := low.service.Close(); err != nil {
					t.Error(err)
				}
				if a != nil {
					ends(t, a, ErrClosed)
				}
				if b != nil {
					ends(t, b, ErrAborted)
				}
				if _, err := low.service.Begin(high.id); !errors.Is(err, ErrClosed) {
					t.Errorf("Begin after Close: %v", err)
				}
				low.service.Up(high.id)
				low.service.Down(high.id)
				h := high.begin(low)
				l.cut(low, high)
				ends(t, h, ErrLost)
				high.is()
			})
		})
	}
}

func TestWithoutALinkTheAttemptEndsAtOnce(t *testing.T) {
	run(t, func(t *testing.T, l *lan) {
		low, high := l.node(1), l.node(2)
		began := time.Now()
		ends(t, low.begin(high), ErrLost)
		ends(t, high.begin(low), ErrLost)
		if time.Since(began) != 0 {
			t.Errorf("took %v", time.Since(began))
		}
	})
}

func TestABetterLinkTakesTheRequestAlong(t *testing.T) {
	for name, begin := range map[string]func(low, high *node) *Attempt{
		"of the lower":  func(low, high *node) *Attempt { return low.begin(high) },
		"of the higher": func(low, high *node) *Attempt { return high.begin(low) },
	} {
		t.Run(name, func(t *testing.T) {
			run(t, func(t *testing.T, l *lan) {
				low, high := pair(l)
				first := begin(low, high)
				settle()
				old := l.session(low.id, high.id)
				l.link(low, high)
				old.cut()
				later(2 * roundPause)
				other, verify := high, low
				if name == "of the higher" {
					other, verify = low, high
				}
				if !other.service.Asking(verify.id) {
					t.Error("the request was forgotten")
				}
				second := other.begin(verify)
				if code(t, first) != code(t, second) {
					t.Error("the codes differ")
				}
			})
		})
	}
}

func TestALinkThatIsReplacedAgainAndAgainEndsTheAttempt(t *testing.T) {
	run(t, func(t *testing.T, l *lan) {
		low, high := pair(l)
		a := low.begin(high)
		for range maxLost + 1 {
			settle()
			old := l.session(low.id, high.id)
			l.link(low, high)
			old.cut()
			later(roundPause)
		}
		ends(t, a, ErrLost)
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
