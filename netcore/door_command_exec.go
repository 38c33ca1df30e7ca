package netcore

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"lanyard/netcore/command"
	"lanyard/netcore/control"
)

// startedTime is how long output waits for the line that says that the command
// runs: the two come by different ways.
const startedTime = 2 * time.Second

// exec runs something on other PCs.
func (d *Door) exec(ctx context.Context, args control.ExecArgs, pipes control.Pipes, emit control.Emit) error {
	request, err := execRequest(args)
	if err != nil {
		return err
	}
	if len(args.People) == 1 {
		return d.execOne(ctx, args.People[0], request, pipes, emit)
	}
	if request.Stdin || request.Terminal != nil {
		return fail(control.ExitUsage, wordOnePerson)
	}
	return d.execMany(ctx, args.People, request, &gathering{pipes: pipes, live: args.Live}, emit)
}

// execRequest returns what is to be run, or why it can run nowhere.
func execRequest(args control.ExecArgs) (RunRequest, error) {
	request := RunRequest{
		Argv: args.Argv, Dir: args.Dir, Button: args.Button, Args: args.Values,
		Stdin: args.Stdin, Wall: time.Duration(args.WallMS) * time.Millisecond,
	}
	if args.Terminal != nil {
		request.Terminal = &TerminalSize{Cols: args.Terminal.Cols, Rows: args.Terminal.Rows}
	}
	if len(args.People) == 0 {
		return request, fail(control.ExitUsage, wordNoPerson)
	}
	if err := request.asked(0, 0).Check(); err != nil {
		return request, fail(control.ExitUsage, wordBadRun, without(err, command.ErrRequest))
	}
	return request, nil
}

// execution is one run that a command follows to its end.
type execution struct {
	door  *Door
	pipes control.Pipes
	begun chan struct{} // closed once key counts; 0: it never will

	mu      sync.Mutex // of all below, and of emitting
	emit    control.Emit
	key     int64
	asked   bool
	started chan struct{} // closed once it was told that it runs, or ended
	told    bool
}

// execOne runs something on one PC.
func (d *Door) execOne(ctx context.Context, query string, request RunRequest, pipes control.Pipes, emit control.Emit) error {
	person, err := d.reach(ctx, query)
	if err != nil {
		return err
	}
	events := d.node.Subscribe(pageSize)
	defer events.Close()
	e := &execution{door: d, pipes: pipes, emit: emit, begun: make(chan struct{}), started: make(chan struct{})}
	request.Take = e.take
	run, err := d.node.StartRun(ctx, person.ID, request)
	e.key = run.Key
	close(e.begun)
	if err != nil {
		return runFailure(person.Name, err)
	}
	working, stop := context.WithCancel(ctx)
	defer stop()
	var workers sync.WaitGroup
	if request.Stdin || request.Terminal != nil {
		workers.Go(func() { e.feed(working) })
	}
	if request.Terminal != nil {
		workers.Go(func() { e.resize(working) })
	}
	err = e.follow(ctx, events)
	stop()
	workers.Wait()
	return err
}

// runFailure says in a Failure why nobody was asked for a run.
func runFailure(name string, err error) error {
	switch {
	case errors.Is(err, ErrUnreachable), errors.Is(err, context.DeadlineExceeded):
		return control.Fail(control.ExitUnreachable, control.WordUnreachable, name)
	case errors.Is(err, context.Canceled):
		return control.Fail(control.ExitStopped, control.WordCancelled)
	case errors.Is(err, command.ErrRequest):
		return fail(control.ExitUsage, wordBadRun, without(err, command.ErrRequest))
	}
	return relationFailure(name, err)
}

// take hands output on, after the line that says that the command runs.
func (e *execution) take(from Pipe, p []byte) error {
	<-e.begun
	if e.key == 0 {
		return context.Canceled
	}
	if err := e.awaitStart(); err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.pipes.Put(control.Source{Pipe: int(from)}, p)
}

