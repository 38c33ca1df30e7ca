package roster

import (
	"context"
	"slices"

	"golang.org/x/text/cases"

	"lanyard/netcore/identity"
	"lanyard/netcore/store"
)

// NoticeKind says what must be said about somebody's name or key.
type NoticeKind string

// The kinds of notices.
const (
	// NoticeTwin: somebody else has the same name, or one that looks like it,
	// and neither of the two is better known; or this key is verified, but under
	// another name, and took that of the other later.
	NoticeTwin NoticeKind = "twin"
	// NoticeNewKey: somebody who is better known has this name, with another
	// key. They may have installed anew; this may be an impostor.
	NoticeNewKey NoticeKind = "new-key"
	// NoticeRotated: the verified key of somebody named this one as its
	// successor.
	NoticeRotated NoticeKind = "rotated"
)

// Notice is what must be said about somebody.
type Notice struct {
	Kind NoticeKind
	Of   int64 // the other person
}

// Notices returns what must be said about people's names and keys, by person;
// most have none.
func (r *Roster) Notices(ctx context.Context) (map[int64]Notice, error) {
	names, err := r.config.Store.Names(ctx)
	if err != nil {
		return nil, err
	}
	return Notices(names), nil
}

// Notices returns what must be said about the owners of devices. Compared is
// what devices call themselves and what this user calls their owners, by what
// is left of it for the eye: see skeletons. A stranger gives way to somebody
// who is known, and both to somebody who is verified: so the notice stands
// where the doubt is. What was verified is a key under a name: another name that
// its device takes later counts as that of somebody who is known, no more.
// Devices of one person are no twins. It takes time in proportion to their
// number.
func Notices(devices []store.Named) map[int64]Notice {
	owners := gather(devices)
	names := indexed(owners)
	notices := map[int64]Notice{}
	for _, o := range owners {
		if other := names.foremost(o); other.owner != nil {
			notices[o.person] = Notice{Kind: kindOf(o, other), Of: other.person}
		}
	}
	for successor, old := range rotated(devices, owners) {
		notices[successor] = Notice{Kind: NoticeRotated, Of: old}
	}
	return notices
}

// kindOf says what must be said about o beside the foremost of the same name.
func kindOf(o *owner, other claim) NoticeKind {
	if o.standing < other.standing {
		return NoticeNewKey
	}
	return NoticeTwin
}

// How well a person is known.
const (
	stranger = iota // and who is blocked
	familiar
	verified
)

// owner is a person with all that they are called.
type owner struct {
	person   int64
	standing int
	keys     map[string]int // skeletons, and how well the person is known by each
}

// claims notes that a person is called by the skeletons of a name.
func (o *owner) claims(name string, fold cases.Caser, standing func(key string) int) {
	for _, key := range skeletons(name, fold) {
		o.keys[key] = max(o.keys[key], standing(key))
	}
}

// gather returns the owners of devices.
func gather(devices []store.Named) map[int64]*owner {
	owners := map[int64]*owner{}
	fold := cases.Fold()
	for _, d := range devices {
		o := owners[d.Person]
		if o == nil {
			o = &owner{person: d.Person, keys: map[string]int{}}
			owners[d.Person] = o
		}
		o.standing = max(o.standing, standingOf(d))
		name := d.Name
		if d.Alias == "" && d.Name == "" {
			name = d.Device.Short()
		}
		o.claims(name, fold, byOwnName(d, fold))
	}
	for _, d := range devices { // the alias is this user's word, for the person
		o := owners[d.Person]
		o.claims(d.Alias, fold, func(string) int { return o.standing })
	}
	return owners
}

// standingOf says how well the owner of a device is known by it.
func standingOf(d store.Named) int {
	switch {
	case d.Blocked:
		return stranger
	case d.Verified:
		return verified
	case d.Known:
		return familiar
	}
	return stranger
}

// byOwnName says how well a device is known by what it calls itself: verified
// is only what looks like its name at that time.
func byOwnName(d store.Named, fold cases.Caser) func(key string) int {
	standing := standingOf(d)
	if standing < verified || d.Name == d.VerifiedName {
		return func(string) int { return standing }
	}
	was := skeletons(d.VerifiedName, fold)
	return func(key string) int {
		if slices.Contains(was, key) {
			return verified
		}
		return familiar
	}
}

// claim is a person with how well they are known by one name.
type claim struct {
	*owner
	standing int
}

// index finds who has a name: of each the two who come first, since one of them
// is another than the person who asks.
type index map[string][2]claim

// indexed returns the index of owners.
func indexed(owners map[int64]*owner) index {
	names := index{}
	for _, o := range owners {
		for key, standing := range o.keys {
			mine, two := claim{o, standing}, names[key]
			switch {
			case before(mine, two[0]):
				two = [2]claim{mine, two[0]}
			case before(mine, two[1]):
				two[1] = mine
			}
			names[key] = two
		}
	}
	return names
}

// before orders people of one name: who is known better by it, then who came
// first.
func before(c, other claim) bool {
	return other.owner == nil || c.standing > other.standing || c.standing == other.standing && c.person < other.person
}

// foremost returns who comes first of those that share a name with o and are
// known by it as well as o at least, if there is somebody.
func (names index) foremost(o *owner) claim {
	var first claim
	for key, standing := range o.keys {
		two := names[key]
		other := two[0]
		if other.owner == o {
			other = two[1]
		}
		if other.owner != nil && other.standing >= standing && before(other, first) {
			first = other
		}
	}
	return first
}

// rotated returns who has the key that a verified one named as its successor,
// with the owner of the old one.
func rotated(devices []store.Named, owners map[int64]*owner) map[int64]int64 {
	olds := map[identity.DeviceID]int64{}
	for _, d := range devices {
		if standingOf(d) == verified && !d.Successor.IsZero() {
			olds[d.Successor] = d.Person
		}
	}
	successors := map[int64]int64{}
	for _, d := range devices {
		old, named := olds[d.Device]
		if named && old != d.Person && !d.Blocked && owners[d.Person].standing < verified {
			successors[d.Person] = old
		}
	}
	return successors
}
