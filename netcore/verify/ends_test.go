package verify

import (
	"errors"
	"testing"
	"time"

	"lanyard/netcore/identity"
)

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
