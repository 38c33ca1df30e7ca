package main

import (
	"context"
	"log/slog"
	"math"
	"slices"
	"strings"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"lanyard/netcore/control"
)

// offline performs a job that needs no network of its own.
func (p *program) offline(ctx context.Context, command string, args any, report reporter) error {
	o, err := p.options(slog.LevelError)
	if err != nil {
		return err
	}
	return p.perform(ctx, job{command, fixed(args), o.alone(), report})
}

// personCommand is block, unblock or unverify.
func (p *program) personCommand(name string) *cobra.Command {
	return &cobra.Command{
		Use: name + " PERSON", Short: p.words.say("short-" + name), Args: p.exactly("PERSON"),
		RunE: func(command *cobra.Command, args []string) error {
			return p.offline(command.Context(), name, control.PersonArgs{Person: plainText(args[0])}, p.reporter(p.newTrustView()))
		},
	}
}

func (p *program) aliasCommand() *cobra.Command {
	return &cobra.Command{
		Use: "alias PERSON [NAME]", Short: p.words.say("short-alias"), Args: p.between(1, "PERSON", "NAME"),
		RunE: func(command *cobra.Command, args []string) error {
			alias := control.AliasArgs{Person: plainText(args[0])}
			if len(args) > 1 {
				alias.Alias = plainText(args[1])
			}
			return p.offline(command.Context(), control.CommandAlias, alias, p.reporter(p.newTrustView()))
		},
	}
}

func (p *program) mergeCommand() *cobra.Command {
	return &cobra.Command{
		Use: "merge FROM INTO", Short: p.words.say("short-merge"), Args: p.exactly("FROM", "INTO"),
		RunE: func(command *cobra.Command, args []string) error {
			merge := control.MergeArgs{From: plainText(args[0]), Into: plainText(args[1])}
			return p.offline(command.Context(), control.CommandMerge, merge, p.reporter(p.newTrustView()))
		},
	}
}

func (p *program) allowCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "allow PERSON [files=ask|auto[:SIZE]] [commands=off|buttons|ask|always] [clock=on|off]",
		Short: p.words.say("short-allow"), Long: p.words.say("long-allow"), Args: p.atLeast("PERSON"),
		RunE: func(command *cobra.Command, args []string) error {
			allow, err := p.allowArgs(args[1:])
			if err != nil {
				return err
			}
			allow.Person = plainText(args[0])
			return p.offline(command.Context(), control.CommandAllow, allow, p.reporter(p.newTrustView()))
		},
	}
}

// allowArgs reads the settings of allow.
func (p *program) allowArgs(settings []string) (args control.AllowArgs, err error) {
	given, err := p.keyValues(settings, []keyed{
		{"files", []string{"ask", "auto", "auto:500MB"}}, {"commands", []string{"off", "buttons", "ask", "always"}}, {"clock", onOff()},
	})
	if err != nil {
		return args, err
	}
	args.Commands, args.Clock = given["commands"], given["clock"]
	files, limit, capped := strings.Cut(given["files"], ":")
	args.Files = files
	if !capped {
		return args, nil
	}
	bytes, err := humanize.ParseBytes(limit)
	if err != nil || bytes == 0 || bytes > math.MaxInt64 {
		return args, p.badUsage("bad-value", "files", given["files"], "ask, auto, auto:500MB")
	}
	args.FilesCap = int64(bytes)
	return args, nil
}

// keyed is a setting and the values that it can have.
type keyed struct {
	key    string
	values []string // nil: any but the empty one
}

// takes reports whether a setting can have a value.
func (k keyed) takes(value string) bool {
	plain, limit, colon := strings.Cut(value, ":")
	return k.values == nil || slices.Contains(k.values, plain) && (!colon || limit != "" && plain == "auto")
}

// onOff returns the values of what is on or off.
func onOff() []string { return []string{"on", "off"} }

// keyValues reads arguments of the form KEY=VALUE. A value with a colon is
// checked before it only.
func (p *program) keyValues(args []string, known []keyed) (map[string]string, error) {
	var keys []string
	for _, each := range known {
		keys = append(keys, each.key+"=")
	}
	given := map[string]string{}
	for _, arg := range args {
		key, value, found := strings.Cut(arg, "=")
		i := slices.IndexFunc(known, func(k keyed) bool { return k.key == key })
		if !found || i < 0 {
			return nil, p.badUsage("bad-setting", arg, p.words.list(keys))
		}
		if _, twice := given[key]; twice {
			return nil, p.badUsage("argument-extra", arg)
		}
		if strings.TrimSpace(value) == "" {
			return nil, p.badUsage("empty-value", key)
		}
		if !known[i].takes(value) {
			return nil, p.badUsage("bad-value", key, value, p.words.list(known[i].values))
		}
		given[key] = value
	}
	return given, nil
}

// between insists on a number of arguments, of which the first so many are
// needed.
func (p *program) between(least int, names ...string) cobra.PositionalArgs {
	return func(command *cobra.Command, args []string) error {
		return p.exactly(names[:min(max(len(args), least), len(names))]...)(command, args)
	}
}
