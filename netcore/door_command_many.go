package netcore

import (
	"context"
	"errors"
	"io"
	"slices"
	"sync"
	"time"

	"lanyard/netcore/command"
	"lanyard/netcore/control"
)

// copyBuffer is how much kept output is read at once.
const copyBuffer = 128 << 10

// gathering is how the output of several runs is handed on.
type gathering struct {
	pipes control.Pipes
	live  bool // as it comes
}

// member is one of several people who are asked at once.
type member struct {
	query  string
	person Person
	run    Run
	err    error // why they were not asked

	asked, told, ended bool
	output             RunOutput // nil: not opened
	copied             int64
}

// execMany runs something on several PCs.
func (d *Door) execMany(ctx context.Context, queries []string, request RunRequest, how *gathering, emit control.Emit) error {
	members, err := d.gather(ctx, queries)
	if err != nil {
		return err
	}
	events := d.node.Subscribe(4 * pageSize)
	defer events.Close()
	m := &manyRuns{door: d, emit: emit, gathering: how, members: members}
	defer m.close()
	if err := m.start(ctx, request); err != nil {
		return err
	}
	if err := m.follow(ctx, events); err != nil {
		m.stop()
		return err
	}
	if !how.live {
		if err := m.outputs(ctx); err != nil {
			return err
		}
	}
	return m.outcome()
}

// gather finds everybody before anything runs anywhere. Who cannot be reached
// now is among them all the same; who cannot be meant is an error.
func (d *Door) gather(ctx context.Context, queries []string) ([]*member, error) {
	all := make([]*member, len(queries))
	var waiting sync.WaitGroup
	for i, query := range queries {
		all[i] = &member{query: query}
		waiting.Go(func() { all[i].person, all[i].err = d.reach(ctx, query) })
	}
	waiting.Wait()
	var members []*member
	for _, one := range all {
		if one.err != nil && !unreachable(one.err) {
			return nil, one.err
		}
		if one.err != nil {
			if known, err := d.node.Find(ctx, one.query); err == nil {
				one.person = known
			}
		}
		same := func(other *member) bool { return one.person.ID != 0 && other.person.ID == one.person.ID }
		if !slices.ContainsFunc(members, same) {
			members = append(members, one)
		}
	}
	return members, nil
}

// manyRuns are runs that one command follows to their ends.
type manyRuns struct {
	*gathering
	door    *Door
	emit    control.Emit
	members []*member
}

// start asks everybody who is there.
func (m *manyRuns) start(ctx context.Context, request RunRequest) error {
	var people []PersonID
	var theirs []*member
	for _, one := range m.members {
		if one.err == nil {
			people, theirs = append(people, one.person.ID), append(theirs, one)
			continue
		}
		one.ended = true
		one.run = Run{Name: one.query, State: command.StateLost, Device: one.person.Device}
		if one.person.ID != 0 {
			one.run.Name = one.person.Name
		}
		if err := m.emit(exitLine(one.run)); err != nil {
			return err
		}
	}
	if len(people) == 0 {
		return nil
	}
	runs, err := m.door.node.StartRuns(ctx, people, request)
	if err != nil {
		return runFailure(theirs[0].person.Name, err)
	}
	for i, run := range runs {
		theirs[i].run = run
	}
	return nil
}

// going returns who has not ended, and their keys.
func (m *manyRuns) going() (members []*member, keys []int64) {
	for _, one := range m.members {
		if !one.ended {
			members, keys = append(members, one), append(keys, one.run.Key)
		}
	}
	return members, keys
}

// follow reports on the runs until all have ended. When ctx ends they are
// stopped.
func (m *manyRuns) follow(ctx context.Context, events *Subscription) error {
	waiting, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	left, keys := m.going()
	ended := m.door.await(waiting, keys)
	stopped, late := ctx.Done(), (<-chan time.Time)(nil)
	for remaining := len(left); remaining > 0; {
		if err := m.look(waiting); err != nil {
			return err
		}
		select {
		case end := <-ended:
			if err := m.finish(waiting, end); err != nil {
				return err
			}
			remaining--
		case _, open := <-events.C:
			if err := drain(events, open, nil); err != nil {
				return err
			}
		case <-stopped:
			m.stop()
			stopped, late = nil, time.After(partingTime)
		case <-late:
			return fail(control.ExitStopped, RunStateWord(command.StateKilledHere))
		}
	}
	return nil
}

