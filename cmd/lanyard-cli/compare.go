package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"lanyard/netcore/control"
)

// comparer is the reporter of verify: it shows the digits, asks whether both
// screens show the same, and hands the answer to the copy.
type comparer struct {
	program *program
	ctx     context.Context // of the command
	cancel  context.CancelFunc
	runner  runner
	codes   chan line
	done    chan struct{} // closed when nothing is asked any more
	stop    context.CancelFunc
	failed  error // why the answer did not get there

	mu    sync.Mutex // of what follows, and of printing
	ended bool       // the end was told
}

// begin starts asking, with the session in which the answer is carried out.
func (c *comparer) begin(s *session) {
	ctx, stop := context.WithCancel(c.ctx)
	c.runner, c.stop = s.runner, stop
	c.codes, c.done = make(chan line, 1), make(chan struct{})
	go func() {
		defer close(c.done)
		c.loop(ctx)
	}()
}

// finish ends the asking.
func (c *comparer) finish() {
	c.stop()
	<-c.done
}

// line shows one line. On stdout, --json prints what scripts read: the digits,
// and who was verified.
func (c *comparer) line(raw []byte) error {
	var l line
	if err := json.Unmarshal(raw, &l); err != nil {
		return fmt.Errorf("reading a line of the running copy: %w", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ended = c.ended || l.Event == control.EventVerified
	p := c.program
	if l.Event == control.EventWaiting && p.global.json {
		p.complain(waitingText(p.words, l))
		return nil
	}
	if err := showNow(p.reporter(p.newTrustView()), raw); err != nil {
		return err
	}
	if l.Event == control.EventCode {
		select {
		case c.codes <- l:
		default: // there is one question only
		}
	}
	return nil
}

// loop waits for digits and asks about them. What was typed at a terminal
// before they were shown answers nothing; what a script has piped in does.
func (c *comparer) loop(ctx context.Context) {
	var typed <-chan string
	if c.program.inTerminal {
		typed = c.program.typed(ctx)
	}
	for {
		select {
		case code := <-c.codes:
			if typed == nil {
				typed = c.program.typed(ctx)
			} else {
				discard(typed)
			}
			c.ask(ctx, code, typed)
			return
		case _, open := <-typed:
			if !open {
				c.cancel()
				return
			}
		case <-ctx.Done():
			return
		}
	}
}

// discard drops what is there.
func discard(typed <-chan string) {
	for {
		select {
		case _, open := <-typed:
			if !open {
				return
			}
		default:
			return
		}
	}
}

// ask waits for an answer that is one, and carries it out. No answer is none:
// the comparison is given up.
func (c *comparer) ask(ctx context.Context, code line, typed <-chan string) {
	p := c.program
	c.tell("same-digits")
	for {
		select {
		case text, open := <-typed:
			if !open {
				c.cancel()
				return
			}
			if match, ok := yesOrNo(text); ok {
				c.answer(ctx, code, match)
				return
			}
			p.complain(p.words.say("yes-or-no"))
		case <-ctx.Done():
			return
		}
	}
}

// answer hands on what was seen. An answer that does not get there must not be
// waited for.
func (c *comparer) answer(ctx context.Context, code line, match bool) {
	request, err := control.NewRequest(control.CommandAnswer, control.AnswerArgs{Attempt: code.Attempt, Match: match})
	if err == nil {
		err = c.runner.Run(ctx, request, func(raw []byte) error { c.program.heed(raw); return nil })
	}
	switch {
	case err != nil && ctx.Err() == nil:
		c.failed = err
		c.cancel()
	case err == nil && match:
		c.tell("answer-there", name(code.Person))
	}
}

// tell prints a phrase for a person, unless all is over.
func (c *comparer) tell(key string, args ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.ended && !c.program.global.json {
		fmt.Fprintln(c.program.out, c.program.words.say(key, args...))
	}
}

// yesOrNo reads an answer; ok is false for what is neither.
func yesOrNo(text string) (yes, ok bool) {
	if isYes(text) {
		return true, true
	}
	switch strings.ToLower(text) {
	case "n", "no", "否", "不", "不是", "ｎ":
		return false, true
	}
	return false, false
}
