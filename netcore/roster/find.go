package roster

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"

	"lanyard/netcore/identity"
	"lanyard/netcore/store"
)

// minPrefix is the shortest beginning of a device ID that is looked up.
const minPrefix = 4

var (
	// ErrUnknown says that nobody fits.
	ErrUnknown = errors.New("nobody of that name, device ID or address is known")
	// ErrAmbiguous says that several people fit.
	ErrAmbiguous = errors.New("more than one person fits")
)

// Find returns the one person that a user means by a device ID, the name that
// is shown, the beginning of a device ID (at least 4 characters), or the
// host:port where they were met last. A name that this user gave goes before
// the names that devices give themselves, so that nobody can take it over.
// The error is ErrUnknown or ErrAmbiguous, with the choice in its text.
func (r *Roster) Find(ctx context.Context, query string) (Person, error) {
	query = strings.TrimSpace(query)
	if id, err := identity.ParseDeviceID(query); err == nil {
		return r.ByDevice(ctx, id)
	}
	people, err := r.People(ctx)
	if err != nil {
		return Person{}, err
	}
	if hits := filter(people, func(p Person) bool { return query != "" && p.Alias == query }); len(hits) > 0 {
		return only(query, hits)
	}
	devices, err := r.byPrefix(ctx, query)
	if err != nil {
		return Person{}, err
	}
	hits := filter(people, func(p Person) bool { return Shown(p) == query || devices[p.ID] })
	if len(hits) > 0 {
		return only(query, hits)
	}
	return r.at(ctx, query)
}

// byPrefix returns the people who have a device whose ID begins with query.
func (r *Roster) byPrefix(ctx context.Context, query string) (map[int64]bool, error) {
	prefix := identity.NormalizeText(query)
	if len(prefix) < minPrefix {
		return nil, nil
	}
	devices, err := r.config.Store.Devices(ctx)
	if err != nil {
		return nil, err
	}
	owners := map[int64]bool{}
	for _, d := range devices {
		if strings.HasPrefix(d.ID.Compact(), prefix) {
			owners[d.Person] = true
		}
	}
	return owners, nil
}

// at returns who was met last at an address.
func (r *Roster) at(ctx context.Context, address string) (Person, error) {
	device, err := r.config.Store.DeviceAt(ctx, normalAddress(address))
	if err != nil {
		return Person{}, fmt.Errorf("%q: %w", address, known(err))
	}
	return r.Person(ctx, device.Person)
}

// normalAddress writes one host:port in one way: addresses as netip does,
// without the form of IPv4 in IPv6, names in lower case.
func normalAddress(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		return net.JoinHostPort(ip.Unmap().String(), port)
	}
	return net.JoinHostPort(strings.ToLower(strings.TrimSuffix(host, ".")), port)
}

// filter returns the people that fit.
func filter(people []Person, fits func(Person) bool) []Person {
	var hits []Person
	for _, p := range people {
		if fits(p) {
			hits = append(hits, p)
		}
	}
	return hits
}

// only returns the one hit, or says which there are.
func only(query string, hits []Person) (Person, error) {
	if len(hits) == 1 {
		return hits[0], nil
	}
	const most = 5
	var names []string
	for _, p := range hits[:min(len(hits), most)] {
		names = append(names, fmt.Sprintf("%s (%s)", Shown(p), p.Device.Short()))
	}
	return Person{}, fmt.Errorf("%q: %w: %s", query, ErrAmbiguous, strings.Join(names, ", "))
}

// known says ErrUnknown for the store's ErrNotFound.
func known(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return ErrUnknown
	}
	return err
}
