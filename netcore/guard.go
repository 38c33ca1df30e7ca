package netcore

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"lanyard/netcore/command"
	"lanyard/netcore/store"
)

var (
	errBlocked   = fmt.Errorf("not admitted: %w", ErrBlocked)
	errInvisible = errors.New("not admitted: invisible to whom this user does not know")
)

// guard says who may link, write and offer files here. It answers from memory,
// since it is asked in the middle of handshakes; the store is what counts, and
// is read again after each change.
type guard struct {
	db       *store.DB
	settings *settingsBox

	reading  sync.Mutex // one reload at a time: an older reading must not replace a newer one
	mu       sync.RWMutex
	changed  func() // called after each reading; nil: nobody is
	standing map[DeviceID]store.Standing
}

// newGuard returns the guard of a profile as it is now.
func newGuard(ctx context.Context, db *store.DB, settings *settingsBox) (*guard, error) {
	g := &guard{db: db, settings: settings}
	return g, g.reload(ctx)
}

// reload reads who is known, verified and blocked.
func (g *guard) reload(ctx context.Context) error {
	g.reading.Lock()
	defer g.reading.Unlock()
	rows, err := g.db.Trusts(ctx)
	if err != nil {
		g.forbid()
		return err
	}
	standing := make(map[DeviceID]store.Standing, len(rows))
	for _, row := range rows {
		standing[row.Device] = row
	}
	g.mu.Lock()
	g.standing = standing
	changed := g.changed
	g.mu.Unlock()
	if changed != nil {
		changed()
	}
	return nil
}

// forbid takes all rights to commands and to the clock from everybody, until the
// next reading: what was taken back could be among what is in memory.
func (g *guard) forbid() {
	g.mu.Lock()
	for id, row := range g.standing {
		row.Commands, row.Clock = store.CommandsOff, false
		g.standing[id] = row
	}
	changed := g.changed
	g.mu.Unlock()
	if changed != nil {
		changed()
	}
}

// onChange has a function called after each reading from now on.
func (g *guard) onChange(changed func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.changed = changed
}

// of returns the standing of a device; the zero value is that of a stranger.
func (g *guard) of(id DeviceID) store.Standing {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return g.standing[id]
}

// level says what a device may run here. Only who is verified has any right.
func (g *guard) level(id DeviceID) command.Level {
	row := g.of(id)
	if row.Blocked || !row.Verified {
		return command.LevelOff
	}
	return command.Level(row.Commands)
}

// admit says whether there may be a link with a device at all. Whom this user
// asked for may come, invisible or not.
func (g *guard) admit(id DeviceID, asked bool) error {
	row := g.of(id)
	switch {
	case row.Blocked:
		return errBlocked
	case asked, row.Known, row.Verified, !g.settings.get().Invisible:
		return nil
	}
	return errInvisible
}

// trusted says whether the limits for strangers do not count.
func (g *guard) trusted(id DeviceID) bool {
	row := g.of(id)
	return !row.Blocked && (row.Known || row.Verified)
}

// takesTexts says whether texts of a device are taken.
func (g *guard) takesTexts(id DeviceID) bool {
	row := g.of(id)
	return !row.Blocked && (row.Verified || !g.settings.get().NoStrangerTexts)
}

// takesFiles says whether offers of a device are taken.
func (g *guard) takesFiles(id DeviceID) bool {
	row := g.of(id)
	return !row.Blocked && (row.Verified || !g.settings.get().NoStrangerFiles)
}
