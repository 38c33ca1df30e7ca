package shell

import (
	"context"
	"errors"
	"slices"
	"strings"

	"lanyard/netcore"
)

// fakeRuns is the part of the engine that runs commands; what the window does
// not ask in these tests it does not have.
type fakeRuns struct {
	netcore.Runs
	netcore.Clocks

	runs    map[int64]netcore.Run
	asks    []netcore.RunAsk
	outputs map[int64]string
}

func (f *fakeNode) Run(_ context.Context, key int64) (netcore.Run, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	run, found := f.runs[key]
	if !found {
		return run, errors.New("no such run")
	}
	return run, nil
}

func (f *fakeNode) Running() []netcore.Run {
	f.mu.Lock()
	defer f.mu.Unlock()
	var running []netcore.Run
	for _, run := range f.runs {
		if !run.State.Ended() {
			running = append(running, run)
		}
	}
	return running
}

func (f *fakeNode) Asks() []netcore.RunAsk {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.asks)
}

func (f *fakeNode) AnswerAsk(_ context.Context, number int64, answer netcore.ConsentAnswer) error {
	_ = f.did("answer %d %s", number, answer)
	f.mu.Lock()
	f.asks = slices.DeleteFunc(f.asks, func(ask netcore.RunAsk) bool { return ask.Number == number })
	f.mu.Unlock()
	f.events <- netcore.Event{Kind: netcore.EventAsk}
	return nil
}

func (f *fakeNode) StopRun(key int64) error { return f.did("stop %d", key) }

func (f *fakeNode) StartRun(_ context.Context, person netcore.PersonID, request netcore.RunRequest) (netcore.Run, error) {
	return netcore.Run{}, f.did("run on %d: %s", person, strings.Join(request.Argv, " "))
}

func (f *fakeNode) CheckClockCard(_ context.Context, person netcore.PersonID) (netcore.Item, error) {
	return netcore.Item{}, f.did("clock %d", person)
}

func (f *fakeNode) Runs(context.Context, netcore.RunQuery) ([]netcore.Run, error) { return nil, nil }

func (f *fakeNode) SavedCommands(context.Context) ([]netcore.SavedCommand, error) { return nil, nil }

func (f *fakeNode) Buttons(context.Context) ([]netcore.Button, error) { return nil, nil }

func (f *fakeNode) Consents(context.Context) ([]netcore.RunConsent, error) { return nil, nil }

func (f *fakeNode) ButtonsOf(context.Context, netcore.PersonID) ([]netcore.Button, error) {
	return nil, nil
}

func (f *fakeNode) ClockHistory(netcore.PersonID) []netcore.ClockEstimate { return nil }

func (f *fakeNode) ClockDrift(netcore.PersonID) (netcore.ClockRate, bool) {
	return netcore.ClockRate{}, false
}

func (f *fakeNode) CheckClock(context.Context, netcore.PersonID, int) (netcore.ClockEstimate, error) {
	return netcore.ClockEstimate{}, netcore.ErrUnreachable
}

func (f *fakeNode) RunOutput(_ context.Context, key int64) (netcore.RunOutput, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return fakeOutput{strings.NewReader(f.outputs[key])}, nil
}

type fakeOutput struct{ *strings.Reader }

func (fakeOutput) Close() error { return nil }

func (o fakeOutput) From(int64) (netcore.Pipe, int64) { return netcore.Stdout, o.Size() }

// setRun puts a run into the engine, and tells of it.
func (f *fakeNode) setRun(run netcore.Run) {
	f.mu.Lock()
	if f.runs == nil {
		f.runs = map[int64]netcore.Run{}
	}
	f.runs[run.Key] = run
	f.mu.Unlock()
	f.events <- netcore.Event{Kind: netcore.EventRun, Seq: run.Key, Person: run.Person}
}
