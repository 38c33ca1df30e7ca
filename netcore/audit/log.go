package audit

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"lanyard/netcore/identity"
	"lanyard/netcore/safename"
	"lanyard/netcore/store"
)

// The longest texts of an entry, in runes.
const (
	MaxName   = 64
	MaxDetail = 1000 // a command line, and how it ended
)

// Entry is one line of the log. Those that Entries returns have texts that can
// be shown as they are.
type Entry = store.AuditEntry

// Query chooses entries.
type Query = store.AuditQuery

// Store is what the log is kept in: a [store.DB].
type Store interface {
	AddAudit(ctx context.Context, entry Entry) error
	Audit(ctx context.Context, query Query) ([]Entry, error)
	Stranger(ctx context.Context, device identity.DeviceID) (bool, error)
}

// Config is what a log stands on. Logger and OnAdd may be nil.
type Config struct {
	Store  Store
	Clock  func() time.Time
	Logger *slog.Logger
	OnAdd  func() // called after each entry was committed, by several goroutines at once
}

// Log is the audit log of one profile. It is safe for use by several
// goroutines; each method waits for the disk at most.
//
// Of what is refused to one device, 30 entries a minute are kept, and of what is
// refused to strangers 120 a minute altogether. What is more is counted, and
// the count is written as an entry of its own as soon as its minute is over and
// the log is used again: an entry with the detail "left-out=N", for strangers
// altogether without a device. Nothing else is ever left out.
type Log struct {
	config Config
	limits limits
}

// New returns the log of a store.
func New(config Config) *Log {
	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}
	if config.OnAdd == nil {
		config.OnAdd = func() {}
	}
	return &Log{config: config, limits: limits{windows: map[source]*window{}}}
}

// Add commits an entry. Its texts may be any: they are neutralised and cut. A
// zero time is now. What is refused too often is counted only. An error is told
// to the Logger too, for callers that have nobody to tell.
func (l *Log) Add(ctx context.Context, entry Entry) error {
	err := errors.Join(l.writeLeftOut(ctx, false), l.add(ctx, entry))
	if err != nil {
		l.config.Logger.Error("the audit log could not be written",
			"what", entry.What, "device", entry.Device.Short(), "outcome", entry.Outcome, "error", err)
	}
	return err
}

// add commits one entry that the limits let through.
func (l *Log) add(ctx context.Context, entry Entry) error {
	if entry.Outcome == store.OutcomeRefused {
		keep, err := l.keeps(ctx, entry)
		if err != nil || !keep {
			return err
		}
	}
	return l.write(ctx, entry)
}

// keeps reports whether a refusal is written, and counts it if not.
func (l *Log) keeps(ctx context.Context, entry Entry) (bool, error) {
	if entry.Device.IsZero() {
		return l.limits.keep(entry, false, l.config.Clock()), nil
	}
	stranger, err := l.config.Store.Stranger(ctx, entry.Device)
	if err != nil {
		return false, fmt.Errorf("asking how often %s may be logged: %w", entry.Device.Short(), err)
	}
	return l.limits.keep(entry, stranger, l.config.Clock()), nil
}

// write commits one entry.
func (l *Log) write(ctx context.Context, entry Entry) error {
	entry.Name = safename.Display(entry.Name, MaxName)
	entry.Detail = safename.Display(entry.Detail, MaxDetail)
	if entry.At.IsZero() {
		entry.At = l.config.Clock()
	}
	if err := l.config.Store.AddAudit(ctx, entry); err != nil {
		return err
	}
	l.config.OnAdd()
	return nil
}

// Entries returns entries, the newest first. What was left out by then is among
// them, unless the disk is full: then the log can be read all the same.
func (l *Log) Entries(ctx context.Context, query Query) ([]Entry, error) {
	if err := l.writeLeftOut(ctx, false); err != nil {
		l.config.Logger.Error("the audit log lacks what was left out", "error", err)
	}
	return l.config.Store.Audit(ctx, query)
}

// Close commits how many entries were left out until now. The log can be used
// on.
func (l *Log) Close(ctx context.Context) error { return l.writeLeftOut(ctx, true) }

// writeLeftOut writes the counts of minutes that are over, or of all.
func (l *Log) writeLeftOut(ctx context.Context, all bool) error {
	counts := l.limits.over(l.config.Clock(), all)
	for i, c := range counts {
		if err := l.write(ctx, c.entry()); err != nil {
			l.limits.again(counts[i:], l.config.Clock())
			return err
		}
	}
	return nil
}