// awaitStart waits a little until it was told that the command runs.
func (e *execution) awaitStart() error {
	if err := e.look(context.Background()); err != nil {
		return err
	}
	timer := time.NewTimer(startedTime)
	defer timer.Stop()
	select {
	case <-e.started: // mostly, by now
	case <-timer.C:
	}
	return nil
}

// look says what is new about the run, unless its end is all that is left.
func (e *execution) look(ctx context.Context) error {
	select {
	case <-e.started:
		return nil
	default:
	}
	run, err := e.door.node.Run(ctx, e.key)
	if err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.tell(run)
}

// tell says what is new about the run as it is.
func (e *execution) tell(run Run) error {
	if !e.asked && run.State == command.StateAsking && !run.Until.IsZero() {
		e.asked = true
		if err := e.emit(askedLine(run)); err != nil {
			return err
		}
	}
	if !e.told && !run.Began.IsZero() {
		if err := e.emit(startedLine(run)); err != nil {
			return err
		}
	}
	if !e.told && (!run.Began.IsZero() || run.State.Ended()) {
		e.told = true
		close(e.started)
	}
	return nil
}

// askedLine says that a consent is waited for.
func askedLine(run Run) control.RunAsked {
	return control.RunAsked{
		Event: control.EventAsked, Run: run.Key, Person: run.Name, ID: run.Device.String(), Until: timeText(run.Until),
	}
}

// follow reports on the run until it has ended and its output was taken. The
// error is the outcome of the command. When ctx ends the run is stopped.
func (e *execution) follow(ctx context.Context, events *Subscription) error {
	waiting, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	ended := e.door.await(waiting, []int64{e.key})
	for {
		if err := e.look(waiting); err != nil {
			_ = e.door.node.StopRun(e.key) // nobody listens, or it cannot be read
			return err
		}
		select {
		case end := <-ended:
			return e.finish(end)
		case _, open := <-events.C:
			if err := drain(events, open, nil); err != nil {
				return err
			}
		case <-ctx.Done():
			_ = e.door.node.StopRun(e.key) // it may have ended by now
			return e.part(ended)
		}
	}
}

// part waits a little for the end of a run that was stopped.
func (e *execution) part(ended <-chan waited) error {
	timer := time.NewTimer(partingTime)
	defer timer.Stop()
	select {
	case end := <-ended:
		return e.finish(end)
	case <-timer.C:
		return fail(control.ExitStopped, RunStateWord(command.StateKilledHere))
	}
}

// finish says how the run ended.
func (e *execution) finish(end waited) error {
	if end.err != nil {
		return end.err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := e.tell(end.run); err != nil {
		return err
	}
	if err := e.emit(exitLine(end.run)); err != nil {
		return err
	}
	return execOutcome(end.run)
}

// waited is how a run ended.
type waited struct {
	run Run
	err error
}

// await hands on how runs ended, as they do.
func (d *Door) await(ctx context.Context, keys []int64) <-chan waited {
	ended := make(chan waited, len(keys))
	for _, key := range keys {
		go func() {
			run, err := d.node.WaitRun(ctx, key)
			ended <- waited{run, err}
		}()
	}
	return ended
}

// feed sends input to the run until one of the two ends.
func (e *execution) feed(ctx context.Context) {
	for {
		p, err := e.pipes.Input(ctx)
		if errors.Is(err, io.EOF) {
			_ = e.door.node.CloseRunInput(e.key) // a run that is over has no input
			return
		}
		if err != nil || e.door.node.WriteRun(ctx, e.key, p) != nil {
			return
		}
	}
}

// resize tells the run the size of the terminal until ctx ends.
func (e *execution) resize(ctx context.Context) {
	for {
		size, err := e.pipes.Resized(ctx)
		if err != nil {
			return
		}
		_ = e.door.node.ResizeRun(e.key, TerminalSize{Cols: size.Cols, Rows: size.Rows}) // too early, or too late
	}
}
