package main

import (
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"lanyard/netcore/control"
)

// decideFlags are the flags of accept.
type decideFlags struct {
	save      string
	conflicts []string // a netcore.Clash, or PATTERN=Clash
	only      []string
}

// acceptCommand takes an offer, or a part of it.
func (p *program) acceptCommand() *cobra.Command {
	var f decideFlags
	command := &cobra.Command{
		Use: "accept TRANSFER", Short: p.words.say("short-accept"), Long: p.words.say("long-accept"), Args: p.exactly("TRANSFER"),
		RunE: func(command *cobra.Command, args []string) error {
			if err := p.refuseEmpty(command, map[string]string{"save": f.save}); err != nil {
				return err
			}
			decide, err := p.decideArgs(args[0], f)
			if err != nil {
				return err
			}
			return p.attached(command.Context(), control.CommandAccept, decide, nil)
		},
	}
	command.Flags().StringVar(&f.save, "save", "", p.words.say("flag-save"))
	command.Flags().StringArrayVar(&f.conflicts, "on-conflict", nil, p.words.say("flag-conflict-of"))
	command.Flags().StringArrayVar(&f.only, "only", nil, p.words.say("flag-only"))
	return command
}

// declineCommand declines an offer.
func (p *program) declineCommand() *cobra.Command {
	return &cobra.Command{
		Use: "decline TRANSFER", Short: p.words.say("short-decline"), Args: p.exactly("TRANSFER"),
		RunE: func(command *cobra.Command, args []string) error {
			key, err := p.transferKey(args[0])
			if err != nil {
				return err
			}
			return p.attached(command.Context(), control.CommandDecline, control.DecideArgs{Transfer: key}, nil)
		},
	}
}

// offerCommand says what accepting an offer would mean.
func (p *program) offerCommand() *cobra.Command {
	var look control.PreflightArgs
	var save string
	command := &cobra.Command{
		Use: "offer TRANSFER", Aliases: []string{control.CommandPreflight}, Short: p.words.say("short-offer"),
		Long: p.words.say("long-offer"), Args: p.exactly("TRANSFER"),
		RunE: func(command *cobra.Command, args []string) error {
			if err := p.refuseEmpty(command, map[string]string{"save": save}); err != nil {
				return err
			}
			var err error
			if look.Transfer, err = p.transferKey(args[0]); err != nil {
				return err
			}
			if look.Save, err = absoluteDir(save); err != nil {
				return err
			}
			return p.attached(command.Context(), control.CommandPreflight, look, p.listReporter(preflightView{p}))
		},
	}
	command.Flags().StringVar(&save, "save", "", p.words.say("flag-save"))
	command.Flags().BoolVar(&look.Files, "files", false, p.words.say("flag-files"))
	return command
}

// decideArgs reads the command line of accept.
func (p *program) decideArgs(transfer string, f decideFlags) (decide control.DecideArgs, err error) {
	if decide.Transfer, err = p.transferKey(transfer); err != nil {
		return decide, err
	}
	if decide.Save, err = absoluteDir(f.save); err != nil {
		return decide, err
	}
	for _, text := range f.conflicts {
		at := strings.LastIndexByte(text, '=')
		clash := text[at+1:]
		if err := p.clash(clash); err != nil {
			return decide, err
		}
		switch {
		case clash == "" || at == 0 || at < 0 && decide.Clash != "":
			return decide, p.badUsage("bad-value", "--on-conflict", text, p.words.list(clashes()))
		case at < 0:
			decide.Clash = clash
		default:
			decide.Choices = append(decide.Choices, control.Choice{Files: plainText(text[:at]), Clash: clash})
		}
	}
	for _, text := range f.only {
		if strings.TrimSpace(text) == "" {
			return decide, p.badUsage("empty-value", "--only")
		}
		decide.Only = append(decide.Only, plainText(filepath.ToSlash(text)))
	}
	return decide, nil
}

// transferKey reads the number of a transfer.
func (p *program) transferKey(text string) (int64, error) {
	key, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, p.badUsage("bad-value", "TRANSFER", text, "1, 2, 3 …")
	}
	return key, nil
}
