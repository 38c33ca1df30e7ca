// Package roster is who this profile has met: people, their devices, and where
// these can be reached.
package roster

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"lanyard/netcore/identity"
	"lanyard/netcore/store"
)

// MaxStrangers is how many strangers without items are remembered.
const MaxStrangers = 1000

// MaxContacts is how many devices are kept in touch with.
const MaxContacts = 256

// MaxName is the longest name, in runes.
const MaxName = 64

// ErrUnknown says that nobody fits.
var ErrUnknown = errors.New("nobody of this name or device ID is known")

// Config is what a roster stands on.
type Config struct {
	Store  *store.DB
	Clock  func() time.Time
	Logger *slog.Logger
}

// Roster is the people of one profile. It is safe for use by several
// goroutines; each method waits for the disk at most.
type Roster struct {
	config Config
	fresh  atomic.Int32 // new people since the last purge
}

// Person is somebody of the roster. All texts in it are fit to be shown.
type Person = store.Person

// New returns the roster of a store.
func New(config Config) *Roster { return &Roster{config: config} }

// Seen notes that a device is linked, with the name that it gave over its link
// (any text) and the host:port that it can be dialed at (empty: not known). It
// returns the person, and whether they are new.
func (r *Roster) Seen(ctx context.Context, id identity.DeviceID, name, address string) (Person, bool, error) {
	return Person{}, false, fmt.Errorf("noting %s: %w", id.Short(), ErrUnknown)
}
