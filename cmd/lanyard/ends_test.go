package main

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"lanyard/app/trust"
	"lanyard/netcore/verify"
)

func TestEveryEndOfAComparisonIsKnown(t *testing.T) {
	later := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	for err, want := range map[error]trust.End{
		verify.ErrDiffer:                    trust.EndDiffer,
		verify.ErrDifferThere:               trust.EndTheyDiffer,
		verify.ErrForged:                    trust.EndForged,
		verify.ErrTimeout:                   trust.EndLate,
		verify.ErrAborted:                   trust.EndGivenUp,
		verify.ErrBusy:                      trust.EndBusy,
		verify.ErrLost:                      trust.EndLost,
		&verify.BackoffError{Until: later}:  trust.EndTooMany,
		errors.New("something that is new"): trust.EndOther,
		errors.Join(verify.ErrDiffer, errors.New("writing")): trust.EndDiffer,
	} {
		end, until := ended(fmt.Errorf("comparing: %w", err))
		if end != want || (end == trust.EndTooMany) != until.Equal(later) {
			t.Errorf("%v: %v until %v, want %v", err, end, until, want)
		}
	}
}
