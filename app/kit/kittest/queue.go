// Package kittest lets tests stand on the drawing goroutine.
package kittest

import (
	"testing"
	"time"

	"lanyard/app/kit"
)

// patience is how long a test waits for something that must happen.
const patience = 10 * time.Second

// Queue holds posted functions until the test runs them.
type Queue struct{ posted chan func() }

// NewUI returns a UI whose functions run when the test drains the queue. It
// is closed at the end of the test.
func NewUI(t *testing.T) (*kit.UI, *Queue) {
	t.Helper()
	queue := &Queue{posted: make(chan func(), 4096)}
	ui := kit.NewUI(func(f func()) { queue.posted <- f })
	t.Cleanup(ui.Close)
	return ui, queue
}

// Until runs posted functions, in order, until done holds.
func (q *Queue) Until(t *testing.T, what string, done func() bool) {
	t.Helper()
	late := time.After(patience)
	for !done() {
		select {
		case f := <-q.posted:
			f()
		case <-late:
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

// Drain runs what has been posted by now.
func (q *Queue) Drain() {
	for {
		select {
		case f := <-q.posted:
			f()
		default:
			return
		}
	}
}
