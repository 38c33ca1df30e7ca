package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"github.com/spf13/cobra"

	"lanyard/netcore/control"
)

// console is the terminal of this process.
type console interface {
	// raw hands every key to this program and lets it draw; restore puts the
	// terminal back as it was, and may be called more than once.
	raw() (restore func(), err error)
	// sizes returns the size of now, and each other one as it comes, until ctx
	// ends.
	sizes(ctx context.Context) <-chan control.Size
}

func (p *program) shellCommand() *cobra.Command {
	return &cobra.Command{
		Use: "shell PERSON [-- COMMAND ARG…]", Short: p.words.say("short-shell"), Long: p.words.say("long-shell"),
		Annotations: map[string]string{execAnnotation: ""}, Args: p.shellArgs,
		RunE: func(command *cobra.Command, args []string) error {
			people, argv := atDash(command, args)
			return p.shell(command.Context(), plainText(people[0]), plainTexts(argv))
		},
	}
}

// shellArgs insists on one person, and on a command where there is a "--".
func (p *program) shellArgs(command *cobra.Command, args []string) error {
	people, argv := atDash(command, args)
	if command.ArgsLenAtDash() >= 0 && (len(argv) == 0 || argv[0] == "") {
		return p.badUsage("argument-missing", "COMMAND")
	}
	return p.exactly("PERSON")(command, people)
}

// shell gives this terminal to a command on another PC, until that ends or the
// user hangs up.
func (p *program) shell(ctx context.Context, person string, argv []string) error {
	if !p.inTerminal || !p.outTerminal || p.console == nil || p.global.json {
		return p.badUsage("no-terminal")
	}
	o, err := p.options(slog.LevelError)
	if err != nil {
		return err
	}
	ctx, hangUp := context.WithCancel(ctx)
	defer hangUp()
	sizes := p.console.sizes(ctx)
	first := <-sizes
	restore, err := p.console.raw()
	if err != nil {
		return fmt.Errorf("taking the terminal: %w", err)
	}
	defer restore()
	defer context.AfterFunc(ctx, restore)() // also should the end not come
	return p.performAtMost(ctx, job{
		control.CommandExec, fixed(control.ExecArgs{People: []string{person}, Argv: argv, Terminal: &first}),
		o.toward(person),
		shellView{p},
	}, control.Ends{
		Input: &keyboard{in: p.in, hangUp: hangUp, atStart: true}, Sizes: sizes,
		Output: func(_ control.Source, raw []byte) error { return outputError(p.out.Write(raw)) },
	})
}

// shellView says nothing but that a consent is waited for.
type shellView struct{ program *program }

func (shellView) begin(*session) {}
func (shellView) finish()        {}

func (v shellView) line(raw []byte) error {
	l, err := parseLine(raw)
	if err == nil && l.Event == control.EventAsked {
		v.program.sayAsked(l)
	}
	return err
}

// errHungUp says that the user hung up.
var errHungUp = errors.New("hung up")

// keyboard hands on what is typed. "~." at the beginning of a line hangs up, and
// "~~" there is one "~", as with ssh.
type keyboard struct {
	in      io.Reader
	hangUp  func()
	atStart bool // of a line
	tilde   bool // one is held back
}

// Read implements io.Reader. What comes back may be a byte longer than what was
// typed, so that p should have room for two at least.
func (k *keyboard) Read(p []byte) (int, error) {
	for {
		typed := make([]byte, max(len(p)-1, 1))
		n, err := k.in.Read(typed)
		out := p[:0]
		for _, key := range typed[:n] {
			if k.tilde && key == '.' {
				k.hangUp()
				return len(out), errHungUp
			}
			if k.tilde && key != '~' {
				out = append(out, '~')
			}
			held := k.atStart && key == '~' && !k.tilde
			if !held {
				out = append(out, key)
			}
			k.tilde, k.atStart = held, key == '\r' || key == '\n'
		}
		if len(out) > 0 || err != nil {
			return len(out), err
		}
	}
}
