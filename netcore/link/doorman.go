package link

import (
	"container/list"
	"net"
	"sync"

	"golang.org/x/time/rate"
)

// maxFriends is how many addresses of trusted devices are remembered.
const maxFriends = 256

// doorman decides which incoming connections may begin a handshake. Who comes
// is known only after TLS. Until then, addresses where trusted devices are have
// places and rates of their own; afterwards trusted devices have. So a crowd of
// strangers keeps none of them out.
type doorman struct {
	perHost   int
	strangers class
	trusted   class

	mu      sync.Mutex
	counts  map[string]int // visitors by host
	friends map[string]bool
}

// class is the visitors that are limited together.
type class struct {
	all     *rate.Limiter
	hosts   *rates
	outside room // TLS is under way
	inside  room // TLS is through, the rest of the handshake is under way
}

// room holds visitors, the oldest first.
type room struct {
	most  int
	order *list.List
}

// visitor is a connection whose handshake is under way.
type visitor struct {
	conn net.Conn
	host string
	room *room
	here *list.Element // nil once it has left
}

// newDoorman returns a doorman that follows the limits.
func newDoorman(limits Limits) *doorman {
	return &doorman{
		perHost:   limits.HalfOpenPerIP,
		strangers: newClass(limits.HalfOpen, limits.HandshakesPerS),
		trusted:   newClass(limits.TrustedHalfOpen, limits.TrustedHandshakesPerS),
		counts:    make(map[string]int),
		friends:   make(map[string]bool),
	}
}

// newClass returns a class with so many places before TLS is through, as many
// after, and so many handshakes a second.
func newClass(places, perSecond int) class {
	return class{
		all:     rate.NewLimiter(rate.Limit(perSecond), 2*perSecond),
		hosts:   newRates(hostRate, hostBurst),
		outside: room{places, list.New()},
		inside:  room{places, list.New()},
	}
}

// befriend remembers that a trusted device is at these hosts.
func (d *doorman) befriend(hosts ...string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, host := range hosts {
		if isLoopback(host) || d.friends[host] {
			continue // at loopback is every program of this machine
		}
		for old := range d.friends {
			if len(d.friends) < maxFriends {
				break
			}
			delete(d.friends, old) // any: it comes back with its next link
		}
		d.friends[host] = true
	}
}

// admit lets a connection in, or returns nil. When all places are taken the
// oldest visitor is shown out: an honest handshake takes milliseconds, so under
// a flood it is over long before its turn to leave comes.
func (d *doorman) admit(conn net.Conn) *visitor {
	host := hostOf(conn)
	d.mu.Lock()
	defer d.mu.Unlock()
	c := &d.strangers
	if d.friends[host] {
		c = &d.trusted
	}
	local := isLoopback(host)
	if !local && (d.counts[host] >= d.perHost || !c.hosts.allow(host)) || !c.all.Allow() {
		return nil
	}
	v := &visitor{conn: conn, host: host}
	d.counts[host]++
	d.enter(v, &c.outside)
	return v
}

// secured says that TLS is through: what fails to do that much has no effect on
// the visitor any more.
func (d *doorman) secured(v *visitor, trusted bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if v.here == nil {
		return
	}
	c := &d.strangers
	if trusted {
		c = &d.trusted
	}
	v.room.order.Remove(v.here)
	d.enter(v, &c.inside)
}

// enter gives a visitor a place. The lock is held.
func (d *doorman) enter(v *visitor, r *room) {
	if r.order.Len() >= r.most {
		oldest := r.order.Front().Value.(*visitor)
		_ = oldest.conn.Close() // its handshake fails and says so
		d.remove(oldest)
	}
	v.room, v.here = r, r.order.PushBack(v)
}

// leave frees the place of a visitor. It may be called twice.
func (d *doorman) leave(v *visitor) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.remove(v)
}

// remove frees the place of a visitor. The lock is held.
func (d *doorman) remove(v *visitor) {
	if v.here == nil {
		return
	}
	v.room.order.Remove(v.here)
	v.here = nil
	if d.counts[v.host]--; d.counts[v.host] == 0 {
		delete(d.counts, v.host)
	}
}
