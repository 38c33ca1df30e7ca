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
	lasts := command == control.CommandServe || command == control.CommandPairString
	if d.drains > 0 || d.hosts > 0 && lasts {
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
// context ends.
func (d *Door) host(ctx context.Context) error {
	d.count(&d.hosts, 1)
	defer d.count(&d.hosts, -1)
	<-ctx.Done()
	return nil
}

// drain waits until no command runs. Should whoever asked for it go away, all
// is as before.
func (d *Door) drain(ctx context.Context) error {
	d.count(&d.drains, 1)
	for {
		d.mu.Lock()
		running, idle := d.running, d.idle
		d.mu.Unlock()
		if running == 0 {
			return nil // still draining: this copy ends now
		}
		select {
		case <-idle:
		case <-ctx.Done():
			d.count(&d.drains, -1)
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
