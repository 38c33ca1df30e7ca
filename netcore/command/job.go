package command

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"lanyard/netcore/identity"
)

// job is one command that a device wants run here.
type job struct {
	*entry
	talk    *talk
	peer    identity.DeviceID
	request Request
	spec    Spec
	guest   *guest
	ctx     context.Context // of the process; its end means that the asker is lost
	cancel  context.CancelCauseFunc
	out     *window
	in      *queue        // nil: no standard input
	ready   chan struct{} // closed once "started" was said
	quiet   chan struct{} // closed once nothing is put out any more
	dropped bool          // output was left out, so no more is sent; of the runner's goroutine
	reader  sync.WaitGroup

	// What lets it run, guarded by Service.mu.
	need    Level
	consent Key // the remembered consent that it stands on; zero: none

	mu      sync.Mutex
	process Process
	ending  *outcome // why this service ends it
	over    bool
	wide    *talk // of its own for much output; nil: the asker opened none
	moved   bool  // the output goes there
}

func newJob(s *Service, t *talk, peer identity.DeviceID, id string, r Request) *job {
	j := &job{
		entry: &entry{service: s}, talk: t, peer: peer, request: r,
		out: newWindow(outWindow), ready: make(chan struct{}), quiet: make(chan struct{}),
	}
	j.info = Info{
		ID: id, Here: true, Device: peer, Argv: r.Argv, Dir: r.Dir, Button: r.Button, Args: r.Args,
		Stdin: r.Stdin || r.Terminal != nil, Terminal: r.Terminal != nil, Wall: r.Wall, State: StateAsking, Asked: s.config.Now(),
	}
	j.ctx, j.cancel = context.WithCancelCause(context.Background())
	return j
}

// serve brings a job to its end, and its stream.
func (j *job) serve(link context.Context) {
	defer j.cancel(nil)
	defer context.AfterFunc(link, func() { j.end(outcome{state: StateLost}) })()
	defer context.AfterFunc(j.service.base, func() { j.end(outcome{state: StateKilledHere, reason: ReasonClosing}) })()
	j.reader.Go(j.read)
	o := j.live()
	j.finish(o)
	j.tellEnd(o)
	j.talk.close()
	j.reader.Wait()
	j.tells.Wait()
}

// finish ends all that goes on around a process that is gone.
func (j *job) finish(o outcome) {
	j.mu.Lock()
	j.over = true
	j.mu.Unlock()
	close(j.quiet)
	j.out.close()
	if j.in != nil {
		j.in.abandon(ErrEnded)
	}
	j.service.leave(j) // before the asker may ask for the next
	j.close(o)
}

// tellEnd says the last word of the stream.
func (j *job) tellEnd(o outcome) {
	info := j.snapshot()
	f := fields{
		State: string(o.state), Reason: o.reason, Exit: int64(o.exit), Signal: o.signal,
		Out: info.Stdout.frame(), Err: info.Stderr.frame(),
	}
	if !info.Began.IsZero() {
		f.MS = max(info.Ended.Sub(info.Began).Milliseconds(), 0)
	}
	switch o.state {
	case StateDenied:
		_ = j.talk.say(kindDenied, fields{Reason: o.reason}) // if it fails they see a lost link
		return
	case StateLost:
		_ = j.talk.stream.Reset()
		return
	case StateKilledHere:
		f.State = exitKilledByOwner
	case StateKilledThere:
		f.State = exitKilledByAsker
	}
	_ = j.talk.say(kindExit, f)
}

// live decides on a job, starts it and waits for its end.
func (j *job) live() outcome {
	decision, reason := j.decide()
	if decision == "" && reason == "" {
		reason = ReasonDenied
	}
	if j.ended() == nil && reason == "" && !j.service.config.Level(j.peer).allows(j.need) {
		reason = ReasonRevoked
	}
	if e := j.ended(); e != nil {
		return e.beforeStart()
	}
	if reason != "" {
		return outcome{state: StateDenied, reason: reason}
	}
	process, err := j.service.config.Runner.Start(j.ctx, j.spec, j.output)
	if err != nil {
		return j.notStarted(err)
	}
	j.began(process, decision)
	return j.verdict(process.Wait())
}

// ended returns why this service ends a job; nil: it does not.
func (j *job) ended() *outcome {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.ending
}

// beforeStart is what an end is called of something that never ran.
func (o outcome) beforeStart() outcome {
	switch {
	case o.state == StateKilledHere && o.reason == "":
		return outcome{state: StateDenied, reason: ReasonDenied}
	case o.state == StateKilledHere:
		return outcome{state: StateDenied, reason: o.reason}
	case o.state == StateKilledThere:
		return outcome{state: StateKilledThere, reason: ReasonWithdrawn}
	}
	return o
}

// notStarted says why there is no process.
func (j *job) notStarted(err error) outcome {
	if e := j.ended(); e != nil {
		return e.beforeStart()
	}
	switch {
	case errors.Is(err, ErrNotFound):
		return outcome{state: StateNotFound}
	case errors.Is(err, ErrNotAllowed):
		return outcome{state: StateFailed, reason: ReasonNotAllowed}
	case errors.Is(err, ErrDir):
		return outcome{state: StateFailed, reason: ReasonFolder}
	case errors.Is(err, ErrRequest):
		return outcome{state: StateFailed, reason: ReasonBadRequest}
	}
	j.service.config.Logger.Warn("a command could not be started", "device", j.peer.Short(), "error", err)
	return outcome{state: StateFailed, reason: ReasonStart}
}

// began notes a process and tells that it runs. If its end was decided already,
// its context has ended.
func (j *job) began(process Process, decision Decision) {
	j.mu.Lock()
	j.process = process
	j.mu.Unlock()
	charset := tame(j.service.config.Charset(j.request.Terminal != nil))
	if err := j.talk.say(kindStarted, fields{By: decision, Text: charset}); err != nil {
		j.end(outcome{state: StateLost})
	}
	close(j.ready)
	j.runs(decision, charset)
}

// verdict says how a process ended: it knows best, except why it was killed.
func (j *job) verdict(r Result) outcome {
	ending := j.ended()
	switch {
	case r.State == ResultExited:
		return outcome{state: StateExited, exit: r.Exit}
	case r.State == ResultTimeout:
		return outcome{state: StateTimeout, exit: r.Exit, signal: r.Signal}
	case ending != nil:
		return outcome{state: ending.state, reason: ending.reason, exit: r.Exit, signal: r.Signal}
	case r.State == ResultSignalled:
		return outcome{state: StateSignalled, exit: r.Exit, signal: r.Signal}
	case r.State == ResultLost:
		return outcome{state: StateLost}
	case r.State == ResultKilled:
		return outcome{state: StateKilledHere, reason: ReasonClosing, exit: r.Exit, signal: r.Signal}
	}
	return outcome{state: StateFailed, reason: ReasonStart}
}

// end ends a job, whatever it does. Only the first call counts. It does not wait.
func (j *job) end(o outcome) {
	j.mu.Lock()
	if j.over || j.ending != nil {
		j.mu.Unlock()
		return
	}
	j.ending = &o
	process := j.process
	j.mu.Unlock()
	j.out.close()
	if j.in != nil {
		j.in.abandon(ErrEnded)
	}
	if process == nil || o.state == StateLost {
		j.cancel(fmt.Errorf("%w: %s", ErrEnded, o.state))
		return
	}
	process.Stop()
}
