package commands

import (
	"context"
	"errors"
	"slices"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// order is what somebody is asked to run.
type order struct {
	people  []netcore.PersonID
	request netcore.RunRequest
	input   string // standard input, if the request has any
}

// start asks for it; began gets what has begun, and the page shows that.
func (p *Page) start(what order, began func(error)) {
	var runs []netcore.Run
	kit.Do(p.ui, func(ctx context.Context) (err error) {
		runs, err = p.node.StartRuns(ctx, what.people, what.request)
		return err
	}, func(err error) {
		began(err)
		if err != nil {
			return
		}
		if what.request.Stdin {
			p.feedInput(runs, what.input)
		}
		p.showBegun(runs)
	})
}

func (p *Page) showBegun(runs []netcore.Run) {
	switch {
	case len(runs) == 1:
		p.openRun(runs[0], paneList)
	case len(runs) > 1:
		p.openGroup(runs[0].Group)
	}
	p.Refresh()
}

// feedInput sends standard input to each run once it takes it, and ends it.
func (p *Page) feedInput(runs []netcore.Run, input string) {
	for _, run := range runs {
		kit.Do(p.ui, func(ctx context.Context) error {
			err := p.node.WriteRun(ctx, run.Key, []byte(input))
			return errors.Join(err, p.node.CloseRunInput(run.Key))
		}, func(err error) {
			if err != nil && !errors.Is(err, netcore.ErrRunEnded) && p.pane == paneRun && p.run.run.Key == run.Key {
				p.run.fail(err) // how the run ended says more, and is shown
			}
		})
	}
}

// requestOf is what was asked for in a run.
func requestOf(run netcore.Run) netcore.RunRequest {
	return netcore.RunRequest{
		Argv: slices.Clone(run.Argv), Dir: run.Dir, Button: run.Button, Args: run.Args, Stdin: run.Stdin, Wall: run.Wall,
	}
}

// again runs something again for some people. What had standard input is laid
// before the user, who has to give it anew.
func (p *Page) again(people []netcore.PersonID, run netcore.Run) {
	if run.Stdin && run.Button == "" || run.Terminal {
		p.need(paneComposer)
		p.composer.fill(people, requestOf(run))
		p.turn(paneComposer)
		p.Refresh()
		return
	}
	p.start(order{people: people, request: requestOf(run)}, func(err error) {
		switch {
		case err == nil:
		case p.pane == paneRun:
			p.run.fail(err)
		case p.pane == paneGroup:
			p.group.fail(err)
		default:
			p.list.fail(err)
		}
	})
}
