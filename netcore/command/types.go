package command

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"time"

	"lanyard/netcore/identity"
)

// Level says what a device may run here. The levels include each other.
type Level string

// The levels, from nothing to everything.
const (
	LevelOff     Level = "off"
	LevelButtons Level = "buttons" // what this user defined, without a question
	LevelAsk     Level = "ask"     // and any other command, if this user consents
	LevelAlways  Level = "always"  // any command and terminal, without a question
)

// allows reports whether somebody with this level may do what needs another.
// A level that is not known allows nothing.
func (l Level) allows(need Level) bool {
	order := []Level{LevelButtons, LevelAsk, LevelAlways}
	have := slices.Index(order, l)
	return have >= 0 && have >= slices.Index(order, need)
}

// State is where a run stands, as one side sees it.
type State string

// The states. From the third on they are ends.
const (
	StateAsking      State = "asking"       // not decided, or not started yet
	StateRunning     State = "running"      //
	StateExited      State = "exited"       // by itself, with Info.Exit
	StateSignalled   State = "signalled"    // by Info.Signal, which nobody here sent
	StateTimeout     State = "timeout"      // its time limit was over
	StateKilledHere  State = "killed-here"  // stopped by this side
	StateKilledThere State = "killed-there" // stopped by the other side
	StateDenied      State = "denied"       // it never ran: Info.Reason
	StateLost        State = "lost"         // the link, or the other program, went away
	StateFailed      State = "failed"       // it could not be started, or this side's own fault: Info.Reason
	StateNotFound    State = "not-found"    // there is no such program
)

// Ended reports whether the state is an end.
func (s State) Ended() bool { return s != StateAsking && s != StateRunning }

// Reason says in one word why a run ended as it did. Empty: the state says all.
type Reason string

// Why a run was denied.
const (
	ReasonNotPermitted Reason = "not-permitted" // the level does not allow it
	ReasonDenied       Reason = "denied"        // the user said no
	ReasonExpired      Reason = "expired"       // the user said nothing in time
	ReasonBusy         Reason = "busy"          // over a limit; may be tried again later
	ReasonBadRequest   Reason = "bad-request"   // no command that could run anywhere
	ReasonTooLong      Reason = "too-long"      // more than a person can read and consent to
	ReasonDuplicate    Reason = "duplicate"     // this ID was there before
	ReasonNoButton     Reason = "no-button"
	ReasonBadArgument  Reason = "bad-argument" // a parameter of a button is missing, unknown or out of its rule
)

// Why a run was stopped, or failed.
const (
	ReasonRevoked    Reason = "revoked"     // the permission or the consent was taken back
	ReasonOutput     Reason = "output"      // it put out more than is allowed
	ReasonClosing    Reason = "closing"     // the program that stopped it ended
	ReasonWithdrawn  Reason = "withdrawn"   // stopped before it was decided
	ReasonFolder     Reason = "folder"      // there is no such folder, or it may not be entered
	ReasonNotAllowed Reason = "not-allowed" // the system does not let this program be run
	ReasonStart      Reason = "start"       // any other fault in starting it
	ReasonSink       Reason = "sink"        // the asker could not take the output
	ReasonProtocol   Reason = "protocol"    // the other side broke the protocol
	ReasonDamaged    Reason = "damaged"     // what came is not what was sent
	ReasonNoAnswer   Reason = "no-answer"   // the other side does not answer, though it is there
	ReasonUpdate     Reason = "update"      // the other program is too old for commands
)

// Decision says what let a run begin.
type Decision string

// The decisions.
const (
	DecidedButton     Decision = "button"     // one of this user's own commands
	DecidedAlways     Decision = "always"     // by the level
	DecidedOnce       Decision = "once"       // the user said yes
	DecidedQuarter    Decision = "quarter"    // the user said yes, for a quarter of an hour
	DecidedForever    Decision = "forever"    // the user said yes, for good
	DecidedRemembered Decision = "remembered" // an earlier yes to exactly this
)

// Pipe is where output comes from. A terminal has Stdout only.
type Pipe int

// The pipes.
const (
	Stdout Pipe = 1
	Stderr Pipe = 2
)

// Size is that of a terminal, in characters.
type Size struct {
	Cols int `json:"cols"`
	Rows int `json:"rows"`
}

// Request is what is asked to be run.
type Request struct {
	// Argv is the program and its arguments: never a line for a shell. Empty
	// with a Button, and with a Terminal for the shell of the other user.
	Argv []string
	Dir  string // absolute, on the other PC; empty: its user's home
	// Stdin says that Run.Write is going to be used. A consent is then asked
	// for each time.
	Stdin    bool
	Terminal *Size         // a terminal instead of pipes, with Stdin; nil: none
	Wall     time.Duration // time limit; 0: the other side's

	Button string            // one of the other user's buttons
	Args   map[string]string // its parameters

	// MaxOutput is how many bytes are taken before this side stops the run;
	// 0: any number.
	MaxOutput int64
	// Tag is the caller's own name for the run. It is not sent, and comes back
	// in Info.Tag.
	Tag int64
}

// Sum is what came out of one pipe.
type Sum struct {
	Bytes  int64
	SHA256 [sha256.Size]byte // of these bytes, once the run has ended; zero before
}

// Hex returns the hash as text.
func (s Sum) Hex() string { return hex.EncodeToString(s.SHA256[:]) }

// Info is what is known of one run. Its texts are as they came: neutralise them
// before they are shown (see Line).
type Info struct {
	Number int64 // names it within this Service; never used twice
	Tag    int64 // of its Request; 0 if it runs here
	ID     string
	Here   bool              // it runs on this device, asked for by the other
	Device identity.DeviceID // the other one
	Argv   []string          // empty for a button that is pressed elsewhere
	Dir    string            // empty: the home of the user on whose PC it runs
	Button string
	Args   map[string]string
	Stdin  bool
	// Terminal says that it has a terminal.
	Terminal bool
	Wall     time.Duration // time limit; 0: none of this side

	State    State
	Reason   Reason
	Decision Decision
	Asked    time.Time
	Until    time.Time // of a consent that is waited for: when silence denies
	Began    time.Time // zero: it never ran
	Ended    time.Time
	Exit     int    // says something in other ends than StateExited, too, if the system does
	Signal   string // as in "SIGTERM"
	Stdout   Sum
	Stderr   Sum
	// Charset is what programs over there print in, as their side says: one word
	// of at most 32 characters; empty: it does not say. See Config.Charset.
	Charset string
}

// clone returns an Info that shares nothing.
func (i Info) clone() Info {
	i.Argv, i.Args = slices.Clone(i.Argv), maps.Clone(i.Args)
	return i
}
