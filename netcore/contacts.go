package netcore

import (
	"context"
	"net/netip"
	"sync"

	"lanyard/netcore/roster"
	"lanyard/netcore/store"
)

// keeper keeps the links to the people with whom this user has to do, wherever
// they were met: so somebody in another subnet is found again.
type keeper struct {
	node *Node

	mu     sync.Mutex
	people map[int64]bool   // kept, by person
	where  []netip.AddrPort // where to look, for the beacons
}

// newKeeper returns a keeper of nobody.
func newKeeper(n *Node) *keeper {
	return &keeper{node: n, people: map[int64]bool{}}
}

// keepContacts starts to look for everybody with whom there is a conversation.
func (n *Node) keepContacts(ctx context.Context) error {
	contacts, err := n.roster.Contacts(ctx)
	if err != nil {
		return err
	}
	for _, contact := range contacts {
		n.kept.keep(contact)
	}
	return nil
}

// contact keeps the link to somebody with whom there is a conversation now. It
// does not wait.
func (k *keeper) contact(person int64) {
	k.mu.Lock()
	known := k.people[person] || len(k.people) >= roster.MaxContacts
	if !known {
		k.people[person] = true
	}
	k.mu.Unlock()
	if known {
		return
	}
	k.again(person)
}

// again looks for somebody anew: they were blocked, and are no more. It does
// not wait.
func (k *keeper) again(person int64) {
	k.node.spawn(func(ctx context.Context) { k.look(ctx, person) })
}

// look finds where a new contact was met. A stranger's text makes no contact:
// strangers would take all the places, and choose whom this copy dials.
func (k *keeper) look(ctx context.Context, person int64) {
	row, err := k.node.db.Person(ctx, person)
	if err != nil || !row.Known {
		k.mu.Lock()
		defer k.mu.Unlock()
		delete(k.people, person)
		return
	}
	addresses, err := k.node.roster.Addresses(ctx, row.Device)
	if err != nil {
		return
	}
	k.keep(store.Contact{ID: row.Device, Addresses: addresses})
}

// keep looks for a device from now on.
func (k *keeper) keep(contact store.Contact) {
	k.node.links.Keep(contact.ID, contact.Addresses)
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, address := range contact.Addresses {
		if where, err := netip.ParseAddrPort(address); err == nil {
			k.where = append(k.where, where)
		}
	}
}

// known returns where people were met.
func (k *keeper) known() []netip.AddrPort {
	k.mu.Lock()
	defer k.mu.Unlock()
	return append([]netip.AddrPort(nil), k.where...)
}
