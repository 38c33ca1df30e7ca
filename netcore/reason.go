package netcore

// Reason is why something ended without success: one of the codes below, so
// that each face says it in its own words. The empty reason is none.
type Reason string

// The reasons.
const (
	ReasonCancelledHere  Reason = "cancelled-here"  // this user stopped it
	ReasonCancelledThere Reason = "cancelled-there" // the other side stopped it
	ReasonDeclined       Reason = "declined"        // the other side said no
	ReasonLost           Reason = "lost"            // the link was lost and did not come back in time
	ReasonStopped        Reason = "stopped"         // a program ended in the middle of it
	ReasonDiskFull       Reason = "disk-full"       // no room on the receiving disk
	ReasonReadOnly       Reason = "read-only"       // the save folder cannot be written to
	ReasonNoPermission   Reason = "no-permission"   // the system does not allow reading or writing it
	ReasonVanished       Reason = "vanished"        // the source is not there any more
	ReasonChanged        Reason = "changed"         // the source changed while it was being sent
	ReasonMismatch       Reason = "mismatch"        // what arrived has another digest than what was sent
	ReasonNotRegular     Reason = "not-regular"     // a link, device, pipe or socket: not sent
	ReasonBadName        Reason = "bad-name"        // a name that cannot be held
	ReasonTooDeep        Reason = "too-deep"        // in more folders within one another than the receiver takes
	ReasonExists         Reason = "exists"          // something of that name appeared meanwhile
	ReasonTooMany        Reason = "too-many"        // over a limit of the other side
	ReasonReadFailed     Reason = "read-failed"     // the source could not be read
	ReasonWriteFailed    Reason = "write-failed"    // the target could not be written
	ReasonProtocol       Reason = "protocol"        // the other side broke the protocol
	ReasonVersion        Reason = "version"         // the other side must update
	ReasonUnreachable    Reason = "unreachable"     // nobody answered
	ReasonNotAccepted    Reason = "not-accepted"    // the other side takes it from verified people only
	ReasonFailed         Reason = "failed"          // something else
	ReasonPausedHere     Reason = "paused-here"     // this user holds it
	ReasonPausedThere    Reason = "paused-there"    // the other side holds it
	ReasonIdentical      Reason = "identical"       // one file, skipped: it is there already
	ReasonKept           Reason = "kept"            // one file, skipped: another of its name is there and stays
	ReasonUnselected     Reason = "unselected"      // one file, skipped: it was not accepted
	ReasonNoLink         Reason = "no-link"         // one file, skipped: a link that cannot be made there
)
