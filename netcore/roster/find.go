package roster

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"

	"lanyard/netcore/identity"
	"lanyard/netcore/store"
)

// surePrefix is the shortest beginning of a device ID that goes before a name
// that a device gave itself. Shorter ones are mostly names.
const surePrefix = 4

var (
	// ErrUnknown says that nobody fits.
	ErrUnknown = errors.New("nobody of that name, device ID or address is known")
	// ErrAmbiguous says that several people fit.
	ErrAmbiguous = errors.New("more than one person fits")
)

// Find returns the one person that a user means, by the first of these that
// anybody fits:
//
//   - the name that this user gave them;
//   - if the query is an address (IsAddress), where they were met last, and
//     nothing else;
//   - a whole device ID, and nothing else;
//   - the beginning of a device ID, any case, with or without dashes, if it has
//     at least 4 characters;
//   - the name that their device gives;
//   - a shorter beginning of a device ID.
//
// Names that devices give themselves, and beginnings of IDs with some patience,
// are for anybody to choose: a stranger who fits sooner than somebody whom this
// user knows, or somebody known sooner than one who is verified, makes the query
// ambiguous, and gets nothing.
//
// The error is ErrUnknown or ErrAmbiguous, with the choice in its text.
func (r *Roster) Find(ctx context.Context, query string) (Person, error) {
	query = strings.TrimSpace(query)
	if query == "" {
		return Person{}, fmt.Errorf("no query: %w", ErrUnknown)
	}
	people, err := r.People(ctx)
	if err != nil {
		return Person{}, err
	}
	if hits := filter(people, func(p Person) bool { return p.Alias == query }); len(hits) > 0 {
		return only(query, hits)
	}
	if IsAddress(query) {
		return r.at(ctx, query)
	}
	if id, err := identity.ParseDeviceID(query); err == nil {
		return r.ByDevice(ctx, id)
	}
	return r.byPrefixOrName(ctx, query, people)
}

// IsAddress tells host:port, and a bare IP address, from a name. That there is
// such a port is not checked.
func IsAddress(query string) bool {
	if _, err := netip.ParseAddr(query); err == nil {
		return true
	}
	_, port, err := net.SplitHostPort(query)
	return err == nil && port != "" && strings.Trim(port, "0123456789") == ""
}

// byPrefixOrName returns who fits the beginning of a device ID, or a name that
// a device gives itself.
func (r *Roster) byPrefixOrName(ctx context.Context, query string, people []Person) (Person, error) {
	owners, err := r.byPrefix(ctx, query)
	if err != nil {
		return Person{}, err
	}
	first := filter(people, func(p Person) bool { return owners[p.ID] })
	second := filter(people, func(p Person) bool { return Shown(p) == query })
	if free := filter(second, func(p Person) bool { return p.Blocked.IsZero() }); len(first)+len(free) > 0 {
		second = free
	}
	if len(identity.NormalizeText(query)) < surePrefix {
		first, second = second, first
	}
	if len(first) == 0 {
		first, second = second, nil
	}
	for _, is := range []func(Person) bool{familiarOne, verifiedOne} {
		if !slices.ContainsFunc(first, is) {
			first = append(first, filter(second, func(p Person) bool { return is(p) && !contains(first, p) })...)
		}
	}
	if len(first) == 0 {
		return Person{}, fmt.Errorf("%q: %w", query, ErrUnknown)
	}
	return only(query, first)
}

// familiarOne and verifiedOne say how well somebody is known.
func familiarOne(p Person) bool { return p.Known }
func verifiedOne(p Person) bool { return !p.Verified.IsZero() && p.Blocked.IsZero() }

// byPrefix returns the people who have a device whose ID begins with query.
func (r *Roster) byPrefix(ctx context.Context, query string) (map[int64]bool, error) {
	prefix := identity.NormalizeText(query)
	if prefix == "" {
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

// contains reports whether somebody is among people.
func contains(people []Person, somebody Person) bool {
	return slices.ContainsFunc(people, func(p Person) bool { return p.ID == somebody.ID })
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
