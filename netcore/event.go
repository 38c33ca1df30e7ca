package netcore

// Event says that something changed. An event is a hint to read again: a
// subscriber that was too slow for some gets one EventOverflow in their place,
// and must then read everything that it shows again.
type Event struct {
	Kind   EventKind
	Person PersonID  // EventPerson, EventItem, EventProgress
	Seq    int64     // EventItem: the item; EventRun: the key of the run
	Files  []string  // EventRaise: absolute paths, handed over by a second start
	Update *Transfer // EventProgress: a snapshot, at most 10 a second and transfer

	Confirm *Confirmation // EventConfirm; EventConfirmed: the same again, answered or too late
}

// EventKind says what changed.
type EventKind string

// The kinds of events.
const (
	EventPerson    EventKind = "person"    // presence, name, unread count or last line of Person; a new Person too
	EventItem      EventKind = "item"      // the item Seq of Person is new or has another state
	EventProgress  EventKind = "progress"  // a transfer of Person moved on
	EventFiles     EventKind = "files"     // files of some transfer ended: ask FilesAfter
	EventTransfers EventKind = "transfers" // some were cleared: see FindTransfers
	EventSettings  EventKind = "settings"
	EventSearch    EventKind = "search"    // Search has news
	EventRaise     EventKind = "raise"     // a second start: show the window, with Files if there are any
	EventVerify    EventKind = "verify"    // Person asks to compare digits, or does so no more: see Person.Asks
	EventVerified  EventKind = "verified"  // Person has just been verified
	EventAudit     EventKind = "audit"     // the audit log has a new entry
	EventConfirm   EventKind = "confirm"   // the window must ask the user: AnswerConfirm
	EventConfirmed EventKind = "confirmed" // it need not ask any more
	EventRun       EventKind = "run"       // the run Seq has another state, or more output: at most 10 a second and run
	EventAsk       EventKind = "ask"       // a consent is waited for, or is no more: see Asks
	EventButtons   EventKind = "buttons"   // this user's buttons, saved commands or remembered consents changed
	EventClock     EventKind = "clock"     // Person's clock was looked at
	EventOverflow  EventKind = "overflow"  // some were dropped: read everything again
)
