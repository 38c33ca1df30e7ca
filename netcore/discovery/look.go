package discovery

import (
	"context"
	"net"
	"time"
)

// slept is how much longer than planned a look may come by the wall clock:
// beyond it, the PC slept, and the network may be another one.
const slept = 15 * time.Second

// look reads the interfaces and opens what is missing. It reports whether
// there is something new to announce on.
func (r *runner) look(ctx context.Context) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	first := r.looked.IsZero()
	now := time.Now()
	woke := !first && now.Round(0).Sub(r.looked.Round(0)) > slept
	r.looked = now
	changed := r.readLinks()
	before := r.opened
	err := r.open(ctx)
	if changed || woke {
		r.rejoin(before)
		if !first {
			r.config.Logger.Info("the network changed", "interfaces", r.names())
			r.config.OnNetworkChange()
		}
	}
	r.tell(err)
	return changed || woke || r.opened != before
}

// readLinks replaces the interfaces in use, and reports whether they changed.
func (r *runner) readLinks() bool {
	all, err := r.config.network.Interfaces()
	if err != nil {
		r.config.Logger.Warn("discovery goes on with the interfaces it knew", "error", err)
		return false
	}
	r.all = all
	var chosen []link
	if !r.config.Only.IsLoopback() {
		chosen = choose(all, r.config)
	}
	changed := !sameLinks(chosen, r.links)
	r.links = chosen
	return changed
}

// rejoin joins anew with the sockets that were open before; bind did for the
// others.
func (r *runner) rejoin(before [2]opened) {
	for i, o := range before {
		if o.socket != nil {
			r.join(o.socket, i == 0)
		}
	}
}

// names returns the interfaces in use.
func (r *runner) names() []string {
	names := make([]string, len(r.links))
	for i, l := range r.links {
		names[i] = l.Name
	}
	return names
}

// tell reports the status after a look that ended with err.
func (r *runner) tell(err error) {
	status := Status{Interfaces: r.names(), UDPPort: max(r.opened[0].port, r.opened[1].port), Problem: r.problem}
	if r.opened[0].port != 0 {
		status.UDPPort = r.opened[0].port
	}
	switch {
	case err != nil:
		status.Problem = err.Error()
	case len(r.links) == 0 && !r.config.Only.IsLoopback():
		status.Problem = "no network interface is up that beacons could go out by"
	}
	r.report(status)
}

// viaLoopback reports whether other profiles on this PC are to be told by its
// loopback address.
func (r *runner) viaLoopback() bool {
	if r.config.Only.IsValid() {
		return r.config.Only.IsLoopback()
	}
	return r.config.Interfaces == nil || r.selected(func(l link) bool { return l.has(net.FlagLoopback) })
}

// selected reports whether a named interface is as match says.
func (r *runner) selected(match func(link) bool) bool {
	for _, l := range r.all {
		for _, name := range r.config.Interfaces {
			if l.Name == name && match(l) {
				return true
			}
		}
	}
	return false
}
