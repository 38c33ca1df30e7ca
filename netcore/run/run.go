package run

import (
	"errors"
	"io"
	"time"
)

// Size is that of a terminal, in characters.
type Size struct{ Cols, Rows int }

// valid reports whether a terminal can have this size.
func (s Size) valid() bool {
	const most = 1<<15 - 1 // of the consoles of Windows
	return s.Cols > 0 && s.Rows > 0 && s.Cols <= most && s.Rows <= most
}

// Stream says where a piece of output was written to.
type Stream int

// The streams of a command. A terminal has Stdout only.
const (
	Stdout Stream = 1
	Stderr Stream = 2
)

// String returns the usual name of the stream.
func (s Stream) String() string {
	if s == Stderr {
		return "stderr"
	}
	return "stdout"
}

// Spec is what to run and how.
type Spec struct {
	// Argv is the command and its arguments, exactly as the program gets them;
	// no shell ever sees them. A bare Argv[0] is looked up in the PATH of Env,
	// in its absolute folders only and never in the current one; with a path
	// separator it is a path, seen from Dir.
	Argv []string
	// Line is, on Windows, given to the program instead of what Argv comes down to,
	// as it is: programs take their command line apart themselves there, and the
	// shell does so by rules of its own. Argv still names the program. Empty:
	// Argv counts. Other systems have no such line, and do not look at it.
	Line string
	// Dir is the absolute folder to run in; empty: the user's home.
	Dir string
	// Env is the whole environment, see Environment. PWD is added when it is
	// not there, and TERM for a terminal.
	Env []string
	// Stdin is what the command reads; nil: the null device. It is read in a
	// goroutine of its own until it ends or the run does, and if it is an
	// io.Closer it is closed then, so that a read that waits can return.
	Stdin io.Reader
	// Terminal is the size of a pseudo terminal for the command; nil: none, but
	// a pipe for each stream.
	Terminal *Size
	// Wall is how long the command may run by the clock on the wall; 0: as long
	// as it likes.
	Wall time.Duration
}

// Output takes what a command writes. It is called one at a time, in the order
// in which the pieces were read; p is valid during the call only and has at
// most 64 KiB. While it runs nothing is read, so that a command which writes
// faster than its output is taken has to wait. An error ends the run as lost,
// and Output is not called again.
type Output func(s Stream, p []byte) error

// State is how a run ended.
type State string

// The states of a Result.
const (
	StateExited    State = "exited"    // by itself, with an exit code
	StateSignalled State = "signalled" // by a signal that was not sent from here (Unix)
	StateTimeout   State = "timeout"   // by Spec.Wall
	StateKilled    State = "killed"    // by Stop, or by the end of the Runner
	StateLost      State = "lost"      // nobody takes the output any more: the context ended, or Output failed
	StateFailed    State = "failed"    // it cannot be told: what watched over it is gone, and it with it
)

// Result is what came of a run.
type Result struct {
	State State
	// Exit is the exit code of the first process, also when it was stopped;
	// 128 and the number of the signal where a signal ended it, as shells put
	// it; -1 where it cannot be told.
	Exit int
	// Signal is the name of the signal that ended the first process, such as
	// "SIGKILL"; empty if none did. Windows has none.
	Signal string
	// Began and Ended are when the first process started and when it ended, by
	// the clock of this PC. Output that was not taken yet is not waited for.
	Began, Ended time.Time
}

// Errors of Runner.Start, to be found with errors.Is.
var (
	// ErrNotFound says that there is no such program.
	ErrNotFound = errors.New("no such program")
	// ErrNotAllowed says that the system does not let this user run it.
	ErrNotAllowed = errors.New("not allowed to run it")
	// ErrDir says that the folder to run in is not one, or may not be entered.
	ErrDir = errors.New("no such folder")
	// ErrInvalid says that a Spec cannot be run on any system: no Argv, a NUL
	// in a text, a folder that is not absolute, a size that no terminal has; on
	// Windows also arguments of a batch file that cannot be escaped.
	ErrInvalid = errors.New("cannot be run")
	// ErrClosed says that the Runner has ended.
	ErrClosed = errors.New("the runner has ended")
	// ErrNoTerminal says that a run without a terminal cannot be resized.
	ErrNoTerminal = errors.New("it has no terminal")
)
