package main

import (
	"errors"
	"time"

	"lanyard/app/trust"
	"lanyard/netcore/link"
	"lanyard/netcore/verify"
)

// ended tells the window how a comparison of digits ended.
func ended(err error) (trust.End, time.Time) {
	var rest *verify.BackoffError
	if errors.As(err, &rest) {
		return trust.EndTooMany, rest.Until
	}
	for _, known := range []struct {
		is  error
		end trust.End
	}{
		{verify.ErrDiffer, trust.EndDiffer},
		{verify.ErrDifferThere, trust.EndTheyDiffer},
		{verify.ErrForged, trust.EndForged},
		{verify.ErrTimeout, trust.EndLate},
		{verify.ErrAborted, trust.EndGivenUp},
		{verify.ErrBusy, trust.EndBusy},
		{verify.ErrLost, trust.EndLost},
		{link.ErrLinkLost, trust.EndLost},
		{link.ErrNotConnected, trust.EndLost},
	} {
		if errors.Is(err, known.is) {
			return known.end, time.Time{}
		}
	}
	return trust.EndOther, time.Time{}
}
