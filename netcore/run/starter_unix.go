//go:build unix

package run

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"syscall"
	"time"
)

// spareLife is how long a supervisor waits for a command.
const spareLife = time.Minute

// starter starts commands, each below a supervisor of its own. Since it takes
// many milliseconds until one of those is there (it is this whole program once
// more), one that has nothing to do is kept for the next command.
type starter struct {
	open sync.WaitGroup // processes to be reaped, jobs, and preparations

	mu     sync.Mutex
	spare  *supervisor
	busy   bool // a spare is being made
	closed bool
	expiry *time.Timer // of the spare
}

func newStarter() *starter { return &starter{} }

// prepare makes a spare supervisor in the background.
func (s *starter) prepare() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.spare != nil {
		s.expiry.Reset(spareLife)
		return
	}
	if s.busy || s.closed {
		return
	}
	s.busy = true
	s.open.Go(func() {
		if made, err := newSupervisor(); err == nil { // else the next start says why
			s.keep(made)
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.busy = false
	})
}

// keep keeps a supervisor that has nothing to do, if there is no other.
func (s *starter) keep(sup *supervisor) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || s.spare != nil {
		s.dismiss(sup)
		return
	}
	s.spare, s.expiry = sup, time.AfterFunc(spareLife, s.expire)
}

// expire lets a spare that was not needed go. A timer that fires while another
// spare takes the place of the first is early, no more.
func (s *starter) expire() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.spare != nil {
		s.expiry.Stop()
		s.dismiss(s.spare)
		s.spare = nil
	}
}

// dismiss ends a supervisor: it does so when its socket is closed.
func (s *starter) dismiss(sup *supervisor) {
	_ = sup.conn.Close()
	s.open.Go(sup.reap)
}

// take returns a supervisor that waits for a command.
func (s *starter) take() (*supervisor, error) {
	s.mu.Lock()
	sup := s.spare
	s.spare = nil
	if sup != nil {
		s.expiry.Stop()
	}
	s.mu.Unlock()
	if sup == nil {
		return newSupervisor()
	}
	if sup.waits() {
		return sup, nil
	}
	s.dismiss(sup) // somebody has killed it
	return newSupervisor()
}

// close lets the spare go, and keeps none from now on.
func (s *starter) close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.expire()
}

// wait returns when no process of the starter is left.
func (s *starter) wait() { s.open.Wait() }

// start has a command started. isRoot is told of its supervisor before.
func (s *starter) start(ctx context.Context, o order, isRoot func(ids func() []int) (end func())) (*job, error) {
	ends, err := openEnds(o)
	if err != nil {
		return nil, fmt.Errorf("starting %q: %w", o.path, err)
	}
	sup, err := s.take()
	if err != nil {
		ends.closeTheirs()
		ends.closeAll()
		return nil, err
	}
	endRoot := isRoot(sup.pid)
	command, err := sup.launch(ctx, o, ends.theirs)
	ends.closeTheirs()
	if err != nil {
		ends.closeAll()
		s.open.Go(func() { s.abandon(sup, endRoot) })
		return nil, startError(ctx, o, err)
	}
	j := newJob(sup, command, o, ends)
	s.open.Go(func() { s.follow(j, endRoot) })
	return j, nil
}

// abandon ends a supervisor that has, or may have, started a command.
func (s *starter) abandon(sup *supervisor, endRoot func()) {
	_ = sup.conn.Close()
	_ = sup.process.Signal(syscall.SIGCONT)
	sup.reap()
	endRoot()
}

// follow follows a job until nothing of it is left.
func (s *starter) follow(j *job, endRoot func()) {
	clean := j.listen()
	endRoot()
	close(j.gone)
	if clean {
		s.keep(j.supervisor)
		return
	}
	_ = j.supervisor.conn.Close()
	j.supervisor.reap()
}

// startError says what kept a command from starting.
func startError(ctx context.Context, o order, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if errors.Is(err, ErrDir) {
		return err
	}
	if errors.As(err, new(syscall.Errno)) {
		return explain(&os.PathError{Op: "exec", Path: o.path, Err: err})
	}
	return fmt.Errorf("starting %q: %w", o.path, err)
}
