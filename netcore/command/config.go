package command

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"time"

	"lanyard/netcore/identity"
)

// Errors of a Runner's Start. An adapter wraps what its runner returns in them,
// and in ErrRequest what can run on no system or not on this one.
var (
	// ErrNotFound says that there is no such program.
	ErrNotFound = errors.New("no such program")
	// ErrNotAllowed says that the system does not let it be run.
	ErrNotAllowed = errors.New("the program may not be run")
	// ErrDir says that the folder is not there, or may not be entered.
	ErrDir = errors.New("no such folder")
)

// Errors of a Service.
var (
	// ErrClosed says that the Service was closed.
	ErrClosed = errors.New("the command service is closed")
	// ErrRequest says that a request can run nowhere.
	ErrRequest = errors.New("not a command")
	// ErrEnded says that the run has ended, or has no standard input.
	ErrEnded = errors.New("the run takes no more input")
	// ErrNoAsk says that nothing is asked under this number, or no more.
	ErrNoAsk = errors.New("nothing is asked there any more")
	// ErrNoRun says that nothing runs under this number, or no more.
	ErrNoRun = errors.New("nothing runs there any more")
	// ErrNotRemembered says that a yes with standard input, or without a place
	// to keep it, is for once only.
	ErrNotRemembered = errors.New("a consent like this cannot be remembered")
	// ErrProtocol says that the other side broke the protocol.
	ErrProtocol = errors.New("the other side broke the protocol")
	// ErrRefused says that the other side does not allow it.
	ErrRefused = errors.New("the other side does not allow it")
)

// Stream is one exchange with a device. One goroutine may read while another
// writes; the rest may be called from anywhere.
type Stream interface {
	io.Reader
	io.Writer
	Flush() error // sends what Write has gathered
	Close() error // in good order: what was written arrives; a blocked read ends
	Reset() error // at once; blocked reads and writes fail, here and there
	SetReadDeadline(at time.Time) error
	SetWriteDeadline(at time.Time) error
}

// Open opens a stream to a linked device and sends its first frame. bulk asks
// for a link of its own where there can be one. The end of ctx ends only the
// opening.
type Open func(ctx context.Context, id identity.DeviceID, kind string, fields any, bulk bool) (Stream, error)

// Spec is what a Runner starts. A nil Stdin is the null device; a nil Terminal
// means pipes. An empty Dir is the user's home.
type Spec struct {
	Argv     []string
	Dir      string
	Stdin    io.Reader
	Terminal *Size
	Wall     time.Duration // 0: no limit
}

// Runner starts commands on this PC. The environment is its own affair.
type Runner interface {
	// Start starts a command. out is called one at a time, in the order in
	// which output was read; while it runs the producer waits; p is valid
	// until it returns, and an error of it stops the run. The end of ctx
	// stops the run as ResultLost.
	Start(ctx context.Context, spec Spec, out func(from Pipe, p []byte) error) (Process, error)
}

// Process is a command that a Runner has started.
type Process interface {
	// Stop ends the whole tree, at first kindly. It does not wait, and may be
	// called more than once.
	Stop()
	Resize(size Size) error
	// Wait returns when the whole tree is gone and out will not be called any
	// more. It does not wait for a Read of Spec.Stdin.
	Wait() Result
}

// ResultState is how a Runner says that a run ended.
type ResultState string

// How a run can end.
const (
	ResultExited    ResultState = "exited"
	ResultSignalled ResultState = "signalled"
	ResultTimeout   ResultState = "timeout"
	ResultKilled    ResultState = "killed"
	ResultLost      ResultState = "lost"
	ResultFailed    ResultState = "failed"
)

// Result is how a run ended.
type Result struct {
	State  ResultState
	Exit   int    // of the first process, also if it did not exit by itself
	Signal string // that ended it, as in "SIGTERM"
}

// Limits bound what others can make this PC do. Zero means the default.
type Limits struct {
	Runs          int           // of all devices at once, with those that wait for a consent; 64
	RunsPerDevice int           // 16
	Asks          int           // consents waited for at once; 16
	AsksPerDevice int           // 4
	AskTime       time.Duration // silence that denies; 60 s
	Output        int64         // bytes that one run may send; 0: any number
	Wall          time.Duration // longest run, whatever is asked for; 0: no limit
}

// complete fills in what is zero.
func (l Limits) complete() Limits {
	defaults := Limits{Runs: 64, RunsPerDevice: 16, Asks: 16, AsksPerDevice: 4, AskTime: time.Minute}
	for _, pair := range [][2]*int{
		{&l.Runs, &defaults.Runs},
		{&l.RunsPerDevice, &defaults.RunsPerDevice},
		{&l.Asks, &defaults.Asks},
		{&l.AsksPerDevice, &defaults.AsksPerDevice},
	} {
		if *pair[0] == 0 {
			*pair[0] = *pair[1]
		}
	}
	if l.AskTime == 0 {
		l.AskTime = defaults.AskTime
	}
	return l
}

// Config is what a Service stands on. Open, Runner and Level are needed. Asks,
// OnChange and Audit are called by several goroutines; of one run, those of Asks
// and OnChange come in order and one at a time, and so do those of Audit. They
// hold up no run, but Close waits for them. All may call the Service, except its
// Close.
type Config struct {
	Open   Open
	Runner Runner
	// Level says what a device may run here now: LevelOff for strangers. It
	// must not wait. Call Recheck when it has changed.
	Level func(id identity.DeviceID) Level
	// Buttons returns this user's buttons for a device; nil: none. It must not
	// wait.
	Buttons func(id identity.DeviceID) []Button
	// Consents keeps what was consented to for good; nil: nothing is.
	Consents Consents
	// Asks is told of each consent that is waited for, and, with open false,
	// that it no longer is.
	Asks func(ask Ask, open bool)
	// OnChange is told whenever the state of a run has changed, on both sides;
	// of what was denied before this user was asked it is not. Of a run whose end
	// is there to be told, only the first state and the end may be told.
	OnChange func(info Info)
	// Audit is told, on both sides, of each run that began (its State is
	// StateRunning) and of each end, also of what was denied. It limits itself.
	Audit func(info Info)
	// Charset says what programs here print in, in a terminal or in pipes: the
	// asker is told. Nil: nothing is said.
	Charset func(terminal bool) string
	// Shell is what a terminal without a command runs; empty: the shell that
	// this user has chosen.
	Shell  []string
	Now    func() time.Time // nil: time.Now
	Logger *slog.Logger     // nil: none
	Limits Limits
}

// complete fills in what may be left out.
func (c Config) complete() Config {
	if c.Buttons == nil {
		c.Buttons = func(identity.DeviceID) []Button { return nil }
	}
	if c.Asks == nil {
		c.Asks = func(Ask, bool) {}
	}
	if c.OnChange == nil {
		c.OnChange = func(Info) {}
	}
	if c.Audit == nil {
		c.Audit = func(Info) {}
	}
	if c.Charset == nil {
		c.Charset = func(bool) string { return "" }
	}
	if len(c.Shell) == 0 {
		c.Shell = userShell()
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	c.Limits = c.Limits.complete()
	return c
}
