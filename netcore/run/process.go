package run

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"sync"
	"time"
)

// ending is how the first process of a job ended.
type ending struct {
	exit   int
	signal string
	err    error // it cannot be told
}

// errOver says that there is nobody any more to write to.
var errOver = errors.New("the command has ended")

// Process is a command that was started. All methods may be called from any
// goroutine, and after its end too.
type Process struct {
	job    *job
	logger *slog.Logger
	began  time.Time

	stop    func()             // tells watch, once
	stopped chan struct{}      // closed by stop
	refuse  context.CancelFunc // tells watch and deliver that nobody takes output
	refused context.Context

	result Result        // valid once ended is closed
	ended  chan struct{} // the first process is gone and its state is known
	done   sync.WaitGroup
}

func newProcess(job *job, began time.Time, logger *slog.Logger) *Process {
	p := &Process{
		job: job, began: began, ended: make(chan struct{}), stopped: make(chan struct{}),
		logger: logger.With(slog.Int("command", job.pid())),
	}
	p.stop = sync.OnceFunc(func() { close(p.stopped) })
	p.refused, p.refuse = context.WithCancel(context.Background())
	p.done.Add(2) // watch, deliver
	return p
}

// PID returns the process ID of the command itself.
func (p *Process) PID() int { return p.job.pid() }

// Stop ends the command and all that it started: they are asked to end, and
// what is left after Config.Grace is killed. It returns at once; Wait tells the
// end. A command that has ended already stays as it ended.
func (p *Process) Stop() { p.stop() }

// Resize changes the size of the terminal, and tells the command so.
// ErrNoTerminal: it has none.
func (p *Process) Resize(size Size) error {
	if !size.valid() {
		return ErrInvalid
	}
	return p.job.resize(size)
}

// Wait waits until nothing of the run is left: no process, and no call of
// Output, not now and not later.
func (p *Process) Wait() Result {
	p.done.Wait()
	return p.result
}

// watch waits for the end of the command and for what ends it early.
func (p *Process) watch(ctx context.Context, wall time.Duration) {
	defer p.done.Done()
	defer p.refuse()
	var limit <-chan time.Time
	if wall > 0 {
		timer := time.NewTimer(wall)
		defer timer.Stop()
		limit = timer.C
	}
	state, end := p.await(ctx, limit)
	p.conclude(state, end)
	<-p.job.gone
}

// await waits for what ends the command and for its end. The state is
// StateExited if nothing of ours was the reason.
func (p *Process) await(ctx context.Context, limit <-chan time.Time) (State, ending) {
	var state State
	select {
	case end := <-p.job.exits:
		return StateExited, end
	case <-limit:
		state = StateTimeout
	case <-p.stopped:
		state = StateKilled
	case <-ctx.Done():
		state = StateLost
		p.refuse() // nobody wants the output of a lost run
	case <-p.refused.Done():
		state = StateLost
	}
	select {
	case end := <-p.job.exits: // it was first
		return StateExited, end
	default:
	}
	p.job.stop()
	return state, <-p.job.exits
}

// conclude writes the result down. state is why the command ended, StateExited
// if nothing of ours was the reason.
func (p *Process) conclude(state State, end ending) {
	switch {
	case end.err != nil:
		p.logger.Warn("the end of a command cannot be told", slog.Any("error", end.err))
		if state == StateExited {
			state = StateFailed
		}
	case state == StateExited && end.signal != "":
		state = StateSignalled
	}
	p.result = Result{State: state, Exit: end.exit, Signal: end.signal, Began: p.began, Ended: time.Now()}
	close(p.ended)
}

// deliver hands the output on until there is none any more.
func (p *Process) deliver(out Output) {
	defer p.done.Done()
	err := p.job.pump(func(s Stream, b []byte) error {
		if p.lost() {
			return errOver
		}
		return out(s, b)
	})
	if err != nil {
		p.logger.Debug("the output of a command is not taken any more", slog.Any("error", err))
		p.refuse()
	}
}

// lost reports whether the run was lost, after which nobody wants output. Once
// the command has ended refused means nothing any more.
func (p *Process) lost() bool {
	select {
	case <-p.ended:
		return p.result.State == StateLost
	default:
		return p.refused.Err() != nil
	}
}

// feed hands standard input on until it or the command ends.
func (p *Process) feed(in io.Reader) {
	if in == nil {
		return
	}
	if closer, ok := in.(io.Closer); ok {
		release := context.AfterFunc(p.refused, func() { _ = closer.Close() })
		defer release()
	}
	if _, err := io.Copy(p.job.input, in); err != nil {
		p.logger.Debug("a command has not read all of its input", slog.Any("error", err))
	}
	p.job.endInput()
}
