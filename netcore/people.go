package netcore

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"lanyard/netcore/identity"
	"lanyard/netcore/link"
	"lanyard/netcore/roster"
	"lanyard/netcore/safename"
	"lanyard/netcore/store"
)

var (
	// ErrUnknownPerson says that nobody fits a name, device ID or address.
	ErrUnknownPerson = roster.ErrUnknown
	// ErrAmbiguous says that several people fit.
	ErrAmbiguous = roster.ErrAmbiguous
	// ErrUnreachable says that somebody could not be linked in time.
	ErrUnreachable = link.ErrUnreachable
)

// People returns everybody this copy has met, those with the newest item first.
func (n *Node) People(ctx context.Context) ([]Person, error) {
	rows, err := n.roster.People(ctx)
	if err != nil {
		return nil, err
	}
	return n.whole(ctx, rows)
}

// whole returns people with all that is known of them, notices too.
func (n *Node) whole(ctx context.Context, rows []store.Person) ([]Person, error) {
	notices, err := n.roster.Notices(ctx)
	if err != nil {
		return nil, err
	}
	devices, err := n.devicesByPerson(ctx)
	if err != nil {
		return nil, err
	}
	people := make([]Person, len(rows))
	for i, row := range rows {
		people[i] = n.person(row)
		people[i].Devices = firstDevice(devices[row.ID], row.Device)
		if notice, ok := notices[row.ID]; ok {
			people[i].Notice, people[i].NoticeOf = Notice(notice.Kind), PersonID(notice.Of)
		}
	}
	return people, nil
}

// one is whole for one person.
func (n *Node) one(ctx context.Context, row store.Person) (Person, error) {
	people, err := n.whole(context.WithoutCancel(ctx), []store.Person{row})
	if err != nil {
		return Person{}, err
	}
	return people[0], nil
}

// devicesByPerson returns the devices of everybody.
func (n *Node) devicesByPerson(ctx context.Context) (map[int64][]DeviceID, error) {
	rows, err := n.db.Devices(ctx)
	if err != nil {
		return nil, err
	}
	devices := make(map[int64][]DeviceID, len(rows))
	for _, row := range rows {
		devices[row.Person] = append(devices[row.Person], row.ID)
	}
	return devices, nil
}

// firstDevice puts the device that somebody is shown with before the others.
func firstDevice(devices []DeviceID, shown DeviceID) []DeviceID {
	if i := slices.Index(devices, shown); i > 0 {
		devices = slices.Insert(slices.Delete(devices, i, i+1), 0, shown)
	}
	return devices
}

// Find looks somebody up by name, device ID, a unique beginning of one, or the
// host:port where they were met last; an IP address without a port has the
// usual one. What goes before what is said at roster's Find. It dials nobody.
// It fails with ErrUnknownPerson or ErrAmbiguous.
func (n *Node) Find(ctx context.Context, query string) (Person, error) {
	row, err := n.roster.Find(ctx, query)
	if errors.Is(err, ErrUnknownPerson) && isAddress(query) {
		if full, wrong := link.WithPort(query); wrong == nil && full != query {
			row, err = n.roster.Find(ctx, full)
		}
	}
	if err != nil {
		return Person{}, err
	}
	if id, wrong := identity.ParseDeviceID(query); wrong == nil && id != row.Device {
		if row, err = n.withDevice(ctx, row, id); err != nil {
			return Person{}, err
		}
	}
	return n.one(ctx, row)
}

// withDevice shows somebody with another one of their devices, the one that
// was asked for.
func (n *Node) withDevice(ctx context.Context, row store.Person, id DeviceID) (store.Person, error) {
	device, err := n.db.Device(ctx, id)
	if err != nil {
		return row, err
	}
	row.Device, row.Name, row.LastSeen, row.Trust, row.Address = id, device.Name, device.LastSeen, device.Trust, ""
	if addresses, err := n.roster.Addresses(ctx, id); err == nil && len(addresses) > 0 {
		row.Address = addresses[0]
	}
	return row, nil
}

// Reach returns somebody once they are linked. A host:port is dialed once,
// whoever answers there; anybody else is dialed where they were met last, and
// waited for until ctx ends. It fails with ErrUnreachable, ErrAmbiguous, or, for
// a name that nobody had until then, ErrUnknownPerson; for a host:port also with
// the other errors of link's Connect. This copy's own name, device ID and
// address are link.ErrSelf at once, unless somebody else has the name.
func (n *Node) Reach(ctx context.Context, query string) (Person, error) {
	query = strings.TrimSpace(query)
	if isAddress(query) {
		return n.reachAddress(ctx, query)
	}
	events := n.Subscribe(64)
	defer events.Close()
	dialing := false
	for {
		// What is remembered is read to the end: why nobody was reached is told by it.
		person, err := n.Find(context.WithoutCancel(ctx), query)
		switch {
		case err == nil && person.Online:
			return person, nil
		case err == nil && !dialing:
			dialing = true
			n.spawn(func(context.Context) { n.dial(ctx, person.Device) })
		case err != nil && !errors.Is(err, ErrUnknownPerson):
			return Person{}, err
		case err != nil && n.isSelf(query):
			return Person{}, fmt.Errorf("%q: %w", query, link.ErrSelf)
		}
		select {
		case <-events.C:
		case <-ctx.Done():
			return Person{}, notReached(query, err)
		case <-n.ctx.Done():
			return Person{}, fmt.Errorf("reaching %q: %w", query, net.ErrClosed)
		}
	}
}

