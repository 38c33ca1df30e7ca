package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"

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
			if !allText(argv) {
				return p.badUsage("not-utf8")
			}
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
	taken := &taking{console: p.console, begun: make(chan struct{})}
	defer taken.giveBack()
	defer context.AfterFunc(ctx, taken.giveBack)() // also should the end not come
	return p.performAtMost(ctx, job{
		control.CommandExec, fixed(control.ExecArgs{People: []string{person}, Argv: argv, Terminal: &first}),
		o.toward(person),
		shellView{p, taken},
	}, control.Ends{
		Input: &keyboard{in: taken.reader(ctx, p.in), hangUp: hangUp, atStart: true}, Sizes: sizes,
		Output: func(_ control.Source, raw []byte) error { return outputError(p.out.Write(raw)) },
	})
}

// taking is the terminal of this process, which is taken when the command there
// has started: until then Ctrl+C is for this program.
type taking struct {
	console console
	begun   chan struct{} // closed once it is taken

	mu      sync.Mutex
	restore func()
	over    bool
}

// take takes the terminal, unless it was taken or given back already.
func (t *taking) take() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.over || t.restore != nil {
		return nil
	}
	restore, err := t.console.raw()
	if err != nil {
		return fmt.Errorf("taking the terminal: %w", err)
	}
	t.restore = restore
	close(t.begun)
	return nil
}

// giveBack puts the terminal back as it was, for good.
func (t *taking) giveBack() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.over = true
	if t.restore != nil {
		t.restore()
	}
}

// reader returns in, of which nothing is read before the terminal is taken: a
// console reads in the way that was set when the read began.
func (t *taking) reader(ctx context.Context, in io.Reader) io.Reader {
	return readerFunc(func(p []byte) (int, error) {
		select {
		case <-t.begun:
			return in.Read(p)
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	})
}

// readerFunc is a function that reads.
type readerFunc func(p []byte) (int, error)

// Read implements io.Reader.
func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// shellView takes the terminal when the command has started, and says nothing
// but that a consent is waited for.
type shellView struct {
	program *program
	taken   *taking
}

func (shellView) begin(*session) {}
func (shellView) finish()        {}

func (v shellView) line(raw []byte) error {
	l, err := parseLine(raw)
	switch {
	case err != nil:
		return err
	case l.Event == control.EventAsked:
		v.program.sayAsked(l)
	case l.Event == control.EventStarted:
		return v.taken.take()
	}
	return nil
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
