package main

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lanyard/netcore/charset"
	"lanyard/netcore/control"
)

// stopTime is how long after a signal the end of a command is waited for.
const stopTime = 5 * time.Second

// runFlags are the flags of commands that run something elsewhere.
type runFlags struct {
	timeout  time.Duration
	cwd      string
	encoding string
	stdin    bool
}

// add adds the flags that all of these commands have.
func (f *runFlags) add(p *program, command *cobra.Command) {
	command.Annotations = map[string]string{execAnnotation: ""}
	command.Flags().DurationVar(&f.timeout, "timeout", 0, p.words.say("flag-timeout"))
	command.Flags().StringVar(&f.encoding, "encoding", string(charset.Auto), p.words.say("flag-encoding"))
}

// check refuses values that mean nothing, and returns the encoding.
func (f *runFlags) check(p *program, command *cobra.Command) (charset.Encoding, error) {
	if command.Flags().Changed("timeout") && f.timeout <= 0 {
		return "", p.badUsage("bad-value", "--timeout", f.timeout.String(), "30s, 10m, 1h30m …")
	}
	encoding, err := charset.ParseEncoding(f.encoding)
	if err != nil || f.encoding == "" {
		return "", p.badUsage("bad-value", "--encoding", f.encoding, "auto, utf-8, gbk, big5, shift-jis, raw")
	}
	return encoding, p.refuseEmpty(command, map[string]string{"cwd": f.cwd})
}

// wallMS is the time limit in milliseconds, never less than was asked for.
func (f *runFlags) wallMS() int64 {
	return (f.timeout + time.Millisecond - 1).Milliseconds()
}

func (p *program) execCommand() *cobra.Command {
	var f runFlags
	command := &cobra.Command{
		Use: "exec PERSON… -- COMMAND ARG…", Short: p.words.say("short-exec"), Long: p.words.say("long-exec"),
		Args: p.dashed(1, true),
		RunE: func(command *cobra.Command, args []string) error {
			encoding, err := f.check(p, command)
			if err != nil {
				return err
			}
			people, argv := atDash(command, args)
			if f.stdin && len(people) > 1 {
				return p.badUsage("stdin-one")
			}
			if !allText(argv) {
				return p.badUsage("not-utf8")
			}
			return p.execute(command.Context(), control.ExecArgs{
				People: plainTexts(people), Argv: plainTexts(argv), Dir: plainText(f.cwd), WallMS: f.wallMS(), Stdin: f.stdin,
			}, encoding)
		},
	}
	f.add(p, command)
	command.Flags().StringVar(&f.cwd, "cwd", "", p.words.say("flag-cwd"))
	command.Flags().BoolVar(&f.stdin, "stdin", false, p.words.say("flag-stdin"))
	return command
}

func (p *program) runCommand() *cobra.Command {
	var f runFlags
	command := &cobra.Command{
		Use: "run PERSON BUTTON [NAME=VALUE…]", Short: p.words.say("short-run"), Long: p.words.say("long-run"),
		Args: p.atLeast("PERSON", "BUTTON"),
		RunE: func(command *cobra.Command, args []string) error {
			encoding, err := f.check(p, command)
			if err != nil {
				return err
			}
			values, err := p.values(args[2:])
			if err != nil {
				return err
			}
			return p.execute(command.Context(), control.ExecArgs{
				People: plainTexts(args[:1]), Button: plainText(args[1]), Values: values, WallMS: f.wallMS(),
			}, encoding)
		},
	}
	f.add(p, command)
	return command
}

// values reads NAME=VALUE arguments.
func (p *program) values(args []string) (map[string]string, error) {
	values := map[string]string{}
	for _, arg := range plainTexts(args) {
		name, value, found := strings.Cut(arg, "=")
		if !found || name == "" {
			return nil, p.badUsage("no-value", arg)
		}
		if _, twice := values[name]; twice {
			return nil, p.badUsage("argument-extra", arg)
		}
		values[name] = value
	}
	return values, nil
}

// execute runs something elsewhere and shows what it puts out.
func (p *program) execute(ctx context.Context, args control.ExecArgs, encoding charset.Encoding) error {
	o, err := p.options(slog.LevelError)
	if err != nil {
		return err
	}
	args.Live = p.global.json
	view := p.runView(len(args.People), encoding)
	ends := control.Ends{Output: view.output}
	if args.Stdin {
		ends.Input = p.in
	}
	err = p.performAtMost(ctx, job{control.CommandExec, fixed(args), o.towards(args.People), view}, ends)
	if len(args.People) > 1 && !p.global.json && isRunWord(err) {
		return exitError(control.AsFailure(err).Exit) // the table has said it
	}
	return err
}

// performAtMost performs a job whose output may be stuck: after a signal it is
// not waited for much longer.
func (p *program) performAtMost(ctx context.Context, j job, ends control.Ends) error {
	done := make(chan error, 1)
	go func() { done <- p.performWith(ctx, j, ends) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	select {
	case err := <-done:
		return err
	case <-time.After(stopTime):
		return control.Fail(control.ExitStopped, control.WordCancelled)
	}
}

// runView returns what shows runs.
func (p *program) runView(people int, encoding charset.Encoding) runView {
	switch {
	case p.global.json:
		return newJSONRuns(p, encoding)
	case people > 1:
		return newManyRuns(p, encoding)
	}
	return &oneRun{program: p, encoding: encoding}
}

// towards is toward for commands about several people.
func (o options) towards(people []string) options {
	if len(people) == 1 {
		return o.toward(people[0])
	}
	quiet := true
	for _, person := range people {
		quiet = quiet && o.toward(person).quiet
	}
	o.listen, o.quiet = anyPort, quiet
	return o
}

// dashed insists on so many arguments in front of "--" at least, and with
// needed on some behind it.
func (p *program) dashed(least int, needed bool) cobra.PositionalArgs {
	return func(command *cobra.Command, args []string) error {
		before, after := atDash(command, args)
		if command.ArgsLenAtDash() < 0 && needed {
			return p.badUsage("no-dashes")
		}
		if len(before) < least {
			return p.badUsage("argument-missing", "PERSON")
		}
		if needed && (len(after) == 0 || after[0] == "") {
			return p.badUsage("argument-missing", "COMMAND")
		}
		return p.named(before, []string{"PERSON"})
	}
}

// atDash returns the arguments in front of "--" and those behind it.
func atDash(command *cobra.Command, args []string) (before, after []string) {
	if at := command.ArgsLenAtDash(); at >= 0 {
		return args[:at], args[at:]
	}
	return args, nil
}

// plainTexts is plainText for several arguments.
func plainTexts(args []string) []string {
	texts := make([]string, len(args))
	for i, arg := range args {
		texts[i] = plainText(arg)
	}
	return texts
}

// allText reports whether all arguments of a command can be sent as they are: an
// argument that was repaired could name another file.
func allText(args []string) bool {
	return !slices.ContainsFunc(args, func(arg string) bool { return !isText(arg) })
}

// isRunWord reports whether an error says how a run ended.
func isRunWord(err error) bool {
	var failure *control.Failure
	return errors.As(err, &failure) && isRun(failure)
}
