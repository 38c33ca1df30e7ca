package netcore

import (
	"context"
	"fmt"
	"sync"
	"time"
)

const (
	// confirmTime is how long the user has to answer in the window.
	confirmTime = time.Minute
	// maxConfirms is how many questions may wait: more are refused at once.
	maxConfirms = 8
)

// confirms are the questions that wait for the user.
type confirms struct {
	mu      sync.Mutex
	last    int64
	waiting map[int64]chan bool // each holds one answer
}

// open begins a question; false: too many wait.
func (c *confirms) open() (id int64, answer <-chan bool, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.waiting) >= maxConfirms {
		return 0, nil, false
	}
	if c.waiting == nil {
		c.waiting = map[int64]chan bool{}
	}
	c.last++
	due := make(chan bool, 1)
	c.waiting[c.last] = due
	return c.last, due, true
}

// close ends a question.
func (c *confirms) close(id int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.waiting, id)
}

// answer answers a question that is open; the first answer counts.
func (c *confirms) answer(id int64, yes bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if due := c.waiting[id]; due != nil {
		due <- yes
		delete(c.waiting, id)
	}
}

// Confirm asks the user in the window whether a right may be raised that
// another program of this user asked for, with all that names the person: a
// name alone can be anybody's. Without a window it is nil at once;
// a refusal, and a minute without an answer, is ErrNotConfirmed.
func (n *Node) Confirm(ctx context.Context, act ConfirmAct, person Person, detail string) error {
	if !n.config.Window {
		return nil
	}
	id, answer, ok := n.confirms.open()
	if !ok {
		return fmt.Errorf("%d questions wait: %w", maxConfirms, ErrNotConfirmed)
	}
	question := &Confirmation{
		ID: id, Act: act, Detail: detail,
		Person: person.ID, Name: person.Name, Device: person.Device, Trust: person.Trust, Notice: person.Notice,
		Until: n.config.Now().Add(confirmTime),
	}
	n.bus.publish(Event{Kind: EventConfirm, Confirm: question})
	defer func() {
		n.confirms.close(id)
		n.bus.publish(Event{Kind: EventConfirmed, Confirm: question})
	}()
	err := n.awaitAnswer(ctx, answer)
	n.note(ctx, logged{
		device: person.Device, person: person.ID, name: person.Name, what: AuditConfirm,
		detail: string(act) + " " + detail, outcome: outcomeOf(err),
	})
	return err
}

// awaitAnswer waits for the user.
func (n *Node) awaitAnswer(ctx context.Context, answer <-chan bool) error {
	timer := time.NewTimer(confirmTime)
	defer timer.Stop()
	select {
	case yes := <-answer:
		if yes {
			return nil
		}
		return ErrNotConfirmed
	case <-timer.C:
		return fmt.Errorf("no answer came: %w", ErrNotConfirmed)
	case <-ctx.Done():
		return ctx.Err()
	case <-n.ctx.Done():
		return fmt.Errorf("the program ends: %w", ErrNotConfirmed)
	}
}

// AnswerConfirm carries the user's answer to a Confirmation. It does nothing
// if that one is over.
func (n *Node) AnswerConfirm(id int64, yes bool) { n.confirms.answer(id, yes) }
