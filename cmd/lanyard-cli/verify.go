package main

import (
	"context"
	"errors"
	"log/slog"

	"github.com/spf13/cobra"

	"lanyard/netcore/control"
)

// verifyFlags are the flags of verify alone.
type verifyFlags struct{ id, pairing string }

func (p *program) verifyCommand() *cobra.Command {
	var f verifyFlags
	command := &cobra.Command{
		Use: "verify PERSON | --string STRING", Short: p.words.say("short-verify"), Long: p.words.say("long-verify"),
		RunE: func(command *cobra.Command, args []string) error {
			if err := p.refuseEmpty(command, map[string]string{"id": f.id, "string": f.pairing}); err != nil {
				return err
			}
			return p.verify(command, f, args)
		},
	}
	command.Flags().StringVar(&f.id, "id", "", p.words.say("flag-id"))
	command.Flags().StringVar(&f.pairing, "string", "", p.words.say("flag-string"))
	return command
}

// verify chooses how somebody is verified.
func (p *program) verify(command *cobra.Command, f verifyFlags, args []string) error {
	ctx := command.Context()
	if f.pairing != "" {
		if f.id != "" {
			return p.badUsage("one-of", "--id", "--string")
		}
		if err := p.exactly()(command, args); err != nil {
			return err
		}
		return p.usePairString(ctx, f.pairing)
	}
	if err := p.exactly("PERSON")(command, args); err != nil {
		return err
	}
	o, err := p.options(slog.LevelError)
	if err != nil {
		return err
	}
	person := plainText(args[0])
	o = o.toward(person)
	if f.id != "" {
		return p.perform(ctx, job{
			control.CommandVerifyID, fixed(control.VerifyIDArgs{Person: person, ID: f.id}), o, p.reporter(p.newTrustView()),
		})
	}
	return p.compare(ctx, o, person)
}

// compare shows digits and asks about them.
func (p *program) compare(ctx context.Context, o options, person string) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	c := &comparer{program: p, ctx: ctx, cancel: cancel}
	err := p.perform(ctx, job{control.CommandVerify, fixed(control.PersonArgs{Person: person}), o, c})
	if c.failed != nil && errors.Is(err, &control.Failure{Word: control.WordCancelled}) {
		return c.failed
	}
	return err
}

// usePairString verifies the maker of a pairing string, which "-" reads.
func (p *program) usePairString(ctx context.Context, text string) error {
	if text == "-" {
		var err error
		if text, err = p.secret(ctx, "prompt-string"); err != nil {
			return err
		}
	}
	o, err := p.options(slog.LevelError)
	if err != nil {
		return err
	}
	o.listen, o.quiet = anyPort, true // the string says where its maker is
	return p.perform(ctx, job{
		control.CommandUseString, fixed(control.UseStringArgs{String: plainText(text)}), o, p.reporter(p.newTrustView()),
	})
}

func (p *program) pairStringCommand() *cobra.Command {
	return &cobra.Command{
		Use: "pair-string", Short: p.words.say("short-pair-string"), Args: p.exactly(),
		RunE: func(command *cobra.Command, _ []string) error {
			o, err := p.options(slog.LevelError)
			if err != nil {
				return err
			}
			return p.perform(command.Context(), job{control.CommandPairString, nil, o.attaching(), p.reporter(pairStringView{p})})
		},
	}
}
