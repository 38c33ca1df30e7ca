package commands

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"lanyard/app/kit/kittest"
	"lanyard/netcore"
)

var wide, narrow = fyne.NewSize(1000, 680), fyne.NewSize(450, 480)

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.Local)

// fakeNode runs nothing, but keeps what it was asked for.
type fakeNode struct {
	mu      sync.Mutex
	people  []netcore.Person
	runs    []netcore.Run // the oldest first
	output  map[int64]*tape
	buttons []netcore.Button
	saved   []netcore.SavedCommand
	started []netcore.RunRequest
	whom    [][]netcore.PersonID
	input   map[int64]string
	stopped []int64
	refuse  error
	open    int // outputs that are open
}

func newFake() *fakeNode {
	return &fakeNode{
		people: []netcore.Person{
			person(1, "Ann", netcore.TrustVerified, true), person(2, "王小明", netcore.TrustVerified, true),
			person(3, "Bob", netcore.TrustVerified, false), person(4, "Eve", netcore.TrustStranger, true),
			person(5, "Mallory", netcore.TrustBlocked, true), person(6, "李雷", netcore.TrustVerified, true),
		},
		output: map[int64]*tape{}, input: map[int64]string{},
	}
}

func person(id netcore.PersonID, name string, trust netcore.Trust, online bool) netcore.Person {
	return netcore.Person{ID: id, Name: name, Device: netcore.DeviceID{byte(id)}, Trust: trust, Online: online}
}

// add adds a run that has ended, with output.
func (f *fakeNode) add(who netcore.PersonID, line string, exit int, text string) *netcore.Run {
	f.mu.Lock()
	defer f.mu.Unlock()
	run := f.make(who, netcore.RunRequest{Argv: strings.Fields(line)}, 0)
	run.State, run.Exit, run.Began, run.Ended = netcore.RunExited, exit, noon, noon.Add(1234*time.Millisecond)
	run.Decision = netcore.DecidedOnce
	f.print(run, netcore.Stdout, text)
	return run
}

func (f *fakeNode) make(who netcore.PersonID, request netcore.RunRequest, group int64) *netcore.Run {
	key := int64(len(f.runs) + 1)
	at := slices.IndexFunc(f.people, func(p netcore.Person) bool { return p.ID == who })
	run := netcore.Run{
		Key: key, Person: who, Name: f.people[at].Name, Device: f.people[at].Device, Line: netcore.CommandLine(request.Argv),
		Argv: request.Argv, Dir: request.Dir, Folder: request.Dir, Button: request.Button, Args: request.Args, Stdin: request.Stdin,
		Wall: request.Wall, State: netcore.RunAsking, Asked: noon, Until: noon.Add(time.Minute), Group: group, Encoding: "gbk",
	}
	if request.Button != "" {
		run.Line = request.Button
	}
	f.runs = append(f.runs, run)
	f.output[key] = &tape{}
	return &f.runs[key-1]
}

// print adds output to a run.
func (f *fakeNode) print(run *netcore.Run, pipe netcore.Pipe, text string) {
	kept := f.output[run.Key]
	kept.add(pipe, text)
	sum := sha256.Sum256(kept.bytes)
	run.Kept = int64(len(kept.bytes))
	if pipe == netcore.Stdout {
		run.OutBytes += int64(len(text))
	} else {
		run.ErrBytes += int64(len(text))
	}
	run.OutSHA256 = hex.EncodeToString(sum[:])
}

// prints adds output to a run, from the test.
func (f *fakeNode) prints(key int64, pipe netcore.Pipe, text string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.print(&f.runs[key-1], pipe, text)
}

// change changes a run.
func (f *fakeNode) change(key int64, by func(*netcore.Run)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	by(&f.runs[key-1])
}

func (f *fakeNode) People(context.Context) ([]netcore.Person, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.people), nil
}

func (f *fakeNode) StartRuns(_ context.Context, people []netcore.PersonID, request netcore.RunRequest) ([]netcore.Run, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.refuse != nil {
		return nil, f.refuse
	}
	f.started, f.whom = append(f.started, request), append(f.whom, people)
	group := int64(0)
	if len(people) > 1 {
		group = int64(len(f.runs) + 1)
	}
	var runs []netcore.Run
	for _, id := range people {
		runs = append(runs, *f.make(id, request, group))
	}
	return runs, nil
}

