package main

import (
	"errors"
	"strconv"
	"strings"

	"lanyard/netcore/control"
)

// execAnnotation marks the commands that run something elsewhere, which have
// exit codes of their own.
const execAnnotation = "exec"

// exitPipe is the exit code when nobody reads the output any more, as that of a
// program that was ended by SIGPIPE.
const exitPipe = 141

// exitError is an exit code about which everything was said.
type exitError int

func (e exitError) Error() string { return "exit code " + strconv.Itoa(int(e)) }

// isRun reports whether a Failure says how a run ended: its exit code is then
// that of the run.
func isRun(f *control.Failure) bool {
	return strings.HasPrefix(string(f.Word), "run:") || strings.HasPrefix(string(f.Word), "run-reason:")
}

// execExit is the exit code of a command that runs something elsewhere.
func execExit(f *control.Failure) int {
	switch {
	case isRun(f):
		return f.Exit
	case f.Word == control.WordCancelled:
		return control.ExitStopped
	}
	switch f.Exit {
	case control.ExitFailed, control.ExitUsage:
		return control.ExitOwn
	case control.ExitRefused:
		return control.ExitDenied
	case control.ExitUnreachable:
		return control.ExitLost
	}
	return f.Exit
}

// execFailure says why something that ran elsewhere did not succeed, and returns
// its exit code. That a command ended with its own exit code is not said.
func (p *program) execFailure(err error) int {
	var exit exitError
	if errors.As(err, &exit) {
		return int(exit)
	}
	if errors.Is(err, errOutput) && brokenPipe(err) {
		return exitPipe
	}
	failure := control.AsFailure(err)
	switch failure.Word {
	case runExited:
	case control.WordOther:
		p.complain(p.words.trouble(err))
	default:
		p.complain(p.words.failure(failure))
	}
	return execExit(failure)
}

// runExited is the word for a command that ended by itself.
const runExited control.Word = "run:exited"
