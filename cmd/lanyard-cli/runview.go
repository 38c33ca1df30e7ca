package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"lanyard/netcore/charset"
	"lanyard/netcore/control"
	"lanyard/netcore/safename"
)

// runView shows commands that run elsewhere, and what they put out.
type runView interface {
	reporter
	output(from control.Source, p []byte) error
}

// parseLine reads a line of the running copy.
func parseLine(raw []byte) (line, error) {
	var l line
	if err := json.Unmarshal(raw, &l); err != nil {
		return l, fmt.Errorf("reading a line of the running copy: %w", err)
	}
	return l, nil
}

// sayAsked says on stderr that somebody has to consent first.
func (p *program) sayAsked(l line) {
	p.complain(p.words.say("run-asked", name(l.Person)))
}

// localOf is the encoding that programs on the other PC print in, as their
// side says.
func localOf(l line) charset.Encoding {
	if encoding, err := charset.ParseEncoding(l.Encoding); err == nil {
		return encoding
	}
	return charset.Auto
}

// oneRun passes on what one command puts out, and nothing else.
type oneRun struct {
	program  *program
	encoding charset.Encoding
	sinks    sinks
}

func (*oneRun) begin(*session) {}
func (v *oneRun) finish()      { _ = v.sinks.end() } // of a run without an end

func (v *oneRun) line(raw []byte) error {
	l, err := parseLine(raw)
	if err != nil {
		return err
	}
	switch l.Event {
	case control.EventAsked:
		v.program.sayAsked(l)
	case control.EventStarted:
		v.sinks = v.program.sinks(v.encoding, localOf(l))
	case control.EventExit:
		ended := v.sinks.end()
		v.sinks = sinks{}
		return ended
	}
	return nil
}

func (v *oneRun) output(from control.Source, p []byte) error {
	if v.sinks.out == nil {
		v.sinks = v.program.sinks(v.encoding, charset.Auto)
	}
	return v.sinks.write(from.Pipe, p)
}

// manyRuns shows what several people's commands put out, each output once, and
// a table of how they ended.
type manyRuns struct {
	program  *program
	encoding charset.Encoding
	started  map[int64]line // by run
	ended    []line
	sinks    sinks
	missed   int64 // bytes of the output of now that are not kept
}

func newManyRuns(p *program, encoding charset.Encoding) *manyRuns {
	return &manyRuns{program: p, encoding: encoding, started: map[int64]line{}}
}

func (*manyRuns) begin(*session) {}

func (v *manyRuns) line(raw []byte) error {
	l, err := parseLine(raw)
	if err != nil {
		return err
	}
	switch l.Event {
	case control.EventAsked:
		v.program.sayAsked(l)
	case control.EventStarted:
		v.started[l.Run] = l
	case control.EventSame:
		return v.heading(l)
	case control.EventExit:
		v.ended = append(v.ended, l)
	}
	return nil
}

// heading names the people whose output comes next.
func (v *manyRuns) heading(l line) error {
	if err := v.endOutput(); err != nil {
		return err
	}
	var people []string
	for _, run := range l.Runs {
		people = append(people, name(v.started[run].Person))
	}
	v.missed = l.Missed
	if len(l.Runs) > 0 {
		v.sinks = v.program.sinks(v.encoding, localOf(v.started[l.Runs[0]]))
	}
	return outputError(fmt.Fprintf(v.program.out, "==> %s <==\n", v.program.words.list(people)))
}

// endOutput ends the output of now, with a line end.
func (v *manyRuns) endOutput() error {
	if v.sinks.out == nil {
		return nil
	}
	err := v.sinks.end()
	if last := v.sinks.out.last; err == nil && last != 0 && last != '\n' {
		err = outputError(fmt.Fprintln(v.program.out))
	}
	v.sinks = sinks{}
	if v.missed > 0 {
		v.program.complain(v.program.words.say("run-missed", size(v.missed)))
	}
	return err
}

func (v *manyRuns) output(from control.Source, p []byte) error {
	if v.sinks.out == nil {
		return nil // of a newer version
	}
	return v.sinks.write(from.Pipe, p)
}

func (v *manyRuns) finish() {
	if err := v.endOutput(); err == nil && len(v.ended) > 0 {
		fmt.Fprint(v.program.out, v.table())
	}
}

