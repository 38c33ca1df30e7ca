package main

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"lanyard/netcore/control"
)

// rootCommand returns the whole command line.
func (p *program) rootCommand(args []string) *cobra.Command {
	root := &cobra.Command{
		Use:               "lanyard-cli",
		Short:             p.words.say("short-root"),
		Long:              p.words.say("long-root"),
		Args:              cobra.ArbitraryArgs,
		PersistentPreRunE: p.checkGlobal,
		RunE:              p.noCommand,
		SilenceErrors:     true,
		SilenceUsage:      true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
	}
	p.addGlobalFlags(root.PersistentFlags())
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.SetUsageTemplate(p.words.say("usage-template"))
	root.SetHelpCommand(p.helpCommand(root))
	root.AddCommand(p.commands(args)...)
	p.explainHelpFlag(root)
	return root
}

// commands are those that a command line can mean. Where it is exec, the others
// are not even made: that would take a good part of the time that a small program
// runs on another PC.
func (p *program) commands(args []string) []*cobra.Command {
	global := pflag.NewFlagSet("", pflag.ContinueOnError)
	global.SetInterspersed(false)
	p.addGlobalFlags(global)
	if err := global.Parse(args); err == nil && global.Arg(0) == control.CommandExec {
		return []*cobra.Command{p.execCommand()}
	}
	return []*cobra.Command{
		p.serveCommand(), p.peopleCommand(), p.sayCommand(), p.sendCommand(), p.logCommand(), p.idCommand(),
		p.acceptCommand(), p.declineCommand(), p.offerCommand(), p.transfersCommand(),
		p.holdCommand(control.CommandPause), p.holdCommand(control.CommandResume), p.holdCommand(control.CommandCancel),
		p.retryCommand(), p.limitCommand(), p.md5Command(), p.verifyMD5Command(),
		p.verifyCommand(), p.pairStringCommand(), p.allowCommand(),
		p.personCommand(control.CommandBlock), p.personCommand(control.CommandUnblock), p.personCommand(control.CommandUnverify),
		p.clockCommand(), p.aliasCommand(), p.mergeCommand(), p.auditCommand(), p.settingsCommand(), p.passwordCommand(), p.identityCommand(),
		p.execCommand(), p.shellCommand(), p.runCommand(), p.buttonsCommand(), p.consentCommand(), p.runsCommand(), p.stopCommand(),
		p.classicCommand(),
	}
}

// explainHelpFlag says in this language what --help does, which cobra says in
// English otherwise.
func (p *program) explainHelpFlag(command *cobra.Command) {
	command.Flags().BoolP("help", "h", false, p.words.say("flag-help"))
	for _, child := range command.Commands() {
		p.explainHelpFlag(child)
	}
}

// noCommand answers a command line without a command, or with an unknown one.
func (p *program) noCommand(command *cobra.Command, args []string) error {
	if len(args) > 0 {
		return p.badUsage("unknown-command", args[0])
	}
	if err := command.Help(); err != nil {
		return err
	}
	return p.badUsage("no-command")
}

// helpCommand prints help about a command, or about the lines of --json.
func (p *program) helpCommand(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use: "help [COMMAND | json]", Short: p.words.say("short-help"),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 1 && args[0] == "json" {
				_, err := p.out.Write([]byte(p.words.say("help-json") + classicJSONLines + jsonLines))
				return err
			}
			command, rest, err := root.Find(args)
			if err != nil || len(rest) > 0 {
				return p.badUsage("unknown-command", args[len(args)-1])
			}
			return command.Help()
		},
	}
}
