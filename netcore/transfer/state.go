package transfer

import (
	"errors"

	"lanyard/netcore/safename"
)

// State says how far a transfer, or one of its files, got.
type State string

// The states. Each is shown only when it is true.
const (
	StatePreparing State = "preparing" // outgoing: being listed
	StateQueued    State = "queued"    // outgoing: listed, and nobody there to take the offer yet
	StateOffered   State = "offered"   // committed on the receiver's PC, waiting for a decision
	StateRunning   State = "running"   // accepted: under way, or waiting for the link or its turn
	StatePaused    State = "paused"    // held by one of the two, or both; the reason says by whom
	StateVerified  State = "verified"  // every file hashed on both sides and in place
	StateDeclined  State = "declined"  // the receiver said no
	StateCancelled State = "cancelled" // stopped by one of the two
	StateFailed    State = "failed"    // ended without success; of a file, it is not there
	StateSkipped   State = "skipped"   // of a file: it is there already, or was not wanted
)

// Ended reports whether nothing more will happen.
func (s State) Ended() bool {
	switch s {
	case StatePreparing, StateQueued, StateOffered, StateRunning, StatePaused:
		return false
	}
	return true
}

// Reason is why something ended without success. It travels on the wire, too.
type Reason string

// The reasons.
const (
	ReasonNone           Reason = ""
	ReasonCancelledHere  Reason = "cancelled-here"
	ReasonCancelledThere Reason = "cancelled-there"
	ReasonDeclined       Reason = "declined"
	ReasonLost           Reason = "lost"          // the link did not come back in time
	ReasonStopped        Reason = "stopped"       // a program ended in the middle of it
	ReasonDiskFull       Reason = "disk-full"     // on the receiving disk
	ReasonReadOnly       Reason = "read-only"     // the save folder cannot be written to
	ReasonNoPermission   Reason = "no-permission" // the system forbids to read or write it
	ReasonVanished       Reason = "vanished"      // the source is not there any more
	ReasonChanged        Reason = "changed"       // the source changed while it was being sent
	ReasonMismatch       Reason = "mismatch"      // what arrived has another digest
	ReasonNotRegular     Reason = "not-regular"   // a link, device, pipe or socket
	ReasonBadName        Reason = "bad-name"      // a name that cannot be held
	ReasonTooDeep        Reason = "too-deep"      // in more folders than the receiver takes; versions before do not know it: failed
	ReasonExists         Reason = "exists"        // something of that name appeared meanwhile
	ReasonTooMany        Reason = "too-many"      // over a limit of the other side
	ReasonReadFailed     Reason = "read-failed"
	ReasonWriteFailed    Reason = "write-failed"
	ReasonProtocol       Reason = "protocol"     // the other side broke the protocol
	ReasonVersion        Reason = "version"      // the other side must update
	ReasonNotAccepted    Reason = "not-accepted" // the other side takes files from verified people only
	ReasonFailed         Reason = "failed"       // something else
	ReasonPausedHere     Reason = "paused-here"  // by this user
	ReasonPausedThere    Reason = "paused-there" // by the other one alone
	ReasonIdentical      Reason = "identical"    // skipped: it is there already
	ReasonKept           Reason = "kept"         // skipped: another of its name is there, and stays
	ReasonUnselected     Reason = "unselected"   // skipped: it was not accepted
	ReasonNoLink         Reason = "no-link"      // skipped: a link that cannot be made there
)

// skips reports whether a file that ended so was left out on purpose.
func (r Reason) skips() bool {
	switch r {
	case ReasonIdentical, ReasonKept, ReasonUnselected, ReasonNoLink:
		return true
	}
	return false
}

// refusal is the reason of a file whose path safename refuses.
func refusal(err error) Reason {
	if errors.Is(err, safename.ErrTooDeep) {
		return ReasonTooDeep
	}
	return ReasonBadName
}

// known returns a reason that the other side named, or ReasonFailed for one
// that this version does not know: a peer does not choose our words.
func known(r Reason) Reason {
	switch r {
	case ReasonDeclined, ReasonLost, ReasonStopped, ReasonDiskFull, ReasonReadOnly, ReasonNoPermission,
		ReasonVanished, ReasonChanged, ReasonMismatch, ReasonNotRegular, ReasonBadName, ReasonTooDeep, ReasonExists,
		ReasonTooMany, ReasonReadFailed, ReasonWriteFailed, ReasonProtocol, ReasonVersion, ReasonNotAccepted,
		ReasonIdentical, ReasonKept, ReasonUnselected, ReasonNoLink:
		return r
	}
	return ReasonFailed
}

// fault is an error with the reason that the user and the other side are told.
type fault struct {
	reason Reason
	err    error
}

func (f *fault) Error() string { return f.err.Error() }
func (f *fault) Unwrap() error { return f.err }
