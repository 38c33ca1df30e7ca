package control

import (
	"errors"
	"fmt"
	"strings"
)

// Exit codes of commands.
const (
	ExitDone        = 0
	ExitFailed      = 1 // the reason is on stderr
	ExitUsage       = 2 // the command line is wrong
	ExitRefused     = 3 // the other side said no
	ExitUnreachable = 4 // the other side cannot be reached
)

// Exit codes of commands that run something on other PCs, where 0 to 255 are
// those of what ran there. They are what shells, env and timeout use; 128 itself
// is free there, since no signal is 0.
const (
	ExitTimeout  = 124 // its time limit was over
	ExitOwn      = 125 // Lanyard's own failure, or a wrong command line
	ExitDenied   = 126 // the other side does not allow it, did not consent, or stopped it
	ExitNotFound = 127 // there is no such program, or button
	ExitLost     = 128 // the other side cannot be reached, or was lost
	ExitStopped  = 130 // this user stopped it
	ExitSignal   = 128 // with the number of the signal that ended it, 1 or more
	ExitOdd      = 255 // it ended with a code that no exit code of this system can be
)

// Failure is the end of a command with an exit code other than 0. Word names
// the sentence, so that each face says it in its own language, and Args are
// what it speaks of, ready to be shown.
type Failure struct {
	Exit int
	Word Word
	Args []string
	Text string // what the other end of the door said, in English; empty: made from Word
}

// Fail returns a *Failure of the sentence word about args.
func Fail(exit int, word Word, args ...string) error {
	return &Failure{Exit: exit, Word: word, Args: args}
}

// Error returns the English sentence.
func (f *Failure) Error() string {
	if f.Text != "" {
		return f.Text
	}
	return Fill(English()[f.Word], f.Args)
}

// Is reports whether target is a Failure of the same word, so that errors.Is
// with a Failure that has only a Word asks for that.
func (f *Failure) Is(target error) bool {
	other, ok := target.(*Failure)
	return ok && other.Word == f.Word && other.Exit == 0
}

// AsFailure turns any error into a *Failure; of an unknown one the exit code
// is 1 and the text is its own. It returns nil for nil.
func AsFailure(err error) *Failure {
	if err == nil {
		return nil
	}
	var failure *Failure
	if errors.As(err, &failure) {
		return failure
	}
	return &Failure{Exit: ExitFailed, Word: WordOther, Args: []string{err.Error()}}
}

// Fill puts args in the places {1}, {2}… of a sentence.
func Fill(sentence string, args []string) string {
	pairs := make([]string, 0, 2*len(args))
	for i, arg := range args {
		pairs = append(pairs, fmt.Sprintf("{%d}", i+1), arg)
	}
	return strings.NewReplacer(pairs...).Replace(sentence)
}
