package main

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"lanyard/netcore/control"
	"lanyard/netcore/safename"
)

// The answers to a consent that somebody waits for.
const (
	answerOnce    = "once"
	answerQuarter = "quarter"
	answerForever = "forever"
	answerDeny    = "deny"
)

// toward performs a job about a person who has to be reached.
func (p *program) toward(ctx context.Context, command, person string, args any, report reporter) error {
	o, err := p.options(slog.LevelError)
	if err != nil {
		return err
	}
	return p.perform(ctx, job{command, fixed(args), o.toward(person), report})
}

// attached performs a job that means something only to a copy that runs.
func (p *program) attached(ctx context.Context, command string, args any, report reporter) error {
	o, err := p.options(slog.LevelError)
	if err != nil {
		return err
	}
	return p.perform(ctx, job{command, fixed(args), o.attaching(), report})
}

func (p *program) consentCommand() *cobra.Command {
	command := &cobra.Command{
		Use: "consent", Short: p.words.say("short-consent"), Long: p.words.say("long-consent"),
		Args: p.exactly("list | allow | deny | remembered | forget"),
		RunE: func(_ *cobra.Command, args []string) error {
			return p.badUsage("bad-value", "consent", args[0], "list, allow, deny, remembered, forget")
		},
	}
	command.AddCommand(p.consentListCommand(), p.consentAllowCommand(), p.consentDenyCommand(),
		p.consentRememberedCommand(), p.consentForgetCommand())
	return command
}

func (p *program) consentListCommand() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: p.words.say("short-consent-list"), Args: p.exactly(),
		RunE: func(command *cobra.Command, _ []string) error {
			return p.attached(command.Context(), control.CommandConsents, nil, p.reporter(consentsView{p}))
		},
	}
}

func (p *program) consentAllowCommand() *cobra.Command {
	var once, quarter, forever bool
	command := &cobra.Command{
		Use: "allow NUMBER", Short: p.words.say("short-consent-allow"), Args: p.exactly("NUMBER"),
		RunE: func(command *cobra.Command, args []string) error {
			answer := answerOnce
			switch {
			case quarter && forever, once && (quarter || forever):
				return p.badUsage("one-of", "--once, --quarter", "--forever")
			case quarter:
				answer = answerQuarter
			case forever:
				answer = answerForever
			}
			return p.answerConsent(command.Context(), args[0], answer)
		},
	}
	command.Flags().BoolVar(&once, "once", false, p.words.say("flag-once"))
	command.Flags().BoolVar(&quarter, "quarter", false, p.words.say("flag-quarter"))
	command.Flags().BoolVar(&forever, "forever", false, p.words.say("flag-forever"))
	return command
}

func (p *program) consentDenyCommand() *cobra.Command {
	return &cobra.Command{
		Use: "deny NUMBER", Short: p.words.say("short-consent-deny"), Args: p.exactly("NUMBER"),
		RunE: func(command *cobra.Command, args []string) error {
			return p.answerConsent(command.Context(), args[0], answerDeny)
		},
	}
}

// answerConsent answers a consent that somebody waits for.
func (p *program) answerConsent(ctx context.Context, number, answer string) error {
	key, err := p.number("NUMBER", number)
	if err != nil {
		return err
	}
	return p.attached(ctx, control.CommandConsentAnswer, control.ConsentArgs{Number: key, Answer: answer}, nil)
}

// number reads an argument that numbers something.
func (p *program) number(name, text string) (int64, error) {
	number, err := strconv.ParseInt(strings.TrimPrefix(text, "#"), 10, 64)
	if err != nil || number < 1 {
		return 0, p.badUsage("bad-value", name, text, "1, 2, 3 …")
	}
	return number, nil
}

func (p *program) consentRememberedCommand() *cobra.Command {
	return &cobra.Command{
		Use: "remembered", Short: p.words.say("short-consent-remembered"), Args: p.exactly(),
		RunE: func(command *cobra.Command, _ []string) error {
			return p.offline(command.Context(), control.CommandRemembered, nil, p.reporter(rememberedView{p}))
		},
	}
}

func (p *program) consentForgetCommand() *cobra.Command {
	return &cobra.Command{
		Use: "forget KEY", Short: p.words.say("short-consent-forget"), Args: p.exactly("KEY"),
		RunE: func(command *cobra.Command, args []string) error {
			return p.offline(command.Context(), control.CommandConsentForget, control.ForgetArgs{Key: args[0]}, p.reporter(rememberedView{p}))
		},
	}
}

// consentText says who asks for what, and how to answer.
func consentText(p *program, l line) string {
	words := p.words
	number := fmt.Sprint(l.Number)
	text := words.say("consent", number, name(l.Person), idStart(l.ID), safename.Display(l.Line, maxText)) +
		"\n    " + words.say("consent-where", folderText(words, l), safename.Display(l.Account, maxPath), p.localClock(l.Until))
	if l.Stdin {
		text += "\n    " + words.say("consent-stdin")
	}
	how := "consent-once"
	if l.Quarter || l.Forever {
		how = "consent-how"
	}
	return text + "\n    " + words.say(how, number)
}

// folderText names the folder of a command; without one it is the home.
func folderText(words lexicon, l line) string {
	if l.Folder == "" {
		return words.say("home")
	}
	return safename.Display(l.Folder, maxPath)
}

// consentsView shows who waits for this user's consent.
type consentsView struct{ program *program }

func (consentsView) begin(*session) {}
func (consentsView) finish()        {}

func (v consentsView) show(l line) error {
	return outputError(fmt.Fprintln(v.program.out, consentText(v.program, l)))
}

// rememberedView shows remembered consents.
type rememberedView struct{ program *program }

func (rememberedView) begin(*session) {}
func (rememberedView) finish()        {}

func (v rememberedView) show(l line) error {
	words := v.program.words
	until := words.say("forever")
	if l.Until != "" {
		until = words.say("until", v.program.localTime(l.Until))
	}
	key := safename.Display(l.Key, maxName)
	return outputError(fmt.Fprintf(v.program.out, "%s  %s (%s)  %s\n    %s  %s\n", key[:min(len(key), shortKey)],
		name(l.Person), idStart(l.ID), until, folderText(words, l), safename.Display(l.Line, maxText)))
}

// shortKey is how many digits of a key are shown.
const shortKey = 12
