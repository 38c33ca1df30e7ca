package netcore

import (
	"context"
	"io"
	"time"

	"lanyard/netcore/charset"
	"lanyard/netcore/command"
)

// The words of package command that faces need too.
type (
	RunState      = command.State
	RunReason     = command.Reason
	RunDecision   = command.Decision
	Pipe          = command.Pipe
	Button        = command.Button
	ButtonParam   = command.Param
	TerminalSize  = command.Size
	ConsentAnswer = command.Answer
	ConsentKey    = command.Key
	// Encoding names how text is written in bytes; see [charset.Encoding].
	Encoding = charset.Encoding
)

// Run is a command that this user has run on another PC, or that somebody else
// has run on this one. Name, Line, Folder and Button are ready to be shown.
type Run struct {
	Key    int64 // names it in this profile; grows for good
	Person PersonID
	Name   string // of Person
	Device DeviceID
	Here   bool // it runs on this PC, asked for by Person

	Line   string   // the whole command in one line, in which nothing is lost; of a button elsewhere its name and values
	Argv   []string // as it is: data. Empty for a button that is pressed elsewhere
	Folder string   // empty: the home of the user on whose PC it runs
	Dir    string   // the same as it is: data
	Button string
	Args   map[string]string // values of the button's parameters: data

	Stdin    bool // something is, or was, connected to its standard input
	Terminal bool
	Wall     time.Duration // time limit that was asked for; 0: none

	State    RunState
	Reason   RunReason
	Decision RunDecision
	Asked    time.Time
	Until    time.Time // of a consent that is waited for: when silence denies
	Began    time.Time // zero: it never ran
	Ended    time.Time // zero: not yet
	Exit     int
	Signal   string // as in "SIGTERM"

	OutBytes, ErrBytes   int64  // so far
	OutSHA256, ErrSHA256 string // hex, once it has ended

	Group    int64    // of runs that were begun together: the key of the first; 0: it was begun alone
	Encoding Encoding // what programs over there print in, as their side says; Auto: not known
	Kept     int64    // bytes of output that this PC keeps: see Node.RunOutput
}

// RunRequest is what somebody's PC is asked to run.
type RunRequest struct {
	Argv     []string // the program and its arguments, never a line for a shell; empty with Button, and with Terminal for their shell
	Dir      string   // absolute, over there; empty: the home of its user
	Button   string   // one of their buttons
	Args     map[string]string
	Stdin    bool // WriteRun is going to be used
	Terminal *TerminalSize
	Wall     time.Duration // 0: no limit of this side
	// Take gets the output as it comes, besides what is kept: one call at a
	// time, in order. While it runs the producer is slowed down; p is valid
	// until it returns. An error stops the run. With it nothing is kept but the
	// first 256 KiB; nil: up to the caps of Node.RunOutput is.
	Take func(from Pipe, p []byte) error
}

// RunQuery chooses runs, the newest first.
type RunQuery struct {
	Before int64    // only those with a lower key; 0: from the newest on
	Limit  int      // at most so many; 0: 100
	Person PersonID // 0: of everybody
	Group  int64    // 0: of any group and of none
	Text   string   // that the line holds
	Mine   bool     // only those that this user began
}

// RunOutput is what is kept of the output of a run, in the order in which it
// came. It may be read while it grows, from several goroutines.
type RunOutput interface {
	io.ReaderAt
	io.Closer
	// Size is how many bytes there are so far.
	Size() int64
	// From says which pipe the byte at a place came from, and where the next
	// byte stands that came from the other one.
	From(at int64) (from Pipe, until int64)
}

// RunAsk is a consent that is waited for: what the card shows. All its texts
// are ready to be shown, whole.
type RunAsk struct {
	Number   int64 // for AnswerAsk
	Run      Run   // Run.Line, Run.Folder, Run.Name, Run.Stdin, Run.Until
	Account  string
	Trust    Trust
	Verified time.Time
	// Quarter and Forever say whether these answers are possible.
	Quarter, Forever bool
}

// RunConsent is a yes of this user that is remembered.
type RunConsent struct {
	Key    ConsentKey
	Person PersonID
	Name   string // of Person, ready to be shown
	Device DeviceID
	Line   string // ready to be shown
	Folder string // ready to be shown; empty: this user's home
	Given  time.Time
	Until  time.Time // zero: until it is forgotten
}

// SavedCommand is a command that this user keeps under a name, to run it
// elsewhere.
type SavedCommand struct {
	Name string
	Argv []string
	Dir  string
	Wall time.Duration
}

// Runs is what a face asks of the Node about commands; *Node is one. People are
// named by their person; a run by its key.
type Runs interface {
	// StartRun asks somebody's PC to run a command. It is in the conversation
	// when this returns; what becomes of it its events tell, also a refusal.
	// ctx is for the asking alone, not for the run. It fails with
	// ErrUnknownPerson, ErrUnreachable, ErrBlocked, or command.ErrRequest.
	StartRun(ctx context.Context, person PersonID, request RunRequest) (Run, error)
	// StartRuns asks several PCs at once, and returns a run for each person, in
	// their order, in one group. One that cannot be begun is there too, ended
	// as lost or failed. There is no Take with several.
	StartRuns(ctx context.Context, people []PersonID, request RunRequest) ([]Run, error)
	// WriteRun sends standard input. It waits for the start, and while the
	// program does not read; it fails with command.ErrEnded once the run is over.
	WriteRun(ctx context.Context, key int64, p []byte) error
	CloseRunInput(key int64) error
	ResizeRun(key int64, size TerminalSize) error
	// StopRun kills the whole tree, on whichever side it runs; one that waits
	// for a consent is denied. It does not wait for the end.
	StopRun(key int64) error
	Run(ctx context.Context, key int64) (Run, error)
	Runs(ctx context.Context, query RunQuery) ([]Run, error)
	// Running returns the runs that have not ended, of both sides.
	Running() []Run
	// RunOutput opens what is kept of the output of a run of this user.
	RunOutput(ctx context.Context, key int64) (RunOutput, error)
	// WaitRun returns how a run ended, once it has and all output was taken.
	WaitRun(ctx context.Context, key int64) (Run, error)

	// Asks returns the consents that are waited for, the oldest first.
	Asks() []RunAsk
	AnswerAsk(ctx context.Context, number int64, answer ConsentAnswer) error
	Consents(ctx context.Context) ([]RunConsent, error)
	// ForgetConsent takes a remembered yes back, and stops what runs by it.
	ForgetConsent(ctx context.Context, key ConsentKey) error

	// Buttons returns this user's buttons, by name.
	Buttons(ctx context.Context) ([]Button, error)
	// SetButton adds a button or replaces the one of its name. It fails with
	// command.ErrButton if the definition is not sound.
	SetButton(ctx context.Context, button Button) error
	RemoveButton(ctx context.Context, name string) error
	// ButtonsOf asks somebody's PC which buttons it has for this user. It fails
	// with command.ErrRefused without the permission.
	ButtonsOf(ctx context.Context, person PersonID) ([]Button, error)

	// SavedCommands returns what this user saved, by name.
	SavedCommands(ctx context.Context) ([]SavedCommand, error)
	SaveCommand(ctx context.Context, saved SavedCommand) error
	RemoveSavedCommand(ctx context.Context, name string) error
}
