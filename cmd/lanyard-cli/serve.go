package main

import (
	"context"
	"log/slog"
	"net"

	"github.com/spf13/cobra"

	"lanyard/netcore/control"
)

// The values of --accept.
const (
	acceptAsk = "ask"
	acceptAll = "all"
)

// serveFlags are the flags of serve alone.
type serveFlags struct {
	listen, save, accept string
	clash, limit         string
}

func (p *program) serveCommand() *cobra.Command {
	var f serveFlags
	command := &cobra.Command{
		Use: "serve", Short: p.words.say("short-serve"), Long: p.words.say("long-serve"), Args: p.exactly(),
		RunE: func(command *cobra.Command, _ []string) error {
			if err := p.checkServe(f); err != nil {
				return err
			}
			if err := p.refuseEmpty(command, map[string]string{"save": f.save, "on-conflict": f.clash, "limit": f.limit}); err != nil {
				return err
			}
			changed := command.Flags().Changed
			return p.serve(command.Context(), f, changed("discovery") || changed("interface"))
		},
	}
	command.Flags().StringVar(&f.listen, "listen", "", p.words.say("flag-listen"))
	command.Flags().StringVar(&f.save, "save", "", p.words.say("flag-save"))
	command.Flags().StringVar(&f.accept, "accept", acceptAsk, p.words.say("flag-accept"))
	command.Flags().StringVar(&f.clash, "on-conflict", "", p.words.say("flag-conflict"))
	command.Flags().StringVar(&f.limit, "limit", "", p.words.say("flag-limit-each"))
	return command
}

// checkServe refuses values that mean nothing.
func (p *program) checkServe(f serveFlags) error {
	if f.accept != acceptAsk && f.accept != acceptAll {
		return p.badUsage("bad-value", "--accept", f.accept, "ask, all")
	}
	if err := p.clash(f.clash); err != nil || f.listen == "" {
		return err
	}
	if _, _, err := net.SplitHostPort(f.listen); err != nil {
		return p.badUsage("bad-value", "--listen", f.listen, "127.0.0.1:9527, :9527 …")
	}
	return nil
}

// serve runs the node, or attaches to the one that runs, until a signal.
func (p *program) serve(ctx context.Context, f serveFlags, network bool) error {
	o, err := p.options(slog.LevelWarn)
	if err != nil {
		return err
	}
	o.listen, o.stays = f.listen, true
	save, err := absoluteDir(f.save)
	if err != nil {
		return err
	}
	limit, err := p.rate("--limit", f.limit)
	if err != nil {
		return err
	}
	if f.accept == acceptAll {
		p.complain(p.words.say("accept-all"))
	}
	args := func(attached bool) (any, error) {
		serve := control.ServeArgs{Save: save, AcceptAll: f.accept == acceptAll, Clash: f.clash, Limit: limit}
		if attached {
			serve.Listen = f.listen
		}
		if attached && network {
			network = false // said once
			p.complain(p.words.say("network-ignored"))
		}
		return serve, nil
	}
	return p.perform(ctx, job{control.CommandServe, args, o, p.serveReporter(ctx, f)})
}

// serveReporter shows what happens; a person at a terminal is asked about
// offers.
func (p *program) serveReporter(ctx context.Context, f serveFlags) reporter {
	view := p.newTransferView()
	if p.inTerminal && p.outTerminal && !p.global.json && f.accept == acceptAsk {
		view.asker = &asker{program: p, ctx: ctx, screen: view.screen, clash: f.clash}
	}
	return p.reporter(view)
}
