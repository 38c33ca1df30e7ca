package netcore

import (
	"context"
	"errors"
	"time"

	"lanyard/netcore/control"
	"lanyard/netcore/link"
	"lanyard/netcore/verify"
)

// The words about comparing and permitting.
const (
	wordNotConfirmed  control.Word = "not-confirmed"
	wordChanged       control.Word = "changed"
	wordBadValue      control.Word = "bad-value"
	wordBlocked       control.Word = "blocked"
	wordPassword      control.Word = "password"
	wordDifferHere    control.Word = "differ-here"
	wordDifferThere   control.Word = "differ-there"
	wordVerifyLate    control.Word = "verify-late"
	wordVerifyAborted control.Word = "verify-aborted"
	wordVerifyForged  control.Word = "verify-forged"
	wordVerifyBusy    control.Word = "verify-busy"
	wordVerifyBackoff control.Word = "verify-backoff"
	wordVerifyLost    control.Word = "verify-lost"
	wordNoAttempt     control.Word = "no-attempt"
	wordBadID         control.Word = "bad-id"
	wordOtherID       control.Word = "other-id"
	wordBadString     control.Word = "bad-string"
	wordStringVersion control.Word = "string-version"
	wordStringDead    control.Word = "string-dead"
	wordStringNowhere control.Word = "string-nowhere"
	wordNotVerified   control.Word = "not-verified"
	wordSamePerson    control.Word = "same-person"
	wordWeakPassword  control.Word = "weak-password"
	wordNoPassword    control.Word = "no-password"
	wordPassphrase    control.Word = "passphrase"
	wordNoBackup      control.Word = "no-backup"
	wordFileExists    control.Word = "file-exists"
	wordFileProblem   control.Word = "file-problem"
)

// trustWords returns the English sentences of the words above.
func trustWords() map[control.Word]string {
	return map[control.Word]string{ // #nosec G101 -- sentences about passwords, none of them one
		wordNotConfirmed: "it was not confirmed in the window of Lanyard",
		wordChanged:      "{1} has another device now than the one that was asked about; nothing was changed",
		wordBadValue:     "{1} is not a value that there is",
		wordBlocked:      "{1} is blocked; `lanyard-cli unblock` takes that back",
		wordPassword:     "{1} and this PC have no network password in common",

		wordDifferHere: "the digits differ, you said: {1} is NOT verified. Somebody may stand between the two PCs; " +
			"do not send anything that matters before you know why",
		wordDifferThere: "WARNING: {1} sees OTHER digits than you. Somebody may stand between the two PCs and read along. " +
			"{1} is NOT verified; talk to them in another way before you try again",
		wordVerifyLate:    "nobody finished the comparison with {1} within two minutes; begin again on both PCs",
		wordVerifyAborted: "{1} gave up the comparison; they are not verified",
		wordVerifyForged: "WARNING: what {1}'s side sent to prove itself is FORGED: an attack, or a broken copy of Lanyard. " +
			"{1} is NOT verified",
		wordVerifyBusy:    "another comparison is open, here or at {1}; end that one first",
		wordVerifyBackoff: "too many comparisons failed; the next can begin at {2}",
		wordVerifyLost:    "the link to {1} was lost during the comparison; they are not verified",
		wordNoAttempt:     "there is no comparison that waits for this answer",
		wordBadID:         "{1} is not a whole device ID, or was mistyped",
		wordOtherID:       "that is NOT the device ID of {1}; they are not verified. Look at it again, and ask who {1} is",

		wordBadString:     "this is no pairing string, or not the whole of it",
		wordStringVersion: "this pairing string is of a later version; update this Lanyard",
		wordStringDead:    "this pairing string does not work: it was used already, is older than ten minutes, or its maker has ended",
		wordStringNowhere: "the maker of this pairing string ({1}) does not answer at any of the addresses in it",

		wordNotVerified:  "{1} is not verified: only verified people can be given permissions; `lanyard-cli verify` is how",
		wordSamePerson:   "both are {1}",
		wordWeakPassword: "only a password that Lanyard made can be set (`lanyard-cli password new`), whole and rightly typed",
		wordNoPassword:   "no network password is set",
		wordPassphrase:   "this passphrase does not fit, or has fewer than 8 characters",
		wordNoBackup:     "{1} is not an exported identity, or is damaged",
		wordFileExists:   "{1} exists already, and nothing is written over",
		wordFileProblem:  "{1}: {2}",
	}
}

// verifyFailure says in a Failure why somebody was not verified.
func verifyFailure(name string, err error) error {
	var rest *verify.BackoffError
	switch {
	case errors.Is(err, verify.ErrDifferThere):
		return fail(control.ExitRefused, wordDifferThere, name)
	case errors.Is(err, verify.ErrForged):
		return fail(control.ExitRefused, wordVerifyForged, name)
	case errors.Is(err, verify.ErrDiffer):
		return fail(control.ExitRefused, wordDifferHere, name)
	case errors.As(err, &rest):
		return fail(control.ExitRefused, wordVerifyBackoff, name, rest.Until.Format(time.TimeOnly))
	case errors.Is(err, verify.ErrBusy):
		return fail(control.ExitRefused, wordVerifyBusy, name)
	case errors.Is(err, verify.ErrTimeout):
		return fail(control.ExitRefused, wordVerifyLate, name)
	case errors.Is(err, verify.ErrAborted):
		return fail(control.ExitRefused, wordVerifyAborted, name)
	case errors.Is(err, ErrOtherID):
		return fail(control.ExitRefused, wordOtherID, name)
	case isAny(err, verify.ErrLost, link.ErrLinkLost, link.ErrNotConnected):
		return fail(control.ExitRefused, wordVerifyLost, name)
	case errors.Is(err, context.Canceled):
		return control.Fail(control.ExitFailed, control.WordCancelled)
	}
	return relationFailure(name, err)
}

// stringFailure says in a Failure why a pairing string did not work; ctx is
// that of the command.
func stringFailure(ctx context.Context, maker string, err error) error {
	switch {
	case ctx.Err() != nil:
		return control.Fail(control.ExitFailed, control.WordCancelled)
	case errors.Is(err, verify.ErrString):
		return fail(control.ExitRefused, wordStringDead)
	case isAny(err, link.ErrUnreachable, link.ErrNotLanyard, link.ErrWrongDevice, context.DeadlineExceeded):
		return fail(control.ExitUnreachable, wordStringNowhere, maker)
	case isAny(err, link.ErrPassword, link.ErrSelf, link.ErrVersion, link.ErrBusy):
		return reachFailure(maker, err)
	}
	return verifyFailure(maker, err)
}
