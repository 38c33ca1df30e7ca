package netcore

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"lanyard/netcore/charset"
	"lanyard/netcore/command"
	"lanyard/netcore/roster"
	"lanyard/netcore/store"
)

// Run returns one run, or store.ErrNotFound.
func (n *Node) Run(ctx context.Context, key int64) (Run, error) {
	if l := n.commands.byKey(key); l != nil { // nothing has to be read for what goes on
		n.commands.mu.Lock()
		row, name := l.row, l.name
		n.commands.mu.Unlock()
		return n.liveRun(l, row, name), nil
	}
	row, err := n.db.Run(ctx, key)
	if err != nil {
		return Run{}, err
	}
	return n.runs(ctx, []store.Run{row})[0], nil
}

// Runs returns runs, the newest first.
func (n *Node) Runs(ctx context.Context, query RunQuery) ([]Run, error) {
	rows, err := n.db.Runs(ctx, store.RunQuery{
		Before: query.Before, Limit: query.Limit, Person: int64(query.Person), Group: query.Group,
		Text: query.Text, Mine: query.Mine,
	})
	if err != nil {
		return nil, err
	}
	return n.runs(ctx, rows), nil
}

// Running returns the runs that have not ended, of both sides, the oldest first.
func (n *Node) Running() []Run {
	var rows []store.Run
	for _, l := range n.commands.all() {
		n.commands.mu.Lock()
		rows = append(rows, l.row)
		n.commands.mu.Unlock()
	}
	slices.SortFunc(rows, func(a, b store.Run) int { return cmp.Compare(a.Key, b.Key) })
	running := n.runs(patiently(), rows)
	return slices.DeleteFunc(running, func(r Run) bool { return r.State.Ended() })
}

// runs turns rows into runs, with what is known now of those that go on.
func (n *Node) runs(ctx context.Context, rows []store.Run) []Run {
	runs := make([]Run, len(rows))
	names := map[DeviceID]roster.Person{}
	for i, row := range rows {
		person, known := names[row.Device]
		if !known {
			person, _ = n.roster.ByDevice(ctx, row.Device) // of nobody: a stranger who was forgotten
			names[row.Device] = person
		}
		name := roster.Shown(person)
		if person.ID == 0 {
			name = row.Device.Short()
		}
		row.Person = person.ID
		runs[i] = n.shown(ctx, row, name)
	}
	return runs
}

// shown turns a row into a run, with what is known now if it goes on.
func (n *Node) shown(ctx context.Context, row store.Run, name string) Run {
	if l := n.commands.byKey(row.Key); l != nil {
		return n.liveRun(l, row, name)
	}
	if row.Ended.IsZero() { // it was read before the end was committed
		if again, err := n.db.Run(ctx, row.Key); err == nil {
			row = again
		}
	}
	return shownRun(row, name)
}

// liveRun is a run with what is known of it now.
func (n *Node) liveRun(l *liveRun, row store.Run, name string) Run {
	if info, ok := n.commands.info(l); ok {
		row.RunState = runStateOf(info)
		shown := shownRun(row, name)
		shown.Until = info.Until
		if l.output != nil {
			shown.Kept = l.output.Size()
		}
		return shown
	}
	n.commands.mu.Lock()
	row.RunState = l.row.RunState
	n.commands.mu.Unlock()
	return shownRun(row, name)
}

// shownRun turns a row into a run.
func shownRun(row store.Run, name string) Run {
	r := Run{
		Key: row.Key, Person: PersonID(row.Person), Name: name, Device: row.Device, Here: row.Here,
		Line: row.Line, Argv: row.Request.Argv, Folder: shownFolder(row.Request.Dir), Dir: row.Request.Dir,
		Button: row.Request.Button, Args: row.Request.Args,
		Stdin: row.Request.Stdin, Terminal: row.Request.Terminal, Wall: time.Duration(row.Request.WallMS) * time.Millisecond,
		State: RunState(row.State), Reason: RunReason(row.Reason), Decision: RunDecision(row.Decision),
		Asked: row.Asked, Began: row.Began, Ended: row.Ended, Exit: row.Exit, Signal: row.Signal,
		OutBytes: row.OutBytes, ErrBytes: row.ErrBytes, OutSHA256: row.OutSHA256, ErrSHA256: row.ErrSHA256,
		Group: row.Group, Encoding: charset.Auto, Kept: row.Kept,
	}
	if e, err := charset.ParseEncoding(row.Charset); err == nil {
		r.Encoding = e
	}
	return r
}

// shownFolder is a folder ready to be shown; empty: a home.
func shownFolder(dir string) string {
	if dir == "" {
		return ""
	}
	return command.Line([]string{dir})
}

// WaitRun returns how a run ended, once it has and all output was taken. An
// error is that of ctx, or store.ErrNotFound.
func (n *Node) WaitRun(ctx context.Context, key int64) (Run, error) {
	l := n.commands.byKey(key)
	if l == nil {
		return n.Run(ctx, key)
	}
	n.commands.mu.Lock()
	asked := l.run
	n.commands.mu.Unlock()
	over := (<-chan struct{})(l.ended)
	if asked != nil {
		over = asked.Done() // what is still to be written down is not waited for
	}
	select {
	case <-over:
		return n.Run(ctx, key)
	case <-ctx.Done():
		return Run{}, fmt.Errorf("waiting for a run: %w", context.Cause(ctx))
	}
}
