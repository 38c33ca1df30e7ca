package netcore

import (
	"context"
	"errors"
	"time"

	"lanyard/netcore/command"
	"lanyard/netcore/roster"
	"lanyard/netcore/store"
)

// onChange is told by the service that a run has another state: one call at a
// time for each run.
func (c *commands) onChange(info command.Info) {
	l := c.of(info)
	if l == nil {
		if !info.Here {
			return
		}
		l = c.admit(info)
	}
	<-l.settled
	if l.row.Key == 0 {
		return
	}
	if info.State.Ended() {
		c.end(l, info)
		return
	}
	c.change(l, info)
	if info.State == command.StateRunning {
		c.sampler.wake()
	}
}

// of returns the run that the service speaks of; nil: it is new.
func (c *commands) of(info command.Info) *liveRun {
	c.mu.Lock()
	defer c.mu.Unlock()
	if info.Here {
		return c.numbers[info.Number]
	}
	return c.tags[info.Tag]
}

// admit writes down a run that somebody begins here. What cannot be written
// down would run unseen, so it is stopped.
func (c *commands) admit(info command.Info) *liveRun {
	l := &liveRun{number: info.Number, settled: make(chan struct{}), ended: make(chan struct{}), cancel: func() {}}
	c.mu.Lock()
	c.numbers[l.number] = l
	c.mu.Unlock()
	row := store.Run{
		Device: info.Device, Here: true, Line: lineOf(info), Request: requestOf(info), Asked: info.Asked,
		RunState: runStateOf(info),
	}
	row.Ended = time.Time{} // end commits that
	rows, items, err := c.node.db.AddRuns(patiently(), []store.Run{row}, false, c.item)
	if err != nil {
		c.node.config.Logger.Error("a command cannot be written down, so it is stopped", "device", info.Device.Short(), "error", err)
		_ = c.service.Stop(info.Number) // or it has ended
		c.settle(l, store.Run{}, "")
		return l
	}
	c.settle(l, rows[0], c.nameOf(info.Device))
	c.node.onItem(items[0].Person, items[0].Seq)
	return l
}

// nameOf is what somebody's device is shown as.
func (c *commands) nameOf(device DeviceID) string {
	person, err := c.node.roster.ByDevice(patiently(), device)
	if err != nil {
		return device.Short() // of a stranger who was forgotten
	}
	return roster.Shown(person)
}

// change commits another state of a run that goes on, if it is one.
func (c *commands) change(l *liveRun, info command.Info) {
	c.mu.Lock()
	row := l.row
	state := runStateOf(info)
	changed := row.State != state.State
	l.row.RunState = state
	c.mu.Unlock()
	if changed {
		c.commit(row.Key, state)
	}
	c.tell(row)
}

// end commits how a run ended, with what is kept of its output.
func (c *commands) end(l *liveRun, info command.Info) {
	if l.output != nil {
		c.outputs.finish(l.row.Key, l.output)
	}
	c.mu.Lock()
	l.row.RunState = runStateOf(info)
	row := l.row
	c.mu.Unlock()
	c.commit(row.Key, row.RunState)
	c.leave(l)
	c.tell(row)
}

// commit commits the state of a run and of its item.
func (c *commands) commit(key int64, state store.RunState) {
	item, err := c.node.db.SetRun(patiently(), key, state, itemState(state.State))
	switch {
	case err == nil && item.Seq != 0:
		c.node.onItem(item.Person, item.Seq)
	case err != nil && !errors.Is(err, store.ErrNotFound):
		c.node.config.Logger.Error("the state of a command could not be kept", "run", key, "error", err)
	}
}

// tell publishes that there is news of a run.
func (c *commands) tell(row store.Run) {
	c.node.bus.publish(Event{Kind: EventRun, Person: PersonID(row.Person), Seq: row.Key})
}

// stateOf returns what the service knows as the store keeps it.
func runStateOf(info command.Info) store.RunState {
	s := store.RunState{
		ID: info.ID, State: string(info.State), Reason: string(info.Reason), Decision: string(info.Decision),
		Began: info.Began, Ended: info.Ended, Exit: info.Exit, Signal: info.Signal,
		OutBytes: info.Stdout.Bytes, ErrBytes: info.Stderr.Bytes, Charset: info.Charset,
	}
	if info.State.Ended() {
		s.OutSHA256, s.ErrSHA256 = info.Stdout.Hex(), info.Stderr.Hex()
	}
	return s
}

// requestOf returns what was asked for as the store keeps it.
func requestOf(info command.Info) store.RunRequest {
	return store.RunRequest{
		Argv: info.Argv, Dir: info.Dir, Button: info.Button, Args: info.Args,
		Stdin: info.Stdin, Terminal: info.Terminal, WallMS: info.Wall.Milliseconds(),
	}
}

// runSampler publishes how much the running commands put out. It sleeps while
// there are none.
type runSampler struct {
	commands *commands
	poke     chan struct{} // holds a token when there may be something to sample
}

// newRunSampler returns a sampler that is still to be run.
func newRunSampler(c *commands) *runSampler {
	return &runSampler{commands: c, poke: make(chan struct{}, 1)}
}

// wake says that a command may have begun to run.
func (s *runSampler) wake() {
	select {
	case s.poke <- struct{}{}:
	default:
	}
}

// run waits for commands and samples until there are none.
func (s *runSampler) run(ctx context.Context) {
	for {
		select {
		case <-s.poke:
		case <-ctx.Done():
			return
		}
		s.sample(ctx)
	}
}

// sample publishes until no command runs.
func (s *runSampler) sample(ctx context.Context) {
	ticker := time.NewTicker(sampleEvery)
	defer ticker.Stop()
	for s.commands.publish() {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}

// publish tells of the runs with more output, and reports whether any runs.
func (c *commands) publish() bool {
	running := false
	for _, l := range c.all() {
		info, ok := c.info(l)
		if !ok || info.State != command.StateRunning {
			continue
		}
		running = true
		bytes := info.Stdout.Bytes + info.Stderr.Bytes
		c.mu.Lock()
		more := l.told != bytes
		l.told = bytes
		row := l.row
		c.mu.Unlock()
		if more {
			c.tell(row)
		}
	}
	return running
}

// all returns the runs that the profile knows and that have not ended.
func (c *commands) all() []*liveRun {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := make([]*liveRun, 0, len(c.keys))
	for _, l := range c.keys {
		all = append(all, l)
	}
	return all
}
