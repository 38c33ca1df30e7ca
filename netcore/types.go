package netcore

import (
	"time"

	"lanyard/netcore/identity"
)

// DeviceID names a device for good; see [identity.DeviceID].
type DeviceID = identity.DeviceID

// PersonID names a person in this profile. It means nothing elsewhere.
type PersonID int64

// Person is somebody this copy has met. All texts in it are ready to be shown:
// cut to a length, control and bidi characters neutralised.
type Person struct {
	ID       PersonID
	Name     string   // the user's alias for them, else the name their device gave; never empty
	Device   DeviceID // their device, the one linked or else seen last
	Online   bool     // a link is up
	Address  string   // host:port of the link, or where they were last reached; may be empty
	Unread   int      // items not yet seen by this user
	Last     Preview  // the newest item; zero if there is none
	LastSeen time.Time

	Alias       string      // the name that this user gave them; may be empty
	SelfName    string      // the name that their device gives itself; may be empty
	Trust       Trust       // of Device
	Verified    time.Time   // when Device was verified; zero: never
	VerifiedBy  VerifiedBy  // how
	Permissions Permissions // what Device may do here; nothing counts unless it is verified
	Devices     []DeviceID  // all of this person's, Device first: more than one after a merge
	Notice      Notice      // to be said before all else
	NoticeOf    PersonID    // the other person whom Notice is about
	Asks        bool        // they wait for this user to compare digits with them

	// ClockOff is how far Device's clock is ahead of this PC's, if it is off by
	// ClockWarning or more for certain; 0: it is not, or is not known.
	ClockOff   time.Duration
	ClockBound time.Duration // the true figure is in ClockOff ± ClockBound
}

// Preview is one line about the newest item of a conversation.
type Preview struct {
	Kind     ItemKind // empty: there is no item
	Text     string   // one line, cut; for files the name
	Outgoing bool
	At       time.Time
	Paused   bool // of files: either side holds them
}

// ItemKind says what an item of a conversation is.
type ItemKind string

// The kinds of items.
const (
	KindText  ItemKind = "text"
	KindFile  ItemKind = "file"
	KindRun   ItemKind = "command" // a command, here or there
	KindClock ItemKind = "clock"   // a look at their clock
)

// State says how far an item got. Each is shown only when it is true.
type State string

// The states of a text, and of files.
const (
	StateQueued    State = "queued"    // here only; goes out when they can be reached
	StateDelivered State = "delivered" // outgoing text: committed on their PC
	StateSeen      State = "seen"      // outgoing text: shown to them
	StateReceived  State = "received"  // incoming text: committed here
	StatePreparing State = "preparing" // outgoing files: being listed
	StateOffered   State = "offered"   // files: committed on their PC, waiting for a decision
	StateRunning   State = "running"   // files: accepted, under way or waiting for the link
	StatePaused    State = "paused"    // files: held by one of the two; Reason says by whom
	StateVerified  State = "verified"  // files: every one hashed and in place on the receiving PC
	StateDeclined  State = "declined"  // files: the receiver said no
	StateCancelled State = "cancelled" // files: stopped by one of the two; Reason says by whom
	StateFailed    State = "failed"    // ended without success; Reason says why
	StateSkipped   State = "skipped"   // one file: it is there already, or was not wanted; Reason says which
)

// Ended reports whether nothing more will happen to the item by itself.
func (s State) Ended() bool {
	switch s {
	case StateQueued, StatePreparing, StateOffered, StateRunning, StatePaused:
		return false
	}
	return true
}

// Item is one entry of a conversation.
type Item struct {
	Seq      int64 // position; grows for good, never used again
	Person   PersonID
	ID       string // the author's name for it, 32 hex digits
	Outgoing bool
	Kind     ItemKind
	Text     string // of a text: as it was written, at most MaxText bytes; NOT neutralised for one line: use it as data
	State    State
	Reason   Reason      // why, for the states that need one
	Sent     time.Time   // by the author's clock
	Added    time.Time   // by this PC's clock
	Transfer *Transfer   // of files
	Run      *Run        // of a command; its state is in there
	Clock    *ClockCheck // of a look at their clock
}

// MaxText is the longest text of a message in bytes.
const MaxText = 32 << 10

