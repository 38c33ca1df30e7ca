package netcore

import (
	"context"
	"errors"
	"os"
	"strings"
	"syscall"
	"time"

	"lanyard/netcore/control"
	"lanyard/netcore/link"
	"lanyard/netcore/roster"
)

// Pauses before somebody is tried again whose trouble may pass; each is twice
// the one before.
const (
	firstPause   = 250 * time.Millisecond
	longestPause = 2 * time.Second
)

// checkWho refuses what can mean nobody.
func checkWho(query string) error {
	query = strings.TrimSpace(query)
	if query == "" {
		return fail(control.ExitUsage, wordNoPerson)
	}
	if _, err := link.WithPort(query); err != nil && roster.IsAddress(query) {
		return fail(control.ExitUsage, wordBadAddress, query)
	}
	return nil
}

// find looks a person up without dialing anybody.
func (d *Door) find(ctx context.Context, query string) (Person, error) {
	if err := checkWho(query); err != nil {
		return Person{}, err
	}
	person, err := d.node.Find(ctx, query)
	return person, whoFailure(query, err)
}

// reach waits until a person can be reached. What it returns of somebody who
// cannot is a Failure of exit code 4.
func (d *Door) reach(ctx context.Context, query string) (Person, error) {
	if err := checkWho(query); err != nil {
		return Person{}, err
	}
	if person, err := d.linked(ctx, query); err != nil || person.Online {
		return person, err
	}
	limited, cancel := context.WithTimeout(ctx, reachTime)
	defer cancel()
	person, err := d.reachAgain(limited, query)
	switch {
	case err == nil:
		return person, nil
	case ctx.Err() != nil:
		return Person{}, control.Fail(control.ExitFailed, control.WordCancelled)
	}
	return Person{}, reachFailure(query, err)
}

// linked returns somebody who is linked already, and refuses somebody whom this
// user has blocked: no link to them will come up. Who answers at an address is not
// known before.
func (d *Door) linked(ctx context.Context, query string) (Person, error) {
	if roster.IsAddress(strings.TrimSpace(query)) {
		return Person{}, nil
	}
	person, err := d.node.Find(ctx, query)
	switch {
	case err != nil:
		return Person{}, nil // what is wrong is said by who reaches them
	case person.Trust == TrustBlocked:
		return Person{}, fail(control.ExitRefused, wordBlocked, person.Name)
	}
	return person, nil
}

// reachAgain reaches a person, and tries again until ctx ends as long as the
// trouble is one that may pass. The error is the last that tells something.
func (d *Door) reachAgain(ctx context.Context, query string) (Person, error) {
	var last error
	for rest := firstPause; ; rest = min(2*rest, longestPause) {
		person, err := d.node.Reach(ctx, query)
		switch {
		case ctx.Err() != nil && err != nil && last != nil:
			return Person{}, last
		case !mayPass(err):
			return person, err
		}
		last = err
		pause(ctx, rest)
	}
}

// mayPass reports whether an error of a dial may be gone a moment later: a copy
// whose limits are reached, or a relay before one that is starting.
func mayPass(err error) bool {
	return isAny(err, link.ErrHungUp, link.ErrBusy, link.ErrRefused, syscall.ECONNRESET, syscall.EPIPE)
}

func isAny(err error, targets ...error) bool {
	for _, target := range targets {
		if errors.Is(err, target) {
			return true
		}
	}
	return false
}

// reachFailure says in a Failure why a person was not reached.
func reachFailure(query string, err error) error {
	for _, reason := range []struct {
		is   error
		exit int
		word control.Word
	}{
		{ErrUnknownPerson, control.ExitUnreachable, wordNobodySeen},
		{ErrBlocked, control.ExitRefused, wordBlocked},
		{link.ErrPassword, control.ExitRefused, wordPassword},
		{link.ErrSelf, control.ExitFailed, wordSelf},
		{link.ErrTheyMustUpdate, control.ExitFailed, wordTheyMustUpdate},
		{link.ErrWeMustUpdate, control.ExitFailed, wordWeMustUpdate},
		{link.ErrVersion, control.ExitFailed, wordVersion},
		{link.ErrBusy, control.ExitUnreachable, wordBusy},
		{link.ErrWrongDevice, control.ExitFailed, wordWrongDevice},
		{link.ErrNotLanyard, control.ExitFailed, wordNotLanyard},
	} {
		if errors.Is(err, reason.is) {
			return fail(reason.exit, reason.word, query)
		}
	}
	if mayPass(err) || isAny(err, ErrUnreachable, context.DeadlineExceeded, os.ErrDeadlineExceeded) {
		return control.Fail(control.ExitUnreachable, control.WordUnreachable, query)
	}
	return whoFailure(query, err)
}

// whoFailure says in a Failure why no person was found.
func whoFailure(query string, err error) error {
	switch {
	case errors.Is(err, ErrUnknownPerson):
		return control.Fail(control.ExitFailed, control.WordUnknownPerson, query)
	case errors.Is(err, ErrAmbiguous):
		return control.Fail(control.ExitFailed, control.WordAmbiguous, query)
	}
	return err
}

// unreachable reports whether err says that somebody cannot be reached.
func unreachable(err error) bool {
	var failure *control.Failure
	return errors.As(err, &failure) && failure.Exit == control.ExitUnreachable
}