// table says how all ended, in the order in which they were asked.
func (v *manyRuns) table() string {
	words := v.program.words
	rows := [][]string{{words.say("head-person"), words.say("head-state"), words.say("head-exit"), words.say("head-took")}}
	slices.SortStableFunc(v.ended, func(a, b line) int { return cmp.Compare(a.Run, b.Run) })
	for _, l := range v.ended {
		rows = append(rows, []string{name(l.Person), runStateText(words, l), exitText(l), tookText(l.TookMS)})
	}
	return table(rows)
}

// runStateText says where a run stands, and why.
func runStateText(words lexicon, l line) string {
	text := words.failure(&control.Failure{Word: control.Word("run:" + l.State), Text: l.State})
	if l.Reason == "" {
		return text
	}
	return text + words.say("because", words.failure(&control.Failure{Word: control.Word("run-reason:" + l.Reason), Text: l.Reason}))
}

// exitText is the exit code or the signal of a command, if it has one.
func exitText(l line) string {
	switch l.State {
	case "exited":
		return strconv.Itoa(l.Exit)
	case "signalled":
		return safename.Display(l.Signal, maxName)
	}
	return "-"
}

// tookText is how long a command ran.
func tookText(ms int64) string {
	took := time.Duration(ms) * time.Millisecond
	if ms > int64(time.Minute/time.Millisecond) {
		took = took.Round(time.Second)
	}
	return took.String()
}

// jsonRuns prints one JSON object a line, output too.
type jsonRuns struct {
	program  *program
	encoding charset.Encoding
	first    int64 // the run of output that names none
	started  map[int64]line
	pipes    map[control.Source]*sink
}

func newJSONRuns(p *program, encoding charset.Encoding) *jsonRuns {
	return &jsonRuns{program: p, encoding: encoding, started: map[int64]line{}, pipes: map[control.Source]*sink{}}
}

func (*jsonRuns) begin(*session) {}
func (*jsonRuns) finish()        {}

func (v *jsonRuns) line(raw []byte) error {
	l, err := parseLine(raw)
	if err != nil {
		return err
	}
	switch l.Event {
	case control.EventAsked:
		v.program.sayAsked(l)
	case control.EventStarted:
		v.started[l.Run] = l
		v.first = l.Run
	case control.EventExit:
		if err := v.endRun(l.Run); err != nil {
			return err
		}
	}
	return v.print(raw)
}

// print prints one line.
func (v *jsonRuns) print(raw []byte) error {
	return outputError(v.program.out.Write(append(escape(raw), '\n')))
}

func (v *jsonRuns) output(from control.Source, p []byte) error {
	if from.Run == 0 {
		from.Run = v.first
	}
	if v.encoding == charset.Raw {
		return v.out(control.RunOut{Run: from.Run, Pipe: pipeName(from.Pipe), Base64: p})
	}
	pipe := v.pipes[from]
	if pipe == nil {
		pipe = newSink(jsonPipe{v, from}, v.encoding, localOf(v.started[from.Run]), false)
		v.pipes[from] = pipe
	}
	return pipe.write(p)
}

// endRun prints what was held back of the output of a run.
func (v *jsonRuns) endRun(run int64) error {
	var all error
	for _, pipe := range []int{pipeOut, pipeErr} {
		from := control.Source{Run: run, Pipe: pipe}
		if held := v.pipes[from]; held != nil {
			all = errors.Join(all, held.end())
			delete(v.pipes, from)
		}
	}
	return all
}

// out prints a piece of output.
func (v *jsonRuns) out(out control.RunOut) error {
	out.Event = control.EventOut
	raw, err := json.Marshal(out)
	if err != nil {
		return fmt.Errorf("encoding a line: %w", err)
	}
	return v.print(raw)
}

// pipeName is how lines call a pipe.
func pipeName(pipe int) string {
	if pipe == pipeErr {
		return "stderr"
	}
	return "stdout"
}

// jsonPipe writes text as lines.
type jsonPipe struct {
	view *jsonRuns
	from control.Source
}

func (j jsonPipe) Write(p []byte) (int, error) {
	return len(p), j.view.out(control.RunOut{Run: j.from.Run, Pipe: pipeName(j.from.Pipe), Text: string(p)})
}
