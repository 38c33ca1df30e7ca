package netcore

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"lanyard/netcore/link"
	"lanyard/netcore/roster"
	"lanyard/netcore/wire"
)

// kindRename is the stream that tells a new name: one frame
// {"kind":"name","name":"…"}, answered by {"kind":"ok"}.
const kindRename = "name"

const (
	renameEvery   = 2 * time.Second // how often one device may take a new name
	renameBurst   = 5
	renameDevices = 64               // whose rates are remembered
	renameWait    = 10 * time.Second // for a peer to take our new name
)

// nameFields are the fields of a frame of kind "name".
type nameFields struct {
	Name string `json:"name"`
}

// tellName tells everybody who is linked. Who cannot be told learns of it from
// the next link.
func (n *Node) tellName(name string) {
	for _, peer := range n.links.Peers() {
		n.spawn(func(ctx context.Context) {
			ctx, cancel := context.WithTimeout(ctx, renameWait)
			defer cancel()
			if err := n.tell(ctx, peer.ID, kindRename, nameFields{Name: name}); err != nil {
				n.config.Logger.Debug("telling the new name", "device", peer.ID.Short(), "error", err)
			}
		})
	}
}

// handleRename takes a peer's new name.
func (n *Node) handleRename(ctx context.Context, s *link.Stream, first wire.Frame) {
	peer := s.Peer()
	var fields nameFields
	if err := first.Decode(&fields); err != nil || first.BodySize != 0 {
		return
	}
	if !n.renames.allow(peer.ID, n.config.Now()) {
		_ = s.Wire().WriteError(wire.CodeBusy, "too many names") // the stream ends either way
		return
	}
	var person roster.Person
	err := n.told.tell(peer.ID, fields.Name, func(name string) (err error) {
		person, _, err = n.roster.Seen(ctx, peer.ID, name, peer.Address)
		return err
	})
	if err != nil {
		return
	}
	n.bus.publish(Event{Kind: EventPerson, Person: PersonID(person.ID)})
	if err := s.Wire().Write("ok", nil, nil); err == nil {
		_ = s.Close() // nothing more to do for a stream that failed
	}
}

// renameLimits bounds how often names change: each change is a commit.
type renameLimits struct {
	mu    sync.Mutex
	rates map[DeviceID]*rate.Limiter
}

// allow reports whether a device may change its name now.
func (r *renameLimits) allow(id DeviceID, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.rates) > renameDevices || r.rates == nil {
		r.rates = map[DeviceID]*rate.Limiter{} // all start anew: bounded, and rare
	}
	limit := r.rates[id]
	if limit == nil {
		limit = rate.NewLimiter(rate.Every(renameEvery), renameBurst)
		r.rates[id] = limit
	}
	return limit.AllowN(now, 1)
}
