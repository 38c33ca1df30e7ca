package timeline

import (
	"context"
	"maps"
	"time"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// Runs is what the cards of commands ask of the engine.
type Runs interface {
	Run(ctx context.Context, key int64) (netcore.Run, error)
	RunOutput(ctx context.Context, key int64) (netcore.RunOutput, error)
	StopRun(key int64) error
}

// Commands is what the cards of commands, and the head of a conversation, ask
// of the window.
type Commands interface {
	// OpenRun shows a run of this user whole.
	OpenRun(key int64)
	// RunOn lets the user choose what to run on somebody's PC.
	RunOn(person netcore.Person)
	// RunAgain runs the same once more.
	RunAgain(run netcore.Run)
	// Review opens the question that a run here waits for.
	Review(key int64)
	// CheckClock compares somebody's clock with this PC's.
	CheckClock(person netcore.Person)
}

// runGap lies between two readings of the runs that are shown.
const runGap = 250 * time.Millisecond

// RunChanged tells that a run has another state, or more output. It may be
// called from any goroutine.
func (v *View) RunChanged(key int64) {
	v.mu.Lock()
	_, shown := v.runs[key]
	if shown {
		v.runs[key] = true
	}
	v.mu.Unlock()
	if shown {
		v.runReload.Trigger()
	}
}

// runNews is what was read of a run.
type runNews struct {
	run  netcore.Run
	tail string
	said bool // tail was read
}

// followRun notes that a run is shown, and reads the output that it has.
func (v *View) followRun(run *netcore.Run) {
	v.mu.Lock()
	read, known := v.runs[run.Key]
	v.runs[run.Key] = read || !known
	v.mu.Unlock()
	if !known {
		v.runReload.Trigger()
	}
}

// dropRuns forgets the runs whose cards are gone.
func (v *View) dropRuns() {
	shown := map[int64]bool{}
	for _, row := range v.rows {
		if card, ok := row.(*runRow); ok {
			shown[card.run.Key] = true
		}
	}
	v.mu.Lock()
	maps.DeleteFunc(v.runs, func(key int64, _ bool) bool { return !shown[key] })
	v.mu.Unlock()
}

// loadRuns reads the runs that changed.
func (v *View) loadRuns(ctx context.Context) func() {
	v.mu.Lock()
	person := v.asked.person
	var keys []int64
	for key, changed := range v.runs {
		if changed {
			keys = append(keys, key)
			v.runs[key] = false
		}
	}
	v.mu.Unlock()
	news := map[int64]runNews{}
	for _, key := range keys {
		run, err := v.node.Run(ctx, key)
		if err != nil || run.Person != person {
			continue
		}
		one := runNews{run: run}
		if !run.Here && run.Kept > 0 {
			tail, err := tailOf(ctx, v.node, run)
			one.tail, one.said = tail, err == nil
		}
		news[key] = one
	}
	if len(news) == 0 {
		return nil
	}
	return func() { v.showRuns(news) }
}

func (v *View) showRuns(news map[int64]runNews) {
	for _, row := range v.rows {
		shown, ok := row.(*runRow)
		if !ok {
			continue
		}
		if one, changed := news[shown.run.Key]; changed {
			shown.setRun(one.run)
			if one.said {
				shown.setOutput(one.tail)
			}
		}
	}
}

// stopRun kills a run, on whichever side it is.
func (v *View) stopRun(key int64) {
	kit.Do(v.ui, func(context.Context) error { return v.node.StopRun(key) }, func(error) { v.RunChanged(key) })
}
