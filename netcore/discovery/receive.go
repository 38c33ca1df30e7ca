package discovery

import (
	"crypto/ed25519"
	"encoding/hex"
	"net/netip"
	"slices"
	"time"

	"lanyard/netcore/identity"
)

// author names who makes beacons: one start of one device.
type author struct {
	key      [ed25519.PublicKeySize]byte
	instance [8]byte
}

// entry is what is remembered of an author. Only a good signature makes one.
type entry struct {
	id       identity.DeviceID
	last     datagram // the newest, verified
	counter  uint64
	from     []netip.Addr // where the newest came from
	answered time.Time
}

// The limits on one author.
const (
	maxFrom     = 8               // addresses of one beacon: its ways to this PC
	answerEvery = 3 * time.Second // an announce is answered so often at most
)

// receive handles one datagram, cheapest test first.
func (r *runner) receive(p *packet) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	addr := p.from.Addr()
	switch {
	case [32]byte(p.data[keyOffset:keyEnd]) == r.key: // own, come back
		return
	case !isHost(addr) || r.isBroadcast(addr) || !r.admits(p.index, addr):
		return
	case !r.sources.allow(sourceOf(addr), now):
		return
	}
	b, err := decode(&p.data)
	if err != nil {
		return
	}
	if e := r.judge(&p.data, b, addr, now); e != nil {
		r.act(e, b, p, now)
	}
}

// admits reports whether a datagram came by an interface in use. Where the
// system does not tell which, the networks of its source must do.
func (r *runner) admits(index int, from netip.Addr) bool {
	if !r.config.Only.IsValid() && r.config.Interfaces == nil {
		return true
	}
	if from.IsLoopback() {
		return r.viaLoopback()
	}
	return slices.ContainsFunc(r.links, func(l link) bool {
		return l.Index == index || l.owns(from) || index == 0 && l.reaches(from)
	})
}

// judge returns the entry of the author if the beacon is genuine and says
// something new; nil if not.
func (r *runner) judge(d *datagram, b beacon, from netip.Addr, now time.Time) *entry {
	who := author{b.key, b.instance}
	e, known := r.heard.get(who)
	switch {
	case !known && b.kind == kindBye:
		return nil
	case known && *d == e.last: // verified before, but maybe by another way
		return e.elsewhere(b, from)
	case known && b.counter <= e.counter:
		return nil
	case known && b.kind != kindBye && r.config.Live(e.id):
		return nil
	case !r.checks.AllowN(now, 1) || !d.verified():
		return nil
	}
	if !known {
		id, err := identity.IDOf(b.key[:])
		if err != nil {
			return nil
		}
		e = &entry{id: id}
		r.heard.put(who, e)
	}
	e.last, e.counter, e.from = *d, b.counter, append(e.from[:0], from)
	return e
}

// elsewhere returns e if its newest beacon, heard again, shows a new address.
func (e *entry) elsewhere(b beacon, from netip.Addr) *entry {
	if b.kind == kindBye || len(e.from) >= maxFrom || slices.Contains(e.from, from) {
		return nil
	}
	e.from = append(e.from, from)
	return e
}

// act does what a genuine beacon asks for.
func (r *runner) act(e *entry, b beacon, p *packet, now time.Time) {
	instance := hex.EncodeToString(b.instance[:])
	if b.kind == kindBye {
		if !r.config.Live(e.id) {
			r.config.OnGone(e.id, instance)
		}
		return
	}
	if b.kind == kindAnnounce {
		r.answer(e, p, now)
	}
	address := netip.AddrPortFrom(p.from.Addr(), b.port)
	r.config.OnHeard(Heard{ID: e.id, Instance: instance, Address: address.String()})
}

// answer sends one beacon back to a newcomer: as long as the question, to the
// one address that it came from.
func (r *runner) answer(e *entry, p *packet, now time.Time) {
	if r.config.Silent() || now.Sub(e.answered) < answerEvery || !r.answers.allow(subnetOf(p.from.Addr()), now) {
		return
	}
	data := r.sign(kindAnswer)
	if data == nil {
		return
	}
	e.answered = now
	if err := p.from.socket.Write(data[:], p.from.AddrPort, 0); err != nil {
		r.config.Logger.Debug("answering a beacon", "to", p.from.AddrPort, "error", err)
	}
}
