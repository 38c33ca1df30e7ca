package netcore

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"lanyard/netcore/command"
	"lanyard/netcore/control"
	"lanyard/netcore/store"
)

// lastRuns is how many runs that have ended are told of without another number.
const lastRuns = 20

// runCommand runs one of the commands about commands.
func (d *Door) runCommand(ctx context.Context, request control.Request, emit control.Emit) error {
	switch request.Command {
	case control.CommandExec:
		return run(ctx, request, emit, func(ctx context.Context, args control.ExecArgs, emit control.Emit) error {
			return d.exec(ctx, args, request.Pipes, emit)
		})
	case control.CommandRuns:
		return run(ctx, request, emit, d.runs)
	case control.CommandStop:
		return run(ctx, request, emit, d.stopRun)
	case control.CommandButtons:
		return run(ctx, request, emit, d.buttons)
	case control.CommandButtonAdd:
		return run(ctx, request, emit, d.addButton)
	case control.CommandButtonRemove:
		return run(ctx, request, emit, d.removeButton)
	case control.CommandConsents:
		return d.consents(emit)
	case control.CommandConsentAnswer:
		return run(ctx, request, emit, d.answerConsent)
	case control.CommandRemembered:
		return d.remembered(ctx, emit)
	case control.CommandConsentForget:
		return run(ctx, request, emit, d.forgetConsent)
	}
	return d.runTransfer(ctx, request, emit)
}

// runs lists what runs, and the latest of what has ended, the oldest first.
func (d *Door) runs(ctx context.Context, args control.RunsArgs, emit control.Emit) error {
	limit := args.Last
	if limit <= 0 {
		limit = lastRuns
	}
	all, err := d.node.Runs(ctx, RunQuery{Limit: limit})
	if err != nil {
		return err
	}
	for _, r := range d.node.Running() {
		if !slices.ContainsFunc(all, func(known Run) bool { return known.Key == r.Key }) {
			all = append(all, r)
		}
	}
	slices.SortFunc(all, func(a, b Run) int { return cmp.Compare(a.Key, b.Key) })
	for _, r := range all {
		if err := emit(runLine(r)); err != nil {
			return err
		}
	}
	return nil
}

// stopRun stops a run, on whichever side it is.
func (d *Door) stopRun(ctx context.Context, args control.StopArgs, _ control.Emit) error {
	if _, err := d.node.Run(ctx, args.Run); errors.Is(err, store.ErrNotFound) {
		return fail(control.ExitFailed, wordNoRun, keyText(args.Run))
	}
	err := d.node.StopRun(args.Run)
	if errors.Is(err, command.ErrNoRun) {
		return fail(control.ExitFailed, wordRunOver, keyText(args.Run))
	}
	return err
}

// runLine is the line of runs about one.
func runLine(r Run) control.Run {
	return control.Run{
		Run: r.Key, Direction: direction(!r.Here), Person: r.Name, ID: r.Device.String(), LogRun: logRun(r),
		State: string(r.State), Reason: string(r.Reason), Asked: timeText(r.Asked),
	}
}

// logRun is what the log says of a run.
func logRun(r Run) control.LogRun {
	l := control.LogRun{
		Line: r.Line, Folder: r.Folder, Button: r.Button, Terminal: r.Terminal, Exit: r.Exit, Signal: r.Signal,
		Began: timeText(r.Began), Ended: timeText(r.Ended), OutBytes: r.OutBytes, ErrBytes: r.ErrBytes,
	}
	if !r.Began.IsZero() {
		l.OutSHA256, l.ErrSHA256 = r.OutSHA256, r.ErrSHA256
	}
	return l
}

// startedLine says that a run runs.
func startedLine(r Run) control.RunStarted {
	line := control.RunStarted{
		Event: control.EventStarted, Run: r.Key, Direction: direction(!r.Here), Person: r.Name, ID: r.Device.String(),
		Line: r.Line, Folder: r.Folder, Button: r.Button, By: string(r.Decision),
	}
	if r.Encoding != "" && r.Encoding != encodingUnknown {
		line.Encoding = string(r.Encoding)
	}
	return line
}

// exitLine says how a run ended.
func exitLine(r Run) control.RunExit {
	facts := logRun(r)
	line := control.RunExit{
		Event: control.EventExit, Run: r.Key, Direction: direction(!r.Here), Person: r.Name, ID: r.Device.String(),
		State: string(r.State), Reason: string(r.Reason), Exit: r.Exit, Signal: r.Signal, Result: execCode(r),
		OutBytes: r.OutBytes, ErrBytes: r.ErrBytes, OutSHA256: facts.OutSHA256, ErrSHA256: facts.ErrSHA256,
	}
	if !r.Began.IsZero() && r.Ended.After(r.Began) {
		line.TookMS = r.Ended.Sub(r.Began).Milliseconds()
	}
	return line
}
