// Package roster is who this profile has met: people, their devices, and where
// these can be reached.
package roster

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"lanyard/netcore/identity"
	"lanyard/netcore/safename"
	"lanyard/netcore/store"
)

// MaxStrangers is how many strangers without items are remembered.
const MaxStrangers = 1000

// MaxContacts is how many devices are kept in touch with.
const MaxContacts = 256

// MaxName is the longest name in runes.
const MaxName = 64

// purgeEvery is how many new people come between two purges.
const purgeEvery = 16

// Config is what a roster stands on. Logger and OnGone may be nil.
type Config struct {
	Store  *store.DB
	Clock  func() time.Time
	Logger *slog.Logger
	// OnGone is called with each stranger that was forgotten to make room.
	OnGone func(person int64)
	// Linked returns the devices that are linked, whom nobody forgets. Nil: none.
	Linked func() []identity.DeviceID
}

// Roster is the people of one profile. It is safe for use by several
// goroutines; each method waits for the disk at most.
type Roster struct {
	config Config
	fresh  atomic.Int64 // new people since this copy started
}

// Person is somebody of the roster. Alias and Name are neutralised and cut:
// they can be shown as they are. The text of Last is as it was written.
type Person = store.Person

// New returns the roster of a store.
func New(config Config) *Roster {
	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}
	if config.OnGone == nil {
		config.OnGone = func(int64) {}
	}
	return &Roster{config: config}
}

// Shown returns what a person is called on screens: the name that this user
// gave them, else the one that their device gives, else the beginning of its
// ID. It is never empty.
func Shown(p Person) string {
	if p.Alias != "" {
		return p.Alias
	}
	if p.Name != "" {
		return p.Name
	}
	return p.Device.Short()
}

// Seen commits that a device is linked, with the name that it gave over its
// link (any text) and the host:port that it can be dialed at (empty: not
// known). It returns the person, and whether they are new.
func (r *Roster) Seen(ctx context.Context, id identity.DeviceID, name, address string) (Person, bool, error) {
	return r.note(ctx, store.Sighting{ID: id, Name: name, Address: address})
}

// Add is Seen for a device that this user asked for by its address: they are
// no stranger, and are kept in touch with.
func (r *Roster) Add(ctx context.Context, id identity.DeviceID, name, address string) (Person, bool, error) {
	return r.note(ctx, store.Sighting{ID: id, Name: name, Address: address, Added: true})
}

// note commits a sighting, and makes room now and then.
func (r *Roster) note(ctx context.Context, s store.Sighting) (Person, bool, error) {
	s.Name, s.At = safename.Display(s.Name, MaxName), r.config.Clock()
	if s.Address != "" {
		s.Address = normalAddress(s.Address)
	}
	id, isNew, err := r.config.Store.Seen(ctx, s)
	if err != nil {
		return Person{}, false, err
	}
	if isNew && r.fresh.Add(1)%purgeEvery == 1 {
		r.purge(ctx)
	}
	person, err := r.config.Store.Person(ctx, id)
	return person, isNew, err
}

// purge forgets the strangers that are too many. Failing does no harm now.
func (r *Roster) purge(ctx context.Context) {
	if r.config.Linked != nil {
		if err := r.config.Store.StillHere(ctx, r.config.Linked(), r.config.Clock()); err != nil {
			r.config.Logger.Warn("who is linked could not be noted", "error", err)
			return
		}
	}
	gone, err := r.config.Store.Purge(ctx, MaxStrangers)
	if err != nil {
		r.config.Logger.Warn("strangers could not be forgotten", "error", err)
	}
	for _, person := range gone {
		r.config.OnGone(person)
	}
}

// Left commits that the last link of a device is gone, now.
func (r *Roster) Left(ctx context.Context, id identity.DeviceID) error {
	return r.config.Store.Left(ctx, id, r.config.Clock())
}

// People returns everybody: those with the newest item first, then those
// without any, seen last first.
func (r *Roster) People(ctx context.Context) ([]Person, error) { return r.config.Store.People(ctx) }

// Person returns one person, or ErrUnknown.
func (r *Roster) Person(ctx context.Context, id int64) (Person, error) {
	person, err := r.config.Store.Person(ctx, id)
	return person, known(err)
}

// ByDevice returns whose device this is, or ErrUnknown.
func (r *Roster) ByDevice(ctx context.Context, id identity.DeviceID) (Person, error) {
	device, err := r.config.Store.Device(ctx, id)
	if err != nil {
		return Person{}, known(err)
	}
	return r.Person(ctx, device.Person)
}

// Addresses returns where a device was met, the newest first, at most 8.
func (r *Roster) Addresses(ctx context.Context, id identity.DeviceID) ([]string, error) {
	return r.config.Store.Addresses(ctx, id)
}

// Contacts returns the devices to keep dialing: those that this user added,
// verified, named or wrote to, seen last first, at most MaxContacts.
func (r *Roster) Contacts(ctx context.Context) ([]store.Contact, error) {
	return r.config.Store.Contacts(ctx, MaxContacts)
}

// Rename commits this user's own name for a person; empty takes it back. It
// returns ErrUnknown if there is no such person.
func (r *Roster) Rename(ctx context.Context, person int64, alias string) error {
	if err := r.config.Store.Rename(ctx, person, safename.Display(alias, MaxName)); err != nil {
		return fmt.Errorf("renaming: %w", known(err))
	}
	return nil
}
