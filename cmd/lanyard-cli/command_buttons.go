package main

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lanyard/netcore/control"
	"lanyard/netcore/safename"
)

func (p *program) buttonsCommand() *cobra.Command {
	command := &cobra.Command{
		Use: "buttons", Short: p.words.say("short-buttons"), Long: p.words.say("long-buttons"), Args: p.exactly("list | add | remove"),
		RunE: func(_ *cobra.Command, args []string) error {
			return p.badUsage("bad-value", "buttons", args[0], "list, add, remove")
		},
	}
	command.AddCommand(p.buttonsListCommand(), p.buttonsAddCommand(), p.buttonsRemoveCommand())
	return command
}

func (p *program) buttonsListCommand() *cobra.Command {
	return &cobra.Command{
		Use: "list [PERSON]", Short: p.words.say("short-buttons-list"), Args: p.between(0, "PERSON"),
		RunE: func(command *cobra.Command, args []string) error {
			view := &buttonsView{program: p}
			err := p.listButtons(command.Context(), args, p.reporter(view))
			if err == nil && !view.some && !p.global.json {
				p.complain(p.words.say("no-buttons"))
			}
			return err
		},
	}
}

func (p *program) buttonsRemoveCommand() *cobra.Command {
	return &cobra.Command{
		Use: "remove NAME", Short: p.words.say("short-buttons-remove"), Args: p.exactly("NAME"),
		RunE: func(command *cobra.Command, args []string) error {
			return p.offline(command.Context(), control.CommandButtonRemove, control.ButtonArgs{Name: plainText(args[0])}, nil)
		},
	}
}

func (p *program) buttonsAddCommand() *cobra.Command {
	var params []string
	var f runFlags
	command := &cobra.Command{
		Use: "add NAME [--param NAME:KIND[:DETAILS]]… -- COMMAND ARG…", Short: p.words.say("short-buttons-add"),
		Long: p.words.say("long-buttons-add"), Args: p.buttonArgs,
		RunE: func(command *cobra.Command, args []string) error {
			if command.Flags().Changed("timeout") && f.timeout <= 0 {
				return p.badUsage("bad-value", "--timeout", f.timeout.String(), "30s, 10m, 1h30m …")
			}
			if err := p.refuseEmpty(command, map[string]string{"cwd": f.cwd}); err != nil {
				return err
			}
			before, argv := atDash(command, args)
			if !allText(argv) {
				return p.badUsage("not-utf8")
			}
			button := control.Button{Name: plainText(before[0]), Argv: plainTexts(argv), WallMS: f.wallMS()}
			var err error
			if button.Params, err = p.params(plainTexts(params)); err != nil {
				return err
			}
			dir, err := absoluteDir(f.cwd)
			if err != nil {
				return err
			}
			button.Dir = string(dir)
			return p.offline(command.Context(), control.CommandButtonAdd, button, p.reporter(&buttonsView{program: p}))
		},
	}
	command.Flags().StringArrayVar(&params, "param", nil, p.words.say("flag-param"))
	command.Flags().StringVar(&f.cwd, "cwd", "", p.words.say("flag-button-cwd"))
	command.Flags().DurationVar(&f.timeout, "timeout", 0, p.words.say("flag-timeout"))
	return command
}

// buttonArgs insists on a name, and on a command behind "--".
func (p *program) buttonArgs(command *cobra.Command, args []string) error {
	before, after := atDash(command, args)
	switch {
	case command.ArgsLenAtDash() < 0:
		return p.badUsage("no-dashes")
	case len(after) == 0 || after[0] == "":
		return p.badUsage("argument-missing", "COMMAND")
	}
	return p.exactly("NAME")(command, before)
}

// listButtons lists the buttons of this user, or of a person.
func (p *program) listButtons(ctx context.Context, person []string, report reporter) error {
	if len(person) == 0 {
		return p.offline(ctx, control.CommandButtons, control.ButtonsArgs{}, report)
	}
	text := plainText(person[0])
	return p.toward(ctx, control.CommandButtons, text, control.ButtonsArgs{Person: text}, report)
}

// params reads the parameters of a button.
func (p *program) params(texts []string) ([]control.Param, error) {
	var all []control.Param
	for _, text := range texts {
		param, err := p.param(text)
		if err != nil {
			return nil, err
		}
		all = append(all, param)
	}
	return all, nil
}

// param reads NAME[?|=DEFAULT]:KIND[:DETAILS].
func (p *program) param(text string) (param control.Param, err error) {
	head, rest, found := strings.Cut(text, ":")
	kind, details, detailed := strings.Cut(rest, ":")
	bad := p.badUsage("bad-param", text)
	if !found || head == "" || detailed && details == "" {
		return param, bad
	}
	param.Name, param.Kind = head, kind
	if name, value, given := strings.Cut(head, "="); given {
		param.Name, param.Default, param.Optional = name, value, true
	} else if name, optional := strings.CutSuffix(head, "?"); optional {
		param.Name, param.Optional = name, true
	}
	switch kind {
	case "text", "text+dashes":
		param.Kind, param.Dashes, param.Pattern = "text", kind != "text", details
	case "number":
		if detailed && !paramRange(&param, details) {
			return param, bad
		}
	case "choice":
		if !detailed {
			return param, bad
		}
		param.Choices = strings.Split(details, ",")
	case "file":
		if param.Folder, err = filepath.Abs(details); err != nil || details == "" {
			return param, bad
		}
	default:
		return param, bad
	}
	return param, nil
}

// paramRange reads MIN..MAX of a number; either may be left out.
func paramRange(param *control.Param, text string) bool {
	low, high, found := strings.Cut(text, "..")
	for _, end := range []struct {
		text string
		to   **float64
	}{{low, &param.Min}, {high, &param.Max}} {
		if end.text == "" {
			continue
		}
		number, err := strconv.ParseFloat(end.text, 64)
		if err != nil || math.IsNaN(number) || math.IsInf(number, 0) {
			return false
		}
		*end.to = &number
	}
	return found && low+high != ""
}

// buttonsView shows buttons, each with its parameters.
type buttonsView struct {
	program *program
	some    bool
}

func (*buttonsView) begin(*session) {}

func (v *buttonsView) show(l line) error {
	v.some = true
	text := name(l.Name)
	if l.Line != "" {
		text += "  " + safename.Display(l.Line, maxText)
	}
	if l.Dir != "" {
		text += "  (" + safename.Display(l.Dir, maxPath) + ")"
	}
	if l.WallMS > 0 {
		text += "  --timeout " + (time.Duration(l.WallMS) * time.Millisecond).String()
	}
	for _, param := range l.Params {
		text += "\n    " + safename.Display(paramText(param), maxPath)
	}
	return outputError(fmt.Fprintln(v.program.out, text))
}

func (v *buttonsView) finish() {}

// paramText writes a parameter as --param takes it.
func paramText(p control.Param) string {
	text := p.Name
	switch {
	case p.Default != "":
		text += "=" + p.Default
	case p.Optional:
		text += "?"
	}
	text += ":" + p.Kind
	if p.Dashes {
		text += "+dashes"
	}
	details := p.Pattern + p.Folder + strings.Join(p.Choices, ",")
	if p.Min != nil || p.Max != nil {
		details = numberText(p.Min) + ".." + numberText(p.Max)
	}
	if details != "" {
		text += ":" + details
	}
	return text
}

// numberText writes one end of a range.
func numberText(number *float64) string {
	if number == nil {
		return ""
	}
	return strconv.FormatFloat(*number, 'f', -1, 64)
}
