package main

import (
	"bufio"
	"context"
	"strings"

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
			err := a.screen.print(a.program.words.say("question", offerText(a.program.words, offer)))
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
	err := order(ctx, a.runner, command, control.DecideArgs{Transfer: offer.Transfer})
	if err != nil {
		a.program.complain(a.program.words.failure(control.AsFailure(err)))
	}
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
