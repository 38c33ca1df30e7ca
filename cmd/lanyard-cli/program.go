package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lanyard/netcore/control"
)

// program is one run of lanyard-cli: what it reads from and writes to.
type program struct {
	in          io.Reader
	out, err    io.Writer
	inTerminal  bool
	outTerminal bool
	errTerminal bool
	words       lexicon
	zone        *time.Location                            // of the times that people are shown
	hidden      func(ctx context.Context) (string, error) // reads a line of the terminal unseen
	open        func(ctx context.Context, options options) (*session, error)
	console     console // of shell; nil: there is none

	global globalFlags
}

// usageError is a fault of the command line.
type usageError struct{ cause error }

func (e usageError) Error() string { return e.cause.Error() }
func (e usageError) Unwrap() error { return e.cause }

// run runs one command line and returns the exit code.
func (p *program) run(ctx context.Context, args []string) int {
	root := p.rootCommand(args)
	root.SetArgs(args)
	root.SetIn(p.in)
	root.SetOut(p.out)
	root.SetErr(p.err)
	command, err := root.ExecuteContextC(ctx)
	_, runs := command.Annotations[execAnnotation]
	return p.exitCode(err, runs)
}

// exitCode says on stderr why a command did not succeed; runs: it is one that
// runs something elsewhere.
func (p *program) exitCode(err error, runs bool) int {
	if err == nil {
		return control.ExitDone
	}
	var usage usageError
	if errors.As(err, &usage) {
		p.complain(p.words.usage(usage.cause))
		p.complain(p.words.say("usage-hint"))
		if runs {
			return control.ExitOwn
		}
		return control.ExitUsage
	}
	if runs {
		return p.execFailure(err)
	}
	failure := control.AsFailure(err)
	if failure.Word == control.WordOther {
		p.complain(p.words.trouble(err))
	} else {
		p.complain(p.words.failure(failure))
	}
	return failure.Exit
}

// complain writes one message to stderr.
func (p *program) complain(message string) {
	fmt.Fprintf(p.err, "lanyard-cli: %s\n", message)
}

// badUsage returns a usageError with the sentence of key.
func (p *program) badUsage(key string, args ...string) error {
	return usageError{errors.New(p.words.say(key, args...))}
}

// exactly insists on a number of arguments, named for the message.
func (p *program) exactly(names ...string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) < len(names) {
			return p.badUsage("argument-missing", names[len(args)])
		}
		if len(args) > len(names) {
			return p.badUsage("argument-extra", args[len(names)])
		}
		return p.named(args, names)
	}
}

// atLeast insists on a smallest number of arguments.
func (p *program) atLeast(names ...string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) < len(names) {
			return p.badUsage("argument-missing", names[len(args)])
		}
		return p.named(args, names)
	}
}

// named refuses arguments that name nothing: an empty person is nobody, and an
// empty path would be the whole folder that one stands in. An empty text is
// left to say.
func (p *program) named(args, names []string) error {
	for i, arg := range args {
		name := names[min(i, len(names)-1)]
		if name == "TEXT" {
			return nil
		}
		if arg == "" || name == "PERSON" && strings.TrimSpace(arg) == "" {
			return p.badUsage("empty-value", name)
		}
	}
	return nil
}
