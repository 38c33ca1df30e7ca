package discovery

import (
	"fmt"
	"net"
	"net/netip"
)

// target is where a beacon goes.
type target struct {
	addr  netip.Addr
	index int    // of the interface to send by, 0: by the routes
	name  string // of the interface, for messages; empty if failing says nothing
}

// announce sends one beacon by those ways. It reports whether every interface
// could send it.
func (r *runner) announce(k kind, by ways) bool {
	data := r.sign(k)
	if data == nil {
		return true
	}
	sent, failed := 0, error(nil)
	for _, t := range r.targets(by) {
		if err := r.spread(data, t); err != nil && t.name != "" {
			r.config.Logger.Debug("announcing", "interface", t.name, "to", t.addr, "error", err)
			failed = fmt.Errorf("announcing on %s: %w", t.name, err)
		} else if t.name != "" {
			sent++
		}
	}
	r.setProblem(sent, failed)
	return failed == nil
}

// sign makes the next beacon; nil while there is no port to announce.
func (r *runner) sign(k kind) *datagram {
	port := r.config.Port()
	if port < 1 || port > 0xFFFF {
		return nil
	}
	r.counter++
	return encode(beacon{kind: k, port: uint16(port), instance: r.instance, counter: r.counter}, r.config.Identity)
}

// setProblem remembers why nothing could be sent, and tells when that changes.
func (r *runner) setProblem(sent int, failed error) {
	problem := ""
	if sent == 0 && failed != nil {
		problem = failed.Error()
	}
	if problem != r.problem {
		r.problem = problem
		r.tell(nil)
	}
}

// targets returns where beacons go now.
func (r *runner) targets(by ways) []target {
	var all []target
	for i, l := range r.links {
		if by&byGroup != 0 {
			all = append(all, groupsOf(l)...)
		}
		if by&byBroadcast != 0 {
			all = append(all, broadcastsOf(l, perLink || i == 0)...)
		}
	}
	return append(all, r.direct()...)
}

// broadcastsOf returns the directed broadcast addresses on an interface, and
// the limited one.
func broadcastsOf(l link, limited bool) (all []target) {
	if !l.has(net.FlagBroadcast) || !l.hasIPv4() {
		return nil
	}
	for _, to := range l.broadcasts() {
		all = append(all, target{to, l.Index, l.Name})
	}
	if limited {
		all = append(all, target{limit4, l.Index, l.Name})
	}
	return all
}

// groupsOf returns the multicast groups on an interface.
func groupsOf(l link) (all []target) {
	if !l.has(net.FlagMulticast) {
		return nil
	}
	if l.hasIPv4() {
		all = append(all, target{group4, l.Index, l.Name})
	}
	if l.hasLinkLocal() {
		all = append(all, target{group6.WithZone(l.Name), l.Index, l.Name})
	}
	return all
}

// maxTips is how many remembered addresses are told in one turn.
const maxTips = 32

// direct returns the addresses that get beacons of their own: this PC's for
// other profiles on it, and those that are remembered, some each turn.
func (r *runner) direct() (all []target) {
	switch {
	case r.config.Only.IsValid():
		all = append(all, target{addr: r.config.Only})
	case r.viaLoopback():
		all = append(all, target{addr: netip.AddrFrom4([4]byte{127, 0, 0, 1})})
	}
	known := r.config.Known()
	for range min(len(known), maxTips) {
		addr := known[r.nextTip%len(known)].Addr().Unmap()
		r.nextTip++
		if r.mayTell(addr) {
			all = append(all, target{addr: addr})
		}
	}
	return all
}

// mayTell reports whether a remembered address is one of another PC that this
// copy is allowed to send to.
func (r *runner) mayTell(addr netip.Addr) bool {
	return isHost(addr) && !addr.IsLoopback() && !r.config.Only.IsLoopback() && !r.isBroadcast(addr)
}

// spread sends to all ports of the range but the own one here.
func (r *runner) spread(data *datagram, t target) error {
	by := r.opened[1]
	if t.addr.Is4() {
		by = r.opened[0]
	}
	if by.socket == nil {
		return nil
	}
	for _, port := range r.ports() {
		if int(port) == by.port && (t.addr.IsLoopback() || t.addr == r.config.Only) {
			continue
		}
		if err := by.socket.Write(data[:], netip.AddrPortFrom(t.addr, port), t.index); err != nil {
			return err
		}
	}
	return nil
}

// isHost reports whether addr can be that of one PC.
func isHost(addr netip.Addr) bool {
	return addr.IsValid() && !addr.IsUnspecified() && !addr.IsMulticast() && addr != limit4
}

// isBroadcast reports whether addr is a directed broadcast address here.
func (r *runner) isBroadcast(addr netip.Addr) bool {
	for _, l := range r.links {
		for _, b := range l.broadcasts() {
			if addr == b {
				return true
			}
		}
	}
	return false
}
