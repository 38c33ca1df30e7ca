package netcore

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"sync"

	"lanyard/netcore/command"
	"lanyard/netcore/control"
	"lanyard/netcore/store"
)

// fakeRuns is what a fakeEngine knows about commands.
type fakeRuns struct {
	runMu    sync.Mutex
	runs     []*fakeRun
	startErr error
	onRun    func(key int64, request RunRequest) // played after a run was asked for
	onStop   func(key int64)                     // played instead of an end
	asks     []RunAsk
	answer   error
	consents []RunConsent
	owned    []Button
	theirs   map[PersonID][]Button
	typed    bytes.Buffer
	typedEnd chan struct{}
	resized  chan TerminalSize
}

// fakeRun is a run whose other side the test plays.
type fakeRun struct {
	Run
	take   func(Pipe, []byte) error
	output fakeOutput
	ended  chan struct{}
}

// fakeOutput is kept output: pieces, each of one pipe.
type fakeOutput struct {
	raw   []byte
	pipes []Pipe // of each byte
}

func (o *fakeOutput) ReadAt(p []byte, at int64) (int, error) {
	return bytes.NewReader(o.raw).ReadAt(p, at)
}
func (o *fakeOutput) Close() error { return nil }
func (o *fakeOutput) Size() int64  { return int64(len(o.raw)) }

func (o *fakeOutput) From(at int64) (Pipe, int64) {
	until := at
	for until < o.Size() && o.pipes[until] == o.pipes[at] {
		until++
	}
	return o.pipes[at], until
}

// sum hashes what came from one pipe.
func (o *fakeOutput) sum(pipe Pipe) (int64, string) {
	hash, n := sha256.New(), int64(0)
	for i, b := range o.raw {
		if o.pipes[i] == pipe {
			hash.Write([]byte{b})
			n++
		}
	}
	return n, hex.EncodeToString(hash.Sum(nil))
}

func (e *fakeEngine) run(key int64) *fakeRun {
	if key < 1 || key > int64(len(e.runs)) {
		return nil
	}
	return e.runs[key-1]
}

// alterRun changes a run and tells subscribers.
func (e *fakeEngine) alterRun(key int64, change func(*Run)) {
	e.runMu.Lock()
	r := e.run(key)
	over := r.State.Ended()
	change(&r.Run)
	person, ended := r.Person, r.State.Ended() && !over
	if ended {
		r.OutBytes, r.OutSHA256 = r.output.sum(Stdout)
		r.ErrBytes, r.ErrSHA256 = r.output.sum(Stderr)
	}
	e.runMu.Unlock()
	e.bus.publish(Event{Kind: EventRun, Person: person, Seq: key})
	if ended {
		close(r.ended)
	}
}

// begin lets a run begin.
func (e *fakeEngine) begin(key int64) {
	e.alterRun(key, func(r *Run) { r.State, r.Began, r.Decision = command.StateRunning, noon, command.DecidedAlways })
}

// print is output of a run.
func (e *fakeEngine) print(key int64, pipe Pipe, text string) error {
	e.runMu.Lock()
	r := e.run(key)
	r.output.raw = append(r.output.raw, text...)
	for range len(text) {
		r.output.pipes = append(r.output.pipes, pipe)
	}
	take := r.take
	e.runMu.Unlock()
	if take != nil {
		return take(pipe, []byte(text))
	}
	e.bus.publish(Event{Kind: EventRun, Seq: key})
	return nil
}

// exit ends a run.
func (e *fakeEngine) exit(key int64, state RunState, exit int) {
	e.alterRun(key, func(r *Run) { r.State, r.Exit, r.Ended = state, exit, noon.Add(1500e6) })
}

func (e *fakeEngine) addRun(person PersonID, request RunRequest) Run {
	who := Person{ID: person}
	for _, p := range e.people {
		if p.ID == person {
			who = p
		}
	}
	e.runMu.Lock()
	defer e.runMu.Unlock()
	r := &fakeRun{take: request.Take, ended: make(chan struct{}), Run: Run{
		Key: int64(len(e.runs)) + 1, Person: person, Name: who.Name, Device: who.Device, Line: command.Line(request.Argv),
		Argv: request.Argv, Folder: request.Dir, Button: request.Button, State: command.StateAsking, Asked: noon,
	}}
	e.runs = append(e.runs, r)
	return r.Run
}

func (e *fakeEngine) StartRun(_ context.Context, person PersonID, request RunRequest) (Run, error) {
	if e.startErr != nil {
		return Run{}, e.startErr
	}
	r := e.addRun(person, request)
	if e.onRun != nil {
		go e.onRun(r.Key, request)
	}
	return r, nil
}

