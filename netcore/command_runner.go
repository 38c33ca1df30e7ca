package netcore

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"lanyard/netcore/charset"
	"lanyard/netcore/command"
	cmdrun "lanyard/netcore/run"
)

// localRunner starts the commands of package command on this PC.
type localRunner struct{ *cmdrun.Runner }

// Start implements command.Runner. A command sees no more of this program's
// environment than any program may.
func (r localRunner) Start(ctx context.Context, spec command.Spec, out func(command.Pipe, []byte) error) (command.Process, error) {
	whole := cmdrun.Spec{Argv: spec.Argv, Dir: spec.Dir, Stdin: spec.Stdin, Wall: spec.Wall, Env: cmdrun.Environment(nil)}
	if spec.Terminal != nil {
		whole.Terminal = &cmdrun.Size{Cols: spec.Terminal.Cols, Rows: spec.Terminal.Rows}
	}
	p, err := r.Runner.Start(ctx, whole, func(s cmdrun.Stream, b []byte) error {
		if s == cmdrun.Stderr {
			return out(command.Stderr, b)
		}
		return out(command.Stdout, b)
	})
	if err != nil {
		return nil, startError(err)
	}
	return localProcess{p}, nil
}

// startError puts the errors of package command around those of package run.
func startError(err error) error {
	for theirs, own := range map[error]error{
		cmdrun.ErrNotFound: command.ErrNotFound, cmdrun.ErrNotAllowed: command.ErrNotAllowed,
		cmdrun.ErrDir: command.ErrDir, cmdrun.ErrInvalid: command.ErrRequest,
	} {
		if errors.Is(err, theirs) {
			return fmt.Errorf("%w: %w", own, err)
		}
	}
	return err
}

// localProcess is a command that runs on this PC.
type localProcess struct{ *cmdrun.Process }

// Resize implements command.Process.
func (p localProcess) Resize(s command.Size) error {
	return p.Process.Resize(cmdrun.Size{Cols: s.Cols, Rows: s.Rows})
}

// Wait implements command.Process.
func (p localProcess) Wait() command.Result {
	r := p.Process.Wait()
	return command.Result{State: command.ResultState(r.State), Exit: r.Exit, Signal: r.Signal}
}

// localCharset says what programs on this PC print in. The pseudo console of
// Windows hands on UTF-8, whatever its programs print.
func localCharset(terminal bool) string {
	if terminal && runtime.GOOS == "windows" {
		return string(charset.UTF8)
	}
	return string(charset.Local())
}
