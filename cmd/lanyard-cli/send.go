package main

import (
	"log/slog"

	"github.com/spf13/cobra"

	"lanyard/netcore/control"
)

// sendFlags are the flags of send alone.
type sendFlags struct {
	later, resume, giveUp bool
	limit, wish           string
}

func (p *program) sendCommand() *cobra.Command {
	var f sendFlags
	command := &cobra.Command{
		Use: "send PERSON PATH…", Short: p.words.say("short-send"), Long: p.words.say("long-send"), Args: p.atLeast("PERSON", "PATH"),
		RunE: func(command *cobra.Command, args []string) error {
			if f.giveUp && command.Flags().Changed("resume") && f.resume {
				return p.badUsage("one-of", "--resume", "--no-resume")
			}
			send, err := p.sendArgs(args, f)
			if err != nil {
				return err
			}
			if err := p.refuseEmpty(command, map[string]string{"limit": f.limit, "on-conflict": f.wish}); err != nil {
				return err
			}
			o, err := p.options(slog.LevelError)
			if err != nil {
				return err
			}
			return p.perform(command.Context(), job{
				control.CommandSend, fixed(send), o.toward(send.Person), p.reporter(p.newTransferView()),
			})
		},
	}
	command.Flags().BoolVar(&f.later, "later", false, p.words.say("flag-later-files"))
	command.Flags().BoolVar(&f.resume, "resume", true, p.words.say("flag-resume"))
	command.Flags().BoolVar(&f.giveUp, "no-resume", false, p.words.say("flag-no-resume"))
	command.Flags().StringVar(&f.limit, "limit", "", p.words.say("flag-limit"))
	command.Flags().StringVar(&f.wish, "on-conflict", "", p.words.say("flag-wish"))
	return command
}

// sendArgs reads the command line of send.
func (p *program) sendArgs(args []string, f sendFlags) (control.SendArgs, error) {
	send := control.SendArgs{Person: plainText(args[0]), Later: f.later, GiveUp: f.giveUp || !f.resume, Wish: f.wish}
	paths, err := absolute(args[1:])
	if err != nil {
		return send, err
	}
	send.Paths = control.Paths(paths)
	if err := p.clash(f.wish); err != nil {
		return send, err
	}
	send.Limit, err = p.rate("--limit", f.limit)
	return send, err
}
