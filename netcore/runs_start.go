package netcore

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"golang.org/x/sync/errgroup"

	"lanyard/netcore/command"
	"lanyard/netcore/link"
	"lanyard/netcore/roster"
	"lanyard/netcore/store"
)

// atOnce is how many PCs are asked at the same time.
const atOnce = 32

// asked returns a request as the service takes it.
func (r RunRequest) asked(tag, most int64) command.Request {
	request := command.Request{
		Argv: r.Argv, Dir: r.Dir, Stdin: r.Stdin, Terminal: r.Terminal, Wall: r.Wall,
		Button: r.Button, Args: r.Args, Tag: tag,
	}
	if r.Take == nil {
		request.MaxOutput = most
	}
	return request
}

// StartRun asks somebody's PC to run a command. It is in the conversation when
// this returns; what becomes of it its events tell, also a refusal. ctx is for
// the asking alone, not for the run. It fails with ErrUnknownPerson,
// ErrUnreachable, ErrBlocked or ErrRunRequest.
func (n *Node) StartRun(ctx context.Context, person PersonID, request RunRequest) (Run, error) {
	to, err := n.roster.Person(ctx, int64(person))
	if err == nil && !to.Blocked.IsZero() {
		err = ErrBlocked
	}
	if err != nil {
		return Run{}, fmt.Errorf("asking for a run: %w", err)
	}
	c := n.commands
	l := c.live(request)
	c.keep(l)
	if err := c.ask(ctx, l, to.Device, request); err != nil {
		c.settle(l, store.Run{}, "")
		return Run{}, err
	}
	rows, items, err := n.db.AddRuns(context.WithoutCancel(ctx), []store.Run{n.newRun(to.Device, request, l.run.Info())}, false, c.item)
	if err != nil { // what is not written down does not run
		l.run.Stop()
		c.settle(l, store.Run{}, "")
		return Run{}, err
	}
	c.settle(l, rows[0], roster.Shown(to))
	n.onItem(items[0].Person, items[0].Seq)
	n.acquainted(ctx, to.Device, to.ID)
	return n.liveRun(l, rows[0], roster.Shown(to)), nil
}

// StartRuns asks several PCs at once, and returns a run for each person, in
// their order, in one group. One that cannot be begun is there too, ended as
// lost or failed. It fails as StartRun does where nothing was begun, and does
// not hand on output as it comes.
func (n *Node) StartRuns(ctx context.Context, people []PersonID, request RunRequest) ([]Run, error) {
	err := request.asked(0, 0).Check()
	if err == nil && (request.Take != nil || len(people) == 0) {
		err = fmt.Errorf("%w: several runs have no output of their own to take, and nobody is asked", command.ErrRequest)
	}
	if err != nil {
		return nil, err
	}
	var rows []store.Run
	var names []string
	for _, person := range people {
		to, err := n.roster.Person(ctx, int64(person))
		if err != nil {
			return nil, fmt.Errorf("asking for a run: %w", err)
		}
		rows, names = append(rows, n.newRun(to.Device, request, command.Info{})), append(names, roster.Shown(to))
	}
	rows, items, err := n.db.AddRuns(ctx, rows, true, n.commands.item)
	if err != nil {
		return nil, err
	}
	runs := make([]Run, len(rows))
	var group errgroup.Group
	group.SetLimit(atOnce)
	for i, row := range rows {
		l := n.commands.live(request)
		n.commands.keep(l)
		n.commands.settle(l, row, names[i])
		n.onItem(items[i].Person, items[i].Seq)
		group.Go(func() error {
			if err := n.commands.ask(ctx, l, row.Device, request); err != nil {
				n.commands.notBegun(l, err)
			}
			runs[i] = n.liveRun(l, row, names[i])
			return nil
		})
	}
	_ = group.Wait() // nothing fails
	return runs, nil
}

// newRun returns the row of a run that is being begun.
func (n *Node) newRun(device DeviceID, request RunRequest, info command.Info) store.Run {
	state := runStateOf(info)
	state.State = string(command.StateAsking)
	return store.Run{
		Device: device, RunState: state, Asked: n.config.Now(),
		Line: lineOf(command.Info{Argv: request.Argv, Button: request.Button, Args: request.Args}),
		Request: store.RunRequest{
			Argv: request.Argv, Dir: request.Dir, Button: request.Button, Args: request.Args,
			Stdin: request.Stdin || request.Terminal != nil, Terminal: request.Terminal != nil, WallMS: request.Wall.Milliseconds(),
		},
	}
}

// keep makes room for the output of a run of this user.
func (c *commands) keep(l *liveRun) {
	most := c.outputs.mostOfOne()
	if l.take != nil {
		most = firstOutput
	}
	l.output = c.outputs.tape(most, func() int64 {
		<-l.settled
		return l.row.Key
	})
}

// ask asks a device for a run. The end of ctx ends the asking only.
func (c *commands) ask(ctx context.Context, l *liveRun, device DeviceID, request RunRequest) error {
	life, cancel := context.WithCancel(context.WithoutCancel(ctx))
	c.mu.Lock()
	l.cancel = cancel
	c.mu.Unlock()
	release := context.AfterFunc(ctx, cancel)
	defer release()
	asked, err := c.service.Start(life, device, request.asked(l.tag, l.output.most), l.output.sink(l.take))
	if err != nil {
		cancel()
		if errors.Is(err, link.ErrNotConnected) || errors.Is(err, link.ErrLinkLost) {
			err = fmt.Errorf("%w: %w", ErrUnreachable, err)
		}
		return err
	}
	c.mu.Lock()
	l.run = asked
	c.mu.Unlock()
	return nil
}

// notBegun ends a run that nobody could be asked for.
func (c *commands) notBegun(l *liveRun, err error) {
	info := command.Info{State: command.StateFailed, Reason: command.ReasonStart, Ended: c.node.config.Now()}
	if errors.Is(err, ErrUnreachable) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		info.State, info.Reason = command.StateLost, ""
	}
	c.node.config.Logger.Info("a run could not be asked for", "device", l.row.Device.Short(), "error", err)
	c.mu.Lock()
	l.row.RunState = runStateOf(info)
	l.row.OutSHA256, l.row.ErrSHA256 = "", ""
	row := l.row
	c.mu.Unlock()
	c.outputs.finish(row.Key, l.output)
	c.commit(row.Key, row.RunState)
	c.leave(l)
	c.tell(row)
	c.noteRun(row.Device, runFacts(row))
}

// shellLine stands for the command of a terminal on another PC for which none was
// named: the shell of its user.
const shellLine = "(shell)"

// lineOf returns a command in one line: of a button that is pressed elsewhere
// its name and values.
func lineOf(info command.Info) string {
	if len(info.Argv) > 0 {
		return command.Line(info.Argv)
	}
	if info.Button == "" {
		return shellLine
	}
	words := []string{info.Button}
	for _, name := range slices.Sorted(maps.Keys(info.Args)) {
		words = append(words, name+"="+info.Args[name])
	}
	return command.Line(words)
}