// Transfer is the files of one offer.
type Transfer struct {
	Key       int64 // names it in this profile
	Person    PersonID
	Outgoing  bool
	Name      string // for display: the file, the folder, or the first of several and how many more, as "a.txt +2"
	Count     int    // files
	Bytes     int64
	Done      int  // files verified
	Failed    int  // files that ended otherwise
	Hopeless  bool // ended, and no file that failed would come if it were sent again
	DoneBytes int64
	Speed     float64       // bytes a second, smoothed; 0 when not moving, or in the first second of it
	Left      time.Duration // estimated; 0 when unknown
	Moving    bool          // bytes come or go, though Speed may not be known yet
	Away      bool          // it runs, and waits for the other side, which cannot be reached
	State     State
	Reason    Reason
	MD5       string   // once verified: of the one file, or of the list of all (as md5sum prints it, sorted by path)
	Paths     []string // outgoing: what was chosen; incoming: where it was saved, absolute

	Created, Ended time.Time     // by this PC's clock; Ended is zero while it goes on
	Skipped        int           // files left out on purpose: there already, or not chosen
	Pending        int           // of Done: hashed by chunks and in place, their MD5 follows
	Restarted      int           // how often a file began anew because its source changed
	Accepted       bool          // the receiver said yes
	PausedHere     bool          // held by this user, whoever else holds it too
	PausedThere    bool          // held by the other side, whoever else holds it too
	Retry          bool          // these are the failed files of an earlier transfer
	Limit          TransferLimit // what keeps it from being faster
	Bandwidth      int64         // the limit that this user set for it, in bytes a second; 0: none
	Under          []FileUnder   // the files of more than 1 MiB that are under way, a few at most
	Wish           Clash         // what the sender would have done about files that are there already, until it is decided; ClashBeside: nothing
	Decision       *Decision     // what the receiver decided; nil: not yet, or everything as it was offered

	id, retryOf string // as its two sides name it, and the one whose failed files these are
}

// FileUnder is a file of a transfer of which a part is there.
type FileUnder struct {
	Path  string // slash-separated, as offered, neutralised for display
	Size  int64
	Done  int64         // bytes that are there
	Speed float64       // bytes a second, smoothed; 0 when not moving
	Left  time.Duration // estimated; 0 when unknown
}

// FileResult is one file of a transfer that ended.
type FileResult struct {
	Seq      int64 // grows in the order of ending, over all transfers
	Key      int64 // the transfer
	Person   PersonID
	Outgoing bool
	Path     string // slash-separated, as offered, neutralised for display
	Raw      string // the same as it was offered: data, not for a screen
	Saved    string // incoming: absolute path on this PC; outgoing: the source
	Size     int64
	MD5      string // 32 hex digits; empty if it failed, or while Pending
	State    State  // StateVerified, StateSkipped or StateFailed
	Pending  bool   // verified by the hashes of its chunks and in place, its MD5 follows
	Reason   Reason
}

// Self is this copy.
type Self struct {
	ID      DeviceID
	Name    string
	Address string // host:port that it listens on
	Dial    string // host:port to tell others, who want to add this copy by its address
}

// Settings are what the user chose for this profile.
type Settings struct {
	Name     string // shown to others; never empty
	SaveDir  string // absolute; {person}, {date} and {type} in it stand for what an offer has
	Language string // "zh-Hans", "en", or "" for the system's
	Theme    string // "light", "dark", or "" for the system's
	Named    bool   // the name was chosen by the user, not taken from the PC; set by SetSettings

	NoStrangerTexts bool // texts are taken from verified people only
	NoStrangerFiles bool // offers of files are taken from verified people only
	Invisible       bool // announces nothing, and links with nobody whom this user does not know

	Clash        Clash // for offers that are accepted with one press, or without asking, where ClashReplace counts as ClashKeep; ClashBeside is set as ClashKeep
	SendLimit    int64 // what all transfers together send, in bytes a second, at least MinTransferLimit; 0: no limit
	ReceiveLimit int64 // and receive
}

// Search says what was tried to find people, for the screen that has nobody to show.
type Search struct {
	Listening  string   // host:port where others can dial this copy
	Problem    string   // why nothing listens or nothing can be announced, in English; empty: nothing wrong
	Interfaces []string // names announced on; empty with discovery off
	Discovery  bool     // announcing at all
	Unreached  []string // addresses that were heard but could not be connected to: a firewall, mostly
}
