package main

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lanyard/netcore/control"
)

// peopleWait is how long people listens when this process is the only copy.
const peopleWait = 2 * time.Second

// job is one command to run.
type job struct {
	command string
	args    func(attached bool) (any, error) // nil: none
	options options
	report  reporter // what shows the lines; nil: nothing is shown
}

// perform opens a session and runs the job in it.
func (p *program) perform(ctx context.Context, j job) error {
	return p.performWith(ctx, j, control.Ends{})
}

// performWith is perform for a job with raw bytes.
func (p *program) performWith(ctx context.Context, j job, ends control.Ends) error {
	for told := false; ; {
		err := p.performOnce(ctx, j, ends)
		if !errors.Is(err, control.ErrNoCopy) {
			return err
		}
		// The copy is ending and took nothing: this or the next one will.
		if !told {
			p.complain(p.words.say("waiting-copy"))
			told = true
		}
		if !pause(ctx, retryTime) {
			return control.Fail(control.ExitFailed, control.WordCancelled)
		}
	}
}

// performOnce opens one session.
func (p *program) performOnce(ctx context.Context, j job, ends control.Ends) error {
	s, err := p.open(ctx, j.options)
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return control.Fail(control.ExitFailed, control.WordCancelled)
	}
	if err != nil {
		return err
	}
	err = p.performIn(ctx, s, j, ends)
	if closed := s.close(ctx); err == nil {
		err = closed
	}
	return err
}

// performIn runs the job in a session.
func (p *program) performIn(ctx context.Context, s *session, j job, ends control.Ends) error {
	var args any
	if j.args != nil {
		var err error
		if args, err = j.args(s.attached); err != nil {
			return err
		}
	}
	request, err := control.NewRequest(j.command, args)
	if err != nil {
		return err
	}
	report := j.report
	if report == nil {
		report = silent{}
	}
	defer report.finish()
	report.begin(s)
	if g, ok := report.(gatherer); ok {
		ends.Paused = g.pause
	}
	return s.RunWith(ctx, request, func(raw []byte) error {
		if p.heed(raw) {
			return nil
		}
		return report.line(raw)
	}, ends)
}

func (p *program) idCommand() *cobra.Command {
	return &cobra.Command{
		Use: "id", Short: p.words.say("short-id"), Args: p.exactly(),
		RunE: func(command *cobra.Command, _ []string) error {
			o, err := p.options(slog.LevelError)
			if err != nil {
				return err
			}
			return p.perform(command.Context(), job{control.CommandID, nil, o.alone(), p.reporter(p.newSelfView())})
		},
	}
}

func (p *program) peopleCommand() *cobra.Command {
	var wait time.Duration
	command := &cobra.Command{
		Use: "people", Short: p.words.say("short-people"), Args: p.exactly(),
		RunE: func(command *cobra.Command, _ []string) error {
			o, err := p.options(slog.LevelError)
			if err != nil {
				return err
			}
			o.listen = anyPort
			asked := command.Flags().Changed("wait")
			args := func(attached bool) (any, error) {
				if attached && !asked {
					return control.PeopleArgs{}, nil // it has listened all the time
				}
				return control.PeopleArgs{WaitMillis: wait.Milliseconds()}, nil
			}
			return p.perform(command.Context(), job{control.CommandPeople, args, o, p.reporter(p.newPeopleView())})
		},
	}
	command.Flags().DurationVar(&wait, "wait", peopleWait, p.words.say("flag-wait"))
	return command
}

func (p *program) sayCommand() *cobra.Command {
	var later bool
	command := &cobra.Command{
		Use: "say PERSON TEXT", Short: p.words.say("short-say"), Args: p.atLeast("PERSON", "TEXT"),
		RunE: func(command *cobra.Command, args []string) error {
			text, err := p.textOf(args[1:])
			if err != nil {
				return err
			}
			o, err := p.options(slog.LevelError)
			if err != nil {
				return err
			}
			person := plainText(args[0])
			return p.perform(command.Context(), job{
				control.CommandSay,
				fixed(control.SayArgs{Person: person, Text: text, Later: later}),
				o.toward(person), p.reporter(p.newTransferView()),
			})
		},
	}
	command.Flags().BoolVar(&later, "later", false, p.words.say("flag-later"))
	return command
}

func (p *program) logCommand() *cobra.Command {
	var last int
	command := &cobra.Command{
		Use: "log PERSON", Short: p.words.say("short-log"), Args: p.exactly("PERSON"),
		RunE: func(command *cobra.Command, args []string) error {
			if last < 0 {
				return p.badUsage("bad-value", "--last", strconv.Itoa(last), "0, 1, 2 …")
			}
			o, err := p.options(slog.LevelError)
			if err != nil {
				return err
			}
			return p.perform(command.Context(), job{
				control.CommandLog, fixed(control.LogArgs{Person: plainText(args[0]), Last: last}),
				o.alone(), p.reporter(p.newLogView()),
			})
		},
	}
	command.Flags().IntVar(&last, "last", 0, p.words.say("flag-last"))
	return command
}

// fixed returns the same arguments for every session.
func fixed(args any) func(bool) (any, error) {
	return func(bool) (any, error) { return args, nil }
}

// absolute returns paths as they are from the root: the copy that reads them
// may stand in another folder.
func absolute(paths []string) ([]string, error) {
	all := make([]string, len(paths))
	for i, path := range paths {
		var err error
		if all[i], err = filepath.Abs(path); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// absoluteDir is absolute for one folder that may be left out.
func absoluteDir(dir string) (control.Path, error) {
	if dir == "" {
		return "", nil
	}
	path, err := filepath.Abs(dir)
	return control.Path(path), err
}

// textOf returns the text of say: its arguments, or stdin for a single "-".
func (p *program) textOf(args []string) (string, error) {
	if len(args) == 1 && args[0] == "-" {
		return p.readText()
	}
	return plainText(strings.Join(args, " ")), nil
}
