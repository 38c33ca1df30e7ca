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