func (e *fakeEngine) StartRuns(ctx context.Context, people []PersonID, request RunRequest) ([]Run, error) {
	var all []Run
	for _, person := range people {
		r, err := e.StartRun(ctx, person, request)
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, nil
}

func (e *fakeEngine) WriteRun(_ context.Context, _ int64, p []byte) error {
	e.runMu.Lock()
	defer e.runMu.Unlock()
	e.typed.Write(p)
	return nil
}

func (e *fakeEngine) CloseRunInput(int64) error {
	close(e.typedEnd)
	return nil
}

func (e *fakeEngine) ResizeRun(_ int64, size TerminalSize) error {
	e.resized <- size
	return nil
}

func (e *fakeEngine) StopRun(key int64) error {
	e.runMu.Lock()
	r := e.run(key)
	over := r == nil || r.State.Ended()
	e.runMu.Unlock()
	if over {
		return command.ErrNoRun
	}
	if e.onStop != nil {
		e.onStop(key)
		return nil
	}
	e.exit(key, command.StateKilledHere, 143)
	return nil
}

func (e *fakeEngine) Run(_ context.Context, key int64) (Run, error) {
	e.runMu.Lock()
	defer e.runMu.Unlock()
	if r := e.run(key); r != nil {
		return r.Run, nil
	}
	return Run{}, fmt.Errorf("run %d: %w", key, store.ErrNotFound)
}

func (e *fakeEngine) Runs(_ context.Context, query RunQuery) ([]Run, error) {
	e.runMu.Lock()
	defer e.runMu.Unlock()
	var all []Run
	for _, r := range slices.Backward(e.runs) {
		if query.Limit == 0 || len(all) < query.Limit {
			all = append(all, r.Run)
		}
	}
	return all, nil
}

func (e *fakeEngine) Running() []Run {
	all, _ := e.Runs(context.Background(), RunQuery{})
	slices.Reverse(all)
	return slices.DeleteFunc(all, func(r Run) bool { return r.State.Ended() })
}

func (e *fakeEngine) RunOutput(_ context.Context, key int64) (RunOutput, error) {
	return &fakeView{e, key}, nil
}

// fakeView reads the output of a run while it grows.
type fakeView struct {
	engine *fakeEngine
	key    int64
}

func (v *fakeView) now() *fakeOutput {
	v.engine.runMu.Lock()
	defer v.engine.runMu.Unlock()
	kept := v.engine.run(v.key).output
	return &fakeOutput{slices.Clone(kept.raw), slices.Clone(kept.pipes)}
}

func (v *fakeView) ReadAt(p []byte, at int64) (int, error) { return v.now().ReadAt(p, at) }
func (v *fakeView) Close() error                           { return nil }
func (v *fakeView) Size() int64                            { return v.now().Size() }
func (v *fakeView) From(at int64) (Pipe, int64)            { return v.now().From(at) }

func (e *fakeEngine) WaitRun(ctx context.Context, key int64) (Run, error) {
	e.runMu.Lock()
	ended := e.run(key).ended
	e.runMu.Unlock()
	select {
	case <-ended:
		return e.Run(ctx, key)
	case <-ctx.Done():
		return Run{}, ctx.Err()
	}
}

func (e *fakeEngine) Asks() []RunAsk {
	e.runMu.Lock()
	defer e.runMu.Unlock()
	return slices.Clone(e.asks)
}

// setAsks changes who waits for a consent and tells subscribers.
func (e *fakeEngine) setAsks(asks ...RunAsk) {
	e.runMu.Lock()
	e.asks = asks
	e.runMu.Unlock()
	e.bus.publish(Event{Kind: EventAsk})
}

func (e *fakeEngine) AnswerAsk(_ context.Context, number int64, answer ConsentAnswer) error {
	if e.answer != nil {
		return e.answer
	}
	return e.act("answer %d %s", number, answer)
}

func (e *fakeEngine) Consents(context.Context) ([]RunConsent, error) {
	return slices.Clone(e.fakeRuns.consents), nil
}

func (e *fakeEngine) ForgetConsent(_ context.Context, key ConsentKey) error {
	return e.act("forget %x", key[:2])
}

func (e *fakeEngine) Buttons(context.Context) ([]Button, error) { return e.owned, nil }

func (e *fakeEngine) SetButton(_ context.Context, button Button) error {
	return e.act("button %s %q", button.Name, button.Argv)
}

func (e *fakeEngine) RemoveButton(_ context.Context, name string) error {
	return e.act("remove %s", name)
}

func (e *fakeEngine) ButtonsOf(_ context.Context, person PersonID) ([]Button, error) {
	if list, known := e.theirs[person]; known {
		return list, nil
	}
	return nil, command.ErrRefused
}

func (e *fakeEngine) SavedCommands(context.Context) ([]SavedCommand, error) { return nil, nil }
func (e *fakeEngine) SaveCommand(context.Context, SavedCommand) error       { return nil }
func (e *fakeEngine) RemoveSavedCommand(_ context.Context, _ string) error  { return nil }

// fakePipes are the raw bytes of a command whose client the test plays.
type fakePipes struct {
	*transcript
	input chan []byte // closed: the end
	sizes chan control.Size
	err   error // of Put
}

func newFakePipes(out *transcript) *fakePipes {
	return &fakePipes{transcript: out, input: make(chan []byte, 9), sizes: make(chan control.Size, 9)}
}

// putLine is how a transcript shows raw bytes.
type putLine struct {
	Put  string `json:"put"`
	Run  int64  `json:"run,omitempty"`
	Pipe int    `json:"pipe"`
}

func (p *fakePipes) Put(from control.Source, raw []byte) error {
	if p.err != nil {
		return p.err
	}
	return p.emit(putLine{string(raw), from.Run, from.Pipe})
}

func (p *fakePipes) Input(ctx context.Context) ([]byte, error) {
	select {
	case raw, open := <-p.input:
		if !open {
			return nil, io.EOF
		}
		return raw, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p *fakePipes) Resized(ctx context.Context) (control.Size, error) {
	select {
	case size := <-p.sizes:
		return size, nil
	case <-ctx.Done():
		return control.Size{}, ctx.Err()
	}
}
