package main

import (
	"bufio"
	"context"
	"strings"
	"time"

	"lanyard/netcore/control"
)

// maxQuestions is how many offers wait for an answer at the terminal. More
// than that can still be accepted by their number.
const maxQuestions = 64

// asker asks the person at the terminal about one offer after the other.
type asker struct {
	program *program
	ctx     context.Context // of the command
	screen  *screen
	clash   string // what becomes of files that are there already; empty: the setting
	runner  runner
	offers  chan line
	stop    context.CancelFunc
}

// begin starts asking, with the session in which answers are carried out.
func (a *asker) begin(in runner) {
	ctx, stop := context.WithCancel(a.ctx)
	a.runner, a.stop, a.offers = in, stop, make(chan line, maxQuestions)
	go a.loop(ctx, a.program.typed(ctx))
}

// ask queues an offer; false: too many wait already.
func (a *asker) ask(offer line) bool {
	select {
	case a.offers <- offer:
		return true
	default:
		return false
	}
}

// loop asks until the command or the input ends.
func (a *asker) loop(ctx context.Context, answers <-chan string) {
	for {
		select {
		case offer := <-a.offers:
			question := a.program.words.say("question", offerText(a.program.words, offer))
			if a.look(ctx, offer, answers) {
				question = a.program.words.say("question-short")
			}
			err := a.screen.print(question)
			if err != nil || !a.answer(ctx, offer, answers) { // no answer to a question that nobody saw
				return
			}
		case _, open := <-answers: // typed without a question
			if !open {
				return
			}
		case <-ctx.Done():
			return
		}
	}
}

// lookTime is how long a question waits for what is known about its offer.
const lookTime = 10 * time.Second

// look shows an offer with what accepting it would mean, and reports whether that
// could be known soon. What is typed meanwhile is no answer to a question that was
// not asked yet.
func (a *asker) look(ctx context.Context, offer line, answers <-chan string) bool {
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	looked := make(chan line, 1)
	go func() {
		defer close(looked)
		request, err := control.NewRequest(control.CommandPreflight, control.PreflightArgs{Transfer: offer.Transfer})
		if err != nil {
			return
		}
		_ = a.runner.Run(ctx, request, func(raw []byte) error { // without it, the question is asked
			if l, err := parseLine(raw); err == nil && l.Event == control.EventPreflight {
				looked <- l
			}
			return nil
		})
	}()
	for {
		select {
		case l, known := <-looked:
			return known && a.screen.print(preflightText(a.program.words, l)) == nil
		case _, open := <-answers:
			if !open {
				answers = nil
			}
		}
	}
}

// answer waits for one answer and carries it out.
func (a *asker) answer(ctx context.Context, offer line, answers <-chan string) bool {
	select {
	case text, open := <-answers:
		if !open {
			return false
		}
		a.decide(ctx, offer, isYes(text))
		return true
	case <-ctx.Done():
		return false
	}
}

// decide accepts or declines an offer.
func (a *asker) decide(ctx context.Context, offer line, accept bool) {
	command := control.CommandDecline
	if accept {
		command = control.CommandAccept
	}
	err := order(ctx, a.runner, command, decideArgs(offer.Transfer, accept, a.clash))
	if err != nil {
		a.program.complain(a.program.words.failure(control.AsFailure(err)))
	}
}

// decideArgs are what an answer means.
func decideArgs(key int64, accept bool, clash string) control.DecideArgs {
	args := control.DecideArgs{Transfer: key}
	if accept {
		args.Clash = clash
	}
	return args
}

// isYes reports whether an answer means yes; everything else means no.
func isYes(text string) bool {
	switch strings.ToLower(text) {
	case "y", "yes", "是", "好", "ｙ":
		return true
	}
	return false
}

// typed hands on the lines that are typed, without the blanks around them. A
// read of a terminal cannot be interrupted: the goroutine ends with the process.
func (p *program) typed(ctx context.Context) <-chan string {
	lines := make(chan string)
	go func() {
		defer close(lines)
		scanner := bufio.NewScanner(p.in)
		for scanner.Scan() {
			select {
			case lines <- strings.TrimSpace(scanner.Text()):
			case <-ctx.Done():
				return
			}
		}
	}()
	return lines
}
