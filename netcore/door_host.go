package netcore

import (
	"context"

	"lanyard/netcore/control"
)

// begin counts a command in; false: it comes too late. What runs until a
// signal, or lasts no longer than the copy, does not begin in one that lives
// for one command only.
func (d *Door) begin(command string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	lasts := command == control.CommandServe || command == control.CommandClockWatch || command == control.CommandPairString
	if d.hosts > 0 && (d.drains > 0 || d.drained || lasts) {
		return false
	}
	d.running++
	return true
}

// end counts a command out.
func (d *Door) end() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.running--
	close(d.idle)
	d.idle = make(chan struct{})
}

// host marks this copy as one that lives for one command only, until its
// context ends. Should this copy outlive that, all is as before.
func (d *Door) host(ctx context.Context) error {
	d.count(&d.hosts, 1)
	<-ctx.Done()
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.hosts--; d.hosts == 0 {
		d.drained = false
	}
	return nil
}

// drain waits until no command runs. In a copy that lives for one command only
// none begins meanwhile, and none after it; in others it is no more than a wait,
// so that no program can close the door of a window for good. Should whoever
// asked for it go away, all is as before.
func (d *Door) drain(ctx context.Context) error {
	d.count(&d.drains, 1)
	defer d.count(&d.drains, -1)
	for {
		d.mu.Lock()
		running, idle := d.running, d.idle
		d.drained = d.drained || running == 0 && d.hosts > 0
		d.mu.Unlock()
		if running == 0 {
			return nil // still draining: this copy ends now
		}
		select {
		case <-idle:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// count adds to one of the counters.
func (d *Door) count(counter *int, add int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	*counter += add
}