// ownPrefix is the shortest beginning of this copy's device ID that means it.
const ownPrefix = 4

// isSelf reports whether a query that fits nobody else means this copy.
func (n *Node) isSelf(query string) bool {
	self, typed := n.Self(), identity.NormalizeText(query)
	return query == self.Name || len(typed) >= ownPrefix && strings.HasPrefix(self.ID.Compact(), typed)
}

// notReached says why a wait ended: the person was not found, or not there.
func notReached(query string, err error) error {
	if err != nil {
		return err
	}
	return fmt.Errorf("%q: %w", query, ErrUnreachable)
}

// reachAddress links whoever answers at an address.
func (n *Node) reachAddress(ctx context.Context, address string) (Person, error) {
	if id, ok := n.dialedAt(address); ok {
		if row, err := n.roster.ByDevice(ctx, id); err == nil {
			return n.one(ctx, row)
		}
	}
	peer, err := n.links.ConnectAddress(ctx, address)
	if err != nil {
		return Person{}, err
	}
	row, _, err := n.roster.Seen(ctx, peer.ID, peer.Name, peer.Address)
	if err != nil {
		return Person{}, err
	}
	return n.one(ctx, row)
}

// dialedAt returns who is linked through a dial of this very address: nobody
// else answers there. Where a peer that dialed says that it listens is no more
// than its word.
func (n *Node) dialedAt(address string) (DeviceID, bool) {
	address, err := link.WithPort(address)
	if err != nil {
		return DeviceID{}, false
	}
	for _, peer := range n.links.Peers() {
		if peer.Dialed && peer.Address == address {
			return peer.ID, true
		}
	}
	return DeviceID{}, false
}

// dial tries the addresses of a device once.
func (n *Node) dial(ctx context.Context, id DeviceID) {
	addresses, err := n.roster.Addresses(ctx, id)
	if err == nil && len(addresses) > 0 {
		_, err = n.links.Connect(ctx, id, addresses)
	}
	if err != nil {
		n.config.Logger.Info("dialing where they were last", "device", id.Short(), "error", err)
	}
}

// AddAddress links whoever answers at an address or host name, with or without
// a port, and keeps in touch with them from now on. It waits for the network.
func (n *Node) AddAddress(ctx context.Context, address string) (Person, error) {
	peer, err := n.links.ConnectAddress(ctx, address)
	if err != nil {
		return Person{}, err
	}
	row, _, err := n.roster.Add(ctx, peer.ID, peer.Name, peer.Address)
	if err != nil {
		return Person{}, err
	}
	n.kept.contact(row.ID)
	n.changed(ctx, row.ID)
	return n.one(ctx, row)
}

// person adds to what is remembered what is true now.
func (n *Node) person(row store.Person) Person {
	p := Person{
		ID: PersonID(row.ID), Name: roster.Shown(row), Device: row.Device,
		Address: row.Address, Unread: row.Unread, LastSeen: row.LastSeen,
		Alias: row.Alias, SelfName: row.Name,
		Trust: trust(row.Trust), Verified: row.Verified, VerifiedBy: VerifiedBy(row.VerifiedBy),
		Permissions: permissions(row.Permitted()), Asks: n.verifier.Asking(row.Device),
	}
	if row.Last.Kind != "" {
		p.Last = Preview{
			Kind: ItemKind(row.Last.Kind), Text: safename.Display(row.Last.Text, previewRunes),
			Outgoing: row.Last.Outgoing, At: row.Last.Added,
			Paused: ItemKind(row.Last.Kind) == KindFile && State(row.Last.State) == StatePaused,
		}
	}
	p.ClockOff, p.ClockBound = n.clockOff(row.Device)
	if peer, ok := n.links.Peer(row.Device); ok {
		p.Online, p.Address = true, peer.Address
	}
	return p
}

// previewRunes is the longest last line.
const previewRunes = 80

// isAddress tells host:port, and a bare IP address, from a name.
func isAddress(query string) bool {
	if _, err := netip.ParseAddr(query); err == nil {
		return true
	}
	_, port, err := net.SplitHostPort(query)
	if err != nil {
		return false
	}
	_, err = strconv.ParseUint(port, 10, 16)
	return err == nil
}

// boundTo returns the one address that a copy listens on, or the zero Addr if
// it listens on all.
func boundTo(address string) netip.Addr {
	bound, err := netip.ParseAddrPort(address)
	if err != nil || bound.Addr().IsUnspecified() {
		return netip.Addr{}
	}
	return bound.Addr().Unmap()
}