func (f *fakeNode) WriteRun(_ context.Context, key int64, p []byte) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.input[key] += string(p)
	return nil
}

func (f *fakeNode) CloseRunInput(key int64) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.input[key] += "<end>"
	return nil
}

func (f *fakeNode) StopRun(key int64) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.stopped = append(f.stopped, key)
	f.runs[key-1].State, f.runs[key-1].Ended = netcore.RunKilledHere, noon
	return nil
}

func (f *fakeNode) Run(_ context.Context, key int64) (netcore.Run, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if key < 1 || key > int64(len(f.runs)) {
		return netcore.Run{}, netcore.ErrNoRun
	}
	return f.runs[key-1], nil
}

func (f *fakeNode) Runs(_ context.Context, query netcore.RunQuery) ([]netcore.Run, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var chosen []netcore.Run
	for _, run := range slices.Backward(f.runs) {
		if len(chosen) < query.Limit && (query.Group == 0 || run.Group == query.Group) && strings.Contains(run.Line, query.Text) {
			chosen = append(chosen, run)
		}
	}
	return chosen, nil
}

func (f *fakeNode) RunOutput(_ context.Context, key int64) (netcore.RunOutput, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.output[key] == nil {
		return nil, fs.ErrNotExist
	}
	f.open++
	return &opened{f.output[key], f}, nil
}

func (f *fakeNode) ButtonsOf(context.Context, netcore.PersonID) ([]netcore.Button, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.refuse != nil {
		return nil, f.refuse
	}
	return f.buttons, nil
}

func (f *fakeNode) SavedCommands(context.Context) ([]netcore.SavedCommand, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.saved), nil
}

func (f *fakeNode) SaveCommand(_ context.Context, saved netcore.SavedCommand) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.saved = append(f.saved, saved)
	return nil
}

func (f *fakeNode) RemoveSavedCommand(_ context.Context, name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.saved = slices.DeleteFunc(f.saved, func(s netcore.SavedCommand) bool { return s.Name == name })
	return nil
}

// tape is output in memory.
type tape struct {
	mu    sync.Mutex
	bytes []byte
	turns []int64 // where the pipe changes; the first piece is of stdout
}

func (s *tape) add(pipe netcore.Pipe, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if 1+len(s.turns)%2 != int(pipe) {
		s.turns = append(s.turns, int64(len(s.bytes)))
	}
	s.bytes = append(s.bytes, text...)
}

func (s *tape) Size() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return int64(len(s.bytes))
}

func (s *tape) ReadAt(p []byte, at int64) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := copy(p, s.bytes[at:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (s *tape) From(at int64) (from netcore.Pipe, until int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	turn, exact := slices.BinarySearch(s.turns, at)
	if exact {
		turn++
	}
	until = int64(1) << 60
	if turn < len(s.turns) {
		until = s.turns[turn]
	}
	return netcore.Pipe(1 + turn%2), until
}

// opened is a tape that must be closed.
type opened struct {
	*tape
	node *fakeNode
}

func (o *opened) Close() error {
	o.node.mu.Lock()
	defer o.node.mu.Unlock()
	o.node.open--
	return nil
}

type stage struct {
	*kittest.Stage
	node   *fakeNode
	page   *Page
	copied string
	left   bool
}

func newStage(t *testing.T, node *fakeNode, size fyne.Size) *stage {
	t.Helper()
	s := &stage{Stage: kittest.NewStage(t, size), node: node}
	s.build()
	return s
}

// build makes the page, in the language and look of now.
func (s *stage) build() {
	s.page = New(s.UI, s.node, Host{
		Window: s.Window, Copy: func(text string) { s.copied = text }, Escaped: func() { s.left = true }, Now: func() time.Time { return noon },
	})
	s.Show(container.NewStack(s.page.Object()))
	s.page.Shown(true)
}

// screenTexts returns the lines on a screen.
func screenTexts(s *screen) []string {
	var all []string
	for row := range s.rows() {
		if line, there := s.at(s.top + row); there {
			all = append(all, line.Text())
		}
	}
	return all
}

// numbered is a text of so many lines.
func numbered(count int) string {
	var text strings.Builder
	for i := range count {
		fmt.Fprintf(&text, "line %d\n", i+1)
	}
	return text.String()
}
