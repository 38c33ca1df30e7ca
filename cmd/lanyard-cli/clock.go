package main

import (
	"log/slog"
	"strconv"

	"github.com/spf13/cobra"

	"lanyard/netcore/control"
)

// maxSamples is how often one clock is asked at most.
const maxSamples = 64

// clockFlags are the flags of clock.
type clockFlags struct {
	args  control.ClockArgs
	watch bool
}

func (p *program) clockCommand() *cobra.Command {
	var f clockFlags
	command := &cobra.Command{
		Use: "clock [PERSON…]", Short: p.words.say("short-clock"), Long: p.words.say("long-clock"), Args: p.atLeastNamed("PERSON"),
		RunE: func(command *cobra.Command, people []string) error {
			j, err := p.clockJob(command, people, f)
			if err != nil {
				return err
			}
			return p.perform(command.Context(), j)
		},
	}
	flags := command.Flags()
	flags.IntVar(&f.args.Samples, "samples", 0, p.words.say("flag-samples"))
	flags.StringVar(&f.args.Format, "format", "", p.words.say("flag-format"))
	flags.StringVar(&f.args.TimeServer, "ntp", "", p.words.say("flag-ntp"))
	flags.BoolVar(&f.watch, "watch", false, p.words.say("flag-watch"))
	return command
}

// atLeastNamed takes any number of arguments, each of which names something.
func (p *program) atLeastNamed(name string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error { return p.named(args, []string{name}) }
}

// clockJob is what clock has done.
func (p *program) clockJob(command *cobra.Command, people []string, f clockFlags) (job, error) {
	args := f.args
	if command.Flags().Changed("samples") && (args.Samples < 1 || args.Samples > maxSamples) {
		return job{}, p.badUsage("bad-value", "--samples", strconv.Itoa(args.Samples), "1 … "+strconv.Itoa(maxSamples))
	}
	if err := p.refuseEmpty(command, map[string]string{"format": args.Format, "ntp": args.TimeServer}); err != nil {
		return job{}, err
	}
	o, err := p.options(slog.LevelError)
	if err != nil {
		return job{}, err
	}
	o.listen = anyPort
	for _, person := range people {
		args.People = append(args.People, plainText(person))
	}
	if len(args.People) == 1 {
		o = o.toward(args.People[0])
	}
	args.Format, args.TimeServer = plainText(args.Format), plainText(args.TimeServer)
	name := control.CommandClock
	if f.watch {
		name, o.stays = control.CommandClockWatch, true
	}
	decide := func(attached bool) (any, error) {
		if !attached {
			args.WaitMillis = peopleWait.Milliseconds() // a copy that runs has links already
		}
		return args, nil
	}
	return job{name, decide, o, p.clockReporter(len(args.People))}, nil
}
