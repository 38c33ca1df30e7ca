package netcore

import (
	"lanyard/netcore/clock"
	"lanyard/netcore/command"
)

// The values of the words of package command, for faces that know this package
// alone.
const (
	RunAsking      = command.StateAsking
	RunRunning     = command.StateRunning
	RunExited      = command.StateExited
	RunSignalled   = command.StateSignalled
	RunTimeout     = command.StateTimeout
	RunKilledHere  = command.StateKilledHere
	RunKilledThere = command.StateKilledThere
	RunDenied      = command.StateDenied
	RunLost        = command.StateLost
	RunFailed      = command.StateFailed
	RunNotFound    = command.StateNotFound

	RunNotPermitted = command.ReasonNotPermitted
	RunSaidNo       = command.ReasonDenied
	RunExpired      = command.ReasonExpired
	RunBusy         = command.ReasonBusy
	RunBadRequest   = command.ReasonBadRequest
	RunTooLong      = command.ReasonTooLong
	RunDuplicate    = command.ReasonDuplicate
	RunNoButton     = command.ReasonNoButton
	RunBadArgument  = command.ReasonBadArgument
	RunRevoked      = command.ReasonRevoked
	RunOutputLimit  = command.ReasonOutput
	RunClosing      = command.ReasonClosing
	RunWithdrawn    = command.ReasonWithdrawn
	RunFolder       = command.ReasonFolder
	RunNotAllowed   = command.ReasonNotAllowed
	RunNoStart      = command.ReasonStart
	RunSink         = command.ReasonSink
	RunProtocol     = command.ReasonProtocol
	RunDamaged      = command.ReasonDamaged
	RunNoAnswer     = command.ReasonNoAnswer
	RunUpdate       = command.ReasonUpdate

	DecidedButton     = command.DecidedButton
	DecidedAlways     = command.DecidedAlways
	DecidedOnce       = command.DecidedOnce
	DecidedQuarter    = command.DecidedQuarter
	DecidedForever    = command.DecidedForever
	DecidedRemembered = command.DecidedRemembered

	AllowOnce    = command.AllowOnce
	AllowQuarter = command.AllowQuarter
	AllowForever = command.AllowForever
	Deny         = command.Deny

	Stdout = command.Stdout
	Stderr = command.Stderr

	ParamText   = command.Text
	ParamNumber = command.Number
	ParamChoice = command.Choice
	ParamFile   = command.File

	ClockGood      = clock.Good
	ClockOff       = clock.Off
	ClockWrongZone = clock.WrongZone
)

// Why something about commands or clocks did not work, for errors.Is.
var (
	ErrRunRequest    = command.ErrRequest
	ErrRunEnded      = command.ErrEnded
	ErrRunRefused    = command.ErrRefused
	ErrNoRun         = command.ErrNoRun
	ErrNoAsk         = command.ErrNoAsk
	ErrNotRemembered = command.ErrNotRemembered
	ErrButton        = command.ErrButton
	ErrArgument      = command.ErrArgument
	ErrClockRefused  = clock.ErrRefused
	ErrClockBusy     = clock.ErrBusy
	ErrClockAbsurd   = clock.ErrAbsurd
	ErrClockFailed   = clock.ErrFailed
	ErrClockLost     = clock.ErrLost
)

// ButtonParamKind says what a parameter of a button takes.
type ButtonParamKind = command.Kind

// CommandLine returns an argument vector as one line for a screen, in which
// nothing is lost; see [command.Line].
func CommandLine(argv []string) string { return command.Line(argv) }
