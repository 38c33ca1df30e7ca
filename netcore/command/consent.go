package command

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"

	"lanyard/netcore/identity"
)

// Answer is what this user says to an Ask.
type Answer string

// The answers.
const (
	AllowOnce    Answer = "once"
	AllowQuarter Answer = "quarter" // and exactly this again, for a quarter of an hour
	AllowForever Answer = "forever" // and exactly this again, until it is forgotten
	Deny         Answer = "deny"
)

// quarter is how long AllowQuarter holds, and maxQuarters how many may.
const (
	quarter     = 15 * time.Minute
	maxQuarters = 256
)

// Key names a consent: a device, an argument vector and a folder.
type Key [sha256.Size]byte

// keyOf returns the key of a command: each field goes in with its length.
func keyOf(device identity.DeviceID, argv []string, dir string) Key {
	hash := sha256.New()
	for _, field := range append([]string{"lanyard consent 1", string(device[:]), dir}, argv...) {
		var size [8]byte
		binary.BigEndian.PutUint64(size[:], uint64(len(field)))
		hash.Write(size[:])
		hash.Write([]byte(field))
	}
	return Key(hash.Sum(nil))
}

// Consent is a yes that is remembered: to exactly this argument vector in this
// folder, without standard input and without a terminal.
type Consent struct {
	Key    Key
	Device identity.DeviceID
	Argv   []string
	Dir    string // empty: this user's home
	Given  time.Time
	Until  time.Time // zero: until it is forgotten
}

// Consents keeps what was consented to for good. Its methods may wait for the
// disk, and are called by several goroutines.
type Consents interface {
	Has(ctx context.Context, key Key) (bool, error)
	Add(ctx context.Context, consent Consent) error // one that is there already is no error
	Remove(ctx context.Context, key Key) error      // nor is one that is not
	All(ctx context.Context) ([]Consent, error)
}

// remember keeps a consent for as long as the answer says.
func (s *Service) remember(ctx context.Context, run Info, answer Answer) error {
	now := s.config.Now()
	c := Consent{Key: keyOf(run.Device, run.Argv, run.Dir), Device: run.Device, Argv: run.Argv, Dir: run.Dir, Given: now}
	switch answer {
	case AllowForever:
		return s.config.Consents.Add(ctx, c)
	case AllowQuarter:
		c.Until = now.Add(quarter)
		s.mu.Lock()
		defer s.mu.Unlock()
		s.prune(now)
		if len(s.quarters) >= maxQuarters {
			return errors.New("too many are remembered")
		}
		s.quarters[c.Key] = c
	}
	return nil
}

// prune drops the quarters of an hour that are over. A clock that was set back
// ends them, too. The lock is held.
func (s *Service) prune(now time.Time) {
	for key, c := range s.quarters {
		if !now.Before(c.Until) || now.Before(c.Given) {
			delete(s.quarters, key)
		}
	}
}

// remembered reports whether exactly this was consented to before.
func (s *Service) remembered(ctx context.Context, key Key) bool {
	s.mu.Lock()
	s.prune(s.config.Now())
	_, found := s.quarters[key]
	s.mu.Unlock()
	if found || s.config.Consents == nil {
		return found
	}
	found, err := s.config.Consents.Has(ctx, key)
	if err != nil {
		s.config.Logger.Error("remembered consents cannot be read, so this user is asked", "error", err)
	}
	return found && err == nil
}

// Remembered returns all consents that hold.
func (s *Service) Remembered(ctx context.Context) ([]Consent, error) {
	var list []Consent
	if s.config.Consents != nil {
		kept, err := s.config.Consents.All(ctx)
		if err != nil {
			return nil, fmt.Errorf("reading the consents: %w", err)
		}
		list = kept
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.prune(s.config.Now())
	for _, c := range s.quarters {
		list = append(list, c)
	}
	slices.SortFunc(list, func(a, b Consent) int { return a.Given.Compare(b.Given) })
	return list, nil
}

// Forget takes a consent back, and stops what runs by it.
func (s *Service) Forget(ctx context.Context, key Key) error {
	var err error
	if s.config.Consents != nil {
		err = s.config.Consents.Remove(ctx, key)
	}
	s.forgetQuarter(key)
	s.mu.Lock()
	var on []*job
	for _, j := range s.jobs {
		if j.consent == key {
			on = append(on, j)
		}
	}
	s.mu.Unlock()
	for _, j := range on {
		j.end(outcome{state: StateKilledHere, reason: ReasonRevoked})
	}
	if err != nil {
		return fmt.Errorf("forgetting a consent: %w", err)
	}
	return nil
}

// forgetQuarter drops a consent for a quarter of an hour.
func (s *Service) forgetQuarter(key Key) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.quarters, key)
}
