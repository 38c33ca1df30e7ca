package command

import (
	"sync"
	"time"
)

// entry is what the runs of both sides have in common.
type entry struct {
	service *Service
	meter   meter
	info    Info           // guarded by Service.mu
	tells   sync.WaitGroup // what is still to be told
	changes chain          // of OnChange
	audits  chain          // of Audit
	known   bool           // OnChange was told of it; guarded by Service.mu
}

// chain is callbacks that come one after the other; guarded by Service.mu.
type chain struct {
	last chan struct{} // closed once all so far was told
}

// change edits what is known of a run and has it told. Of a run that has ended
// before it could be told that it runs, that it runs is not told.
func (e *entry) change(edit func(info *Info)) Info {
	e.service.mu.Lock()
	edit(&e.info)
	first := !e.known
	e.known = true
	e.service.mu.Unlock()
	info := e.snapshot()
	e.tell(&e.changes, func() {
		if first || info.State.Ended() || !e.snapshot().State.Ended() {
			e.service.config.OnChange(info)
		}
	})
	return info
}

// tell calls a callback after those of its chain before it, and does not wait:
// what a callback writes to a disk holds up no command.
func (e *entry) tell(c *chain, call func()) {
	told := make(chan struct{})
	e.service.mu.Lock()
	before := c.last
	c.last = told
	e.service.mu.Unlock()
	e.tells.Go(func() {
		defer close(told)
		if before != nil {
			<-before
		}
		call()
	})
}

// snapshot returns what is known of a run.
func (e *entry) snapshot() Info {
	e.service.mu.Lock()
	defer e.service.mu.Unlock()
	info := e.info.clone()
	if !info.State.Ended() {
		e.meter.bytes(&info)
	}
	return info
}

// runs writes that a run runs and has it told.
func (e *entry) runs(by Decision, charset string) {
	now := e.service.config.Now()
	info := e.change(func(info *Info) {
		info.State, info.Decision, info.Began, info.Until = StateRunning, by, now, time.Time{}
		info.Charset = charset
	})
	e.tell(&e.audits, func() { e.service.config.Audit(info) })
}

// close writes how a run ended and has it told.
func (e *entry) close(o outcome) {
	now := e.service.config.Now()
	stdout, stderr := e.meter.finish()
	edit := func(info *Info) {
		info.State, info.Reason, info.Exit, info.Signal = o.state, o.reason, o.exit, o.signal
		info.Stdout, info.Stderr, info.Until, info.Ended = stdout, stderr, time.Time{}, now
	}
	var info Info
	if e.unseen(o.state) {
		e.service.mu.Lock()
		edit(&e.info)
		e.service.mu.Unlock()
		info = e.snapshot()
	} else {
		info = e.change(edit)
	}
	e.tell(&e.audits, func() { e.service.config.Audit(info) })
}

// unseen reports whether a run that ends so is none for this user: it never
// began, and nobody was asked about it. Otherwise an asker could fill what is
// kept of runs with requests that are denied at once.
func (e *entry) unseen(end State) bool {
	e.service.mu.Lock()
	defer e.service.mu.Unlock()
	return !e.known && (end == StateDenied || end == StateKilledThere || end == StateLost)
}