// stop stops what still runs.
func (m *manyRuns) stop() {
	_, keys := m.going()
	for _, key := range keys {
		_ = m.door.node.StopRun(key) // it may have ended by now
	}
}

// look says what is new.
func (m *manyRuns) look(ctx context.Context) error {
	members, _ := m.going()
	for _, one := range members {
		if one.told && !m.live {
			continue
		}
		run, err := m.door.node.Run(ctx, one.run.Key)
		if err != nil {
			return err
		}
		if err := m.tell(one, run); err != nil {
			return err
		}
		if m.live && one.told {
			if err := m.copyOutput(ctx, one); err != nil {
				return err
			}
		}
	}
	return nil
}

// tell says what is new about one of them.
func (m *manyRuns) tell(one *member, run Run) error {
	one.run = run
	if !one.asked && run.State == command.StateAsking && !run.Until.IsZero() {
		one.asked = true
		if err := m.emit(askedLine(run)); err != nil {
			return err
		}
	}
	if !one.told && !run.Began.IsZero() {
		one.told = true
		return m.emit(startedLine(run))
	}
	return nil
}

// finish says how one of them ended.
func (m *manyRuns) finish(ctx context.Context, end waited) error {
	if end.err != nil {
		return end.err
	}
	for _, one := range m.members {
		if one.run.Key != end.run.Key || one.ended {
			continue
		}
		if err := m.tell(one, end.run); err != nil {
			return err
		}
		one.ended = true
		if m.live {
			if err := m.copyOutput(ctx, one); err != nil {
				return err
			}
		}
		return m.emit(exitLine(end.run))
	}
	return nil
}

// outputs hands on all outputs, each once.
func (m *manyRuns) outputs(ctx context.Context) error {
	shown := map[int64]bool{}
	for i, first := range m.members {
		if shown[first.run.Key] || first.run.OutBytes+first.run.ErrBytes == 0 {
			continue
		}
		line := control.RunSame{Event: control.EventSame, Bytes: first.run.OutBytes + first.run.ErrBytes}
		for _, one := range m.members[i:] {
			if sameOutput(one.run, first.run) {
				line.Runs = append(line.Runs, one.run.Key)
				shown[one.run.Key] = true
			}
		}
		if err := m.outputOf(ctx, first, line); err != nil {
			return err
		}
	}
	return nil
}

// sameOutput reports whether two runs put out the same, on each pipe.
func sameOutput(a, b Run) bool {
	return a.OutBytes == b.OutBytes && a.ErrBytes == b.ErrBytes && a.OutSHA256 == b.OutSHA256 && a.ErrSHA256 == b.ErrSHA256
}

// outputOf hands on the output of one run, behind the line that says whose it is.
func (m *manyRuns) outputOf(ctx context.Context, one *member, line control.RunSame) error {
	if err := m.open(ctx, one); err != nil {
		return err
	}
	line.Missed = max(line.Bytes-one.output.Size(), 0)
	if err := m.emit(line); err != nil {
		return err
	}
	return m.copyOutput(ctx, one)
}

// open opens what is kept of the output of a run.
func (m *manyRuns) open(ctx context.Context, one *member) error {
	if one.output != nil {
		return nil
	}
	output, err := m.door.node.RunOutput(ctx, one.run.Key)
	one.output = output
	return err
}

// copyOutput hands on what is new of the output of a run.
func (m *manyRuns) copyOutput(ctx context.Context, one *member) error {
	if one.run.Began.IsZero() {
		return nil
	}
	if err := m.open(ctx, one); err != nil {
		return err
	}
	buffer := make([]byte, min(one.output.Size()-one.copied, copyBuffer))
	for size := one.output.Size(); one.copied < size; {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		from, until := one.output.From(one.copied)
		n, err := one.output.ReadAt(buffer[:min(int64(len(buffer)), until-one.copied)], one.copied)
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if n == 0 {
			return nil
		}
		if err := m.pipes.Put(control.Source{Run: one.run.Key, Pipe: int(from)}, buffer[:n]); err != nil {
			return err
		}
		one.copied += int64(n)
	}
	return nil
}

// close closes the outputs.
func (m *manyRuns) close() {
	for _, one := range m.members {
		if one.output != nil {
			_ = one.output.Close() // it was only read
		}
	}
}

// outcome is the result of the command: that of the first who did not succeed.
func (m *manyRuns) outcome() error {
	for _, one := range m.members {
		if err := execOutcome(one.run); err != nil {
			return err
		}
	}
	return nil
}
