package main

import (
	"log/slog"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"lanyard/netcore"
	"lanyard/netcore/control"
)

func (p *program) transfersCommand() *cobra.Command {
	var list control.TransfersArgs
	command := &cobra.Command{
		Use: "transfers", Short: p.words.say("short-transfers"), Long: p.words.say("long-transfers"), Args: cobra.ArbitraryArgs,
		RunE: func(command *cobra.Command, args []string) error {
			if len(args) > 0 {
				return p.badUsage("unknown-command", "transfers "+args[0])
			}
			if list.Last < 0 {
				return p.badUsage("bad-value", "--last", strconv.Itoa(list.Last), "0, 1, 2 …")
			}
			given := map[string]string{"group": list.Group, "search": list.Search, "person": list.Person}
			if err := p.refuseEmpty(command, given); err != nil {
				return err
			}
			if list.Group != "" && !slices.Contains(transferGroups(), list.Group) {
				return p.badUsage("bad-value", "--group", list.Group, p.words.list(transferGroups()))
			}
			list.Search, list.Person = plainText(list.Search), plainText(list.Person)
			return p.offline(command.Context(), control.CommandTransfers, list, p.listReporter(&transferListView{program: p}))
		},
	}
	command.Flags().StringVar(&list.Group, "group", "", p.words.say("flag-group"))
	command.Flags().StringVar(&list.Search, "search", "", p.words.say("flag-search-transfers"))
	command.Flags().StringVar(&list.Person, "person", "", p.words.say("flag-with"))
	command.Flags().IntVar(&list.Last, "last", 0, p.words.say("flag-last-transfers"))
	command.AddCommand(p.transfersShowCommand(), p.transfersClearCommand())
	return command
}

// transferGroups are the groups that transfers are in.
func transferGroups() []string {
	return []string{
		string(netcore.GroupQueue), string(netcore.GroupRunning), string(netcore.GroupDone), string(netcore.GroupFailed),
	}
}

func (p *program) transfersShowCommand() *cobra.Command {
	var show control.TransferShowArgs
	command := &cobra.Command{
		Use: "show TRANSFER", Short: p.words.say("short-transfers-show"), Args: p.exactly("TRANSFER"),
		RunE: func(command *cobra.Command, args []string) error {
			var err error
			if show.Transfer, err = p.transferKey(args[0]); err != nil {
				return err
			}
			if err := p.refuseEmpty(command, map[string]string{"search": show.Search}); err != nil {
				return err
			}
			show.Search = plainText(show.Search)
			return p.offline(command.Context(), control.CommandTransfer, show, p.listReporter(transferShowView{p}))
		},
	}
	command.Flags().BoolVar(&show.Failed, "failed", false, p.words.say("flag-failed"))
	command.Flags().StringVar(&show.Search, "search", "", p.words.say("flag-search-files"))
	return command
}

func (p *program) transfersClearCommand() *cobra.Command {
	groups := []string{string(netcore.GroupDone), string(netcore.GroupFailed)}
	return &cobra.Command{
		Use: "clear [done | failed]", Short: p.words.say("short-transfers-clear"), Args: p.between(0, "done | failed"),
		RunE: func(command *cobra.Command, args []string) error {
			var clear control.TransfersClearArgs
			if len(args) > 0 {
				if clear.Group = args[0]; !slices.Contains(groups, clear.Group) {
					return p.badUsage("bad-value", "clear", clear.Group, p.words.list(groups))
				}
			}
			return p.offline(command.Context(), control.CommandTransfersClear, clear, p.listReporter(transferShowView{p}))
		},
	}
}

// holdCommand is pause, resume or cancel.
func (p *program) holdCommand(name string) *cobra.Command {
	return &cobra.Command{
		Use: name + " TRANSFER", Short: p.words.say("short-" + name), Args: p.exactly("TRANSFER"),
		RunE: func(command *cobra.Command, args []string) error {
			key, err := p.transferKey(args[0])
			if err != nil {
				return err
			}
			return p.offline(command.Context(), name, control.TransferArgs{Transfer: key}, p.listReporter(&transferListView{program: p}))
		},
	}
}

func (p *program) retryCommand() *cobra.Command {
	return &cobra.Command{
		Use: "retry [TRANSFER]", Short: p.words.say("short-retry"), Long: p.words.say("long-retry"), Args: p.between(0, "TRANSFER"),
		RunE: func(command *cobra.Command, args []string) error {
			var key int64 // the newest with failed files
			var err error
			if len(args) > 0 {
				if key, err = p.transferKey(args[0]); err != nil {
					return err
				}
			}
			o, err := p.options(slog.LevelError)
			if err != nil {
				return err
			}
			o.listen = anyPort
			return p.perform(command.Context(), job{
				control.CommandRetry, fixed(control.TransferArgs{Transfer: key}), o, p.reporter(p.newTransferView()),
			})
		},
	}
}

func (p *program) limitCommand() *cobra.Command {
	return &cobra.Command{
		Use: "limit TRANSFER RATE", Short: p.words.say("short-limit"), Args: p.exactly("TRANSFER", "RATE"),
		RunE: func(command *cobra.Command, args []string) error {
			key, err := p.transferKey(args[0])
			if err != nil {
				return err
			}
			limit, err := p.rate("RATE", args[1])
			if err != nil {
				return err
			}
			return p.offline(command.Context(), control.CommandLimit, control.LimitArgs{Transfer: key, Limit: limit}, p.listReporter(transferShowView{p}))
		},
	}
}
